import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartHandle } from "./chart_js.ts";
import { readTheme, watchTheme } from "./chart_theme.ts";
import type { PlotSpec } from "./plot_view.ts";
import { focus_key } from "./ui_state.ts";

/** A plot's elements. */
export interface PlotParts {
  readonly spec: PlotSpec;
  readonly plot: { readonly current: HTMLDivElement | null };
  readonly canvas: { readonly current: HTMLCanvasElement | null };
}

/** Loads the live chart, keeps it up with spec and theme, and takes it down with the figure. */
export function useChart({ spec, plot, canvas }: PlotParts) {
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
