import type { Week } from "../engine/week.ts";
import { ID_KINDS, type IdParts, JobIds } from "../job/ids.ts";
import type { IdColumn } from "../job/table.ts";
import type { JobRow } from "./answers.ts";
import type { Asked, ClusterData } from "./data.ts";
import { idsIn } from "./search.ts";
import { factsOf } from "./week_facts.ts";
import { DAY_S } from "../view/units.ts";

/** Siblings and similar jobs that are named one by one. */
const MOST_SIBLINGS = 50;
const MOST_SIMILAR = 10;
/** Tasks of one array are submitted together; a requeue may set one's Submit anew, but not by so much. */
const SAME_ARRAY_S = 180 * DAY_S;

/** Jobs that belong together: the tasks of an array, or the components of a heterogeneous job. */
export interface Siblings {
  /** Id that they share. */
  readonly of: string;
  readonly count: number;
  /** How many are in each state, most first. */
  readonly states: readonly { readonly state: string | null; readonly count: number }[];
  /** The first of them by their number. */
  readonly rows: readonly JobRow[];
}

/** One accounting record of a job, and what is known around it. */
export interface JobAnswer {
  readonly row: JobRow;
  /** All records that the id stands for, newest submission first, the one above among them. */
  readonly records: readonly JobRow[];
  /** Other tasks of its array; null for a job of its own. */
  readonly array: Siblings | null;
  /** Components of its heterogeneous job, itself among them; null for any other. */
  readonly components: Siblings | null;
  /** Newest other jobs of the same user, of each array one. */
  readonly similar: {
    /** Whether they have the same name, or, where none has, partition and size in common. */
    readonly by: "name" | "size";
    readonly rows: readonly JobRow[];
  };
}

/** What is asked of a job: its id as users or Slurm know it, and which of its records. */
export interface JobQuestion extends Asked {
  readonly id: string;
  /** Times of the record that is meant, epoch seconds; null for the newest. */
  readonly submit_s?: number | null;
  readonly start_s?: number | null;
}

/**
 * A job by its id: `123`, `123_4`, `123+0`, the number that Slurm has for it, or its SLUID. Where no record has such an id but an
 * array or a heterogeneous job is called so, the first of its parts.
 *
 * @returns null if the cluster knows no such job
 */
export async function job(cluster: ClusterData, question: JobQuestion): Promise<JobAnswer | null> {
  const found = await recordsOf(cluster, question);
  const records = found.map(({ week, row }) => rowOf(cluster, week, row))
    .sort((a, b) => (b.Submit ?? 0) - (a.Submit ?? 0) || (b.Start ?? 0) - (a.Start ?? 0));
  if (records.length === 0) return null;
  const { submit_s = null, start_s = null } = question;
  const row =
    records.find(({ Submit, Start }) =>
      (submit_s === null || Submit === submit_s) && (start_s === null || Start === start_s)
    ) ?? records[0];
  return {
    row,
    records,
    array: await siblings(cluster, row, { ...question, kind: ID_KINDS.task, mark: "_" }),
    components: await siblings(cluster, row, { ...question, kind: ID_KINDS.component, mark: "+" }),
    similar: await similarTo(cluster, row, question),
  };
}

/** Ids are used again after years: a record submitted so long before a report is of another job. */
const SAME_JOB_S = 366 * DAY_S;

/** Whether a job of this id is stored that a row received at a moment, epoch seconds, may have been of. */
export function isStored(cluster: ClusterData, id: string, at_s: number): boolean {
  const wanted = partsOf(cluster, id);
  if (wanted === null) return false;
  for (const week of cluster.dataset.weeks.values()) {
    const { low, high } = factsOf(week).first;
    if (high < at_s - SAME_JOB_S || low > at_s) continue;
    for (const column of ["JobID", "JobIDRaw"] as const) {
      for (const row of rowsWith(week, column, wanted)) {
        const submit_s = week.times.Submit[row];
        if (submit_s >= at_s - SAME_JOB_S && submit_s <= at_s) return true;
      }
    }
  }
  return false;
}

interface Place {
  readonly week: Week;
  readonly row: number;
}

/** Where the records of an id are. */
async function recordsOf(cluster: ClusterData, { id, breathe }: JobQuestion): Promise<readonly Place[]> {
  const wanted = partsOf(cluster, id);
  if (wanted === null) return [];
  const found: Place[] = [];
  let part: Place | null = null;
  for (const week of cluster.dataset.weeks.values()) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    const rows = new Set<number>();
    const columns = wanted.kind === ID_KINDS.sluid ? ["SLUID"] as const : ["JobID", "JobIDRaw"] as const;
    for (const column of columns) {
      for (const row of rowsWith(week, column, wanted)) rows.add(row);
    }
    for (const row of rows) found.push({ week, row });
    if (found.length > 0 || wanted.kind !== ID_KINDS.job || !mayHold(week, wanted.number)) continue;
    part = firstPart(week, wanted.number) ?? part;
  }
  return found.length > 0 || part === null ? found : [part];
}

/** An id taken apart as the columns of a cluster hold it; null where none can be so. */
function partsOf({ dataset }: ClusterData, id: string): IdParts | null {
  const ids = new JobIds(1);
  ids.set(0, id);
  const [kind, number, part] = [ids.kinds[0], ids.numbers[0], ids.parts[0]];
  if (kind === ID_KINDS.none) return null;
  if (kind !== ID_KINDS.other) return { kind, number, part };
  const code = dataset.others.find(id);
  return code === undefined ? null : { kind, number: code, part: 0 };
}

