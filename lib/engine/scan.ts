import type { SharedText } from "./group_rows.ts";
import type { Week } from "./week.ts";

/** Which texts of a column to keep, by code. */
export interface Condition {
  readonly column: SharedText;
  readonly kept: Uint8Array;
}

/** The runs of a week whose jobs a question is about. */
export interface Chosen {
  readonly week: Week;
  /** Their numbers, rising. */
  readonly runs: Uint32Array;
}

/** A span of time, end excluded, in which jobs are waiting or running; open ones are known up to `until_s`. */
export interface Presence {
  readonly start_s: number;
  readonly end_s: number;
  readonly until_s: number;
}

/** The runs for which every condition holds, without those none of whose jobs can have been there in the span. */
export function chooseRuns(
  week: Week,
  conditions: readonly Condition[],
  { start_s, end_s, until_s }: Presence,
): Uint32Array {
  const { runs } = week;
  const { first_min, last_max } = runs.lives;
  const tests = conditions.map(({ column, kept }) => ({ codes: runs.codes(column), kept }));
  const chosen = new Uint32Array(runs.count);
  let count = 0;
  for (let run = 0; run < runs.count; run++) {
    if (first_min[run] >= end_s || Math.max(last_max[run], runs.isOpen(run) ? until_s : 0) < start_s) {
      continue;
    }
    let all = true;
    for (let test = 0; all && test < tests.length; test++) {
      const { codes, kept } = tests[test];
      all = kept[codes[run]] === 1;
    }
    if (all) chosen[count++] = run;
  }
  return chosen.slice(0, count);
}

/** Told of each slot that a row has a part in, and the part; `first` is true once for each row. */
export type PartVisitor = (slot: number, weight: number, first: boolean) => void;

/** Chosen runs with the slots of the answer that their jobs belong to. */
export interface Scan extends Chosen {
  /** By place in `runs`: the slot of all of its jobs, or -1 where they must be asked one by one. */
  readonly slots: Int32Array;
  /** The parts of a row, whose weights add up to 1. */
  readonly parts: (row: number, visit: PartVisitor) => void;
}

/** Calls `visit` for each row of a run and each slot it has a part in. */
export function forEachPart(
  { week: { runs }, slots, parts, runs: chosen }: Scan,
  place: number,
  visit: (row: number, slot: number, weight: number, first: boolean) => void,
): void {
  const run = chosen[place];
  const slot = slots[place];
  for (let at = runs.from[run]; at < runs.from[run + 1]; at++) {
    const row = runs.rows[at];
    if (slot >= 0) visit(row, slot, 1, true);
    else parts(row, (of, weight, first) => visit(row, of, weight, first));
  }
}
