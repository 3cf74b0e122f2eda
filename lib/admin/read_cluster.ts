import { Dataset } from "../engine/dataset.ts";
import { type JobsOfFile, readJobs, takeUp } from "../engine/read_jobs.ts";
import { mergedWeek } from "../store/file_names.ts";
import { listClusters, listSegments, type SegmentFile } from "../store/folder.ts";
import { SegmentError } from "../store/segment.ts";
import { UsageError } from "./arguments.ts";
import { atOnce } from "../engine/work.ts";

/** What was found in one file. */
export interface FileReading {
  readonly file: SegmentFile;
  readonly kind: "batch" | "merged" | "foreign" | "unreadable";
  /** Its jobs; none in a file that cannot be read. */
  readonly rows: number;
  /** Rows that are no jobs. */
  readonly rejected: number;
  /** Rows that replaced an older version of a job, and rows that changed nothing. */
  readonly updated: number;
  readonly duplicates: number;
  /** Batches that came with a key. */
  readonly keys: number;
  /** Why it cannot be read. */
  readonly error: string | null;
}

/** All files of a cluster and what they amount to. */
export interface ClusterReading {
  readonly cluster: string;
  readonly files: readonly FileReading[];
  readonly dataset: Dataset;
}

/** How to read the files of a cluster. */
export interface ReadOptions {
  readonly cluster: string;
  readonly tz: string;
  /** Told of each file that was read, with its jobs. */
  readonly onJobs?: (file: SegmentFile, jobs: JobsOfFile) => void;
}

/** How often it is begun anew because the server merged files meanwhile. */
const TRIES = 5;

/** A file was there when the folder was listed, and is not any more. */
class FileGoneError extends Error {}

/** Reads all files of a cluster in their order as the server does at its start, but changes nothing. */
export async function readCluster(root: string, options: ReadOptions): Promise<ClusterReading> {
  for (let left = TRIES;; left--) {
    try {
      return await readOnce(root, options);
    } catch (error) {
      if (!(error instanceof FileGoneError) || left === 0) throw error;
    }
  }
}

async function readOnce(root: string, options: ReadOptions): Promise<ClusterReading> {
  const { cluster } = options;
  const dataset = new Dataset();
  const files: FileReading[] = [];
  for (const file of await listSegments(root, cluster)) {
    files.push(await readFile(root, { ...options, file, dataset }));
  }
  return { cluster, files, dataset };
}

async function readFile(
  root: string,
  { cluster, tz, onJobs, file, dataset }: ReadOptions & {
    readonly file: SegmentFile;
    readonly dataset: Dataset;
  },
): Promise<FileReading> {
  try {
    const jobs = await readJobs(root, { cluster, file, tz });
    if (jobs === null) throw new FileGoneError(`${file.name} of ${cluster} is gone`);
    const { updated, duplicates } = dataset.plan(jobs.table);
    atOnce(takeUp(dataset, jobs));
    onJobs?.(file, jobs);
    return {
      file,
      kind: jobs.meta === null ? "foreign" : mergedWeek(file.name) === null ? "batch" : "merged",
      rows: jobs.table.length,
      rejected: jobs.rejected.length,
      updated,
      duplicates,
      keys: (jobs.meta?.idempotency ? 1 : 0) + (jobs.meta?.merged?.keys.length ?? 0),
      error: null,
    };
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    const nothing = { rows: 0, rejected: 0, updated: 0, duplicates: 0, keys: 0 };
    return { file, kind: "unreadable", ...nothing, error: error.message };
  }
}

/**
 * The clusters that a call is about: the one named, or all.
 *
 * @throws {UsageError} if there is none of that name
 */
export async function clustersOf(root: string, named: string | null): Promise<readonly string[]> {
  const all = await listClusters(root);
  if (named === null) return all;
  if (all.includes(named)) return [named];
  throw new UsageError(
    `There is no cluster ${named} in ${root}; there is ${all.length === 0 ? "none" : all.join(", ")}`,
  );
}
