/**
 * The measures once more, as slowly and plainly as their definitions read: one job after the other, one span of
 * time at a time. What the engine answers is held against it.
 */
import type { Basis } from "../../../lib/view/filters.ts";
import type { MeasureName } from "../../../lib/view/measures.ts";
import { elapsedOf, inside, memoryOf, type NaiveJob, ran, runOf, type Span, waitOf } from "./naive_jobs.ts";

/** A job, and which part of it belongs to the key looked at. */
export interface Part {
  readonly job: NaiveJob;
  readonly weight: number;
}

/** What a measure is taken over; `reported_s` is up to when the clusters of the view have reported. */
export interface NaiveAsked {
  readonly span: Span;
  readonly basis: Basis;
  readonly reported_s: number;
}

type Counted = "cpu" | "gpu" | "node" | "wall" | "mem";

const GIB = 2 ** 30;
const FAILED = ["FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT"];

function overlapOf(run: Span, span: Span): number {
  return Math.max(0, Math.min(run.end_s, span.end_s) - Math.max(run.start_s, span.start_s));
}

/** Whether something lasts in a span; what has no length is where it begins. */
function lastsIn(lasting: Span, span: Span): boolean {
  return lasting.start_s === lasting.end_s ? inside(lasting.start_s, span) : overlapOf(lasting, span) > 0;
}

/** Hours of a count that fall into a span, the run time spread evenly over the run. */
function hoursIn(job: NaiveJob, what: Counted, { span, basis }: NaiveAsked): number {
  const run = runOf(job);
  const length_s = run.end_s - run.start_s;
  const moments = { submit: job.Submit, start: run.start_s, end: job.End === null ? null : run.end_s };
  if (basis !== "prorated") return inside(moments[basis], span) ? hoursOf(job, what) : 0;
  return length_s === 0 ? 0 : hoursOf(job, what) * overlapOf(run, span) / length_s;
}

/** Hours of a count in the whole run, GiB-hours of memory. */
function hoursOf(job: NaiveJob, what: Counted): number {
  const run = runOf(job);
  const length_s = run.end_s - run.start_s;
  const used_s = job.End === null ? length_s : Math.min(length_s, elapsedOf(job));
  return countOf(job, what) * used_s / 3600;
}

function countOf(job: NaiveJob, what: Counted): number {
  const given = {
    cpu: job.AllocCPUS,
    gpu: job.AllocGPUS,
    node: job.AllocNodes,
    wall: 1,
    mem: (memoryOf(job) ?? 0) / GIB,
  }[what] ?? 0;
  if (given > 0) return given;
  const sent = what === "cpu" ? job.CPUHours : what === "gpu" ? job.GPUHours : null;
  if (sent === null || job.End === null) return 0;
  const { start_s, end_s } = runOf(job);
  const used_s = Math.min(end_s - start_s, elapsedOf(job));
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

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}

function ratio(above: number, below: number): number | null {
  return below === 0 ? null : above / below;
}

function waited(job: NaiveJob): number[] {
  return job.Submit === null || job.Start === null ? [] : [Math.max(0, job.Start - job.Submit)];
}

export function planned(job: NaiveJob): number[] {
  return job.Eligible === null || job.Start === null ? [] : [Math.max(0, job.Start - job.Eligible)];
}

/** What a job was given and what it used of it, for those of which both are known. */
function cpuUse(job: NaiveJob): { given: number; used: number }[] {
  if (job.TotalCPU === null || job.AllocCPUS === null) return [];
  return [{ given: job.AllocCPUS * elapsedOf(job), used: job.TotalCPU }];
}

function gpuUse(job: NaiveJob): { given: number; used: number }[] {
  if (job.GPUUtilAve === null || job.AllocGPUS === null) return [];
  const given = job.AllocGPUS * elapsedOf(job);
  return [{ given, used: job.GPUUtilAve > 100 ? given : given * job.GPUUtilAve / 100 }];
}

function memoryUse(job: NaiveJob): { given: number; used: number }[] {
  const bytes = memoryOf(job);
  if (bytes === null || job.MaxRSS === null) return [];
  return [{ given: bytes * elapsedOf(job), used: job.MaxRSS * elapsedOf(job) }];
}

function limitUse(job: NaiveJob): { given: number; used: number }[] {
  return job.TimelimitRaw === null ? [] : [{ given: job.TimelimitRaw * 60, used: elapsedOf(job) }];
}

function shareUsed(uses: readonly { given: number; used: number }[]): number | null {
  const counting = uses.filter(({ given }) => given > 0);
  return ratio(sum(counting.map(({ used }) => used)), sum(counting.map(({ given }) => given)));
}

