/**
 * What can be measured and by what it can be split: the names of the URL grammar with their units, labels and
 * definitions. `/help`, the menus and the query answers all read this table.
 */

import { CAPACITY_MEASURES } from "./capacity_measures.ts";
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
  /** Of what it is the capacity, or the share that was used of it; capacity is a node's, not a job's. */
  readonly capacity?: "cpu" | "gpu" | "node" | "mem";
  readonly definition: string;
}

/** Every measure of the series query. */
export const MEASURES = [
  ...USE_MEASURES,
  ...CAPACITY_MEASURES,
  ...WAIT_MEASURES,
  ...EFFICIENCY_MEASURES,
] as const;

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
 * a count does not by these two, since a job counts once on each of its nodes. Of capacity, only that of clusters and of
 * nodes does, and that of GPUs by type: partitions share nodes, and all others share all of it.
 */
export function addsUp(measure: Measure, by: Grouping): boolean {
  if (measure.capacity !== undefined) {
    return measure.additive &&
      (by === "none" || by === "cluster" || by === "node" || by === "gpu_type" && measure.capacity === "gpu");
  }
  return measure.additive && (measure.format === "hours" || by !== "node" && by !== "gpu_type");
}

/** The dimensions that every page offers to filter by. */
export const MAIN_DIMENSIONS = ["cluster", "account", "user", "partition", "qos", "state"] as const;
export type MainDimension = (typeof MAIN_DIMENSIONS)[number];

/**
 * What a view can be filtered by; each is a repeatable key of the URL, and with `not.` before it excludes.
 *
 * A filter keeps or leaves out whole jobs. A job belongs to several values of some dimensions: to each partition it
 * may start in, to each type of its GPUs and to each of its nodes. One of them is enough to keep it with all of its
 * hours, and one that is excluded is enough to leave it out; only grouping shares its hours out among them.
 *
 * `account_1` and `account_2` are the first one and two segments of an account's name, parted by - _ . or /;
 * `account_tree` is every account that the job's account lies below in Slurm's tree of accounts, and itself.
 */
export const DIMENSIONS = [
  ...MAIN_DIMENSIONS,
  "gpu_type",
  "node",
  "group",
  "wckey",
  "reservation",
  ...CLASS_GROUPINGS,
  "account_1",
  "account_2",
  "account_tree",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/**
 * What a series can be split by. Grouping by `account_tree` puts jobs to the children of the account chosen with
 * `account_tree`, else to those of the tree's root; accounts that are not in the tree stand for themselves.
 */
export const GROUPINGS = ["none", ...DIMENSIONS] as const;
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
  cpu_use_class: "CPU efficiency",
  mem_use_class: "memory efficiency",
  limit_use_class: "use of the time limit",
  gpu_use_class: "GPU efficiency",
  account_1: "account group",
  account_2: "account subgroup",
  account_tree: "account tree",
};
