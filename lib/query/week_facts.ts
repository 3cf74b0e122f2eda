import type { CodedText } from "../engine/coded_text.ts";
import type { TimeColumn, Week } from "../engine/week.ts";

/** The smallest and the largest of some numbers; Infinity and -Infinity if there are none. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Bounds of what is known of jobs. */
export interface KnownBounds extends Bounds {
  /** Whether it is known of all of them. */
  readonly all: boolean;
}

/** What is known of all jobs of a week together, times in seconds since the epoch. */
export interface WeekFacts {
  /** The first moment known of each job; Infinity where none is known. */
  readonly first: Bounds;
  /** The last moment known of each job, 0 where none is. */
  readonly last: Bounds;
  /** Whether there is a job that has not ended. */
  readonly open: boolean;
  /** The times that are known. */
  readonly times: Readonly<Record<TimeColumn, KnownBounds>>;
}

const facts = new WeakMap<Week, WeekFacts>();
const codes = new WeakMap<Week, Map<CodedText, Uint32Array>>();

/** What a look at each job of a week finds out; done once, as weeks never change. */
export function factsOf(week: Week): WeekFacts {
  const known = facts.get(week) ?? made(week);
  facts.set(week, known);
  return known;
}

/** Whether a job of a week may have been there in a span; those that have not ended are known up to `until_s`. */
export function mayBeThere(
  week: Week,
  { start_s, end_s, until_s }: { readonly start_s: number; readonly end_s: number; readonly until_s: number },
): boolean {
  const { first, last, open } = factsOf(week);
  return first.low < end_s && Math.max(last.high, open ? until_s : 0) >= start_s;
}

function made({ length, times: { Submit, Start, End } }: Week): WeekFacts {
  let [first_low, first_high, last_low, last_high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let row = 0; row < length; row++) {
    const [submit_s, start_s, end_s] = [Submit[row], Start[row], End[row]];
    // What is unknown, 0, moves neither end.
    let first = submit_s || Infinity;
    if (start_s > 0 && start_s < first) first = start_s;
    if (end_s > 0 && end_s < first) first = end_s;
    const last = Math.max(submit_s, start_s, end_s);
    if (first < first_low) first_low = first;
    if (first > first_high) first_high = first;
    if (last < last_low) last_low = last;
    if (last > last_high) last_high = last;
  }
  return {
    first: { low: first_low, high: first_high },
    last: { low: last_low, high: last_high },
    open: End.includes(0),
    times: { Submit: knownBounds(Submit), Start: knownBounds(Start), End: knownBounds(End) },
  };
}

function knownBounds(times: Uint32Array): KnownBounds {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < times.length; row++) {
    const time = times[row];
    if (time > high) high = time;
    if (time < low && time > 0) low = time;
  }
  return high > 0 ? { low, high, all: !times.includes(0) } : { low: Infinity, high: -Infinity, all: false };
}

/** The different codes in a column of a week, rising; 0 among them if a job has no such text. */
export function codesIn(week: Week, column: CodedText): Uint32Array {
  const known = codes.get(week) ?? new Map<CodedText, Uint32Array>();
  codes.set(week, known);
  const found = known.get(column) ?? differentCodes(week, column);
  known.set(column, found);
  return found;
}

function differentCodes(week: Week, column: CodedText): Uint32Array {
  const stored = week.codes[column];
  let largest = 0;
  for (let row = 0; row < stored.length; row++) if (stored[row] > largest) largest = stored[row];
  const seen = new Uint8Array(largest + 1);
  for (let row = 0; row < stored.length; row++) seen[stored[row]] = 1;
  if (stored.length < week.length) seen[0] = 1;
  const found: number[] = [];
  for (let code = 0; code < seen.length; code++) if (seen[code] === 1) found.push(code);
  return Uint32Array.from(found);
}
