/** Jobs of clusters one by one, which of them the filters keep, and which keys they belong to; all written out plainly. */
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { Filters } from "../../../lib/view/filters.ts";
import type { Grouping } from "../../../lib/view/measures.ts";
import { NODE_LISTS, type PlainCluster } from "./random_data.ts";

/** A job with what must be known of its cluster. */
export interface NaiveJob extends JobRecord {
  readonly cluster: string;
  readonly fresh_until_s: number;
}

/** Seconds from `start_s` (included) to `end_s` (excluded). */
export interface Span {
  readonly start_s: number;
  readonly end_s: number;
}

/** The jobs of clusters one by one. */
export function naiveJobs(clusters: readonly PlainCluster[]): readonly NaiveJob[] {
  return clusters.flatMap(({ name, records, fresh_until_s }) =>
    records.map((record) => ({ ...record, cluster: name, fresh_until_s: fresh_until_s ?? -Infinity }))
  );
}

/** Up to when the chosen clusters have reported, but for those a week behind the newest; −Infinity for never. */
export function naiveReported(clusters: readonly PlainCluster[], { only, not }: Filters): number {
  let newest_s = -Infinity;
  const times: number[] = [];
  for (const { name, fresh_until_s } of clusters) {
    if (only.cluster.length > 0 && !only.cluster.includes(name)) continue;
    if (not.cluster.includes(name) || fresh_until_s === null) continue;
    times.push(fresh_until_s);
    if (fresh_until_s > newest_s) newest_s = fresh_until_s;
  }
  const recent = times.filter((time_s) => newest_s - time_s < 7 * 86_400);
  return recent.length === 0 ? -Infinity : Math.min(...recent);
}

/** Whether a job ran: a Start, and nodes. */
export function ran({ Start, NodeList }: JobRecord): boolean {
  return Start !== null && NodeList !== "None assigned";
}

/** Whether a time lies in a span. */
export function inside(time_s: number | null, { start_s, end_s }: Span): boolean {
  return time_s !== null && time_s >= start_s && time_s < end_s;
}

/** The run of a job that ran; a resized job's later record stands for what comes after the resize. */
export function runOf(job: NaiveJob): Span {
  const { Submit, Start, End } = job;
  let start_s = Start ?? NaN;
  if (Submit !== null && Submit > start_s && (End === null || Submit < End)) start_s = Submit;
  return { start_s, end_s: Math.max(start_s, End ?? job.fresh_until_s) };
}

/** The wait of a job, whether it is over or not; null where it is not known when it began. */
export function waitOf(job: NaiveJob): Span | null {
  const { Submit, Start, End } = job;
  if (Submit === null) return null;
  const end_s = ran(job) ? Start ?? NaN : End !== null ? End : job.fresh_until_s;
  return { start_s: Submit, end_s: Math.max(Submit, end_s) };
}

/** Run time without suspension of a job, so far if it still runs. */
export function elapsedOf(job: NaiveJob): number {
  const run = runOf(job);
  const length_s = run.end_s - run.start_s;
  if (job.End === null) return length_s;
  const given_s = job.ElapsedRaw ?? length_s;
  return run.start_s === job.Start ? given_s : Math.min(given_s, length_s);
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

/** The keys of a grouping that a job belongs to, and which part of it belongs to each. */
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
    case "group":
      return whole(job.Group);
    case "wckey":
      return whole(job.WCKey);
    case "reservation":
      return whole(job.Reservation);
    case "size_class":
      return whole(sizeClass(job.AllocCPUS ?? 0));
    case "wait_class":
      if (!ran(job) || job.Submit === null || job.Start === null) return whole("");
      return whole(lengthClass(job.Start - job.Submit, ["<= 1 s", "<= 10 s"]));
    case "elapsed_class":
      return whole(ran(job) && job.End !== null ? lengthClass(elapsedOf(job), []) : "");
    case "gpu_type":
      return gpuTypes(job);
    case "node": {
      const nodes = NODE_LISTS[job.NodeList ?? ""] ?? [];
      return nodes.length === 0 ? whole("") : new Map(nodes.map((node) => [node, 1 / nodes.length]));
    }
  }
}

function gpuTypes({ AllocTRES, AllocGPUS }: NaiveJob): ReadonlyMap<string, number> {
  const typed = [...(AllocTRES ?? "").matchAll(/gres\/gpu:(\w+)=(\d+)/g)].map(([, type, count]) =>
    [type, Number(count)] as const
  );
  const known = typed.reduce((all, [, count]) => all + count, 0);
  const all = Math.max(AllocGPUS ?? 0, known);
  if (all === 0) return new Map([["", 1]]);
  const counts = all > known ? [...typed, ["untyped", all - known] as const] : typed;
  return new Map(counts.map(([type, count]) => [type, count / all]));
}

function sizeClass(cpus: number): string {
  if (cpus === 0) return "";
  if (cpus === 1) return "1";
  if (cpus <= 4) return "2-4";
  if (cpus <= 16) return "5-16";
  if (cpus <= 64) return "17-64";
  if (cpus <= 256) return "65-256";
  if (cpus <= 1024) return "257-1024";
  return ">1024";
}

/** The class of a length of time; the finer ones only where they are given. */
function lengthClass(seconds: number, finer: readonly string[]): string {
  if (seconds <= 1 && finer.includes("<= 1 s")) return "<= 1 s";
  if (seconds <= 10 && finer.includes("<= 10 s")) return "<= 10 s";
  if (seconds <= 60) return "<= 1 min";
  if (seconds <= 600) return "<= 10 min";
  const hours = seconds / 3600;
  if (hours <= 1) return "<= 1 h";
  if (hours <= 4) return "<= 4 h";
  if (hours <= 12) return "<= 12 h";
  if (hours <= 24) return "<= 1 d";
  if (hours <= 48) return "<= 2 d";
  if (hours <= 168) return "<= 7 d";
  return "> 7 d";
}
