import type { Buckets } from "./buckets.ts";
import { type Doing, endsOf } from "./intervals.ts";
import { forEachPart, type Scan } from "./scan.ts";
import type { Tally } from "./tally.ts";

/** What is told of an interval: its row, the slot, its first and last bucket, and whether it is told of first. */
export type SpanVisitor = (row: number, slot: number, head: number, tail: number, once: boolean) => void;

/** Told of a run all of whose intervals lie in one bucket: its number, the slot, and the bucket. */
export type RunVisitor = (run: number, slot: number, bucket: number) => void;

/** Where to look for intervals. */
export interface Spans {
  readonly buckets: Buckets;
  readonly scan: Scan;
  readonly doing: Doing;
  /** End of the intervals that have not ended. */
  readonly until_s: number;
}

/**
 * Calls `visit` with the buckets that each job's interval overlaps; one of no length is in its begin's. For runs all
 * of whose jobs lie in one bucket and belong to one slot `whole` is called instead.
 */
export function forEachSpan(
  { buckets, scan, doing, until_s }: Spans,
  { visit, whole }: { readonly visit: SpanVisitor; readonly whole: RunVisitor },
): void {
  const { start_s, end_s, edges } = buckets;
  const { week, runs: chosen, slots } = scan;
  const { first, last } = week.runs.intervals(doing);
  // Most runs fall into the bucket of the run before.
  let bucket = 0;
  for (let place = 0; place < chosen.length; place++) {
    const run = chosen[place];
    const begin = first[run];
    const end = last[run];
    if (begin === 0 || begin >= end_s || end > 0 && end < start_s) continue;
    if (slots[place] >= 0 && end > 0 && begin >= start_s) {
      if (begin < edges[bucket] || begin >= edges[bucket + 1]) bucket = buckets.at(begin);
      // An interval that ends where the bucket does and has no length begins in the next.
      if (end < edges[bucket + 1]) {
        whole(run, slots[place], bucket);
        continue;
      }
    }
    visitRows({ buckets, scan, doing, until_s }, place, visit);
  }
}

/** Calls `visit` for the jobs of one run. */
function visitRows({ buckets, scan, doing, until_s }: Spans, place: number, visit: SpanVisitor): void {
  const { start_s, end_s } = buckets;
  const { from, to } = endsOf(scan.week, scan.runs[place], doing);
  forEachPart(scan, place, (row, slot, _weight, once) => {
    const from_s = from[row];
    const to_s = Math.max(from_s, to === null ? until_s : to[row]);
    const empty = to_s === from_s;
    if (!(from_s < end_s && (to_s > start_s || empty && from_s >= start_s))) return;
    const head = buckets.at(Math.max(from_s, start_s));
    visit(row, slot, head, empty ? head : buckets.at(Math.min(to_s, end_s) - 1), once);
  });
}

/** Adds the value of each job to every bucket its interval overlaps, and once to the totals. */
export class SpanTally {
  readonly #tally: Tally;
  readonly #changes: (Float64Array | undefined)[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** @param value of a row, the same for all rows of a run; NaN leaves it out */
  add(spans: Omit<Spans, "buckets">, value: (row: number) => number): void {
    const tally = this.#tally;
    const { buckets } = tally;
    const { runs } = spans.scan.week;
    forEachSpan({ ...spans, buckets }, {
      whole: (run, slot, bucket) => {
        const amount = value(runs.rows[runs.from[run]]) * (runs.from[run + 1] - runs.from[run]);
        if (Number.isNaN(amount)) return;
        (tally.cells[slot] ?? tally.slot(slot))[bucket] += amount;
        tally.totals[slot] += amount;
        tally.all += amount;
      },
      visit: (row, slot, head, tail, once) => {
        const amount = value(row);
        if (Number.isNaN(amount)) return;
        tally.slot(slot);
        const steps = this.#changes[slot] ??= new Float64Array(buckets.count + 1);
        steps[head] += amount;
        steps[tail + 1] -= amount;
        tally.totals[slot] += amount;
        if (once) tally.all += amount;
      },
    });
  }

  /** Completes the cells; nothing may be added afterwards. */
  finish(): Tally {
    this.#changes.forEach((steps, slot) => {
      if (steps === undefined) return;
      const cells = this.#tally.slot(slot);
      let running = 0;
      for (let bucket = 0; bucket < cells.length; bucket++) cells[bucket] += running += steps[bucket];
    });
    return this.#tally;
  }
}
