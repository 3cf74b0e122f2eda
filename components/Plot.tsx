import { effect } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { bucketOf, placeAt } from "../lib/view/scale.ts";
import type { ChartHandle } from "./chart_js.ts";
import { bucketText, FRAME, unitOf } from "./chart_text.ts";
import { readTheme, watchTheme } from "./chart_theme.ts";
import { FigureTools } from "./FigureTools.tsx";
import { followFrom } from "./follow.ts";
import { Legend } from "./Legend.tsx";
import { Notice } from "./Notice.tsx";
import { Readout } from "./Readout.tsx";
import { StillChart } from "./StillChart.tsx";
import { focus_key, hover } from "./ui_state.ts";

/** What a figure offers besides its numbers. */
export interface PlotOptions {
  readonly parquet_href?: string;
  /** This view with its dates written out, for a link that shows the same days for ever. */
  readonly dates_href?: string;
}

/**
 * The part of a figure that reacts: legend, chart, cursor, readout and tools. On the server it is a still; in the
 * browser the live chart is loaded and laid over it, in the same frame.
 */
export function Plot({ spec, parquet_href, dates_href }: PlotOptions & { readonly spec: ChartSpec }) {
  const plot = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { chart, failed } = useChart({ spec, plot, canvas });
  const cursor = useCursor({ spec, chart, plot });
  const still = useMemo(() => <StillChart spec={spec} />, [spec]);
  const count = spec.buckets.length;
  const last = count - 1;

  const indexAt = (event: PointerEvent | MouseEvent): number => {
    const { left, width } = plot.current!.getBoundingClientRect();
    return placeAt((event.clientX - left - FRAME.left) / (width - FRAME.left - FRAME.right), count);
  };
  return (
    <>
      <Legend spec={spec} />
      {unitOf(spec) !== "" && <p class="plot-unit" aria-hidden="true">{spec.unit}</p>}
      <div
        ref={plot}
        class="plot"
        data-ready={chart === null ? undefined : ""}
        onPointerMove={(event) => event.pointerType !== "touch" && cursor.move(indexAt(event), "pointer")}
        onPointerDown={(event) => event.pointerType === "touch" && cursor.move(indexAt(event), "pointer")}
        onPointerLeave={(event) => event.pointerType !== "touch" && cursor.leave()}
      >
        {still}
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${spec.title}. ${spec.finding}`}
          onClick={(event) => {
            if ((event as unknown as PointerEvent).pointerType === "touch") return;
            followFrom(event.currentTarget, spec.buckets[indexAt(event)].href);
          }}
        >
          {`${spec.title}. ${spec.finding} The data table below has the same numbers.`}
        </canvas>
      </div>
      <input
        type="range"
        class="cursor"
        aria-label={`Cursor in ${spec.title}`}
        aria-valuetext={bucketText(spec, cursor.index ?? last)}
        min={0}
        max={last}
        step={1}
        value={cursor.index ?? last}
        data-live={chart === null ? undefined : ""}
        onFocus={() => cursor.move(cursor.index ?? last, "keys")}
        title="Arrow keys move the cursor, Enter opens what it stands on"
        onInput={(event) => cursor.move(Number(event.currentTarget.value), "keys")}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          followFrom(event.currentTarget, spec.buckets[cursor.index ?? last].href);
        }}
      />
      <Readout spec={spec} index={cursor.index} announced={cursor.own} />
      {failed && <Notice state="chart-failed" />}
      <FigureTools spec={spec} parquet_href={parquet_href} dates_href={dates_href} chart={chart} />
    </>
  );
}

interface ChartParts {
  readonly spec: ChartSpec;
  readonly plot: { readonly current: HTMLDivElement | null };
  readonly canvas: { readonly current: HTMLCanvasElement | null };
}

/** Loads the live chart, keeps it up with spec and theme, and takes it down with the figure. */
function useChart({ spec, plot, canvas }: ChartParts) {
  const [chart, setChart] = useState<ChartHandle | null>(null);
  const [failed, setFailed] = useState(false);
  const shown = useRef(spec);
  shown.current = spec;
  useEffect(() => {
    let gone = false;
    let drawn: ChartHandle | null = null;
    const load = async () => {
      const { drawChart } = await import("./chart_js.ts");
      if (gone || canvas.current === null || plot.current === null) return;
      drawn = drawChart(canvas.current, shown.current, { theme: readTheme(plot.current) });
      setChart(drawn);
    };
    load().catch(() => !gone && setFailed(true));
    return () => {
      gone = true;
      drawn?.destroy();
    };
  }, []);
  useEffect(() => chart?.update(spec), [spec]);
  useEffect(() => {
    if (chart === null) return;
    const redress = () => plot.current !== null && chart.recolour(readTheme(plot.current));
    const unwatch = watchTheme(redress);
    const unfocus = effect(() => {
      const key = focus_key.value;
      chart.focus(shown.current.series.some((series) => series.key === key) ? key : null);
    });
    return () => {
      unwatch();
      unfocus();
    };
  }, [chart]);
  return { chart, failed };
}

/** The bucket under the cursor, shared by all charts of the page through the instant it starts at. */
function useCursor(
  { spec, chart, plot }: Pick<ChartParts, "spec" | "plot"> & { readonly chart: ChartHandle | null },
) {
  const [index, setIndex] = useState<number | null>(null);
  const [own, setOwn] = useState(true);
  const mover = useRef<"pointer" | "keys" | null>(null);
  const starts_ms = useMemo(() => spec.buckets.map(({ start }) => Date.parse(start)), [spec]);
  useEffect(() =>
    effect(() => {
      const at_ms = hover.value;
      const next = at_ms === null ? null : bucketOf(starts_ms, at_ms);
      if (at_ms === null) mover.current = null;
      setIndex(next);
      setOwn(mover.current !== null || at_ms === null);
      chart?.hover(next, { tooltip: mover.current === "pointer" });
    }), [chart, starts_ms]);
  // The way from the slider leads over the link of its bucket, which must not vanish before it is reached.
  useEffect(() => {
    const figure = plot.current?.closest("figure");
    if (!figure) return;
    const left = ({ relatedTarget }: FocusEvent) => {
      if (mover.current !== "keys") return;
      if (!(relatedTarget instanceof Node && figure.contains(relatedTarget))) hover.value = null;
    };
    figure.addEventListener("focusout", left);
    return () => figure.removeEventListener("focusout", left);
  }, []);
  // A figure that is taken away under the pointer gets no leave event.
  useEffect(() => () => {
    if (mover.current !== null) hover.value = null;
  }, []);
  useEffect(() => {
    if (index === null) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      const link = plot.current?.closest("figure")?.querySelector(".readout a");
      if (link !== null && link === document.activeElement) sliderOf(plot.current)?.focus();
      else hover.value = null;
    };
    document.addEventListener("keydown", close, { capture: true });
    return () => document.removeEventListener("keydown", close, { capture: true });
  }, [index === null]);
  return {
    index: index !== null && index < spec.buckets.length ? index : null,
    own,
    move(next: number, by: "pointer" | "keys") {
      mover.current = by;
      hover.value = starts_ms[next];
    },
    /** The pointer is gone; keys that had moved the cursor before still hold it. */
    leave() {
      const figure = plot.current?.closest("figure");
      if (figure?.querySelector(":is(.cursor, .readout a):focus")) mover.current = "keys";
      else hover.value = null;
    },
  };
}

function sliderOf(plot: Element | null): HTMLInputElement | null {
  return plot?.closest("figure")?.querySelector<HTMLInputElement>("input.cursor") ?? null;
}
