/** Requests to the server, tried again as long as that may help. */
import * as z from "zod";
import { AGENT } from "../version.ts";
import type { World } from "../world.ts";
import { withoutSecrets } from "./secrets.ts";

/** Where requests go. */
export interface Connection {
  readonly api_url: string;
  readonly api_key: string;
  readonly timeout_s: number;
  readonly world: Pick<World, "fetch" | "sleep" | "random" | "now" | "log">;
  /** What no message may hold. */
  readonly secrets: readonly string[];
}

/** A request; the same bytes go with every try. */
export interface Request {
  readonly method: "GET" | "POST";
  /** Below the server's address, beginning with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Whether a server may lack what is asked for, as an older one: then 404 and 405 are about this request alone. */
  readonly optional?: boolean;
  /** Tries in a row in which the server fails at this request or takes too long for it; {@link TRIES} by default. */
  readonly tries?: number;
}

/** What the server refuses about this request, though it may take others. */
export interface Refusal {
  /** The refusal in the server's words. */
  readonly refused: string;
  readonly status: number;
  /** What came with it. */
  readonly text: string;
}

/** Nothing more can be sent in this run; the message is for the operator. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  /** Whether the server is not to be reached, or does not want this agent as it is configured. */
  readonly kind: "unreachable" | "refused";
  /** Before this moment, epoch seconds, the server wants no request; null if it did not say. */
  readonly knock_after_s: number | null;
  /** Whether it may be about what was sent: a server is there, but fails at it or takes too long for it. */
  readonly perhaps_request: boolean;

  constructor(
    message: string,
    { kind, knock_after_s = null, perhaps_request = false }: {
      readonly kind: StoppedError["kind"];
      readonly knock_after_s?: number | null;
      readonly perhaps_request?: boolean;
    },
  ) {
    super(message);
    this.kind = kind;
    this.knock_after_s = knock_after_s;
    this.perhaps_request = perhaps_request;
  }
}

/** So many tries in a row without an answer, and the server is left to the next run. */
export const TRIES = 10;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 300_000;
/** Who asks for more patience than this is left to the next run … */
const LONGEST_RETRY_AFTER_S = 300;
/** … and longer than this nobody is taken at his word. */
const LONGEST_SILENCE_S = 86_400;
/** Answers after which the same request may succeed. */
const PASSING = new Set([408, 425, 429]);
/** Answers that one request may get again and again from a server, or a proxy, that takes others. */
const FAILING = new Set([408, 500, 502, 504]);
/** Answers that are about the address, the key or the proxy, whatever is sent. */
const STOPPING = new Set([401, 403, 404, 405, 407, 410]);
const LACKING = new Set([404, 405]);
/** An answer of the server is shorter. */
const ANSWER_BYTES = 4 * 1024 * 1024;
const SHOWN_CHARACTERS = 500;

/** A try that failed: in what words, and how long the server asked to wait before the next (null: it did not say). */
interface Failure {
  readonly failed: string;
  readonly again: boolean;
  readonly perhaps_request: boolean;
  readonly retry_after_s: number | null;
}

/**
 * Makes a request until there is an answer that `read` understands (it returns null for one that it does not), or one
 * that refuses this request alone. Failed connections, answers that do not come in time, that break off or make no
 * sense, 5xx, 408, 425 and 429 are tried again, after a random part of a wait that doubles, or after Retry-After.
 *
 * @throws {StoppedError} if the server stays unreachable, wants to be left alone, or refuses whatever is sent
 */
export async function exchange<T>(
  request: Request,
  { connection, read }: { readonly connection: Connection; readonly read: (text: string) => T | null },
): Promise<{ readonly answer: T } | Refusal> {
  const { world } = connection;
  for (let tries = 1;; tries++) {
    const outcome = await attempt(request, { connection, read });
    if (!("failed" in outcome)) return outcome;
    const { failed, again, retry_after_s, perhaps_request } = outcome;
    if (!again) throw new StoppedError(failed, { kind: "refused" });
    if (retry_after_s !== null && retry_after_s > LONGEST_RETRY_AFTER_S) {
      const knock_after_s = world.now() + Math.min(LONGEST_SILENCE_S, Math.ceil(retry_after_s));
      throw new StoppedError(`${failed} (not to be asked again for ${Math.ceil(retry_after_s)} s)`, {
        kind: "unreachable",
        knock_after_s,
      });
    }
    const { tries: most = TRIES } = perhaps_request ? request : {};
    if (tries >= most) {
      throw new StoppedError(`${failed} (tried ${tries} times)`, { kind: "unreachable", perhaps_request });
    }
    const wait_ms = retry_after_s === null
      ? world.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1))
      : retry_after_s * 1000;
    world.log("info", `${failed}; trying again in ${(wait_ms / 1000).toFixed(1)} s`);
    await world.sleep(wait_ms);
  }
}