function mayHold(week: Week, number: number): boolean {
  const { low, high } = idsIn(week, "JobID");
  return low <= number && number <= high;
}

function* rowsWith(week: Week, column: IdColumn, wanted: IdParts): Generator<number> {
  const { low, high, unusual } = idsIn(week, column);
  const possible = wanted.kind >= ID_KINDS.sluid ? unusual : low <= wanted.number && wanted.number <= high;
  if (!possible) return;
  const { kinds, numbers, parts } = week.ids[column];
  for (let row = 0; row < kinds.length; row++) {
    if (kinds[row] !== wanted.kind || (numbers[row] ?? 0) !== wanted.number) continue;
    if ((parts[row] ?? 0) === wanted.part) yield row;
  }
}

/** The first task or component of a job in a week. */
function firstPart(week: Week, number: number): Place | null {
  let first: { readonly row: number; readonly part: number } | null = null;
  const { kinds, numbers, parts } = week.ids.JobID;
  for (let row = 0; row < kinds.length; row++) {
    if ((numbers[row] ?? 0) !== number) continue;
    if (kinds[row] !== ID_KINDS.task && kinds[row] !== ID_KINDS.component) continue;
    if (first === null || (parts[row] ?? 0) < first.part) first = { row, part: parts[row] ?? 0 };
  }
  return first === null ? null : { week, row: first.row };
}

async function siblings(
  cluster: ClusterData,
  job: JobRow,
  { kind, mark, breathe }: JobQuestion & { readonly kind: number; readonly mark: string },
): Promise<Siblings | null> {
  const own = partsOf(cluster, job.JobID);
  if (own === null || own.kind !== kind) return null;
  const { dataset } = cluster;
  const beginning = `${own.number}${mark}[`;
  const states = new Map<string | null, number>();
  const members: { readonly part: number; readonly place: Place }[] = [];
  for (const week of dataset.weeks.values()) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    const { unusual } = idsIn(week, "JobID");
    if (!unusual && !mayHold(week, own.number)) continue;
    const { kinds, numbers, parts } = week.ids.JobID;
    const user = job.User === null ? 0 : dataset.dictionaries.User.find(job.User);
    for (let row = 0; row < kinds.length; row++) {
      const waiting = kinds[row] === ID_KINDS.other &&
        week.idText("JobID", row, dataset.others)?.startsWith(beginning) === true;
      if (!waiting && (kinds[row] !== kind || numbers[row] !== own.number)) continue;
      if (week.code("User", row) !== user || !near(week.times.Submit[row], job.Submit)) continue;
      const state = dataset.dictionaries.State.text(week.code("State", row));
      states.set(state, (states.get(state) ?? 0) + 1);
      members.push({ part: waiting ? Infinity : parts[row] ?? 0, place: { week, row } });
    }
  }
  return {
    of: String(own.number),
    count: members.length,
    states: [...states].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count),
    rows: members.sort((a, b) => a.part - b.part).slice(0, MOST_SIBLINGS)
      .map(({ place }) => rowOf(cluster, place.week, place.row)),
  };
}

function near(submit_s: number, of_s: number | null): boolean {
  return of_s === null || submit_s === 0 || Math.abs(submit_s - of_s) <= SAME_ARRAY_S;
}

/** Whether a row of a week is like the job. */
type Likeness = (week: Week, row: number) => boolean;

async function similarTo(
  cluster: ClusterData,
  job: JobRow,
  asked: Asked,
): Promise<JobAnswer["similar"]> {
  const { dictionaries } = cluster.dataset;
  if (job.User === null) return { by: "name", rows: [] };
  const user = dictionaries.User.find(job.User);
  const name = job.JobName === null ? undefined : dictionaries.JobName.find(job.JobName);
  const same = name === undefined ? [] : await newest(cluster, job, {
    ...asked,
    like: (week, row) => week.code("User", row) === user && week.code("JobName", row) === name,
  });
  if (same.length > 0) return { by: "name", rows: same };
  const partition = job.Partition === null ? 0 : dictionaries.Partition.find(job.Partition);
  const sized = await newest(cluster, job, {
    ...asked,
    like: (week, row) =>
      week.code("User", row) === user && week.code("Partition", row) === partition &&
      week.numbers.AllocCPUS.at(row) === job.AllocCPUS,
  });
  return { by: "size", rows: sized };
}

/** The newest jobs that are like one, of each array one; none of them it or of its own array. */
async function newest(
  cluster: ClusterData,
  job: JobRow,
  { like, breathe }: Asked & { readonly like: Likeness },
): Promise<readonly JobRow[]> {
  const found: JobRow[] = [];
  const own = partsOf(cluster, job.JobID);
  const seen = new Set<string>(own === null ? [] : [String(own.number)]);
  for (const week of [...cluster.dataset.weeks.values()].reverse()) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    const { Submit } = week.times;
    const rows: number[] = [];
    for (let row = 0; row < week.length; row++) if (like(week, row)) rows.push(row);
    for (const row of rows.sort((a, b) => Submit[b] - Submit[a])) {
      const { kind, number } = week.id("JobID", row);
      const key = kind === ID_KINDS.other ? `other ${number}` : String(number);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(rowOf(cluster, week, row));
      if (found.length === MOST_SIMILAR) return found;
    }
  }
  return found;
}

function rowOf({ name, dataset }: ClusterData, week: Week, row: number): JobRow {
  return { Cluster: name, ...dataset.record(week, row) };
}
