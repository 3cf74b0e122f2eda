import type { ValueFormat } from "./measures.ts";

/**
 * One plain description of a chart. Three renderers read it: the SVG still and the HTML table on the server,
 * Chart.js in the browser. It is JSON: no functions, no dates; everything a reader sees is already text.
 */
export interface ChartSpec {
  /** Id of the figure on its page, as `by-account`. */
  readonly id: string;
  readonly kind: "bars" | "lines";
  /** Noun phrase, as "CPU-hours by account". */
  readonly title: string;
  /** The question with period, zone and basis. */
  readonly subtitle: string;
  /** The chart in one sentence; empty when there is nothing to say. */
  readonly finding: string;
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
  /** Where the same numbers are as CSV. */
  readonly csv_href: string;
  /** What to link a measure's name to: its definition. */
  readonly help_href: string;
}

/** One place on the x axis. */
export interface ChartBucket {
  /** ISO time with offset of the bucket's start. */
  readonly start: string;
  /** Short text on the axis, as "12 Mar". */
  readonly tick: string;
  /** Long text in readout and table, as "Thu 12 Mar 2026". */
  readonly label: string;
  /** Whether reports for it are still missing. */
  readonly incomplete: boolean;
  /** The view of this bucket alone, a finer step. */
  readonly href: string;
}

/** Colour of a series: a slot of the categorical palette, a family of states, or the grey of the rest. */
export type ColourSlot = 1 | 2 | 3 | 4 | 5 | 6 | 7 | "other";

/** What marks of a colour are filled with, to tell series of one colour apart without naming them. */
export type Texture = "plain" | "rising" | "falling" | "dots" | "grid" | "level";

/** One series: a value per bucket, null where it is unknown. */
export interface ChartSeries {
  readonly key: string;
  readonly label: string;
  readonly colour: ColourSlot;
  readonly texture: Texture;
  readonly values: readonly (number | null)[];
  readonly total: number | null;
  /** The view with only this series; null for the rest. */
  readonly href: string | null;
  /** The view with this series taken out of the choice, or left out while none is chosen; null for the rest. */
  readonly toggle_href: string | null;
  readonly selected: boolean;
}
