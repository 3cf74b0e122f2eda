/** Hours of the week, activity and distributions once more, as plainly as they are defined. */
import type { Filters } from "../../../lib/view/filters.ts";
import type { ActivityAnswer, ActivityBy, ActivityPeriod } from "../../../lib/query/activity.ts";
import type { DistributionAnswer, DistributionOf } from "../../../lib/query/distribution.ts";
import { type Grouping, type MeasureName, measureOf } from "../../../lib/view/measures.ts";
import { naiveMeasure, type Part, planned } from "./naive.ts";
import { naiveBuckets, naiveSpan, naiveWeekHours } from "./naive_calendar.ts";
import {
  elapsedOf,
  inside,
  memoryOf,
  type NaiveJob,
  naiveKeys,
  ran,
  runOf,
  type Span,
} from "./naive_jobs.ts";
import type { AskedFilters } from "./random_cases.ts";

function wholeParts(jobs: readonly NaiveJob[]): readonly Part[] {
  return jobs.map((job) => ({ job, weight: 1 }));
}

/** The 168 values of a measure with the seconds that they stand for. */
export function naiveHoursOfWeek(
  jobs: readonly NaiveJob[],
  { filters, measure, reported_s }: {
    readonly filters: AskedFilters;
    readonly measure: MeasureName;
    readonly reported_s: number;
  },
) {
  const hours = naiveWeekHours(naiveSpan(filters), filters.tz);
  return Array.from({ length: 168 }, (_, number) => {
    const here = hours.filter(({ hour }) => hour === number);
    const known = here.map(({ start_s, end_s }) => Math.max(0, Math.min(end_s, reported_s) - start_s));
    const values = here.map((span) =>
      naiveMeasure(wholeParts(jobs), measure, { span, basis: filters.basis, reported_s })
    );
    const [range_s, known_s] = [sum(here.map(({ start_s, end_s }) => end_s - start_s)), sum(known)];
    if (measureOf(measure).additive) {
      return { range_s, known_s, value: range_s === 0 ? null : sum(values.map((value) => value ?? 0)) };
    }
    const weighted = sum(values.map((value, i) => (value ?? 0) * known[i]));
    return { range_s, known_s, value: known_s === 0 ? null : weighted / known_s };
  });
}

/** Who was active in how many periods. */
export function naiveActivity(
  jobs: readonly NaiveJob[],
  { filters, by, per }: {
    readonly filters: AskedFilters;
    readonly by: ActivityBy;
    readonly per: ActivityPeriod;
  },
): Pick<ActivityAnswer, "periods" | "active" | "total"> {
  const buckets = naiveBuckets(naiveSpan(filters), { tz: filters.tz, step: per });
  const column = ({ user: "User", account: "Account", group: "Group" } as const)[by];
  const numbers: number[] = [];
  for (const key of new Set(jobs.flatMap((job) => job[column] ?? []))) {
    const parts = wholeParts(jobs.filter((job) => job[column] === key));
    const asked = { basis: "prorated", reported_s: 0 } as const;
    numbers.push(
      buckets.filter((span) => Number(naiveMeasure(parts, "jobs-running", { ...asked, span })) > 0).length,
    );
  }
  const active = buckets.map((_, i) => i + 1)
    .map((periods) => ({ periods, count: numbers.filter((number) => number === periods).length }))
    .filter(({ count }) => count > 0);
  return { periods: buckets.length, active, total: numbers.filter((number) => number > 0).length };
}

const BASES: Readonly<Record<DistributionOf, "start" | "end" | "prorated">> = {
  wait: "start",
  planned: "start",
  elapsed: "end",
  size: "prorated",
  gpus: "prorated",
  nodes: "prorated",
  memory: "prorated",
};

/** The jobs that a distribution is about. */
export function naiveCounted(jobs: readonly NaiveJob[], of: DistributionOf, span: Span): readonly NaiveJob[] {
  return jobs.filter((job) => {
    if (!ran(job)) return false;
    const run = runOf(job);
    if (of === "wait" || of === "planned") return inside(run.start_s, span);
    if (of === "elapsed") return job.End !== null && inside(run.end_s, span);
    return run.start_s === run.end_s
      ? inside(run.start_s, span)
      : run.start_s < span.end_s && run.end_s > span.start_s;
  });
}

/** The number of a job that a distribution is about, null for none. */
function valueOf(job: NaiveJob, of: DistributionOf): number | null {
  if (of === "size") return job.AllocCPUS === 0 ? null : job.AllocCPUS;
  if (of === "gpus") return job.AllocGPUS === 0 ? null : job.AllocGPUS;
  if (of === "nodes") return job.AllocNodes === 0 ? null : job.AllocNodes;
  if (of === "memory") return (memoryOf(job) ?? 0) / 2 ** 30 || null;
  if (of === "planned") return planned(job)[0] ?? null;
  if (of === "elapsed") return elapsedOf(job);
  return job.Submit === null || job.Start === null ? null : Math.max(0, job.Start - job.Submit);
}

/** Values in order, their means, and jobs and CPU-hours by class, "" for none. */
export function naiveSpread(
  parts: readonly Part[],
  { of, classes, span }: Pick<DistributionAnswer, "of" | "classes"> & { readonly span: Span },
) {
  const counts = new Map<string, number>();
  const cpu_hours = new Map<string, number>();
  let [known_hours, by_hours] = [0, 0];
  for (const part of parts) {
    const value = valueOf(part.job, of);
    const key = value === null
      ? ""
      : classes.find(({ up_to }) => up_to === null || value <= up_to)?.key ?? "";
    const hours = naiveMeasure([part], "cpu-hours", { span, basis: BASES[of], reported_s: 0 }) ?? 0;
    if (value !== null) {
      known_hours += hours;
      by_hours += value * hours;
    }
    counts.set(key, (counts.get(key) ?? 0) + 1);
    cpu_hours.set(key, (cpu_hours.get(key) ?? 0) + hours);
  }
  const values = parts.flatMap(({ job }) => valueOf(job, of) ?? []).sort((a, b) => a - b);
  return {
    values,
    counts,
    cpu_hours,
    mean: values.length === 0 ? null : sum(values) / values.length,
    mean_by_cpu_hours: known_hours === 0 ? null : by_hours / known_hours,
  };
}

/** The jobs by key, most first, or with most of something; those after the sixth together, each job once, under null. */
export function naiveGroups(
  jobs: readonly NaiveJob[],
  { by, only: { account_tree } }: Pick<Filters, "only"> & { readonly by: Grouping },
  amountOf: (parts: readonly Part[]) => number = (parts) => parts.length,
): readonly { readonly key: string | null; readonly others: number; readonly parts: readonly Part[] }[] {
  const by_key = new Map<string, Part[]>();
  for (const job of jobs) {
    for (const [key, weight] of naiveKeys(job, by, account_tree)) {
      by_key.set(key, [...by_key.get(key) ?? [], { job, weight }]);
    }
  }
  const ranked = [...by_key].sort(([a, these], [b, those]) =>
    amountOf(those) - amountOf(these) || (a < b ? -1 : 1)
  );
  const rest = new Map<NaiveJob, number>();
  for (const [, parts] of ranked.slice(6)) {
    for (const { job, weight } of parts) rest.set(job, (rest.get(job) ?? 0) + weight);
  }
  const shown = ranked.slice(0, 6).map(([key, parts]) => ({ key, others: 0, parts }));
  const folded = {
    key: null,
    others: ranked.length - 6,
    parts: [...rest].map(([job, weight]) => ({ job, weight })),
  };
  return ranked.length > 6 ? [...shown, folded] : shown;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
