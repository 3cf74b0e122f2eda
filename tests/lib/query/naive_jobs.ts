/** Jobs of clusters one by one, which of them the filters keep, and which keys they belong to; all written out plainly. */
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { UseGrouping } from "../../../lib/view/classes.ts";
import type { Filters } from "../../../lib/view/filters.ts";
import { type Dimension, DIMENSIONS, type Grouping } from "../../../lib/view/measures.ts";
import { ACCOUNT_PATHS, NODE_LISTS, type PlainCluster } from "./random_data.ts";

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
  return DIMENSIONS.every((dimension) => {
    const meets = (values: readonly string[]) =>
      valuesOf(job, dimension).some((value) => values.includes(value));
    return (only[dimension].length === 0 || meets(only[dimension])) && !meets(not[dimension]);
  });
}

/** The values of a job that filters may name. */
function valuesOf(job: NaiveJob, dimension: Dimension): readonly string[] {
  // A waiting job may name several partitions, `a,b` or `a, b`.
  if (dimension === "partition") {
    return job.Partition === null ? [""] : [job.Partition, ...job.Partition.split(/ *, */)];
  }
  if (dimension === "account_tree") return job.Account === null ? [""] : pathOf(job);
  return [...naiveKeys(job, dimension).keys()];
}

/** The accounts from a job's own up to the root. */
function pathOf({ Account, cluster }: NaiveJob): readonly string[] {
  const account = Account ?? "";
  return cluster === "alpha" && Object.hasOwn(ACCOUNT_PATHS, account) ? ACCOUNT_PATHS[account] : [account];
}

/** What a job is counted to: the account just below the nearest chosen one, else just below the root. */
function branchOf(job: NaiveJob, chosen: readonly string[]): string {
  const path = pathOf(job);
  const nearest = path.find((account) => chosen.includes(account)) ?? path.at(-1) ?? "";
  return nearest === path[0] ? nearest : path[path.indexOf(nearest) - 1];
}

/**
 * The keys of a grouping that a job belongs to, and which part of it belongs to each.
 *
 * @param in_tree accounts chosen in the tree, whose children stand for what is below them
 */
export function naiveKeys(
  job: NaiveJob,
  by: Grouping,
  in_tree: readonly string[] = [],
): ReadonlyMap<string, number> {
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
    case "cpu_use_class":
    case "mem_use_class":
    case "limit_use_class":
    case "gpu_use_class":
      return whole(
        ran(job) && job.End !== null ? useClass(shareUsed(job, by), by === "limit_use_class") : "",
      );
    case "account_1":
      return whole(job.Account && segmentsOf(job.Account, 1));
    case "account_2":
      return whole(job.Account && segmentsOf(job.Account, 2));
    case "account_tree":
      return whole(branchOf(job, in_tree));
    case "gpu_type":
      return gpuTypes(job);
    case "node": {
      const nodes = NODE_LISTS[job.NodeList ?? ""] ?? [];
      return nodes.length === 0 ? whole("") : new Map(nodes.map((node) => [node, 1 / nodes.length]));
    }
  }
}

/** The first segments of a name, with what stands before and between them. */
function segmentsOf(name: string, count: number): string {
  let segments = 0;
  let end = 0;
  for (let at = 0; at < name.length; at++) {
    const separator = "-_./".includes(name[at]);
    if (!separator && (at === 0 || "-_./".includes(name[at - 1]))) segments++;
    if (segments > count) break;
    if (!separator) end = at + 1;
  }
  return end === 0 ? name : name.slice(0, end);
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

/** What a job used of what it was given; undefined for one that it is not about, null where it is not known. */
export function shareUsed(job: NaiveJob, by: UseGrouping): number | null | undefined {
  const elapsed_s = elapsedOf(job);
  const shareOf = (used: number | null, given: number | null) =>
    used === null || given === null || !(given > 0) ? null : used / given;
  switch (by) {
    case "cpu_use_class":
      return shareOf(job.TotalCPU, job.AllocCPUS === null ? null : job.AllocCPUS * elapsed_s);
    case "mem_use_class":
      return elapsed_s === 0 ? null : shareOf(job.MaxRSS, memoryOf(job));
    case "limit_use_class":
      return shareOf(elapsed_s, job.TimelimitRaw === null ? null : job.TimelimitRaw * 60);
    case "gpu_use_class":
      if (job.AllocGPUS === null || job.AllocGPUS === 0) return undefined;
      return elapsed_s === 0 || job.GPUUtilAve === null ? null : Math.min(1, job.GPUUtilAve / 100);
  }
}

/** Steps of 5 % with 100 % in the last of them; more than that, or a limit that is reached, is beyond. */
function useClass(share: number | null | undefined, reached: boolean): string {
  if (share === null || share === undefined) return "";
  if (reached ? share >= 1 : share > 1) return ">100";
  const step = Array.from({ length: 20 }, (_, step) => step).find((step) => share < (step + 1) / 20) ?? 19;
  return `${step * 5}-${step * 5 + 5}`;
}

/** Bytes of memory allocated. */
export function memoryOf({ AllocTRES, ReqMem }: NaiveJob): number | null {
  const said = /(?:^|,)mem=([0-9.]+)([KMGT])/.exec(AllocTRES ?? "");
  if (said === null) return ReqMem;
  return Number(said[1]) * { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }[said[2] as "K"];
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
