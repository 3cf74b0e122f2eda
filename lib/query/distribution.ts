import { eachRunning, eachWithMoment, type JobVisitor } from "../engine/each_job.ts";
import { type EcdfPoint, ValueHistogram } from "../engine/value_histogram.ts";
import { ELAPSED, rateOf, WAIT } from "../engine/row_values.ts";
import type { RowValue } from "../engine/runs.ts";
import type { Scan } from "../engine/scan.ts";
import { CLASSES, type ClassGrouping } from "../view/classes.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import type { AnswerBasis, Range } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { grouperOf } from "./grouping.ts";
import { rangeOf } from "./range.ts";
import { ranking } from "./ranking.ts";
import { select } from "./scan.ts";
import { held } from "./values.ts";

/** What of a job can be looked at: its wait, its run time without suspension, its CPUs. */
export const DISTRIBUTIONS = ["wait", "elapsed", "size"] as const;
export type DistributionOf = (typeof DISTRIBUTIONS)[number];

/** Groups that are shown by themselves, and points of a curve. */
const MAX_GROUPS = 6;
const MAX_POINTS = 200;
const HOUR_S = 3600;

/** How the jobs of a range are spread over values; null where there is no value. */
export interface SpreadAnswer {
  /** Jobs with a value, and those without: an unknown wait, no CPUs. */
  readonly jobs: number;
  readonly unknown: number;
  /** By class: jobs, and CPU-hours. */
  readonly counts: readonly number[];
  readonly cpu_hours: readonly number[];
  readonly unknown_cpu_hours: number;
  /** At most 200 exact points, rising: a value, and the share of the jobs that do not exceed it. */
  readonly ecdf: readonly EcdfPoint[];
  readonly min: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Answer of the question for a distribution; the body of `GET /api/dashboard/distribution`. */
export interface DistributionAnswer {
  readonly of: DistributionOf;
  readonly unit: "s" | "CPUs";
  /** Which jobs: those that started, ended or ran in the range. */
  readonly basis: AnswerBasis;
  readonly tz: string;
  /** First and last day, inclusive. */
  readonly from: string;
  readonly to: string;
  /** The classes in their order and the largest value of each, null for none. */
  readonly classes: readonly { readonly key: string; readonly up_to: number | null }[];
  readonly by: Grouping;
  readonly all: SpreadAnswer;
  /** Those with most jobs first; the folded rest, if any, last with how many it stands for. */
  readonly groups: readonly (SpreadAnswer & { readonly key: string; readonly others?: number })[];
}

interface Kind {
  readonly classes: ClassGrouping;
  readonly unit: DistributionAnswer["unit"];
  readonly basis: AnswerBasis;
  /** The measure that counts these jobs. */
  readonly counted: MeasureName;
  readonly value: RowValue;
  /** Visits the jobs of a scan, each with its CPU-hours. */
  readonly each: (
    scan: Scan,
    within: Range & { readonly cluster: ClusterData },
    visit: (cpu_hours: number, ...part: Parameters<JobVisitor>) => void,
  ) => void;
}

const KINDS: Readonly<Record<DistributionOf, Kind>> = {
  wait: {
    classes: "wait_class",
    unit: "s",
    basis: "start",
    counted: "jobs-started",
    value: WAIT,
    each: eachAt("run_start"),
  },
  elapsed: {
    classes: "elapsed_class",
    unit: "s",
    basis: "end",
    counted: "jobs-ended",
    value: ELAPSED,
    each: eachAt("end"),
  },
  size: {
    classes: "size_class",
    unit: "CPUs",
    basis: "overlap",
    counted: "jobs-running",
    value: {
      name: "CPUs of jobs with any",
      of: ({ numbers: { AllocCPUS } }) => (row) => AllocCPUS.at(row) || NaN,
    },
    each: (scan, { cluster, start_s, end_s }, visit) => {
      const rateAt = rateOf("cpu")(scan.week);
      eachRunning(
        scan,
        { start_s, end_s, until_s: cluster.fresh_until_s ?? 0 },
        (seconds, row, ...part) => visit(rateAt(row) * seconds / HOUR_S, row, ...part),
      );
    },
  },
};

/** Jobs of which a moment lies in the range, with the hours of their whole run. */
function eachAt(moment: "run_start" | "end"): Kind["each"] {
  return (scan, { cluster, start_s, end_s }, visit) => {
    const heldBy = held(cluster, "cpu").of(scan.week);
    eachWithMoment(
      scan,
      { moment, of: "ran", start_s, end_s },
      (row, ...part) => visit(heldBy(row) / HOUR_S, row, ...part),
    );
  };
}

/**
 * How waits, run times or sizes are distributed, over all jobs and over those of each value of a grouping. CPU-hours
 * are of the same jobs and add up to the measure's: whole where the jobs are those that started or ended, else those
 * in the range.
 */
export async function distribution(
  data: Data,
  filters: Filters,
  { now_s, breathe, of }: Asked & { readonly of: DistributionOf },
): Promise<DistributionAnswer> {
  const { classes, unit, basis, counted, value, each } = KINDS[of];
  const range = rangeOf(data, filters, now_s);
  const by = filters.by ?? "none";
  const ranked = by === "none"
    ? []
    : (await ranking(data, filters, { now_s, breathe, by, measures: [counted] })).rows.map(({ key }) => key);
  const keys = ranked.slice(0, MAX_GROUPS);
  const others = ranked.length - keys.length;
  const bounds = CLASSES[classes].map(({ up_to }) => up_to);
  const all = new ValueHistogram(bounds);
  const groups = [...keys, ...others > 0 ? [""] : []].map(() => new ValueHistogram(bounds));
  const slots = new Map(keys.map((key, slot) => [key, slot]));
  for (const { cluster, weeks } of await select(data, filters, { range, breathe })) {
    const grouped = grouperOf(cluster, by, (key) => slots.get(key) ?? keys.length);
    for (const chosen of weeks) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      const valueOf = value.of(chosen.week);
      each(grouped(chosen), { ...range, cluster }, (cpu_hours, row, slot, weight, first) => {
        const found = valueOf(row);
        if (first) all.add(found, cpu_hours);
        if (by !== "none") groups[slot].add(found, cpu_hours * weight);
      });
    }
  }
  return {
    of,
    unit,
    basis,
    tz: range.tz,
    from: range.from,
    to: range.to,
    classes: CLASSES[classes].map(({ key, up_to }) => ({
      key,
      up_to: Number.isFinite(up_to) ? up_to : null,
    })),
    by,
    all: spreadOf(all),
    groups: groups.map((group, slot) =>
      slot < keys.length ? { key: keys[slot], ...spreadOf(group) } : { key: "", others, ...spreadOf(group) }
    ),
  };
}

function spreadOf(histogram: ValueHistogram): SpreadAnswer {
  const { count, unknown, unknown_amount, counts, amounts, ecdf, quantile } = histogram.distribution(
    MAX_POINTS,
  );
  return {
    jobs: count,
    unknown,
    counts,
    cpu_hours: amounts,
    unknown_cpu_hours: unknown_amount,
    ecdf,
    min: quantile(0),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: quantile(1),
  };
}
