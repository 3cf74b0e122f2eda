/** The batches of the crash tests: what is in each follows from its number, so that it can be sent again and looked for. */
import { weekStart } from "../../lib/store/weeks.ts";

export const CLUSTER = "alpha";
export const KEY = "crash-test-key";
/** Each sends one batch after the other, so that the latest version of a job is that of the highest batch. */
export const SENDERS = 2;

const WEEK_S = 7 * 86_400;
const IDS_PER_BATCH = 10;
/** From this one on the ids of a batch are those of jobs that ended months ago. */
const OLD = 5;
/** One batch of so many is large enough to be read in a thread of its own. */
const LARGE_EVERY = 40;
const LARGE_TEXT = "x".repeat(30_000);

/** A job as a batch reports it; its version is the number of the batch. */
export interface Row {
  readonly id: number;
  readonly version: number;
}

/** Three new jobs, mostly two of months ago, and new versions of two that its sender's last batch reported. */
export function rowsOf(batch: number): readonly Row[] {
  const first = batch * IDS_PER_BATCH;
  const before = first - SENDERS * IDS_PER_BATCH;
  const ids = [first, first + 1, first + 2];
  if (batch % 3 > 0) ids.push(first + OLD, first + OLD + 1);
  if (before >= 0) ids.push(before, before + 1);
  return ids.map((id) => ({ id, version: batch }));
}

/** Whether a job's week is one for the archive. */
export function isOld(id: number): boolean {
  return id % IDS_PER_BATCH >= OLD;
}

/** Name of the batch's idempotency key. */
export function keyOf(batch: number): string {
  return `batch-${batch}`;
}

/** The batch that a key names. */
export function batchOfKey(key: string): number {
  return Number(key.slice("batch-".length));
}

/** Body of a batch as it is posted, the same each time; the newest jobs are of the week before `week`. */
export function bodyOf(batch: number, week: number): string {
  const jobs = rowsOf(batch).map(({ id, version }) => {
    const born = Math.floor(id / IDS_PER_BATCH);
    const weeks_ago = isOld(id) ? 20 + born % 12 : 1 + born % 2;
    const Submit = weekStart(week) - weeks_ago * WEEK_S + id % 100_000;
    return {
      JobID: id,
      JobName: `v${version}`,
      User: `user${id % 7}`,
      State: "COMPLETED",
      Submit,
      Start: Submit + 60,
      End: Submit + 3660,
      AllocCPUS: 2,
      NodeList: "n1",
      ...(batch % LARGE_EVERY === 7 ? { Reason: LARGE_TEXT } : {}),
    };
  });
  return JSON.stringify({ hostname: CLUSTER, jobs });
}

/** The request that sends a batch. */
export function requestOf(
  batch: number,
  { origin, week }: { readonly origin: string; readonly week: number },
) {
  return new Request(`${origin}/api/data/ingest`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": KEY, "idempotency-key": keyOf(batch) },
    body: bodyOf(batch, week),
  });
}
