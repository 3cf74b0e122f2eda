import { TopRows } from "../engine/top_rows.ts";
import type { Week } from "../engine/week.ts";
import type { Asked, ClusterData } from "./data.ts";
import type { JobKeys } from "./job_keys.ts";
import type { MatchingWeek } from "./matching.ts";

/** The order of a table of jobs: by known keys, rising or falling, then those with unknown ones. */
export interface JobOrder {
  readonly keys: JobKeys;
  readonly descending: boolean;
}

interface JobPlace {
  readonly cluster: ClusterData;
  readonly week: Week;
  readonly row: number;
}

/** A week on its way into a page: its place in the list and between which keys its jobs are, as {@link Way} has them. */
interface Bounded {
  readonly number: number;
  readonly best: number;
  readonly worst: number;
}

/** From which end of the table a page is taken, and how: -1 turns an order round. */
interface Way {
  readonly key_sign: number;
  readonly place_sign: number;
  /** The key of jobs whose key is unknown. */
  readonly unknown: number;
}

const ROWS = 2 ** 32;

/** The jobs from `offset` on, at most `limit`; jobs with equal keys are in the order of the weeks and rows. */
export async function pageOf(
  weeks: readonly MatchingWeek[],
  { keys, descending }: JobOrder,
  { limit, offset, breathe }: Pick<Asked, "breathe"> & { readonly limit: number; readonly offset: number },
): Promise<readonly JobPlace[]> {
  const total = weeks.reduce((sum, { count }) => sum + count, 0);
  const end = Math.min(total, offset + limit);
  if (offset >= end) return [];
  // What is nearer to the end of the table is looked for from there.
  const backwards = total - offset < end;
  const sign = backwards ? -1 : 1;
  const way: Way = {
    key_sign: descending ? -sign : sign,
    place_sign: sign,
    unknown: backwards ? -Infinity : Infinity,
  };
  const [from, to] = backwards ? [total - end, total - offset] : [offset, end];
  keys.prepare?.(to, { all: backwards, descending: way.key_sign < 0 });
  const sorted = inOrder(weeks, keys, way);
  const before = surelyBefore(sorted, weeks, from);
  const first = new TopRows(to - before.jobs);
  const values = new Float64Array(weeks.reduce((most, { week }) => Math.max(most, week.length), 0));
  for (const { number, best } of sorted.slice(before.weeks)) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    if (best > first.worst_key) continue;
    const { week: { length } } = weeks[number];
    const of_week = values.subarray(0, length);
    keys.write(weeks[number], of_week);
    offer(first, of_week, { marks: weeks[number].marks, base: number * ROWS, way });
    first.settle();
  }
  const places = first.sorted(from - before.jobs).map(Math.abs);
  if (backwards) places.reverse();
  return Array.from(places, (place) => {
    const { cluster, week } = weeks[Math.floor(place / ROWS)];
    return { cluster, week, row: place % ROWS };
  });
}

/** The weeks in the order in which the worst of the page is known soonest. */
function inOrder(
  weeks: readonly MatchingWeek[],
  keys: JobKeys,
  { key_sign, place_sign, unknown }: Way,
): readonly Bounded[] {
  return weeks.map((week, number) => {
    const { low, high, all } = keys.bounds(week);
    const [best, worst] = key_sign > 0 ? [low, high] : [-high, -low];
    if (all) return { number, best, worst };
    return { number, best: Math.min(best, unknown), worst: Math.max(worst, unknown) };
  }).sort((a, b) => a.best < b.best ? -1 : a.best > b.best ? 1 : (a.number - b.number) * place_sign);
}

/** How many weeks, and jobs in them, surely come before the page's first job. */
function surelyBefore(
  sorted: readonly Bounded[],
  weeks: readonly MatchingWeek[],
  from: number,
): { readonly weeks: number; readonly jobs: number } {
  let found = { weeks: 0, jobs: 0 };
  let jobs = 0;
  let worst = -Infinity;
  for (let at = 0; at + 1 < sorted.length; at++) {
    jobs += weeks[sorted[at].number].count;
    if (jobs > from) break;
    worst = Math.max(worst, sorted[at].worst);
    if (worst < sorted[at + 1].best) found = { weeks: at + 1, jobs };
  }
  return found;
}

/** Offers the marked rows of a week. */
function offer(
  first: TopRows,
  values: Float64Array,
  { marks, base, way: { key_sign, place_sign, unknown } }: {
    readonly marks: Uint8Array | null;
    readonly base: number;
    readonly way: Way;
  },
): void {
  let worst = first.worst_key;
  let worst_place = first.worst_place;
  let some_unknown = false;
  for (let row = 0; row < values.length; row++) {
    const key = key_sign * values[row];
    if (key <= worst) {
      const place = (base + row) * place_sign;
      if ((key === worst && place > worst_place) || (marks !== null && marks[row] === 0)) continue;
      first.offer(key, place);
      worst = first.worst_key;
      worst_place = first.worst_place;
    } else if (Number.isNaN(key)) some_unknown = true;
  }
  if (!some_unknown || unknown > worst) return;
  for (let at = 0; at < values.length; at++) {
    // Those that come first by their place go first.
    const row = place_sign > 0 ? at : values.length - 1 - at;
    if (!Number.isNaN(values[row]) || (marks !== null && marks[row] === 0)) continue;
    const place = (base + row) * place_sign;
    if (unknown === first.worst_key && place > first.worst_place) return;
    first.offer(unknown, place);
  }
}
