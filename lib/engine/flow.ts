import { type Doing, endsOf } from "./intervals.ts";
import type { RowValue } from "./runs.ts";
import { forEachPart, type Scan } from "./scan.ts";
import type { Tally } from "./tally.ts";
import type { Week } from "./week.ts";

/** Something that a job uses up at a steady rate. */
export interface Flow {
  readonly doing: Doing;
  /** What a job uses each second, given where its interval ends. */
  readonly rate: (week: Week) => (row: number, end_s: number) => number;
  /** What a job used in all if it has ended: its rate × the seconds of its interval, kept by run; null to add up anew. */
  readonly amount: RowValue | null;
  /** Whether the slots of a job share it; else each has all of it. */
  readonly weighted: boolean;
}

/** Spreads a flow over each job's interval: every bucket gets rate × the seconds of the interval in it. */
export function tallyFlow(
  tally: Tally,
  scan: Scan,
  { flow, until_s }: { readonly flow: Flow; readonly until_s: number },
): void {
  const { buckets } = tally;
  const { start_s, end_s, edges } = buckets;
  const { week, runs: chosen, slots } = scan;
  const { runs } = week;
  const { first, last } = runs.intervals(flow.doing);
  const amounts = flow.amount === null ? null : runs.sums(flow.amount);
  const rateOf = flow.rate(week);
  const spread = new Spread(tally);
  const { cells, totals } = tally;
  let all = 0;
  // Most runs fall into the bucket of the run before.
  let bucket = 0;
  for (let place = 0; place < chosen.length; place++) {
    const run = chosen[place];
    const begin = first[run];
    const end = last[run];
    if (begin === 0 || begin >= end_s || end > 0 && end <= start_s) continue;
    const slot = slots[place];
    if (amounts !== null && slot >= 0 && end > 0 && begin >= start_s && begin < end_s) {
      if (begin < edges[bucket] || begin >= edges[bucket + 1]) bucket = buckets.at(begin);
      if (end <= edges[bucket + 1]) {
        const amount = amounts[run];
        (cells[slot] ?? tally.slot(slot))[bucket] += amount;
        totals[slot] += amount;
        all += amount;
        continue;
      }
    }
    spreadRows(spread, scan, { place, flow, until_s, rateOf });
  }
  tally.all += all;
  spread.finish();
}

/** Spreads what the jobs of one run use, one by one. */
function spreadRows(
  spread: Spread,
  scan: Scan,
  { place, flow, until_s, rateOf }: {
    readonly place: number;
    readonly flow: Flow;
    readonly until_s: number;
    readonly rateOf: ReturnType<Flow["rate"]>;
  },
): void {
  const { from, to } = endsOf(scan.week, scan.runs[place], flow.doing);
  forEachPart(scan, place, (row, slot, weight, once) => {
    const till = Math.max(from[row], to === null ? until_s : to[row]);
    const whole = rateOf(row, till);
    spread.add(slot, from[row], till, flow.weighted ? whole * weight : whole, once ? whole : 0);
  });
}

/**
 * Adds rates over intervals. Whole rates are added where an interval begins and taken off where it ends: exact, and
 * one step however long it is. Others are added bucket by bucket, so that no rounding error stays in later buckets.
 */
export class Spread {
  readonly #tally: Tally;
  readonly #rates: (Float64Array | undefined)[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  add(slot: number, begin: number, end: number, rate: number, all = rate): void {
    const { buckets } = this.#tally;
    const { edges } = buckets;
    const from = begin > buckets.start_s ? begin : buckets.start_s;
    const to = end < buckets.end_s ? end : buckets.end_s;
    if (!(from < to)) return;
    this.#tally.all += all * (to - from);
    const cells = this.#tally.cells[slot] ?? this.#tally.slot(slot);
    this.#tally.totals[slot] += rate * (to - from);
    const head = buckets.at(from);
    if (to <= edges[head + 1]) {
      cells[head] += rate * (to - from);
      return;
    }
    const tail = buckets.at(to - 1);
    cells[head] += rate * (edges[head + 1] - from);
    cells[tail] += rate * (to - edges[tail]);
    if (Number.isInteger(rate) && tail - head > 4) {
      const steps = this.#rates[slot] ??= new Float64Array(buckets.count);
      steps[head + 1] += rate;
      steps[tail] -= rate;
    } else {
      for (let bucket = head + 1; bucket < tail; bucket++) {
        cells[bucket] += rate * (edges[bucket + 1] - edges[bucket]);
      }
    }
  }

  finish(): void {
    const { edges, count } = this.#tally.buckets;
    this.#rates.forEach((steps, slot) => {
      if (steps === undefined) return;
      const cells = this.#tally.slot(slot);
      let running = 0;
      for (let bucket = 0; bucket < count; bucket++) {
        running += steps[bucket];
        cells[bucket] += running * (edges[bucket + 1] - edges[bucket]);
      }
    });
  }
}
