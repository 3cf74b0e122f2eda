import { type EcdfPoint, ValueHistogram } from "../engine/value_histogram.ts";
import { type Spread, SPREAD_CLASSES, SPREADS } from "../view/classes.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping } from "../view/measures.ts";
import type { AnswerBasis, Range } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { grouperOf } from "./grouping.ts";
import { rangeOf } from "./range.ts";
import { ranking } from "./ranking.ts";
import { select } from "./scan.ts";
import { SPREAD_KINDS, type SpreadUnit } from "./spread_kinds.ts";

/** What of a job can be looked at, the wait if nothing is said. */
export const DISTRIBUTIONS = SPREADS;
export type DistributionOf = Spread;

/** Groups that are shown by themselves unless another number is asked for, and points of a curve. */
const MAX_GROUPS = 6;
const MAX_POINTS = 200;
/** Shares that are told as percentiles: the curve has a point at each, so that both say the same. */
const SHARES = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/** How the jobs of a range are spread over values; null where there is no value. */
export interface SpreadAnswer {
  /** Jobs with a value, and those without: an unknown wait, no CPUs, no GPUs, no memory that is known of. */
  readonly jobs: number;
  readonly unknown: number;
  /** By class: jobs, and CPU-hours. */
  readonly counts: readonly number[];
  readonly cpu_hours: readonly number[];
  readonly unknown_cpu_hours: number;
  /** At most 200 exact points, rising: a value, and the share of the jobs that do not exceed it. */
  readonly ecdf: readonly EcdfPoint[];
  readonly mean: number | null;
  /** The mean of the values, each weighted by the job's CPU-hours. */
  readonly mean_by_cpu_hours: number | null;
  readonly min: number | null;
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Answer of the question for a distribution; the body of `GET /api/dashboard/distribution`. */
export interface DistributionAnswer {
  readonly of: DistributionOf;
  readonly unit: SpreadUnit;
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

/**
 * How waits, run times or sizes are distributed, over all jobs and over those of each value of a grouping. CPU-hours
 * are of the same jobs and add up to the measure's: whole where the jobs are those that started or ended, else those
 * in the range.
 *
 * @param options.top most groups to show; the others are folded into a last one that says how many they are
 * @param options.range another range than the one of the filters
 */
export async function distribution(
  data: Data,
  filters: Filters,
  { now_s, breathe, of, top = MAX_GROUPS, range = rangeOf(data, filters, now_s) }: Asked & {
    readonly of: DistributionOf;
    readonly top?: number;
    readonly range?: Range;
  },
): Promise<DistributionAnswer> {
  const { unit, basis, ranked_by, value, each } = SPREAD_KINDS[of];
  const classes = SPREAD_CLASSES[of];
  const by = filters.by ?? "none";
  const ranked = by === "none"
    ? []
    : (await ranking(data, filters, { now_s, breathe, by, measures: ranked_by, range })).rows.map(({ key }) =>
      key
    );
  const keys = ranked.slice(0, top);
  const others = ranked.length - keys.length;
  const bounds = classes.map(({ up_to }) => up_to);
  const all = new ValueHistogram(bounds);
  const groups = [...keys, ...others > 0 ? [""] : []].map(() => new ValueHistogram(bounds));
  // Where each job is in one group alone, all are the groups together.
  const apart = by !== "none" && by !== "node" && by !== "gpu_type";
  const slots = new Map(keys.map((key, slot) => [key, slot]));
  for (const selection of await select(data, filters, { range, breathe })) {
    const { cluster, weeks } = selection;
    const values = value(cluster);
    const grouped = grouperOf(selection, by, (key) => slots.get(key) ?? keys.length);
    for (const chosen of weeks) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      const valueOf = values.of(chosen.week);
      each(grouped(chosen), { ...range, cluster }, (cpu_hours, row, slot, weight, first) => {
        const found = valueOf(row);
        if (!apart && first) all.add(found, cpu_hours);
        if (by !== "none") groups[slot].add(found, cpu_hours * weight);
      });
    }
  }
  if (apart) { for (const group of groups) all.include(group); }
  return {
    of,
    unit,
    basis,
    tz: range.tz,
    from: range.from,
    to: range.to,
    classes: classes.map(({ key, up_to }) => ({
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
  const { count, unknown, unknown_amount, counts, amounts, ecdf, mean, mean_by_amount, quantile } = histogram
    .distribution(MAX_POINTS - SHARES.length, SHARES);
  return {
    jobs: count,
    unknown,
    counts,
    cpu_hours: amounts,
    unknown_cpu_hours: unknown_amount,
    ecdf,
    mean,
    mean_by_cpu_hours: mean_by_amount,
    min: quantile(0),
    p25: quantile(0.25),
    p50: quantile(0.5),
    p75: quantile(0.75),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: quantile(1),
  };
}
