import type { ValueFormat } from "./measures.ts";

/**
 * One plain description of a figure. Three renderers read it: the SVG still and the HTML table on the server,
 * Chart.js in the browser. It is JSON: no functions, no dates; everything a reader sees is already text.
 */
export type FigureSpec = ChartSpec | CurveSpec | HeatSpec | FailedSpec;

/** What stands around every figure. */
export interface FigureWords {
  /** Id of the figure on its page, as `by-account`. */
  readonly id: string;
  /** Noun phrase, as "CPU-hours by account". */
  readonly title: string;
  /** The question with period, zone and basis. */
  readonly subtitle: string;
  /** The chart in one sentence; empty when there is nothing to say. */
  readonly finding: string;
  /** Where the same numbers are as CSV and as Parquet. */
  readonly csv_href: string;
  readonly parquet_href: string;
  /** What to link a measure's name to: its definition. */
  readonly help_href: string;
}

/** A chart of values by bucket: over time, or by classes. */
export interface ChartSpec extends FigureWords {
  readonly kind: "bars" | "lines";
  /** What the buckets are: stretches of time, or classes of values. */
  readonly axis: "time" | "class";
  /** What the classes are, as "Wait"; of no use for time. */
  readonly x_title?: string;
  /** On a logarithmic scale nothing is stacked, and values under its first tick lie on the axis. */
  readonly scale: "linear" | "log";
  /** Unit of the values, as "CPU-hours". */
  readonly unit: string;
  readonly format: ValueFormat;
  /** Whether series lie on one another; never with a logarithmic scale. */
  readonly stacked: boolean;
  readonly buckets: readonly ChartBucket[];
  /** Largest first, `other` last. */
  readonly series: readonly ChartSeries[];
  /** How many series there are in all, when some are folded into `other`. */
  readonly truncated: { readonly shown: number; readonly of: number; readonly href: string } | null;
  /** The whole of an earlier range, bucket by bucket from its start; drawn as an outline behind. */
  readonly compared: ChartLine | null;
  /** What could be reached at most, as capacity; drawn as a line above. */
  readonly limit: ChartLine | null;
  /** What lies between two values, as quartiles; drawn as a light area behind the lines. */
  readonly band: {
    readonly label: string;
    readonly low: ChartLine["values"];
    readonly high: ChartLine["values"];
  } | null;
  /** How to look closer and from further away; null where the buckets are no days. */
  readonly zoom: ChartZoom | null;
}

/** A line of its own beside the series: a value per bucket, null where it is unknown. */
export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** The value of its whole range; left out where that is not known or means nothing. */
  readonly total?: number | null;
}

/** Addresses of other ranges. */
export interface ChartZoom {
  /** View of chosen days, with `{from}` and `{to}` in place of the first and the last one. */
  readonly href: string;
  /** View of the range around this one; null where there is none. */
  readonly out_href: string | null;
}

/** One place on the x axis. */
export interface ChartBucket {
  /** ISO time with offset of the bucket's start; of a class its key. */
  readonly start: string;
  /** First and last day of it, inclusive, `2026-01-31`; empty for a class. */
  readonly from: string;
  readonly to: string;
  /** Short text on the axis, as "12 Mar". */
  readonly tick: string;
  /** Long text in readout and table, as "Thu 12 Mar 2026". */
  readonly label: string;
  /** Whether reports for it are still missing. */
  readonly incomplete: boolean;
  /** The view of this bucket alone, a finer step; of a class its jobs. Empty where there is none. */
  readonly href: string;
}

/** Colour of a series: a slot of the categorical palette, a family of states, or the grey of the rest. */
export type ColourSlot = 1 | 2 | 3 | 4 | 5 | 6 | 7 | "other";

/** What marks of a colour are filled with, to tell series of one colour apart without naming them. */
export type Texture = "plain" | "rising" | "falling" | "dots" | "grid" | "level";

/** How a series is named, coloured and linked. */
export interface SeriesLook {
  readonly key: string;
  readonly label: string;
  readonly colour: ColourSlot;
  readonly texture: Texture;
  /** The view with only this series; null for the rest. */
  readonly href: string | null;
  /** The view with this series taken out of the choice, or left out while none is chosen; null for the rest. */
  readonly toggle_href: string | null;
  readonly selected: boolean;
}

/** One series: a value per bucket, null where it is unknown. */
export interface ChartSeries extends SeriesLook {
  readonly values: readonly (number | null)[];
  readonly total: number | null;
}

/** Shares of jobs up to a value, over a logarithmic axis. */
export interface CurveSpec extends FigureWords {
  readonly kind: "curves";
  /** What the x axis shows, as "Wait". */
  readonly x_title: string;
  readonly x_format: ValueFormat;
  /** Unit of x, empty for durations. */
  readonly x_unit: string;
  /** Ends of the axis, above 0; smaller values are drawn at its start, larger ones at its end. */
  readonly x_min: number;
  readonly x_max: number;
  /** Labelled places of the axis, with a line across the chart. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  readonly series: readonly CurveSeries[];
}

/** One curve, rising in both values. */
export interface CurveSeries extends SeriesLook {
  /** At most 200: a value, and the share (0 to 1) of jobs that do not exceed it. */
  readonly points: readonly (readonly [x: number, share: number])[];
  /** Jobs it stands for. */
  readonly jobs: number;
}

/** A table of which each cell is shaded by its value; it is its own data table. */
export interface HeatSpec extends FigureWords {
  readonly kind: "heat";
  readonly unit: string;
  readonly format: ValueFormat;
  /** Heads of the columns; those without a tick share the one before. */
  readonly columns: readonly HeatHead[];
  readonly rows: readonly (HeatHead & { readonly cells: readonly HeatCell[] })[];
  /** Value of the darkest shade; null for the largest value. */
  readonly full: number | null;
  /** Whether each cell shows its number, where there is room, or only on hover and focus. */
  readonly numbers: boolean;
  /** What marked cells are, as "used as asked". */
  readonly marked_label?: string;
  /** What the rows and the columns are, as "Weekday" and "Hour". */
  readonly row_title: string;
  readonly column_title: string;
}

/** Head of a row or a column. */
export interface HeatHead {
  readonly key: string;
  readonly label: string;
  /** Short text; empty where there is no room for one at each. */
  readonly tick: string;
  readonly href: string | null;
}

/** A cell of a shaded table. */
export interface HeatCell {
  readonly value: number | null;
  readonly href: string | null;
  /** Whether to mark it, as the diagonal of a table of asked against used. */
  readonly marked?: boolean;
}

/** In place of a figure that could not be made, while the others are shown. */
export interface FailedSpec extends Pick<FigureWords, "id" | "title"> {
  readonly kind: "failed";
  /** This page once more. */
  readonly retry_href: string;
  /** What the server's log has the reason under. */
  readonly request_id: string;
}
