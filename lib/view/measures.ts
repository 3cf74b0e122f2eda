/**
 * What can be measured and by what it can be split: the names of the URL grammar with their units, labels and
 * definitions. `/help`, the menus and the query answers all read this table.
 */

/** How a value is written for people. */
export type ValueFormat = "count" | "hours" | "duration" | "ratio";

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
  readonly definition: string;
}

/** Every measure of the series query. */
export const MEASURES = [
  {
    name: "cpu-hours",
    label: "CPU-hours",
    unit: "CPU-hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    definition: "CPUs allocated × run time, apportioned over the time the job ran",
  },
  {
    name: "gpu-hours",
    label: "GPU-hours",
    unit: "GPU-hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    definition: "GPUs allocated × run time, apportioned over the time the job ran",
  },
  {
    name: "node-hours",
    label: "Node-hours",
    unit: "node-hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    definition: "Nodes allocated × run time, apportioned over the time the job ran",
  },
  {
    name: "wall-hours",
    label: "Wall-hours",
    unit: "hours",
    format: "hours",
    booked_by: "prorated",
    additive: true,
    definition: "Run time of all jobs, apportioned over the time they ran",
  },
  {
    name: "jobs-submitted",
    label: "Jobs submitted",
    unit: "jobs",
    format: "count",
    booked_by: "submit",
    additive: true,
    definition: "All jobs, by the time they were submitted",
  },
  {
    name: "jobs-started",
    label: "Jobs started",
    unit: "jobs",
    format: "count",
    booked_by: "start",
    additive: true,
    definition: "Jobs that ran, by the time they started",
  },
  {
    name: "jobs-ended",
    label: "Jobs ended",
    unit: "jobs",
    format: "count",
    booked_by: "end",
    additive: true,
    definition: "Jobs that ran, by the time they ended",
  },
  {
    name: "jobs-never-ran",
    label: "Jobs that never ran",
    unit: "jobs",
    format: "count",
    booked_by: "end",
    additive: true,
    definition: "Jobs that ended, cancelled or failed, while still pending",
  },
  {
    name: "jobs-running",
    label: "Jobs running",
    unit: "jobs",
    format: "count",
    booked_by: "overlap",
    additive: false,
    definition: "Jobs whose run overlaps the bucket, each counted once in the total",
  },
  {
    name: "wait-hours",
    label: "Wait, in all",
    unit: "hours",
    format: "hours",
    booked_by: "start",
    additive: true,
    definition: "Time from submission to start, summed over the jobs that started",
  },
  {
    name: "wait-mean",
    label: "Wait, mean",
    unit: "s",
    format: "duration",
    booked_by: "start",
    additive: false,
    definition: "Mean time from submission to start of the jobs that started",
  },
  {
    name: "wait-p50",
    label: "Wait, median",
    unit: "s",
    format: "duration",
    booked_by: "start",
    additive: false,
    definition: "Half of the jobs that started had waited at most this long",
  },
  {
    name: "wait-p90",
    label: "Wait, 90th percentile",
    unit: "s",
    format: "duration",
    booked_by: "start",
    additive: false,
    definition: "90 % of the jobs that started had waited at most this long",
  },
  {
    name: "wait-p95",
    label: "Wait, 95th percentile",
    unit: "s",
    format: "duration",
    booked_by: "start",
    additive: false,
    definition: "95 % of the jobs that started had waited at most this long",
  },
  {
    name: "wait-p99",
    label: "Wait, 99th percentile",
    unit: "s",
    format: "duration",
    booked_by: "start",
    additive: false,
    definition: "99 % of the jobs that started had waited at most this long",
  },
  {
    name: "elapsed-mean",
    label: "Run time, mean",
    unit: "s",
    format: "duration",
    booked_by: "end",
    additive: false,
    definition: "Mean run time, without suspended time, of the jobs that ended",
  },
  {
    name: "elapsed-p50",
    label: "Run time, median",
    unit: "s",
    format: "duration",
    booked_by: "end",
    additive: false,
    definition: "Half of the jobs that ended had run at most this long",
  },
  {
    name: "elapsed-p95",
    label: "Run time, 95th percentile",
    unit: "s",
    format: "duration",
    booked_by: "end",
    additive: false,
    definition: "95 % of the jobs that ended had run at most this long",
  },
  {
    name: "users",
    label: "Active users",
    unit: "users",
    format: "count",
    booked_by: "overlap",
    additive: false,
    definition: "Distinct users among the jobs running in the bucket",
  },
  {
    name: "accounts",
    label: "Active accounts",
    unit: "accounts",
    format: "count",
    booked_by: "overlap",
    additive: false,
    definition: "Distinct accounts among the jobs running in the bucket",
  },
  {
    name: "groups",
    label: "Active groups",
    unit: "groups",
    format: "count",
    booked_by: "overlap",
    additive: false,
    definition: "Distinct unix groups among the jobs running in the bucket",
  },
  {
    name: "size-mean",
    label: "Job size, mean",
    unit: "CPUs",
    format: "ratio",
    booked_by: "overlap",
    additive: false,
    definition: "Mean CPUs of the jobs running in the bucket",
  },
  {
    name: "size-min",
    label: "Job size, smallest",
    unit: "CPUs",
    format: "count",
    booked_by: "overlap",
    additive: false,
    definition: "Fewest CPUs of any job running in the bucket",
  },
  {
    name: "size-max",
    label: "Job size, largest",
    unit: "CPUs",
    format: "count",
    booked_by: "overlap",
    additive: false,
    definition: "Most CPUs of any job running in the bucket",
  },
  {
    name: "size-mean-by-cpu-hours",
    label: "Job size, weighted by CPU-hours",
    unit: "CPUs",
    format: "ratio",
    booked_by: "overlap",
    additive: false,
    definition: "Mean CPUs of the jobs running in the bucket, each weighted by its CPU-hours there",
  },
  {
    name: "expansion-factor",
    label: "Expansion factor",
    unit: "",
    format: "ratio",
    booked_by: "overlap",
    additive: false,
    definition: "(run time + wait) / run time, weighted by node-hours (Open XDMoD)",
  },
] as const satisfies readonly Measure[];

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
export const GROUPINGS = ["none", ...DIMENSIONS, "gpu_type", "node"] as const;
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
};
