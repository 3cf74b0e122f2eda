import * as z from "zod";
import { type Batch, INGEST_PATH, type IngestAnswer } from "../lib/job/batch.ts";
import { AGENT } from "./version.ts";
import type { World } from "./world.ts";

/** Where batches go. */
export interface Server {
  readonly api_url: string;
  readonly api_key: string;
  readonly timeout_s: number;
}

/** A batch could not be delivered; the message is for the operator. */
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

const COUNT = z.number().int().min(0);
const ANSWER = z.object({
  success: z.literal(true),
  message: z.string(),
  jobs_processed: COUNT,
  hostname: z.string(),
  accepted: COUNT,
  updated: COUNT,
  duplicates: COUNT,
  rejected: z.array(z.object({ index: COUNT, job_id: z.string().nullable(), reason: z.string() })),
});

/** A try that failed: in what words, and how long the server asked to wait before the next (null: it did not say). */
interface Failure {
  readonly words: string;
  readonly again: boolean;
  readonly retry_after_ms: number | null;
}

/**
 * Posts a batch and returns the server's account of it. Network errors, timeouts, 5xx, 408, 425 and 429 are tried again
 * after a random part of a wait that doubles (or after Retry-After), with the same Idempotency-Key.
 *
 * @throws {PushError} if the server refuses the batch, stays unreachable, or does not account for every job.
 */
export async function push(
  batch: Batch,
  { server, world }: { readonly server: Server; readonly world: World },
): Promise<IngestAnswer> {
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

async function attempt(world: World, request: Request): Promise<IngestAnswer | Failure> {
  const { url, body, headers, timeout_s } = request;
  const signal = AbortSignal.timeout(timeout_s * 1000);
  try {
    // A redirected POST would arrive as a GET.
    const response = await world.fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
    const text = await response.text();
    return response.ok ? readAnswer(text, url) : refusal(response, { text, url, now_s: world.now() });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const words = signal.aborted
      ? `${url} did not answer within ${timeout_s} s`
      : `Cannot reach ${url}: ${reason}`;
    return { words, again: true, retry_after_ms: null };
  }
}

function readAnswer(text: string, url: string): IngestAnswer | Failure {
  const parsed = ANSWER.safeParse(json(text));
  if (parsed.success) return parsed.data;
  const words = `${url} answered, but not as SLURM Usage History does: is api_url its address?`;
  return { words, again: false, retry_after_ms: null };
}

function refusal(
  response: Response,
  { text, url, now_s }: { readonly text: string; readonly url: string; readonly now_s: number },
): Failure {
  const target = response.headers.get("Location");
  const reason = target === null ? detail(text) : `it redirects to ${target}; set api_url to where it leads`;
  return {
    words: `${url} answered ${response.status} ${response.statusText}`.trim() + (reason && `: ${reason}`),
    again: response.status >= 500 || PASSING.has(response.status),
    retry_after_ms: retryAfter(response.headers.get("Retry-After"), now_s),
  };
}

/** The server's words: the detail of a problem (RFC 9457), else its title, else the beginning of the text. */
function detail(text: string): string {
  const problem = z.object({ title: z.string(), detail: z.string() }).partial().safeParse(json(text)).data;
  return problem?.detail ?? problem?.title ?? text.replace(/\s+/g, " ").trim().slice(0, 300);
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
  answer: IngestAnswer,
  { batch, url }: { readonly batch: Batch; readonly url: string },
): IngestAnswer {
  const told = answer.accepted + answer.updated + answer.duplicates + answer.rejected.length;
  if (told === batch.jobs.length) return answer;
  throw new PushError(`${url} accounts for ${told} jobs, but ${batch.jobs.length} were sent`);
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
