/**
 * The measures once more, as slowly and plainly as their definitions read: one job after the other, one span of
 * time at a time. What the engine answers is held against it.
 */
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { ClusterData } from "../../../lib/query/data.ts";
import type { Basis, Filters } from "../../../lib/view/filters.ts";
import type { Grouping, MeasureName } from "../../../lib/view/measures.ts";
import { NODE_LISTS } from "./random_data.ts";

/** A job with what must be known of its cluster. */
export interface NaiveJob extends JobRecord {
  readonly cluster: string;
  readonly fresh_until_s: number;
}

/** A job, and which part of it belongs to the key looked at. */
export interface Part {
  readonly job: NaiveJob;
  readonly weight: number;
}

/** Seconds from `start_s` (included) to `end_s` (excluded). */
export interface Span {
  readonly start_s: number;
  readonly end_s: number;
}

/** The jobs of clusters one by one. */
export function naiveJobs(clusters: readonly ClusterData[]): readonly NaiveJob[] {
  return clusters.flatMap(({ name, dataset, fresh_until_s }) =>
    Array.from({ length: dataset.length }, (_, row) => ({
      ...dataset.record(row),
      cluster: name,
      fresh_until_s: fresh_until_s ?? -Infinity,
    }))
  );
}

/** Whether a job ran: a Start, and nodes. */
export function ran({ Start, NodeList }: JobRecord): boolean {
  return Start !== null && NodeList !== "None assigned";
}

function inside(time_s: number | null, { start_s, end_s }: Span): boolean {
  return time_s !== null && time_s >= start_s && time_s < end_s;
}

/** The run of a job that ran; a resized job's later record stands for what comes after the resize. */
function runOf(job: NaiveJob): Span {
  const { Submit, Start, End } = job;
  let start_s = Start ?? NaN;
  if (Submit !== null && Submit > start_s && (End === null || Submit < End)) start_s = Submit;
  return { start_s, end_s: Math.max(start_s, End ?? job.fresh_until_s) };
}

function overlap_s(run: Span, span: Span): number {
  return Math.max(0, Math.min(run.end_s, span.end_s) - Math.max(run.start_s, span.start_s));
}

function runsIn(job: NaiveJob, span: Span): boolean {
  if (!ran(job)) return false;
  const run = runOf(job);
  return run.start_s === run.end_s ? inside(run.start_s, span) : overlap_s(run, span) > 0;
}

/** Run time without suspension of a job that ended. */
function elapsed_s(job: NaiveJob): number {
  const run = runOf(job);
  const length_s = run.end_s - run.start_s;
  if (job.End === null) return length_s;
  const given_s = job.ElapsedRaw ?? length_s;
  return run.start_s === job.Start ? given_s : Math.min(given_s, length_s);
}

/** Hours of a count that fall into a span, the run time spread evenly over the run. */
function hours(job: NaiveJob, count: number, { span, basis }: { span: Span; basis: Basis }): number {
  const run = runOf(job);
  const length_s = run.end_s - run.start_s;
  const used_s = job.End === null ? length_s : Math.min(length_s, elapsed_s(job));
  const all = count * used_s / 3600;
  const moments = { submit: job.Submit, start: run.start_s, end: job.End === null ? null : run.end_s };
  if (basis !== "prorated") return inside(moments[basis], span) ? all : 0;
  return length_s === 0 ? 0 : all * overlap_s(run, span) / length_s;
}

