/**
 * What can be measured and by what it can be split: the names of the URL grammar with their units, labels and
 * definitions. `/help`, the menus and the query answers all read this table.
 */

import { CLASS_GROUPINGS } from "./classes.ts";
import { EFFICIENCY_MEASURES } from "./efficiency_measures.ts";
import { USE_MEASURES } from "./use_measures.ts";
import { WAIT_MEASURES } from "./wait_measures.ts";

/** How a value is written for people; a share of 1 is 100 %. */
export type ValueFormat = "count" | "hours" | "duration" | "ratio" | "share";

/** What decides which bucket a job's contribution falls into. */
export type BookedBy = "submit" | "start" | "end" | "overlap" | "prorated";

/** One measure: its unit in answers, its label, what it means and how it is booked. */
export interface Measure {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly format: ValueFormat;
  readonly booked_by: BookedBy;
  /** Whether buckets add up to the total and series to the whole. */
  readonly additive: boolean;
  /** What overlaps the bucket of a measure booked by overlap; the run if not said. */
  readonly overlaps?: "wait";
  readonly definition: string;
}

/** Every measure of the series query. */
export const MEASURES = [...USE_MEASURES, ...WAIT_MEASURES, ...EFFICIENCY_MEASURES] as const;

/** Name of a measure, as in `measure=cpu-hours`. */
export type MeasureName = (typeof MEASURES)[number]["name"];

/** The table line of a measure. */
export function measureOf(name: MeasureName): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined) throw new RangeError(`Unknown measure "${name}"`);
  return found;
}

/**
 * Whether the values of a grouping add up to the total: hours do, shared out among a job's nodes and GPU types;
 * a count does not by these two, since a job counts once on each of its nodes.
 */
export function addsUp(measure: Measure, by: Grouping): boolean {
  return measure.additive && (measure.format === "hours" || by !== "node" && by !== "gpu_type");
}

/** What a view can be filtered by; each is a repeatable key of the URL, and with `not.` before it excludes. */
export const DIMENSIONS = ["cluster", "account", "user", "partition", "qos", "state"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What a series can be split by. */
export const GROUPINGS = [
  "none",
  ...DIMENSIONS,
  "gpu_type",
  "node",
  "group",
  "wckey",
  "reservation",
  ...CLASS_GROUPINGS,
] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Names of the groupings for people. */
export const GROUPING_LABELS: Readonly<Record<Grouping, string>> = {
  none: "nothing",
  cluster: "cluster",
  account: "account",
  user: "user",
  partition: "partition",
  qos: "QOS",
  state: "state",
  gpu_type: "GPU type",
  node: "node",
  group: "Unix group",
  wckey: "WCKey",
  reservation: "reservation",
  size_class: "job size",
  wait_class: "length of wait",
  elapsed_class: "run time",
};