async function attempt<T>(
  { method, path, headers, body, optional = false }: Request,
  { connection, read }: { readonly connection: Connection; readonly read: (text: string) => T | null },
): Promise<{ readonly answer: T } | Refusal | Failure> {
  const { world, timeout_s, secrets } = connection;
  const url = connection.api_url.replace(/\/+$/, "") + path;
  const named = withoutSecrets(url, secrets);
  const signal = AbortSignal.timeout(timeout_s * 1000);
  try {
    const response = await world.fetch(url, {
      method,
      body,
      headers: { "X-API-Key": connection.api_key, "User-Agent": AGENT, ...headers },
      signal,
      // A redirected POST would arrive as a GET.
      redirect: "manual",
    });
    const text = await beginning(response);
    if (!response.ok) return judged(response, { text, named, secrets, optional, now_s: world.now() });
    const answer = read(text);
    if (answer !== null) return { answer };
    const failed = `${named} answered, but not as SLURM Usage History does: is api_url its address?`;
    return unreachable(failed);
  } catch (error) {
    if (signal.aborted) {
      return { ...unreachable(`${named} did not answer within ${timeout_s} s`), perhaps_request: true };
    }
    const reason = withoutSecrets(causeOf(error), secrets);
    return certificateProblem(reason, { named, secrets }) ??
      unreachable(`Cannot reach ${named}: ${shown(reason, secrets)}`);
  }
}

/** What went wrong in the end: fetch itself says no more than that it failed. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  return error.message.replace(/^error sending request for url \(.*?\): (?:client error \(\w+\): )?/, "");
}

function unreachable(failed: string): Failure {
  return { failed, again: true, perhaps_request: false, retry_after_s: null };
}

function certificateProblem(
  reason: string,
  { named, secrets }: { readonly named: string; readonly secrets: readonly string[] },
): Failure | null {
  const problem = /invalid peer certificate: (.*)/.exec(reason)?.[1];
  if (problem === undefined) return null;
  const advice = /UnknownIssuer/.test(problem)
    ? 'set "ca_file" to the file with the certificate of the authority that signed it'
    : /CaUsedAsEndEntity/.test(problem)
    ? 'the server shows the certificate of an authority: give it one of its own, and set "ca_file" to the authority\'s'
    : "it needs another certificate, or api_url another name";
  return {
    failed: `Cannot trust ${named}: its certificate is not valid here (${
      shown(problem, secrets)
    }); ${advice}`,
    again: false,
    perhaps_request: false,
    retry_after_s: null,
  };
}

function judged(
  response: Response,
  { text, named, secrets, optional, now_s }: {
    readonly text: string;
    readonly named: string;
    readonly secrets: readonly string[];
    readonly optional: boolean;
    readonly now_s: number;
  },
): Refusal | Failure {
  const { status, statusText, headers } = response;
  const target = headers.get("Location");
  const reason = target === null
    ? detail(text, secrets)
    : `it redirects to ${shown(target, secrets)}; set api_url to where it leads`;
  const words = withoutSecrets(
    `${named} answered ${status} ${statusText}`.trim() + (reason && `: ${reason}`),
    secrets,
  );
  if (status >= 500 || PASSING.has(status)) {
    const retry_after_s = retryAfter(headers.get("Retry-After"), now_s);
    return { failed: words, again: true, perhaps_request: FAILING.has(status), retry_after_s };
  }
  const stops = STOPPING.has(status) && !(optional && LACKING.has(status));
  if (status < 400 || stops) return { ...unreachable(words), again: false };
  return { refused: words, status, text };
}

/** The beginning of an answer, as much as the server's own would have. */
async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) break;
  }
  return text + decoder.decode();
}

/** The server's words: the detail of a problem (RFC 9457), else its title, else the beginning of the text. */
function detail(text: string, secrets: readonly string[]): string {
  const problem = z.object({ title: z.string(), detail: z.string() }).partial().safeParse(json(text)).data;
  return shown(problem?.detail ?? problem?.title ?? text, secrets);
}

/** What somebody else says, as one line of the journal; secrets go first, as half of one could not be told any more. */
export function shown(text: string, secrets: readonly string[]): string {
  const beginning = withoutSecrets(text, secrets).slice(0, 4 * SHOWN_CHARACTERS);
  return beginning.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, SHOWN_CHARACTERS);
}

function retryAfter(header: string | null, now_s: number): number | null {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return isNaN(date) ? null : Math.max(0, date / 1000 - now_s);
}

/** What a text of JSON holds, undefined if it is none. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
