import type { Batch } from "../../lib/job/batch.ts";
import { gunzipped, gzip } from "../spool/batch_file.ts";
import { type Connection, type Refusal, shown, StoppedError, TRIES } from "./exchange.ts";
import { type Parcel, push, type Verdict } from "./push.ts";

const TOO_LARGE = 413;
/** Stands for a server that fails at a batch, whatever its answers were. */
const FAILED = 500;
/** Rejected jobs shown of one batch. */
const REJECTED_SHOWN = 20;
/** So many single jobs in a row are too large, or too much for the server, and no more is halved. */
const SINGLE_IN_A_ROW = 10;
/** Tries of a half of a batch that the server fails at, and of the question whether the server is well. */
export const FEW_TRIES = 2;

/** Some jobs of a batch that the server refused. */
export interface RefusedPart extends Parcel {
  /** Which of the batch's jobs: from this one, counted from 0, up to that one, not included. */
  readonly from: number;
  readonly to: number;
  /** Rows in it that could not be read as jobs. */
  readonly unread: number;
  /** The refusal in the server's words. */
  readonly reason: string;
}

/** What became of a batch. */
export interface Sent {
  /** Jobs the server read and rejected, each with a reason. */
  readonly rejected_jobs: number;
  /** Parts that are not stored; all of the batch if there is one for all of its jobs. */
  readonly refused: readonly RefusedPart[];
  /** Whether the server failed at the batch or took too long for it, though it was well. */
  readonly failed: boolean;
}

/** A part of a batch that waits to be posted; its contents are read only if it has to be cut. */
interface Part extends Parcel {
  readonly from: number;
  readonly to: number;
  readonly batch: Batch | null;
}

/**
 * Sends a batch and logs what the server made of it. It goes in halves of halves if the server finds it too large, or
 * fails at it again and again, or takes too long for it, but takes a batch without jobs. A refusal is logged, and the
 * rest goes on.
 *
 * @param tries so often at most, if the server fails at it or takes too long
 * @param halve whether a batch that the server fails at is halved
 * @throws {StoppedError} if nothing more can be sent
 */
export async function sendBatch(
  parcel: Parcel,
  connection: Connection,
  { tries = TRIES, halve = true }: { readonly tries?: number; readonly halve?: boolean } = {},
): Promise<Sent> {
  const { log } = connection.world;
  const waiting: Part[] = [{ ...parcel, from: 0, to: parcel.jobs, batch: null }];
  const refused: RefusedPart[] = [];
  let rejected_jobs = 0;
  let single = 0;
  let failed = false;
  for (let part = waiting.shift(); part; part = waiting.shift()) {
    const answer = await pushed(part, { connection, tries: failed ? FEW_TRIES : tries });
    if ("accepted" in answer) {
      report(part, { answer, connection });
      rejected_jobs += answer.rejected_count;
      single = 0;
      continue;
    }
    failed ||= answer.status === FAILED;
    const divides = answer.status === TOO_LARGE || (halve && answer.status === FAILED);
    if (divides && part.jobs > 1 && single < SINGLE_IN_A_ROW) {
      log("info", `${answer.refused}; sending these ${part.jobs} jobs in halves`);
      waiting.unshift(...await halves(part, parcel.key));
      continue;
    }
    log("warning", `Not stored: ${await named(part)}: ${answer.refused}`);
    refused.push(await refusedPart(part, answer.refused));
    single = divides ? single + 1 : 0;
  }
  const nothing = parcel.jobs > 0 && refused.reduce((sum, { jobs }) => sum + jobs, 0) === parcel.jobs;
  if (!nothing || refused.length === 1) return { rejected_jobs, refused, failed };
  // As it is on file already.
  const whole = { ...parcel, from: 0, to: parcel.jobs, batch: null };
  return { rejected_jobs, refused: [await refusedPart(whole, refused[0].reason)], failed };
}

