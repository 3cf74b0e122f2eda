import { Plot, type PlotOptions } from "../components/Plot.tsx";
import type { ChartSpec } from "../lib/view/chart_spec.ts";

/** The live part of one figure, for pages that are not alive as a whole: a child of its `Figure`. */
export function Chart(props: PlotOptions & { readonly spec: ChartSpec }) {
  return <Plot {...props} />;
}
