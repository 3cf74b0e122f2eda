import type { Week } from "../engine/week.ts";
import type { Filters } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { type Choice, choicesOf } from "./choices.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { chosenClusters, rangeOf } from "./range.ts";
import { type Marker, markerOf } from "./search.ts";
import { factsOf } from "./week_facts.ts";

/** Rows of a week. */
interface Marked {
  readonly count: number;
  /** 1 by row for those meant, 0 for the others; null if all are. */
  readonly marks: Uint8Array | null;
}

/** A week and those of its jobs that a view is about; there are some. */
export interface MatchingWeek extends Marked {
  readonly cluster: ClusterData;
  readonly week: Week;
}

const NONE: Marked = { count: 0, marks: new Uint8Array() };

/** The weeks with jobs that were waiting or running at any time of the range, and that are found by the search. */
export async function* eachWeek(data: Data, filters: Filters, asked: Asked): AsyncGenerator<MatchingWeek> {
  const range = rangeOf(data, filters, asked.now_s);
  for (const cluster of chosenClusters(data, filters)) {
    const choices = choicesOf(cluster, filters);
    const search = filters.q === null ? null : markerOf(cluster.dataset, filters.q);
    const until_s = cluster.fresh_until_s ?? 0;
    for (const week of cluster.dataset.weeks.values()) {
      const pause = asked.breathe?.();
      if (pause !== undefined) await pause;
      const { first, last, open } = factsOf(week);
      if (first.low >= range.end_s || Math.max(last.high, open ? until_s : 0) < range.start_s) continue;
      const marked = markedOf(week, { choices, search, range, until_s });
      if (marked.count > 0) yield { cluster, week, ...marked };
    }
  }
}

function markedOf(
  week: Week,
  { choices, search, range, until_s }: {
    readonly choices: readonly Choice[];
    readonly search: Marker | null;
    readonly range: Range;
    readonly until_s: number;
  },
): Marked {
  const { first, last } = factsOf(week);
  const surely = first.high < range.end_s && last.low >= range.start_s;
  let marks: Uint8Array | null = null;
  for (const { kept, ofRows, inWeek } of choices) {
    // Most texts are in few weeks, and most weeks hold few texts.
    const found = inWeek?.(week);
    if (found?.every((number) => kept[number] === 1)) continue;
    if (found?.every((number) => kept[number] === 0)) return NONE;
    if (marks === null) marks = new Uint8Array(week.length).fill(1);
    keep(marks, ofRows(week), kept);
  }
  const found = search?.(week);
  if (found === null) return NONE;
  if (found !== undefined) marks = marks === null ? found : both(marks, found);
  if (!surely) {
    if (marks === null) marks = new Uint8Array(week.length).fill(1);
    keepPresent(marks, week, { ...range, until_s });
  }
  if (marks === null) return { count: week.length, marks };
  let count = 0;
  for (let row = 0; row < marks.length; row++) count += marks[row];
  return count === 0 ? NONE : { count, marks };
}

function keep(marks: Uint8Array, numbers: ArrayLike<number>, kept: Uint8Array): void {
  for (let row = 0; row < numbers.length; row++) marks[row] &= kept[numbers[row]];
  if (kept[0] === 0) marks.fill(0, numbers.length);
}

function both(marks: Uint8Array, found: Uint8Array): Uint8Array {
  for (let row = 0; row < marks.length; row++) marks[row] &= found[row];
  return marks;
}

/** Leaves the jobs that were there in a span; see `presence` of the runs' scan, which says the same of one row. */
function keepPresent(
  marks: Uint8Array,
  { times: { Submit, Start, End } }: Week,
  { start_s, end_s, until_s }: {
    readonly start_s: number;
    readonly end_s: number;
    readonly until_s: number;
  },
): void {
  for (let row = 0; row < marks.length; row++) {
    if (marks[row] === 0) continue;
    const [submitted_s, started_s, ended_s] = [Submit[row], Start[row], End[row]];
    let first_s = submitted_s || Infinity;
    if (started_s > 0 && started_s < first_s) first_s = started_s;
    if (ended_s > 0 && ended_s < first_s) first_s = ended_s;
    const last_s = Math.max(ended_s || until_s, submitted_s, started_s);
    if (first_s >= end_s || last_s < start_s) marks[row] = 0;
  }
}
