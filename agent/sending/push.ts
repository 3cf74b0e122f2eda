import * as z from "zod";
import { type Batch, INGEST_PATH, type IngestAnswer } from "../../lib/job/batch.ts";
import { AGENT } from "../version.ts";
import type { World } from "../world.ts";

/** Where batches go. */
export interface Server {
  readonly api_url: string;
  readonly api_key: string;
  readonly timeout_s: number;
}

/** What the server made of the jobs of a batch. */
export interface Verdict extends Pick<IngestAnswer, "accepted" | "updated" | "duplicates" | "rejected"> {
  /** How many were rejected; `rejected` may hold the first of them only. */
  readonly rejected_count: number;
}

/** A batch the server refuses as a whole, though it may take others. */
export interface Refusal {
  /** The refusal in the server's words. */
  readonly refused: string;
  /** Whether a smaller batch may be taken. */
  readonly too_large: boolean;
}

/** No batch can be delivered; the message is for the operator. */
export class PushError extends Error {
  override readonly name = "PushError";
}

const TRIES = 8;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** A server that asks for more patience than this is left for the next run. */
const LONGEST_RETRY_AFTER_MS = 300_000;
/** Answers after which the same request may succeed. */
const PASSING = new Set([408, 425, 429]);
const TOO_LARGE = 413;
const UNUSABLE = 422;
/** Answers that are about one batch, not about the address, the key or the agent. */
const OF_ONE_BATCH = new Set([400, TOO_LARGE, UNUSABLE]);
/** Characters shown of what the server says. */
const SHOWN_CHARACTERS = 500;

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

/** A try that failed: in what words, and how long the server asked to wait before the next (null: it did not say). */
interface Failure {
  readonly words: string;
  /** Status of the answer, null if there was none. */
  readonly status: number | null;
  readonly again: boolean;
  readonly retry_after_ms: number | null;
}

/**
 * Posts a batch and returns the server's account of it, or its refusal of this batch (400, 413, 422). Network errors,
 * timeouts, 5xx, 408, 425 and 429 are tried again after a random part of a wait that doubles (or after Retry-After),
 * with the same Idempotency-Key. A good answer in a wrong form is not: it is whole, and comes from somebody else.
 *
 * @throws {PushError} if the server refuses whatever is sent, stays unreachable, or does not account for every job.
 */
export async function push(
  batch: Batch,
  { server, world }: { readonly server: Server; readonly world: World },
): Promise<Verdict | Refusal> {
  const url = server.api_url.replace(/\/+$/, "") + INGEST_PATH;
  const body = await gzip(JSON.stringify(batch));
  const headers = {
    "Content-Type": "application/json",
    "Content-Encoding": "gzip",
    "X-API-Key": server.api_key,
    "Idempotency-Key": world.uuid(),
    "User-Agent": AGENT,
  };
  for (let tries = 1;; tries++) {
    const answer = await attempt(world, { url, body, headers, timeout_s: server.timeout_s });
    if ("accepted" in answer) return accounted(answer, { batch, url });
    if (answer.status !== null && OF_ONE_BATCH.has(answer.status)) {
      return { refused: answer.words, too_large: answer.status === TOO_LARGE };
    }
    const wait_ms = answer.retry_after_ms ??
      world.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
    if (!answer.again || wait_ms > LONGEST_RETRY_AFTER_MS) throw new PushError(answer.words);
    if (tries === TRIES) throw new PushError(`${answer.words} (tried ${TRIES} times)`);
    world.log(`${answer.words}; trying again in ${(wait_ms / 1000).toFixed(1)} s`);
    await world.sleep(wait_ms);
  }
}

interface Request {
  readonly url: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout_s: number;
}

async function attempt(world: World, request: Request): Promise<Verdict | Failure> {
  const { url, body, headers, timeout_s } = request;
  const signal = AbortSignal.timeout(timeout_s * 1000);
  try {
    // A redirected POST would arrive as a GET.
    const response = await world.fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
    const text = await response.text();
    if (response.ok) return readAnswer(text, { url, status: response.status });
    const rejection = response.status === UNUSABLE ? allRejected(text) : null;
    return rejection ?? failure(response, { text, url, now_s: world.now() });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const words = signal.aborted
      ? `${url} did not answer within ${timeout_s} s`
      : `Cannot reach ${url}: ${reason}`;
    return { words, status: null, again: true, retry_after_ms: null };
  }
}

function readAnswer(
  text: string,
  { url, status }: { readonly url: string; readonly status: number },
): Verdict | Failure {
  const { data } = ANSWER.safeParse(json(text));
  if (data) return { ...data, rejected_count: data.rejected_count ?? data.rejected.length };
  const words = `${url} answered, but not as SLURM Usage History does: is api_url its address?`;
  return { words, status, again: false, retry_after_ms: null };
}

/** The verdict in a problem that names rejected records: none of the batch's is a job. */
function allRejected(text: string): Verdict | null {
  const { data } = REJECTIONS.safeParse(json(text));
  const rejected_count = data?.rejected_count ?? data?.rejected.length ?? 0;
  if (!data || rejected_count === 0) return null;
  return { accepted: 0, updated: 0, duplicates: 0, rejected: data.rejected, rejected_count };
}

function failure(
  response: Response,
  { text, url, now_s }: { readonly text: string; readonly url: string; readonly now_s: number },
): Failure {
  const target = response.headers.get("Location");
  const reason = target === null ? detail(text) : `it redirects to ${target}; set api_url to where it leads`;
  return {
    words: `${url} answered ${response.status} ${response.statusText}`.trim() + (reason && `: ${reason}`),
    status: response.status,
    again: response.status >= 500 || PASSING.has(response.status),
    retry_after_ms: retryAfter(response.headers.get("Retry-After"), now_s),
  };
}

/** The server's words: the detail of a problem (RFC 9457), else its title, else the beginning of the text. */
function detail(text: string): string {
  const problem = z.object({ title: z.string(), detail: z.string() }).partial().safeParse(json(text)).data;
  return shown(problem?.detail ?? problem?.title ?? text);
}

/** What the server says, as one line of the journal. */
export function shown(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, SHOWN_CHARACTERS);
}

function retryAfter(header: string | null, now_s: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return isNaN(date) ? null : Math.max(0, date - now_s * 1000);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function accounted(
  answer: Verdict,
  { batch, url }: { readonly batch: Batch; readonly url: string },
): Verdict {
  const told = answer.accepted + answer.updated + answer.duplicates + answer.rejected_count;
  if (told === batch.jobs.length) return answer;
  throw new PushError(`${url} accounts for ${told} jobs, but ${batch.jobs.length} were sent`);
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
