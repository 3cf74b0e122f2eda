import { useEffect, useRef, useState } from "preact/hooks";
import { formatDays } from "../lib/view/format.ts";
import type { PlotSpec } from "./plot_view.ts";

/** Days chosen on an axis of time, before they are asked for. */
export interface Brush {
  /** First and last place of whole days, and their dates; null while nothing is chosen. */
  readonly chosen: { readonly first: number; readonly last: number; readonly days: string } | null;
  /** Whether the axis can be brushed. */
  readonly able: boolean;
  /** Chooses from a place to another one. */
  readonly reach: (from: number, to: number) => void;
  /** Where a choice was begun; null while nothing is chosen. */
  readonly anchor: number | null;
  readonly cancel: () => void;
  /** The view of the chosen days; empty while nothing is chosen. */
  readonly href: string;
}

/** A choice of days on the axis of a chart; Escape takes it back. */
export function useBrush(spec: PlotSpec, taken_back: () => void): Brush {
  const [ends, setEnds] = useState<readonly [number, number] | null>(null);
  const cancel = () => setEnds(null);
  const shown = useRef(spec);
  useEffect(() => {
    if (shown.current !== spec) cancel();
    shown.current = spec;
  }, [spec]);
  useEffect(() => {
    if (ends === null) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopImmediatePropagation();
      taken_back();
      cancel();
    };
    globalThis.addEventListener("keydown", close, { capture: true });
    return () => globalThis.removeEventListener("keydown", close, { capture: true });
  }, [ends === null]);
  const chart = spec.kind !== "curves" && spec.axis === "time" ? spec : null;
  const buckets = chart?.buckets ?? [];
  const able = chart !== null && chart.zoom !== null && buckets[0]?.from !== buckets[buckets.length - 1]?.to;
  const range = ends === null || !able || Math.max(...ends) >= buckets.length
    ? null
    : wholeDays(buckets, ends);
  return {
    chosen: range === null ? null : { ...range, days: formatDays(range.from, range.to) },
    able,
    reach: (from, to) => setEnds([from, to]),
    anchor: ends === null ? null : ends[0],
    cancel,
    href: range === null
      ? ""
      : (chart?.zoom?.href ?? "").replace("{from}", range.from).replace("{to}", range.to),
  };
}

/** The places of the whole days that two of them lie in. */
export function wholeDays(
  buckets: readonly { readonly from: string; readonly to: string }[],
  ends: readonly [number, number],
): { readonly first: number; readonly last: number; readonly from: string; readonly to: string } {
  const { from } = buckets[Math.min(...ends)];
  const { to } = buckets[Math.max(...ends)];
  return {
    first: buckets.findIndex((bucket) => bucket.from === from),
    last: buckets.findLastIndex((bucket) => bucket.to === to),
    from,
    to,
  };
}
