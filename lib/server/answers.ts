import { paramsOf } from "../pages/paths.ts";
import { createHash } from "node:crypto";
import type { State } from "../../state.ts";
import type { Asked, ClusterData, Data } from "../query/data.ts";
import { chosenClusters } from "../query/range.ts";
import { formatFilters, parseFilters } from "../view/filters.ts";
import { strangeKeys } from "../view/strange_keys.ts";
import { breathe } from "./event_loop.ts";
import { Problem } from "./problem.ts";
import type { Turnstile } from "./turnstile.ts";
import { MINUTE_S } from "../view/units.ts";

/** Most bytes of the answers that are kept. */
const MAX_BYTES = 32 * 1024 * 1024;
/** What an answer takes in memory for each character of its JSON: the text itself, and the data it was made from. */
const BYTES_PER_CHARACTER = 4;
/** Answers are as of the minute: no number depends on seconds, only words such as "3 minutes ago". */

/** An answer: its plain data, the same as JSON, and the tag of that. */
export interface Answer<T = unknown> {
  readonly value: T;
  readonly body: string;
  readonly etag: string;
}

/** An answer, and whether it was made for whoever asked just now, in their turn at the turnstile. */
export interface Found<T> extends Answer<T> {
  readonly made: boolean;
}

interface Flight {
  readonly answer: Promise<Answer>;
  readonly abandoned: AbortController;
  waiting: number;
}

/** Answers that were given lately, by their question; each is made once however many ask for it. */
export class Answers {
  readonly turnstile: Turnstile;
  readonly #max_bytes: number;
  /** The one asked for longest ago comes first. */
  readonly #kept = new Map<string, Answer>();
  readonly #flights = new Map<string, Flight>();
  #bytes = 0;

  constructor(turnstile: Turnstile, { max_bytes = MAX_BYTES }: { readonly max_bytes?: number } = {}) {
    this.turnstile = turnstile;
    this.#max_bytes = max_bytes;
  }

  /** About how much memory the answers take, and how much they may. */
  get memory(): { readonly bytes: number; readonly limit_bytes: number } {
    return { bytes: this.#bytes, limit_bytes: this.#max_bytes };
  }

  /**
   * The answer to a question, made at the turnstile if it is not known.
   *
   * @param key the question, with everything that the answer depends on
   * @param options `signal` is aborted when whoever asks goes away; the work is given up when all have
   */
  async get<T>(
    key: string,
    { make, signal }: {
      /** Calls `incomplete` if a part of the answer could not be made; it is given, but not kept. */
      readonly make: (incomplete: () => void) => T | Promise<T>;
      readonly signal?: AbortSignal;
    },
  ): Promise<Found<T>> {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return { ...known as Answer<T>, made: false };
    }
    const flight = this.#flights.get(key);
    const made = flight === undefined;
    const answer = await joined(flight ?? this.#start(key, make), signal);
    return { ...answer as Answer<T>, made };
  }

  #start(key: string, make: (incomplete: () => void) => unknown): Flight {
    const abandoned = new AbortController();
    let whole = true;
    const answer = this.turnstile.pass(async () => {
      const value = await make(() => whole = false);
      await breathe();
      return answerOf(value);
    }, abandoned.signal);
    const flight: Flight = { answer, abandoned, waiting: 0 };
    this.#flights.set(key, flight);
    answer.then((value) => whole && this.#keep(key, value), () => {}).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    // Nobody joins one that was given up.
    abandoned.signal.addEventListener("abort", () => this.#flights.delete(key), { once: true });
    return flight;
  }

  #keep(key: string, answer: Answer): void {
    const bytes = bytesOf(key, answer);
    // One that would drive out most of the others is not worth it.
    if (bytes > this.#max_bytes / 4) return;
    this.#kept.set(key, answer);
    this.#bytes += bytes;
    for (const [oldest, dropped] of this.#kept) {
      if (this.#bytes <= this.#max_bytes) return;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(oldest, dropped);
    }
  }
}

function bytesOf(key: string, { body }: Answer): number {
  return 2 * key.length + BYTES_PER_CHARACTER * body.length;
}

function answerOf(value: unknown): Answer {
  const body = JSON.stringify(value);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return { value, body, etag };
}

/** Waits for an answer with others; it is given up when the last of them has gone. */
async function joined(flight: Flight, signal: AbortSignal | undefined): Promise<Answer> {
  if (signal === undefined) {
    flight.waiting++;
    return await flight.answer;
  }
  const gone = Promise.withResolvers<never>();
  const leave = () => {
    gone.reject(new Problem(503, "Whoever asked did not wait for the answer"));
    if (--flight.waiting === 0) flight.abandoned.abort();
  };
  flight.waiting++;
  if (signal.aborted) leave();
  else signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([flight.answer, gone.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** What of a request a question is asked with. */
export interface Asking {
  readonly req: Request;
  readonly url: URL;
  readonly state: State;
}

/** What an answer may be made from, and nothing else: its key holds all of it. `now_s` is the minute of the request. */
export interface Question extends Asked {
  readonly data: Data;
  readonly params: URLSearchParams;
}

/**
 * The answer to a request, kept as long as neither the data nor the minute changes.
 *
 * @param options `name` tells questions with the same parameters apart; `of` says whether the answer depends on
 *   all clusters or only on those chosen, `named` whether it has the name of the saved view in it
 */
export function answerTo<T>(
  { req, url, state }: Asking,
  { name, of, named = true, make }: {
    readonly name: string;
    readonly named?: boolean;
    readonly of: "all clusters" | "chosen clusters";
    readonly make: (question: Question) => T | Promise<T>;
  },
): Promise<Found<T>> {
  const { data, services } = state;
  const now_s = state.now_s - state.now_s % MINUTE_S;
  const params = paramsOf(url);
  const { filters, problems } = parseFilters(params);
  const told = problems.length + strangeKeys(params).length;
  const query = told === 0
    ? formatFilters(named ? filters : { ...filters, view_name: null })
    : params.toString();
  const clusters = of === "all clusters" ? [...data.values()] : chosenClusters(data, filters);
  const key = [name, query, now_s, ...clusters.map(versionOf)].join("\n");
  return services.answers.get(key, {
    make: (incomplete) => {
      const failed = (error: unknown): string => {
        incomplete();
        services.log("error", `A part of ${name} failed, request ${state.request_id}`, {
          error: error instanceof Error ? error.stack ?? error.message : String(error),
        });
        return state.request_id;
      };
      return make({ data, params, now_s, breathe, failed });
    },
    signal: req.signal,
  });
}

/**
 * The data of a page. What follows, its rendering, has a turn of its own at the turnstile, if making the data had none.
 */
export async function pageData<T>(
  ctx: Asking,
  name: string,
  make: (question: Question) => T | Promise<T>,
): Promise<T> {
  const { value, made } = await answerTo(ctx, { name, of: "all clusters", make });
  if (!made) await ctx.state.services.answers.turnstile.pass(() => {}, ctx.req.signal);
  return value;
}

/** Everything of a cluster that an answer may depend on: it differs after every batch and every change. */
function versionOf({ name, tz, dataset, fresh_until_s, report, set_aside, inventory }: ClusterData): string {
  const changes = [dataset.generation, fresh_until_s, report.batches, set_aside.size, inventory?.changes];
  return [name, tz, ...changes].join(" ");
}
