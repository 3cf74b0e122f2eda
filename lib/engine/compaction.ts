import { type JobTable, NUMBER_COLUMNS, TEXT_COLUMNS, textAt } from "../job/table.ts";
import { commitMerged, dropMerged, writeMerged } from "../store/compaction.ts";
import { mergedName } from "../store/file_names.ts";
import type { FileSystem } from "../disk/file_system.ts";
import { describeSegment, receivedAt, type SegmentFile } from "../store/folder.ts";
import type { MergedMeta } from "../store/merged_meta.ts";
import { encodeSegment, SegmentError, type SegmentMeta } from "../store/segment.ts";
import { Dataset } from "./dataset.ts";
import { KnownKeys } from "./known_keys.ts";
import { jobsIn, readJobs, takeUp } from "./read_jobs.ts";
import { weeklyTables } from "./weekly_tables.ts";
import { withBreaks } from "./work.ts";

/** Files were not merged, since what came of them would not have been the same. */
export class MergeError extends Error {
  override readonly name = "MergeError";
}

/** Where files are merged. */
export interface MergeOptions {
  readonly root: string;
  readonly cluster: string;
  readonly disk: FileSystem;
  /** Names that are not free. */
  readonly taken: ReadonlySet<string>;
  /** Called at the point from which on a failure leaves open which files count. */
  readonly beforeCommit: () => void;
  /** Called between pieces of the work: gives others a turn when it is due. */
  readonly breathe?: () => Promise<void> | undefined;
}

/** A file that took the place of others, and its jobs. */
export interface MergedFile {
  readonly file: SegmentFile;
  readonly table: JobTable;
}

/**
 * Makes one file a week of some files that follow one another. Their jobs are read from the disk again and taken up
 * as at a start; what was written is read back and must give the same before it counts.
 *
 * @throws {SegmentError} if one of them cannot be read
 * @throws {MergeError} if one of them is gone, or the outcome would differ; as before an error of the disk, all is
 *   as it was
 */
export async function mergeFiles(
  files: readonly SegmentFile[],
  options: MergeOptions,
): Promise<readonly MergedFile[]> {
  const { root, cluster, disk } = options;
  const { dataset, keys, received_ms } = await readAll(files, options);
  const tables = weeklyTables(dataset);
  const metas = metasOf([...tables.values()], { dataset, keys, cluster, received_ms });
  const time_ms = receivedAt(files[files.length - 1]);
  const outputs: { readonly name: string; readonly table: JobTable }[] = [];
  const check = new Dataset();
  try {
    for (const [week, table] of tables) {
      const name = freeName(time_ms, { week, taken: options.taken });
      outputs.push({ name, table });
      await options.breathe?.();
      const bytes = encodeSegment(table, metas[outputs.length - 1]);
      await options.breathe?.();
      const written = await writeMerged(root, { cluster, name, bytes, disk });
      const found = await jobsIn(written, { tz: "UTC", changed_ms: 0 });
      await options.breathe?.();
      if (!sameJobs(table, found.table)) throw new MergeError(`${name} is not what was to be written`);
      await withBreaks(takeUp(check, found), options.breathe);
    }
    if (check.length !== dataset.length) {
      throw new MergeError(`${dataset.length} jobs would become ${check.length}`);
    }
  } catch (error) {
    await dropMerged(root, { cluster, names: outputs.map(({ name }) => name), disk });
    throw error;
  }
  options.beforeCommit();
  const names = outputs.map(({ name }) => name);
  await commitMerged(root, { cluster, names, replaces: files.map(({ name }) => name), disk });
  return await Promise.all(outputs.map(async ({ name, table }) => ({
    file: await describeSegment(root, { cluster, name }),
    table,
  })));
}

async function readAll(files: readonly SegmentFile[], { root, cluster, breathe }: MergeOptions) {
  const dataset = new Dataset();
  const keys = new KnownKeys();
  let received_ms = 0;
  for (const file of files) {
    const jobs = await readJobs(root, { cluster, file, tz: "UTC" });
    if (jobs === null) throw new MergeError(`${file.name} is not there any more`);
    if (jobs.meta === null) throw new SegmentError(`${file.name} is not ours any more`);
    keys.addFile(jobs.meta);
    received_ms = Math.max(received_ms, jobs.meta.received_ms);
    await withBreaks(takeUp(dataset, jobs), breathe);
  }
  return { dataset, keys, received_ms };
}

function freeName(
  time_ms: number,
  { week, taken }: { readonly week: string; readonly taken: ReadonlySet<string> },
): string {
  for (let copy = 1;; copy++) {
    const name = mergedName(time_ms, { week, copy });
    if (!taken.has(name)) return name;
  }
}

/** What each file says of itself: together they must give the same first and last event as all versions gave. */
function metasOf(
  tables: readonly JobTable[],
  { dataset, keys, cluster, received_ms }: {
    readonly dataset: Dataset;
    readonly keys: KnownKeys;
    readonly cluster: string;
    readonly received_ms: number;
  },
): readonly SegmentMeta[] {
  const events = tables.map((table) => eventsOf(table, dataset.last_event_s));
  const first = Math.min(...events.map(({ first_s }) => first_s));
  const last = Math.max(...events.map(({ last_s }) => last_s));
  return tables.map((table, at) => {
    const { first_s, last_s } = events[at];
    const merged: MergedMeta = {
      keys: at === tables.length - 1 ? keys.list() : [],
      first_event_s: finite(first_s === first ? dataset.first_event_s : first_s),
      last_event_s: finite(last_s === last ? dataset.last_event_s : last_s),
    };
    const counts = { accepted: table.length, updated: 0, duplicates: 0 };
    return { cluster, received_ms, idempotency: null, counts, merged };
  });
}

function eventsOf({ length, numbers }: JobTable, latest_s: number) {
  let [first_s, last_s] = [Infinity, -Infinity];
  for (const column of [numbers.Submit, numbers.Start, numbers.End]) {
    for (let row = 0; row < length; row++) {
      if (column[row] < first_s) first_s = column[row];
      const reported_s = Math.min(column[row], latest_s);
      if (reported_s > last_s) last_s = reported_s;
    }
  }
  return { first_s, last_s };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function sameJobs(a: JobTable, b: JobTable): boolean {
  if (a.length !== b.length) return false;
  for (let row = 0; row < a.length; row++) {
    for (const name of NUMBER_COLUMNS) {
      if (!Object.is(a.numbers[name][row], b.numbers[name][row])) return false;
    }
    for (const name of TEXT_COLUMNS) if (textAt(a, name, row) !== textAt(b, name, row)) return false;
  }
  return true;
}