/**
 * What the server says to a part. If it keeps failing at it, but is well, that is a refusal.
 *
 * @throws {StoppedError} if nothing more can be sent
 */
async function pushed(
  part: Part,
  { connection, tries }: { readonly connection: Connection; readonly tries: number },
): Promise<Verdict | Refusal> {
  try {
    return await push(part, connection, { tries });
  } catch (error) {
    if (!(error instanceof StoppedError) || !error.perhaps_request) throw error;
    const { hostname, agent, jobs, unread_count = 0 } = await contents(part);
    if (jobs.length + unread_count === 0) throw error;
    if (!await isWell({ key: part.key, about: { hostname, agent } }, connection)) throw error;
    return { refused: `${error.message}, but a batch without jobs is taken`, status: FAILED, text: "" };
  }
}

/** Whether the server takes a batch without jobs. */
async function isWell(
  { key, about }: { readonly key: string; readonly about: Pick<Batch, "hostname" | "agent"> },
  connection: Connection,
): Promise<boolean> {
  const body = await gzip(new TextEncoder().encode(JSON.stringify({ ...about, jobs: [] })));
  try {
    const answer = await push({ key: `${key}:0`, body, jobs: 0 }, connection, { tries: FEW_TRIES });
    return "accepted" in answer;
  } catch (error) {
    if (error instanceof StoppedError && error.perhaps_request) return false;
    throw error;
  }
}

async function contents({ batch, body }: Part): Promise<Batch> {
  return batch ?? JSON.parse(await gunzipped(body));
}

/** Both halves of a batch. Their keys are always the same, as a half that was stored may be sent again. */
async function halves(part: Part, key: string): Promise<readonly Part[]> {
  const batch = await contents(part);
  const middle = part.from + Math.ceil(part.jobs / 2);
  const { unread: _, unread_count: _count, unread_digests: _digests, ...rest } = batch;
  const jobs = (from: number, to: number) => batch.jobs.slice(from - part.from, to - part.from);
  return await Promise.all([
    partOf({ ...rest, jobs: jobs(part.from, middle) }, { key, from: part.from }),
    partOf({ ...batch, jobs: jobs(middle, part.to) }, { key, from: middle }),
  ]);
}

async function partOf(
  batch: Batch,
  { key, from }: { readonly key: string; readonly from: number },
): Promise<Part> {
  const to = from + batch.jobs.length;
  const body = await gzip(new TextEncoder().encode(JSON.stringify(batch)));
  return { key: `${key}:${from}-${to}`, body, jobs: batch.jobs.length, from, to, batch };
}

async function refusedPart(part: Part, reason: string): Promise<RefusedPart> {
  const { unread, unread_count } = await contents(part);
  const { batch: _, ...rest } = part;
  return { ...rest, unread: unread_count ?? unread?.length ?? 0, reason };
}

async function named(part: Part): Promise<string> {
  if (part.jobs === 0) return "a batch without jobs";
  if (part.jobs > 1) return `${part.jobs} jobs`;
  const [job] = (await contents(part)).jobs;
  return `job ${job.JobID ?? "without an id"}`;
}

function report(
  { jobs }: Parcel,
  { answer, connection }: { readonly answer: Verdict; readonly connection: Connection },
): void {
  if (jobs === 0) return;
  const { secrets, world: { log } } = connection;
  const { accepted, updated, duplicates, rejected, rejected_count } = answer;
  log(
    "info",
    `Sent ${jobs} jobs: ${accepted} new, ${updated} changed, ${duplicates} known, ${rejected_count} rejected`,
  );
  const first = rejected.slice(0, REJECTED_SHOWN);
  for (const { index, job_id, reason } of first) {
    const job = job_id === null ? `number ${index + 1} of the batch` : shown(job_id, secrets);
    log("info", `Rejected by the server: job ${job}: ${shown(reason, secrets)}`);
  }
  const rest = rejected_count - first.length;
  if (rest > 0) log("info", `Rejected by the server: ${rest} more jobs of this batch`);
}
