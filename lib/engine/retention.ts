import { pickRows } from "../job/table.ts";
import { writeDurably } from "../disk/durable.ts";
import { mergedWeek } from "../store/file_names.ts";
import { type FileSystem, MACHINE } from "../disk/file_system.ts";
import {
  ARCHIVE,
  archiveSegment,
  listArchived,
  readArchived,
  readSegmentFile,
  segmentPath,
} from "../store/folder.ts";
import { encodeSegment, SegmentError } from "../store/segment.ts";
import { weekLabel } from "../store/weeks.ts";
import type { FileFacts } from "./cluster_files.ts";
import { Dataset } from "./dataset.ts";
import { jobsIn, takeUp } from "./read_jobs.ts";
import { weeksEndedBefore } from "./weekly_tables.ts";
import { atOnce } from "./work.ts";

/** Before which moment jobs must have ended that are to be archived, epoch seconds: some months before `now_ms`. */
export function retentionCutoff(now_ms: number, months: number): number {
  const now = new Date(now_ms);
  const month = now.getUTCMonth() - months;
  const length = new Date(Date.UTC(now.getUTCFullYear(), month + 1, 0)).getUTCDate();
  // A month before 31 March is the last of February.
  return Date.UTC(now.getUTCFullYear(), month, Math.min(now.getUTCDate(), length)) / 1000;
}

/** Weeks to archive: their numbers with the number of their jobs, and the files that hold those and nothing else. */
export interface OldWeeks {
  readonly weeks: ReadonlyMap<number, number>;
  readonly names: readonly string[];
}

/**
 * The weeks whose jobs all ended before a moment and lie in merged files alone, which hold nothing else; null without
 * any.
 */
export function oldWeeks(
  dataset: Dataset,
  { files, before_s }: { readonly files: ReadonlyMap<string, FileFacts>; readonly before_s: number },
): OldWeeks | null {
  const weeks = weeksEndedBefore(dataset, before_s);
  const movable = ([name, { weeks, own }]: readonly [string, FileFacts]) =>
    own && mergedWeek(name) !== null && weeks.size === 1;
  const all = [...files];
  for (const [, facts] of all.filter((file) => !movable(file))) {
    for (const week of facts.weeks) weeks.delete(week);
  }
  if (weeks.size === 0) return null;
  const old = all.filter((file) => movable(file) && [...file[1].weeks].every((week) => weeks.has(week)));
  return { weeks, names: old.map(([name]) => name) };
}

/** Where weeks are archived. */
interface ArchiveOptions {
  readonly root: string;
  readonly cluster: string;
  readonly disk?: FileSystem;
}

/**
 * Moves the files of old weeks to the archive, but for what is there already; returns what was done, in words.
 *
 * @throws {SegmentError} if one of them cannot be read any more
 */
export async function archiveWeeks({ weeks, names }: OldWeeks, options: ArchiveOptions): Promise<string> {
  for (const name of names) await archiveOnce(name, options);
  const labels = [...weeks.keys()].sort((a, b) => a - b).map(weekLabel);
  const jobs = [...weeks.values()].reduce((sum, count) => sum + count, 0);
  return `${counted(jobs, "job")} of ${counted(labels.length, "week")} (${labels.join(", ")}) ` +
    `${jobs === 1 ? "was" : "were"} moved to ${ARCHIVE}/${options.cluster} in the data folder, ` +
    `${counted(names.length, "file")}: not shown any more`;
}

/**
 * Moves a file to the archive. A move that was broken off, or a batch that came again, may have left jobs that are
 * archived already: they are left out, in place, so that no moment is without any of them.
 */
async function archiveOnce(name: string, { root, cluster, disk = MACHINE }: ArchiveOptions): Promise<void> {
  const known = await archivedJobs(mergedWeek(name), { root, cluster });
  const bytes = known.length === 0 ? null : await readSegmentFile(root, { cluster, name });
  if (bytes !== null) {
    const path = segmentPath(root, { cluster, name });
    const { table, meta } = await jobsIn(bytes, { tz: "UTC", changed_ms: 0 });
    const { from } = known.plan(table);
    if (from.length === 0) return await disk.remove(path);
    if (from.length < table.length && meta !== null) {
      await writeDurably(path, encodeSegment(pickRows(table, from), meta), { disk });
    }
  }
  await archiveSegment(root, { cluster, name, disk });
}

/** The jobs that the archive holds of a week. */
async function archivedJobs(week: string | null, { root, cluster }: ArchiveOptions): Promise<Dataset> {
  const dataset = new Dataset();
  for (const { name, changed_ms } of await listArchived(root, cluster)) {
    if (mergedWeek(name) !== week) continue;
    try {
      const bytes = await readArchived(root, { cluster, name });
      atOnce(takeUp(dataset, await jobsIn(bytes, { tz: "UTC", changed_ms })));
    } catch (error) {
      // What cannot be read does not count as archived; the check of the folder names it.
      if (!(error instanceof SegmentError)) throw error;
    }
  }
  return dataset;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
