import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { bucketOf } from "../lib/view/scale.ts";
import type { ChartHandle } from "./chart_js.ts";
import type { PlotParts } from "./plot_chart.ts";
import { hover } from "./ui_state.ts";

/** What moves a cursor. */
export type Mover = "pointer" | "keys";

/** The place under the cursor of a plot. */
export interface Cursor {
  readonly place: number | null;
  /** Whether it was moved in this figure, and by what. */
  readonly own: boolean;
  readonly by: Mover | null;
  readonly move: (next: number, by: Mover) => void;
  /** The pointer is gone; keys that had moved the cursor before still hold it. */
  readonly leave: () => void;
}

/** The cursor of a plot; that of all charts over time of a page is one, through the instant a bucket starts at. */
export function useCursor(
  { spec, count, chart, plot }: Pick<PlotParts, "spec" | "plot"> & {
    readonly count: number;
    readonly chart: ChartHandle | null;
  },
): Cursor {
  const [place, setPlace] = useState<number | null>(null);
  const [own, setOwn] = useState(true);
  const mover = useRef<Mover | null>(null);
  const alone = useSignal<number | null>(null);
  const starts_ms = useMemo(
    () =>
      spec.kind === "curves" || spec.axis === "class"
        ? null
        : spec.buckets.map(({ start }) => Date.parse(start)),
    [spec],
  );
  const clear = () => {
    if (starts_ms === null) alone.value = null;
    else hover.value = null;
  };
  const cleared = useRef(clear);
  cleared.current = clear;
  useEffect(() =>
    effect(() => {
      const at = starts_ms === null ? alone.value : hover.value;
      const next = at === null || starts_ms === null ? at : bucketOf(starts_ms, at);
      const shown = next !== null && next < count ? next : null;
      if (at === null) mover.current = null;
      setPlace(shown);
      setOwn(mover.current !== null || at === null);
      chart?.hover(shown);
    }), [chart, starts_ms, count]);
  // The way from the slider leads over the link of its place, which must not vanish before it is reached.
  useEffect(() => {
    const figure = plot.current?.closest("figure");
    if (!figure) return;
    const left = ({ relatedTarget }: FocusEvent) => {
      if (mover.current !== "keys") return;
      if (!(relatedTarget instanceof Node && figure.contains(relatedTarget))) cleared.current();
    };
    figure.addEventListener("focusout", left);
    return () => figure.removeEventListener("focusout", left);
  }, []);
  // A figure that is taken away under the pointer gets no leave event.
  useEffect(() => () => {
    if (mover.current !== null) cleared.current();
  }, []);
  useEffect(() => {
    if (place === null) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      const figure = plot.current?.closest("figure");
      const link = figure?.querySelector(".readout a");
      if (link && link === document.activeElement) {
        figure?.querySelector<HTMLInputElement>("input.cursor")?.focus();
      } else cleared.current();
    };
    document.addEventListener("keydown", close, { capture: true });
    return () => document.removeEventListener("keydown", close, { capture: true });
  }, [place === null]);
  return {
    place: place !== null && place < count ? place : null,
    own,
    by: mover.current,
    move(next, by) {
      mover.current = by;
      if (starts_ms === null) alone.value = next;
      else hover.value = starts_ms[next];
    },
    leave() {
      const figure = plot.current?.closest("figure");
      if (figure?.querySelector(":is(.cursor, .readout a):focus")) mover.current = "keys";
      else clear();
    },
  };
}
