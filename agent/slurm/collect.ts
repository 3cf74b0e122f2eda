import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import type { JobOrUnread } from "./record.ts";
import { type Question, SacctError } from "./sacct.ts";
import { halve, inWords, type Window } from "./windows.ts";

/** So many hours in a row without an answer for one reason, and nothing is halved any more. */
const FAILURES_IN_A_ROW = 3;
/** So many for whatever reasons. */
const FAILURES_AT_ALL = 24;
/** So many pieces after that, and the rest of that end will have no answer either. */
const PIECES_IN_A_ROW = 10;
/** So many at the other end after that, and it is not the windows. */
const PIECES_AT_OTHER_END = 3;
/** Unread rows of a window that are remembered, so that they count once when its halves bring them again. */
const ROWS_REMEMBERED = 10_000;

/** What the collection of some windows brings, in order. */
export type Collected =
  | { readonly kind: "job"; readonly job: WireJob }
  | { readonly kind: "unread"; readonly row: UnreadRow }
  /** A window was read to its end. */
  | { readonly kind: "window"; readonly window: Window; readonly jobs: number }
  /** A window could not be read, or not to its end; the words name it. */
  | { readonly kind: "failure"; readonly window: Window; readonly words: string };

/**
 * Answers a question about a window, or about the jobs of some ids, as `readWindow()`; throws SacctError at its end if
 * sacct failed.
 */
export type Ask = (
  window: Window,
  question: Question,
  jobs?: readonly string[],
) => AsyncIterable<JobOrUnread>;

/** States in which `never_eligible` finds records. */
const NEVER_ELIGIBLE = /^(?:CANCELLED|DEADLINE)/;

/** Which questions find the records that ended in a window: one, or in another way two. */
const QUESTIONS = {
  ended: ["ended"],
  overlapping: ["overlapping", "never_eligible"],
} as const satisfies Readonly<Record<string, readonly Question[]>>;

/**
 * Reads the records that ended in some windows (`start <= End < end`, so that each comes from one of them), one call of
 * sacct at a time. A window that fails is halved down to an hour, and one that still fails is told and passed over. When
 * several hours in a row fail for the same reason, the rest of their window and the next windows are tried as they are,
 * unhalved, until one is read. When these fail as well, the last windows are tried, and the others from there on
 * backwards; when even those fail, all is given up. What a window brought before it failed comes again with its halves,
 * which changes nothing at the server.
 */
export async function* collect(
  windows: readonly Window[],
  ask: Ask,
  { question = "ended" }: { readonly question?: keyof typeof QUESTIONS } = {},
): AsyncGenerator<Collected> {
  const failures = new Failures();
  const told = new Set<string>();
  const waiting = [...windows];
  let longest_s = Infinity;
  let turned = false;
  for (let window = waiting.shift(); window; window = waiting.shift()) {
    const halves = halve(window);
    // What is wider than slurmdbd allows need not be tried each day.
    if (halves && window.end - window.start > longest_s) {
      waiting.unshift(...halves);
      continue;
    }
    try {
      yield* endedIn(window, { ask, questions: QUESTIONS[question], told });
      failures.end();
    } catch (error) {
      if (!(error instanceof SacctError)) throw error;
      if (error.too_wide && halves) longest_s = Math.min(longest_s, halves[0].end - halves[0].start);
      if (halves && (error.too_wide || !failures.are_hopeless)) {
        waiting.unshift(...halves);
        continue;
      }
      yield { kind: "failure", window, words: `${inWords(window)}: ${error.message}` };
      failures.add(error.message);
      if (!failures.are_final || waiting.length === 0) continue;
      if (turned) {
        yield leftOut(waiting, failures.count);
        return;
      }
      turned = true;
      waiting.reverse();
      failures.allow(PIECES_AT_OTHER_END);
    }
  }
}

/** Says what is not asked for after so many failures; the windows may come in any order. */
function leftOut(windows: readonly Window[], count: number): Collected {
  const window = {
    start: Math.min(...windows.map(({ start }) => start)),
    end: Math.max(...windows.map(({ end }) => end)),
  };
  const words = `${inWords(window)}: not asked for, since sacct failed ${count} times in a row`;
  return { kind: "failure", window, words };
}

/** @param options `told` has the unread rows that came before, so that each counts once */
async function* endedIn(
  window: Window,
  { ask, questions, told }: {
    readonly ask: Ask;
    readonly questions: readonly Question[];
    readonly told: Set<string>;
  },
): AsyncGenerator<Collected> {
  /** Records that another question may bring again; of all there may be too many to be remembered. */
  const seen = new Set<string>();
  let jobs = 0;
  for (const question of questions) {
    for await (const found of ask(window, question)) {
      if ("unread" in found) {
        const { line } = found.unread;
        if (told.has(line)) continue;
        if (told.size < ROWS_REMEMBERED) told.add(line);
        yield { kind: "unread", row: found.unread };
        continue;
      }
      if (!isWithin(window, found.job)) continue;
      if (questions.length > 1 && NEVER_ELIGIBLE.test(String(found.job.State))) {
        const record = recordOf(found.job);
        if (seen.has(record)) continue;
        seen.add(record);
      }
      jobs++;
      yield { kind: "job", job: found.job };
    }
  }
  yield { kind: "window", window, jobs };
}

function isWithin({ start, end }: Window, { End }: WireJob): boolean {
  return typeof End === "number" && End >= start && End < end;
}

/** What tells one record from another; the id comes again after a requeue and a resize. */
function recordOf({ JobIDRaw, Submit, Start, End }: WireJob): string {
  return `${JobIDRaw} ${Submit} ${Start} ${End}`;
}

/** Failures that follow on one another. */
class Failures {
  count = 0;
  #alike = 0;
  #reason = "";
  #hopeless_from: number | null = null;
  /** So many may follow once there is no hope. */
  #allowed = PIECES_IN_A_ROW;

  get are_hopeless(): boolean {
    return this.#hopeless_from !== null;
  }

  get are_final(): boolean {
    return this.#hopeless_from !== null && this.count - this.#hopeless_from >= this.#allowed;
  }

  add(words: string): void {
    const reason = words.replace(/\d+/g, "0");
    this.#alike = reason === this.#reason ? this.#alike + 1 : 1;
    this.#reason = reason;
    this.count++;
    const hopeless = this.#alike >= FAILURES_IN_A_ROW || this.count >= FAILURES_AT_ALL;
    if (hopeless) this.#hopeless_from ??= this.count;
  }

  /** Lets so many more follow. */
  allow(more: number): void {
    this.#allowed += more;
  }

  end(): void {
    this.count = 0;
    this.#alike = 0;
    this.#hopeless_from = null;
    this.#allowed = PIECES_IN_A_ROW;
  }
}
