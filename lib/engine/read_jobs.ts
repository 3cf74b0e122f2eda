import type { Rejected } from "../job/columns.ts";
import type { JobTable } from "../job/table.ts";
import { readSegmentFile, type SegmentFile } from "../store/folder.ts";
import { decodeForeign } from "../store/foreign.ts";
import { decodeSegment, openSegment, type SegmentMeta } from "../store/segment.ts";
import type { Dataset } from "./dataset.ts";
import type { Work } from "./work.ts";

/** The jobs of one file. */
export interface JobsOfFile {
  readonly table: JobTable;
  /** When they were reported: later times in them do not count as reported. */
  readonly received_s: number;
  /** What the file says of itself; null if another tool wrote it. */
  readonly meta: SegmentMeta | null;
  /** Rows that are no jobs. */
  readonly rejected: readonly Rejected[];
}

/**
 * Reads the jobs of a file of a cluster; null if it is not there any more.
 *
 * @param tz IANA zone of times that have none
 * @throws {SegmentError} if it cannot be read
 */
export async function readJobs(
  root: string,
  { cluster, file, tz }: { readonly cluster: string; readonly file: SegmentFile; readonly tz: string },
): Promise<JobsOfFile | null> {
  const bytes = await readSegmentFile(root, { cluster, name: file.name });
  return bytes === null ? null : await jobsIn(bytes, { tz, changed_ms: file.changed_ms });
}

/**
 * The jobs in the bytes of a file.
 *
 * @param changed_ms when the file was last changed: stands for the time of the report where the file does not say
 * @throws {SegmentError} if they cannot be read
 */
export async function jobsIn(
  bytes: ArrayBuffer,
  { tz, changed_ms }: { readonly tz: string; readonly changed_ms: number },
): Promise<JobsOfFile> {
  const opened = openSegment(bytes);
  const { meta } = opened;
  if (meta !== null) {
    return { table: await decodeSegment(opened), received_s: meta.received_ms / 1000, meta, rejected: [] };
  }
  return { ...await decodeForeign(opened, tz), received_s: changed_ms / 1000, meta };
}

/** Lets a dataset take up the jobs of a file that comes after all that it knows. */
export function* takeUp(dataset: Dataset, { table, received_s, meta }: JobsOfFile): Work<void> {
  const merged = meta?.merged;
  const plan = yield* merged === undefined ? dataset.planning(table) : dataset.planningMerged(table);
  if (merged === undefined) return yield* dataset.applying(table, { plan, received_s });
  const { first_event_s, last_event_s } = merged;
  // Each job was reported with its batch; what of it counted as reported then is known, and no more than that.
  yield* dataset.applying(table, { plan, received_s: last_event_s ?? received_s });
  if (first_event_s !== null && !(dataset.first_event_s <= first_event_s)) {
    dataset.first_event_s = first_event_s;
  }
  if (last_event_s !== null && !(dataset.last_event_s >= last_event_s)) dataset.last_event_s = last_event_s;
}
