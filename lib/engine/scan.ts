import type { Week } from "./week.ts";

/** Which jobs to keep, by a number of theirs. */
export interface Condition {
  /** By run or by row; 0 for those beyond its end. */
  readonly numbers: ArrayLike<number>;
  /** 1 by number where jobs are kept, else 0. */
  readonly kept: Uint8Array;
}

/** Conditions that a run's jobs meet together, and those that each meets for itself. */
export interface Conditions {
  readonly runs: readonly Condition[];
  readonly rows: readonly Condition[];
}

/** Which jobs are meant where only some of a run are. */
export interface Some {
  /** By place in the chosen runs: 1 where only some of a run's jobs are meant. */
  readonly places: Uint8Array;
  /** Which of the jobs in the order of the runs are meant, of those runs, rising. */
  readonly ats: Uint32Array;
  /** By place in the chosen runs where its jobs begin in `ats`, and at last where they end. */
  readonly from: Uint32Array;
}

/** The runs of a week whose jobs a question is about. */
export interface Chosen {
  readonly week: Week;
  /** Their numbers, rising. */
  readonly runs: Uint32Array;
  /** Null if all jobs of all runs are meant. */
  readonly some: Some | null;
}

/** A span of time, end excluded, in which jobs are waiting or running; open ones are known up to `until_s`. */
export interface Presence {
  readonly start_s: number;
  readonly end_s: number;
  readonly until_s: number;
}

/** The runs with jobs for which every condition holds, without those none of whose jobs can have been there in the span. */
export function chooseRuns(
  week: Week,
  conditions: Conditions,
  { start_s, end_s, until_s }: Presence,
): Chosen {
  const { runs } = week;
  const { first_min, last_max } = runs.lives;
  const tests = conditions.runs;
  const chosen = new Uint32Array(runs.count);
  let count = 0;
  for (let run = 0; run < runs.count; run++) {
    if (first_min[run] >= end_s || Math.max(last_max[run], runs.isOpen(run) ? until_s : 0) < start_s) {
      continue;
    }
    let all = true;
    for (let test = 0; all && test < tests.length; test++) {
      const { numbers, kept } = tests[test];
      all = kept[numbers[run] ?? 0] === 1;
    }
    if (all) chosen[count++] = run;
  }
  const found = { week, runs: chosen.slice(0, count), some: null };
  return conditions.rows.length === 0 ? found : chooseRows(found, conditions.rows);
}

/** Leaves the jobs for which every condition holds, and their runs. */
function chooseRows({ week, runs: before }: Chosen, conditions: readonly Condition[]): Chosen {
  const { from, rows } = week.runs;
  const kept = new Uint8Array(week.length).fill(1);
  for (const { numbers, kept: of_number } of conditions) {
    for (let row = 0; row < kept.length; row++) {
      kept[row] &= of_number[row < numbers.length ? numbers[row] : 0];
    }
  }
  const runs = new Uint32Array(before.length);
  const places = new Uint8Array(before.length);
  const begins = new Uint32Array(before.length + 1);
  const meant = new Uint32Array(kept.length);
  let count = 0;
  let end = 0;
  for (const run of before) {
    const begin = end;
    for (let at = from[run]; at < from[run + 1]; at++) {
      meant[end] = at;
      end += kept[rows[at]];
    }
    const jobs = end - begin;
    if (jobs === 0) continue;
    begins[count] = begin;
    if (jobs < from[run + 1] - from[run]) places[count] = 1;
    // Where all are meant nobody asks which.
    else end = begin;
    runs[count++] = run;
  }
  begins[count] = end;
  return {
    week,
    runs: runs.slice(0, count),
    some: end === 0 ? null : {
      places: places.slice(0, count),
      ats: meant.slice(0, end),
      from: begins.slice(0, count + 1),
    },
  };
}

/** Told of each slot that a row has a part in, and the part; `first` is true once for each row. */
export type PartVisitor = (slot: number, weight: number, first: boolean) => void;

/** Chosen runs with the slots of the answer that their jobs belong to. */
export interface Scan extends Chosen {
  /**
   * By place in `runs`: the slot of all of its jobs, or -1 where they must be asked one by one. Where only some of a
   * run's jobs are meant it is -1 as well, or -2 - the slot of those.
   */
  readonly slots: Int32Array;
  /** The parts of a row, whose weights add up to 1. */
  readonly parts: (row: number, visit: PartVisitor) => void;
}

/** The slots of a scan that were given out as if all jobs of each run were meant, as {@link Scan} has them. */
export function markSome(slots: Int32Array, some: Some | null): Int32Array {
  if (some === null) return slots;
  return slots.map((slot, place) => some.places[place] === 1 && slot >= 0 ? -2 - slot : slot);
}

/**
 * The slot of all jobs of a run that are meant, or -1; and which those are: from `begin` to before `end` in the order
 * of the runs, or in `ats`, which says it of each.
 */
export function meantAt(
  { week: { runs }, slots, some, runs: chosen }: Scan,
  place: number,
): {
  readonly slot: number;
  readonly ats: Uint32Array | null;
  readonly begin: number;
  readonly end: number;
} {
  const given = slots[place];
  const slot = given < -1 ? -2 - given : given;
  if (some?.places[place] === 1) {
    return { slot, ats: some.ats, begin: some.from[place], end: some.from[place + 1] };
  }
  const run = chosen[place];
  return { slot, ats: null, begin: runs.from[run], end: runs.from[run + 1] };
}

/** Calls `visit` for each row of a run that is meant and each slot it has a part in. */
export function forEachPart(
  scan: Scan,
  place: number,
  visit: (row: number, slot: number, weight: number, first: boolean) => void,
): void {
  const { week: { runs: { rows } }, parts } = scan;
  const { slot, ats, begin, end } = meantAt(scan, place);
  let row = 0;
  const visitPart: PartVisitor = (of, weight, first) => visit(row, of, weight, first);
  for (let at = begin; at < end; at++) {
    row = rows[ats === null ? at : ats[at]];
    if (slot >= 0) visit(row, slot, 1, true);
    else parts(row, visitPart);
  }
}
