import * as z from "zod";
import { INGEST_PATH, type IngestAnswer } from "../../lib/job/batch.ts";
import { type Connection, exchange, json, type Refusal } from "./exchange.ts";

/** What the server made of the jobs of a batch. */
export interface Verdict extends Pick<IngestAnswer, "accepted" | "updated" | "duplicates" | "rejected"> {
  /** How many were rejected; `rejected` may hold the first of them only. */
  readonly rejected_count: number;
}

/** A batch as it is posted. */
export interface Parcel {
  /** Idempotency-Key. */
  readonly key: string;
  /** The batch as JSON, compressed. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Jobs in it. */
  readonly jobs: number;
}

const UNUSABLE = 422;

const COUNT = z.number().int().min(0);
const REJECTIONS = z.object({
  rejected: z.array(z.object({ index: COUNT, job_id: z.string().nullable(), reason: z.string() })),
  rejected_count: COUNT.optional(),
});
const ANSWER = REJECTIONS.extend({
  success: z.literal(true),
  message: z.string(),
  jobs_processed: COUNT,
  hostname: z.string(),
  accepted: COUNT,
  updated: COUNT,
  duplicates: COUNT,
});

/**
 * Posts a batch and returns the server's account of it, or its refusal of this batch. An answer that does not account
 * for every job is none.
 *
 * @param tries so often at most, if the server fails at it or takes too long
 * @throws {StoppedError} if nothing more can be sent
 */
export async function push(
  { key, body, jobs }: Parcel,
  connection: Connection,
  { tries }: { readonly tries?: number } = {},
): Promise<Verdict | Refusal> {
  const headers = {
    "Content-Type": "application/json",
    "Content-Encoding": "gzip",
    "Idempotency-Key": key,
  };
  const read = (text: string) => accounted(ANSWER.safeParse(json(text)).data, jobs);
  const request = { method: "POST", path: INGEST_PATH, headers, body, tries } as const;
  const outcome = await exchange(request, { connection, read });
  if ("answer" in outcome) return outcome.answer;
  return (outcome.status === UNUSABLE ? allRejected(outcome.text, jobs) : null) ?? outcome;
}

function accounted(
  answer: (Omit<Verdict, "rejected_count"> & { readonly rejected_count?: number }) | undefined,
  jobs: number,
): Verdict | null {
  if (answer === undefined) return null;
  const { accepted, updated, duplicates, rejected, rejected_count = rejected.length } = answer;
  if (accepted + updated + duplicates + rejected_count !== jobs) return null;
  return { accepted, updated, duplicates, rejected, rejected_count };
}

/** The verdict in a problem that names rejected records: none of the batch's is a job. */
function allRejected(text: string, jobs: number): Verdict | null {
  const { data } = REJECTIONS.safeParse(json(text));
  if (jobs === 0 || data === undefined) return null;
  return accounted({ accepted: 0, updated: 0, duplicates: 0, ...data }, jobs);
}
