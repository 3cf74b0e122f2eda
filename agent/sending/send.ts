import type { Batch } from "../../lib/job/batch.ts";
import { push, PushError, type Server, shown, type Verdict } from "./push.ts";
import type { World } from "../world.ts";

/** Rejected jobs shown of one batch. */
const REJECTED_SHOWN = 20;
/** So many single jobs in a row are too large, and it is not the jobs. */
const TOO_LARGE_IN_A_ROW = 10;

/** What was sent, or was to be, and is not stored. */
export interface Unstored {
  /** Jobs the server read and rejected, each with a reason. */
  readonly rejected_jobs: number;
  /** Batches, or parts of them, that the server refused; an empty one counts, too. */
  readonly refused_batches: number;
  /** Jobs in them. */
  readonly refused_jobs: number;
}

/**
 * Sends a batch, in halves of halves if the server finds it too large, and logs what the server made of it. A refusal
 * is logged and counted, and the rest goes on.
 *
 * @throws {PushError} if nothing more can be sent.
 */
export async function sendBatch(
  batch: Batch,
  { server, world }: { readonly server: Server; readonly world: World },
): Promise<Unstored> {
  const waiting = [batch];
  let rejected_jobs = 0;
  let refused_batches = 0;
  let refused_jobs = 0;
  let too_large = 0;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const part = refused_batches === 0 ? next : withGap(next);
    const answer = await push(part, { server, world });
    if ("accepted" in answer) {
      report(part, { answer, world });
      rejected_jobs += answer.rejected_count;
      too_large = 0;
      continue;
    }
    if (answer.too_large && part.jobs.length > 1) {
      world.log(`${answer.refused}; sending these ${part.jobs.length} jobs in halves`);
      waiting.unshift(...halves(part));
      continue;
    }
    world.log(`Not sent: ${named(part)}: ${answer.refused}`);
    refused_batches++;
    refused_jobs += part.jobs.length;
    too_large = answer.too_large ? too_large + 1 : 0;
    if (too_large === TOO_LARGE_IN_A_ROW) {
      throw new PushError(`${answer.refused} (for ${too_large} single jobs in a row)`);
    }
  }
  return { rejected_jobs, refused_batches, refused_jobs };
}

/** A batch while an earlier one is missing: it must not tell the server how far its accounting is complete. */
export function withGap(batch: Batch): Batch {
  return { ...batch, collected_until: undefined };
}

/** Both halves of a batch. Only with the second is all there that the batch says about itself. */
function halves(batch: Batch): readonly [Batch, Batch] {
  const middle = Math.ceil(batch.jobs.length / 2);
  return [
    { ...withGap(batch), jobs: batch.jobs.slice(0, middle), unread: [] },
    { ...batch, jobs: batch.jobs.slice(middle) },
  ];
}

function named({ jobs }: Batch): string {
  if (jobs.length === 0) return "the batch without jobs";
  return jobs.length === 1 ? `job ${jobs[0].JobID ?? "without an id"}` : `${jobs.length} jobs`;
}

function report(
  batch: Batch,
  { answer, world }: { readonly answer: Verdict; readonly world: World },
): void {
  const { accepted, updated, duplicates, rejected, rejected_count } = answer;
  world.log(
    `Sent ${batch.jobs.length} jobs: ${accepted} new, ${updated} changed, ${duplicates} known, ${rejected_count} rejected`,
  );
  const first = rejected.slice(0, REJECTED_SHOWN);
  for (const { index, job_id, reason } of first) {
    const job = job_id === null ? `number ${index + 1} of the batch` : shown(job_id);
    world.log(`Rejected by the server: job ${job}: ${shown(reason)}`);
  }
  const rest = rejected_count - first.length;
  if (rest > 0) world.log(`Rejected by the server: ${rest} more jobs of this batch`);
}
