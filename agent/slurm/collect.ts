import type { UnreadRow, WireJob } from "../../lib/job/batch.ts";
import { foldSteps } from "./record.ts";
import type { RowOrUnread } from "./rows.ts";
import { type Question, SacctError } from "./sacct.ts";
import { halve, inWords, type Window, windowsOf } from "./windows.ts";

const DAY_S = 86_400;
/** So many hours without an answer in a row, and the rest will have none either. */
const FAILURES_IN_A_ROW = 3;

/** What the collection of a range brings, in order. */
export type Collected =
  | { readonly kind: "job"; readonly job: WireJob }
  | { readonly kind: "unread"; readonly row: UnreadRow }
  /** A window was read to its end. */
  | { readonly kind: "window"; readonly window: Window; readonly jobs: number }
  /** A window could not be read. */
  | { readonly kind: "failure"; readonly words: string };

/** Answers a question about a window; throws SacctError at its end if sacct failed. */
export type Ask = (window: Window, question: Question) => AsyncIterable<RowOrUnread>;

/**
 * Reads a range of time in windows of a day, one call of sacct at a time. A window that fails is halved down to an
 * hour, and one that still fails is reported and passed over; when several hours in a row fail, the rest is given up.
 *
 * A job comes in every window that it overlaps. It is taken from the last of them alone, in which it ended, or from
 * the last of the range: so each comes once, in its newest form, without keeping account of all jobs seen. A window
 * that fails half-way may have brought some jobs already, which then come again.
 */
export async function* collect(range: Window, ask: Ask): AsyncGenerator<Collected> {
  const waiting = [...windowsOf(range, DAY_S)];
  let failures = 0;
  for (let window = waiting.shift(); window; window = waiting.shift()) {
    try {
      yield* readWindow(window, { ask, last: window.end === range.end });
      failures = 0;
    } catch (error) {
      if (!(error instanceof SacctError)) throw error;
      const halves = halve(window);
      if (halves) {
        waiting.unshift(...halves);
        continue;
      }
      yield { kind: "failure", words: `${inWords(window)}: ${error.message}` };
      failures++;
      if (failures === FAILURES_IN_A_ROW && waiting.length > 0) {
        const rest = { start: window.end, end: range.end };
        yield {
          kind: "failure",
          words: `${inWords(rest)}: not asked for, since sacct failed ${failures} times in a row`,
        };
        return;
      }
    }
  }
}

async function* readWindow(
  window: Window,
  { ask, last }: { readonly ask: Ask; readonly last: boolean },
): AsyncGenerator<Collected> {
  const unread: UnreadRow[] = [];
  let jobs = 0;
  for (const question of ["overlapping", "ended_early"] as const) {
    for await (const found of foldSteps(ask(window, question))) {
      if ("unread" in found) unread.push(found.unread);
      else if (isOf(window, { job: found.job, question, last })) {
        jobs++;
        yield { kind: "job", job: found.job };
      }
    }
  }
  for (const row of unread) yield { kind: "unread", row };
  yield { kind: "window", window, jobs };
}

/** Whether a job is to be taken from this window's answer to this question. */
function isOf(
  window: Window,
  { job, question, last }: { readonly job: WireJob; readonly question: Question; readonly last: boolean },
): boolean {
  const ended_within = typeof job.End === "number" && job.End < window.end;
  if (question === "overlapping") return last || ended_within;
  // What had become eligible before the window's end is in the answer to the other question.
  const eligible = typeof job.Eligible === "number" && job.Eligible < window.end;
  return !eligible && (last || ended_within);
}
