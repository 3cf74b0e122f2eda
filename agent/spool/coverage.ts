/** Which time is done, and which is still to be collected. */
import type { Window } from "../slurm/windows.ts";
import { difference, type Spans, union } from "./spans.ts";
import type { State } from "./state.ts";

/** Some time, and when sacct was asked about it, epoch seconds. */
export interface Reading {
  readonly covers: readonly Window[];
  readonly read_s: number;
}

/**
 * The state after the server has got all jobs of some time. Records reach Slurm's database late: of what was read
 * less than the margin after it was over, only the rest is settled, and is not read again.
 */
export function withCovered(
  state: State,
  { covers, read_s }: Reading,
  { now_s, margin_s }: { readonly now_s: number; readonly margin_s: number },
): State {
  const settled = settledOf({ covers, read_s }, { now_s, margin_s });
  return {
    ...state,
    covered: [...union([...state.covered, ...before(covers, now_s)])],
    settled: [...union([...state.settled, ...settled])],
  };
}

/** The part of some time that was read so late that no more records of it are expected. */
export function settledOf(
  { covers, read_s }: Reading,
  { now_s, margin_s }: { readonly now_s: number; readonly margin_s: number },
): Spans {
  return before(covers, Math.min(read_s, now_s) - margin_s);
}

/** The state without what it cannot know, as it was written while the clock was ahead. */
export function withoutFuture(
  state: State,
  { now_s, margin_s }: { readonly now_s: number; readonly margin_s: number },
): State {
  return {
    ...state,
    covered: [...before(state.covered, now_s)],
    settled: [...before(state.settled, now_s - margin_s)],
  };
}

/** The time of a range that is to be collected: all that is neither settled nor in batches that wait to be sent. */
export function missing(range: Window, state: State, held: Iterable<Window>): Spans {
  return difference([range], [...state.settled, ...held]);
}

function before(windows: Iterable<Window>, moment_s: number): Spans {
  return union(windows).map(({ start, end }) => ({ start, end: Math.min(end, moment_s) }))
    .filter(({ start, end }) => start < end);
}