function countOf(job: NaiveJob, what: "cpu" | "gpu" | "node" | "wall"): number {
  const given = { cpu: job.AllocCPUS, gpu: job.AllocGPUS, node: job.AllocNodes, wall: 1 }[what] ?? 0;
  if (given > 0) return given;
  const sent = what === "cpu" ? job.CPUHours : what === "gpu" ? job.GPUHours : null;
  if (sent === null || job.End === null) return 0;
  const { start_s, end_s } = runOf(job);
  const used_s = Math.min(end_s - start_s, elapsed_s(job));
  // The sender's hours are the job's hours, suspended or not.
  return used_s > 0 ? sent * 3600 / used_s : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

/** The smallest value that at least `percent` in a hundred do not exceed. */
function percentile(values: readonly number[], percent: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.find((_, i) => (i + 1) * 100 >= percent * sorted.length) ?? null;
}

function ratio(above: number, below: number): number | null {
  return below === 0 ? null : above / below;
}

/** A measure of some jobs over one span; null where there is nothing to measure. */
export function naiveMeasure(
  parts: readonly Part[],
  name: MeasureName,
  { span, basis }: { readonly span: Span; readonly basis: Basis },
): number | null {
  const jobs = parts.map(({ job }) => job);
  const started = jobs.filter((job) => ran(job) && inside(runOf(job).start_s, span));
  const ended = jobs.filter((job) => ran(job) && job.End !== null && inside(runOf(job).end_s, span));
  const running = parts.filter(({ job }) => runsIn(job, span));
  const waitOf = ({ Submit, Start }: NaiveJob) =>
    Submit === null || Start === null ? [] : [Math.max(0, Start - Submit)];
  const waits = started.flatMap(waitOf);
  const sizes = running.flatMap(({ job: { AllocCPUS } }) => AllocCPUS === null ? [] : [AllocCPUS]);
  const hoursOf = (what: "cpu" | "gpu" | "node" | "wall") =>
    sum(
      parts.filter(({ job }) => ran(job)).map(({ job, weight }) =>
        hours(job, countOf(job, what), { span, basis }) * weight
      ),
    );
  /** A mean over the running jobs, weighted by their hours in the span. */
  const weighted = (what: "cpu" | "node", value: (job: NaiveJob) => number) => {
    const weights = running.map(({ job, weight }) =>
      hours(job, countOf(job, what), { span, basis: "prorated" }) * weight
    );
    return ratio(sum(running.map(({ job }, i) => value(job) * weights[i])), sum(weights));
  };
  const distinct = (column: "User" | "Account" | "Group") =>
    new Set(running.flatMap(({ job }) => job[column] ?? [])).size;
  switch (name) {
    case "cpu-hours":
      return hoursOf("cpu");
    case "gpu-hours":
      return hoursOf("gpu");
    case "node-hours":
      return hoursOf("node");
    case "wall-hours":
      return hoursOf("wall");
    case "jobs-submitted":
      return jobs.filter(({ Submit }) => inside(Submit, span)).length;
    case "jobs-started":
      return started.length;
    case "jobs-ended":
      return ended.length;
    case "jobs-never-ran":
      return jobs.filter((job) => !ran(job) && inside(job.End, span)).length;
    case "jobs-running":
      return running.length;
    case "wait-hours":
      return sum(
        parts.filter(({ job }) => started.includes(job))
          .flatMap(({ job, weight }) => waitOf(job).map((wait_s) => wait_s * weight / 3600)),
      );
    case "wait-mean":
      return mean(waits);
    case "wait-p50":
    case "wait-p90":
    case "wait-p95":
    case "wait-p99":
      return percentile(waits, Number(name.slice(-2)));
    case "elapsed-mean":
      return mean(ended.map(elapsed_s));
    case "elapsed-p50":
    case "elapsed-p95":
      return percentile(ended.map(elapsed_s), Number(name.slice(-2)));
    case "users":
      return distinct("User");
    case "accounts":
      return distinct("Account");
    case "groups":
      return distinct("Group");
    case "size-mean":
      return mean(sizes);
    case "size-min":
      return sizes.length === 0 ? null : Math.min(...sizes);
    case "size-max":
      return sizes.length === 0 ? null : Math.max(...sizes);
    case "size-mean-by-cpu-hours":
      return weighted("cpu", (job) => job.AllocCPUS ?? countOf(job, "cpu"));
    case "expansion-factor":
      return weighted("node", (job) => {
        const run_s = elapsed_s(job);
        const wait_s = job.Submit === null || job.Start === null ? 0 : Math.max(0, job.Start - job.Submit);
        return run_s > 0 ? (run_s + wait_s) / run_s : 1;
      });
  }
}

/** Whether the choices of the filters keep a job. */
export function naiveKeeps({ only, not }: Filters, job: NaiveJob): boolean {
  const texts = {
    cluster: [job.cluster],
    account: [job.Account],
    user: [job.User],
    // A waiting job may name several, `a,b` or `a, b`.
    partition: job.Partition === null ? [] : [job.Partition, ...job.Partition.split(/ *, */)],
    qos: [job.QOS],
    state: [job.State],
  };
  return (Object.keys(texts) as (keyof typeof texts)[]).every((dimension) => {
    const meets = (values: readonly string[]) => values.some((value) => texts[dimension].includes(value));
    return (only[dimension].length === 0 || meets(only[dimension])) && !meets(not[dimension]);
  });
}

/** Parts of a job by the keys of a grouping. */
export function naiveKeys(job: NaiveJob, by: Grouping): ReadonlyMap<string, number> {
  const whole = (key: string | null) => new Map([[key ?? "", 1]]);
  switch (by) {
    case "none":
      return whole("");
    case "cluster":
      return whole(job.cluster);
    case "account":
      return whole(job.Account);
    case "user":
      return whole(job.User);
    case "partition":
      return whole(job.Partition);
    case "qos":
      return whole(job.QOS);
    case "state":
      return whole(job.State);
    case "gpu_type": {
      const typed = [...(job.AllocTRES ?? "").matchAll(/gres\/gpu:(\w+)=(\d+)/g)].map(([, type, count]) =>
        [type, Number(count)] as const
      );
      const all = Math.max(job.AllocGPUS ?? 0, sum(typed.map(([, count]) => count)));
      if (all === 0) return whole("");
      const rest = all - sum(typed.map(([, count]) => count));
      const counts = rest > 0 ? [...typed, ["untyped", rest] as const] : typed;
      return new Map(counts.map(([type, count]) => [type, count / all]));
    }
    case "node": {
      const nodes = NODE_LISTS[job.NodeList ?? ""] ?? [];
      return nodes.length === 0 ? whole("") : new Map(nodes.map((node) => [node, 1 / nodes.length]));
    }
  }
}
