import type { ChartBucket, ChartLine, ChartSpec, FigureWords } from "../view/chart_spec.ts";
import type { ValueFormat } from "../view/measures.ts";

/** One class of a histogram: its key, its name on the axis and in full, and where its jobs are; empty for nowhere. */
export interface ChartClass extends Pick<ChartBucket, "tick" | "label" | "href"> {
  readonly key: string;
}

/** What is counted in each class. */
export interface Counted {
  /** Name of what is counted, as "Jobs". */
  readonly label: string;
  readonly unit: string;
  readonly format: ValueFormat;
  readonly values: readonly number[];
  /** The same of an earlier range; null for none. */
  readonly compared: ChartLine | null;
}

/** A histogram: one bar for each class, all classes in their order. */
export function classChart(
  words: FigureWords,
  classes: readonly ChartClass[],
  { label, unit, format, values, compared }: Counted,
): ChartSpec {
  return {
    ...words,
    kind: "bars",
    axis: "class",
    scale: "linear",
    unit,
    format,
    stacked: true,
    buckets: classes.map(({ key, ...named }) => ({
      ...named,
      start: key,
      from: "",
      to: "",
      incomplete: false,
    })),
    series: [{
      key: "",
      label,
      colour: 1,
      texture: "plain",
      href: null,
      toggle_href: null,
      selected: false,
      values,
      total: values.reduce((sum, value) => sum + value, 0),
    }],
    truncated: null,
    compared,
    limit: null,
    band: null,
    zoom: null,
  };
}