/** A measure of some jobs over one span; null where there is nothing to measure. */
export function naiveMeasure(parts: readonly Part[], name: MeasureName, asked: NaiveAsked): number | null {
  const { span, reported_s } = asked;
  const thatRan = () => parts.filter(({ job }) => ran(job));
  const startedParts = () => thatRan().filter(({ job }) => inside(runOf(job).start_s, span));
  const endedParts = () => thatRan().filter(({ job }) => job.End !== null && inside(runOf(job).end_s, span));
  const runningParts = () => thatRan().filter(({ job }) => lastsIn(runOf(job), span));
  const started = () => startedParts().map(({ job }) => job);
  const ended = () => endedParts().map(({ job }) => job);
  const running = () => runningParts().map(({ job }) => job);
  const failed = () => ended().filter(({ State }) => FAILED.includes(State ?? ""));
  const sizes = () => running().flatMap(({ AllocCPUS }) => AllocCPUS === null ? [] : [AllocCPUS]);
  const hours = (what: Counted) =>
    sum(thatRan().map(({ job, weight }) => hoursIn(job, what, asked) * weight));
  /** A sum over the jobs that ended, of which every node of a job has its part. */
  const shared = (of: (job: NaiveJob) => readonly number[]) =>
    sum(endedParts().flatMap(({ job, weight }) => of(job).map((value) => value * weight)));
  const lost = (what: Counted) =>
    shared((job) => FAILED.includes(job.State ?? "") ? [hoursOf(job, what)] : []);
  /** A mean over the running jobs, weighted by their hours in the span. */
  const weighted = (what: Counted, value: (job: NaiveJob) => number) => {
    const weights = runningParts().map(({ job, weight }) =>
      hoursIn(job, what, { ...asked, basis: "prorated" }) * weight
    );
    return ratio(sum(running().map((job, i) => value(job) * weights[i])), sum(weights));
  };
  /** How many of something there are at one time: what lasts in the reported part of the span, by its length. */
  const depth = (lasting: readonly Span[]) => {
    const known = { start_s: span.start_s, end_s: Math.min(span.end_s, reported_s) };
    if (known.end_s <= known.start_s) return null;
    return sum(lasting.map((one) => overlapOf(one, known))) / (known.end_s - known.start_s);
  };
  const waits = () => parts.flatMap(({ job }) => waitOf(job) ?? []);
  const distinct = (column: "User" | "Account" | "Group") =>
    new Set(running().flatMap((job) => job[column] ?? [])).size;
  switch (name) {
    case "cpu-hours":
      return hours("cpu");
    case "gpu-hours":
      return hours("gpu");
    case "node-hours":
      return hours("node");
    case "wall-hours":
      return hours("wall");
    case "mem-hours":
      return hours("mem");
    case "cpu-utilisation":
    case "gpu-utilisation":
    case "node-utilisation":
    case "mem-utilisation":
    case "cpu-hours-capacity":
    case "gpu-hours-capacity":
    case "node-hours-capacity":
      // Jobs do not tell what there was; see utilisation_test.ts.
      return null;
    case "jobs-submitted":
      return parts.filter(({ job }) => inside(job.Submit, span)).length;
    case "jobs-started":
      return started().length;
    case "jobs-ended":
      return ended().length;
    case "jobs-never-ran":
      return parts.filter(({ job }) => !ran(job) && inside(job.End, span)).length;
    case "jobs-running":
      return running().length;
    case "running-mean":
      return depth(thatRan().map(({ job }) => runOf(job)));
    case "jobs-pending":
      return waits().filter((wait) => lastsIn(wait, span)).length;
    case "pending-mean":
      return depth(waits());
    case "wait-hours":
      return sum(
        startedParts().flatMap(({ job, weight }) => waited(job).map((wait_s) => wait_s * weight / 3600)),
      );
    case "wait-mean":
      return mean(started().flatMap(waited));
    case "wait-p25":
    case "wait-p50":
    case "wait-p75":
    case "wait-p90":
    case "wait-p95":
    case "wait-p99":
      return percentile(started().flatMap(waited), Number(name.slice(-2)));
    case "wait-max":
      return largest(started().flatMap(waited));
    case "planned-mean":
      return mean(started().flatMap(planned));
    case "planned-p50":
    case "planned-p90":
    case "planned-p95":
    case "planned-p99":
      return percentile(started().flatMap(planned), Number(name.slice(-2)));
    case "elapsed-mean":
      return mean(ended().map(elapsedOf));
    case "elapsed-p25":
    case "elapsed-p50":
    case "elapsed-p75":
    case "elapsed-p90":
    case "elapsed-p95":
    case "elapsed-p99":
      return percentile(ended().map(elapsedOf), Number(name.slice(-2)));
    case "elapsed-max":
      return largest(ended().map(elapsedOf));
    case "users":
      return distinct("User");
    case "accounts":
      return distinct("Account");
    case "groups":
      return distinct("Group");
    case "size-mean":
      return mean(sizes());
    case "size-min":
      return sizes().length === 0 ? null : Math.min(...sizes());
    case "size-max":
      return sizes().length === 0 ? null : Math.max(...sizes());
    case "size-mean-by-cpu-hours":
      return weighted("cpu", (job) => job.AllocCPUS ?? countOf(job, "cpu"));
    case "expansion-factor":
      return weighted("node", (job) => {
        const run_s = elapsedOf(job);
        return run_s > 0 ? (run_s + sum(waited(job))) / run_s : 1;
      });
    case "cpu-efficiency":
      return shareUsed(ended().flatMap(cpuUse));
    case "gpu-efficiency":
      return shareUsed(ended().flatMap(gpuUse));
    case "gpu-hours-idle":
      return shared((job) => gpuUse(job).map(({ given, used }) => (given - used) / 3600));
    case "mem-efficiency":
      return shareUsed(ended().flatMap(memoryUse));
    case "time-limit-use":
      return shareUsed(ended().flatMap(limitUse));
    case "cpu-hours-idle":
      return shared((job) => cpuUse(job).map(({ given, used }) => Math.max(0, given - used) / 3600));
    case "mem-hours-idle":
      return shared((job) => memoryUse(job).map(({ given, used }) => Math.max(0, given - used) / 3600 / GIB));
    case "jobs-failed":
      return failed().length;
    case "success-share":
      return ratio(ended().filter(({ State }) => State === "COMPLETED").length, ended().length);
    case "failed-share":
      return ratio(failed().length, ended().length);
    case "cpu-hours-failed":
      return lost("cpu");
    case "gpu-hours-failed":
      return lost("gpu");
    case "failed-share-by-cpu-hours":
      return ratio(
        sum(failed().map((job) => hoursOf(job, "cpu"))),
        sum(ended().map((job) => hoursOf(job, "cpu"))),
      );
  }
}
