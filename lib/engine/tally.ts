import type { Buckets } from "./buckets.ts";
import type { Grouping } from "./grouping.ts";

/** Rows of one dataset to go through, with the slots they belong to. */
export interface Scan {
  /** Row numbers. */
  readonly rows: Uint32Array;
  readonly grouping: Grouping;
}

/** Amounts by slot and bucket; `cells[slot][bucket]`, made when first needed. */
export class Tally {
  readonly cells: (Float64Array | undefined)[] = [];
  /** Over the whole range, by slot; not the sum of the cells where a job counts once in several of them. */
  readonly totals: number[] = [];
  /** Over the whole range and all slots; a job in several slots counts once. */
  all = 0;
  readonly buckets: Buckets;

  constructor(buckets: Buckets) {
    this.buckets = buckets;
  }

  /** The cells of a slot, one for each bucket. */
  slot(slot: number): Float64Array {
    const known = this.cells[slot];
    if (known !== undefined) return known;
    this.totals[slot] = 0;
    return this.cells[slot] = new Float64Array(this.buckets.count);
  }

  /** Amount of a slot in a bucket, 0 for a slot without any. */
  cell(slot: number, bucket: number): number {
    return this.cells[slot]?.[bucket] ?? 0;
  }
}

/**
 * Calls `visit` for each row and slot with the row's share in it; `first` is true once for each row.
 */
export function forEachShare(
  { rows, grouping: { codes, single, shares } }: Scan,
  visit: (row: number, slot: number, weight: number, first: boolean) => void,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const code = codes === null ? 0 : codes[row];
    const slot = single[code];
    if (slot >= 0) visit(row, slot, 1, true);
    else (shares[code] ?? []).forEach((share, index) => visit(row, share.slot, share.weight, index === 0));
  }
}

/**
 * Adds a value at one time: the row's value in the bucket its time lies in. Rows without time or value add nothing.
 * With `weighted` the slots of a row get their share of the value, else each gets all of it.
 */
export function tallyEvents(
  tally: Tally,
  scan: Scan,
  { time_s, value, weighted }: {
    readonly time_s: Float64Array;
    readonly value: (row: number) => number;
    readonly weighted: boolean;
  },
): void {
  const { buckets } = tally;
  forEachShare(scan, (row, slot, weight, first) => {
    const time = time_s[row];
    if (!(time >= buckets.start_s && time < buckets.end_s)) return;
    const amount = value(row);
    if (Number.isNaN(amount)) return;
    const part = weighted ? amount * weight : amount;
    tally.slot(slot)[buckets.at(time)] += part;
    tally.totals[slot] += part;
    if (first) tally.all += amount;
  });
}

/** A row's run as a half-open span of seconds, for {@link tallyFlow} and {@link tallySpans}. */
export interface Runs {
  readonly start_s: Float64Array;
  readonly end_s: Float64Array;
  /** End of the runs that have none yet. */
  readonly until_s: number;
}

function endOf({ start_s, end_s, until_s }: Runs, row: number): number {
  const end = end_s[row];
  return end === Infinity ? Math.max(start_s[row], until_s) : end;
}

/** Spreads a rate per second over each row's run: every bucket gets rate × the seconds of the run in it. */
export function tallyFlow(
  tally: Tally,
  scan: Scan,
  { runs, rate }: { readonly runs: Runs; readonly rate: (row: number, end_s: number) => number },
): void {
  const { buckets } = tally;
  const { edges } = buckets;
  // Whole rates are added where they begin and taken off where they end: exact, and one step however long the
  // run. Others are added bucket by bucket, so that no rounding error is left behind in later buckets.
  const rates: (Float64Array | undefined)[] = [];
  forEachShare(scan, (row, slot, weight, first) => {
    const end_s = endOf(runs, row);
    const from = Math.max(runs.start_s[row], buckets.start_s);
    const to = Math.min(end_s, buckets.end_s);
    if (!(from < to)) return;
    const whole = rate(row, end_s);
    if (first) tally.all += whole * (to - from);
    const part = whole * weight;
    const cells = tally.slot(slot);
    tally.totals[slot] += part * (to - from);
    const head = buckets.at(from);
    if (to <= edges[head + 1]) {
      cells[head] += part * (to - from);
      return;
    }
    const tail = buckets.at(to - 1);
    cells[head] += part * (edges[head + 1] - from);
    cells[tail] += part * (to - edges[tail]);
    if (Number.isInteger(part) && tail - head > 4) {
      const steps = rates[slot] ??= new Float64Array(buckets.count);
      steps[head + 1] += part;
      steps[tail] -= part;
    } else {
      for (let bucket = head + 1; bucket < tail; bucket++) {
        cells[bucket] += part * (edges[bucket + 1] - edges[bucket]);
      }
    }
  });
  rates.forEach((steps, slot) => {
    if (steps === undefined) return;
    const cells = tally.slot(slot);
    let running = 0;
    for (let bucket = 0; bucket < buckets.count; bucket++) {
      running += steps[bucket];
      cells[bucket] += running * (edges[bucket + 1] - edges[bucket]);
    }
  });
}

/** Calls `visit` with the first and last bucket that each row's run overlaps; a run of no length is in its start's. */
export function forEachSpan(
  { buckets, scan, runs }: { readonly buckets: Buckets; readonly scan: Scan; readonly runs: Runs },
  visit: (
    row: number,
    slot: number,
    span: { readonly head: number; readonly tail: number; readonly first: boolean },
  ) => void,
): void {
  const span = { head: 0, tail: 0, first: true };
  forEachShare(scan, (row, slot, _weight, first) => {
    const start_s = runs.start_s[row];
    const end_s = endOf(runs, row);
    const empty = end_s === start_s;
    if (!(start_s < buckets.end_s && (end_s > buckets.start_s || empty && start_s >= buckets.start_s))) {
      return;
    }
    span.head = buckets.at(Math.max(start_s, buckets.start_s));
    span.tail = empty ? span.head : buckets.at(Math.min(end_s, buckets.end_s) - 1);
    span.first = first;
    visit(row, slot, span);
  });
}

/** Adds the row's value to every bucket its run overlaps, and once to the totals. */
export function tallySpans(
  tally: Tally,
  scan: Scan,
  { runs, value }: { readonly runs: Runs; readonly value: (row: number) => number },
): void {
  const { buckets } = tally;
  const changes: (Float64Array | undefined)[] = [];
  forEachSpan({ buckets, scan, runs }, (row, slot, { head, tail, first }) => {
    const amount = value(row);
    if (Number.isNaN(amount)) return;
    tally.slot(slot);
    const steps = changes[slot] ??= new Float64Array(buckets.count + 1);
    steps[head] += amount;
    steps[tail + 1] -= amount;
    tally.totals[slot] += amount;
    if (first) tally.all += amount;
  });
  changes.forEach((steps, slot) => {
    if (steps === undefined) return;
    const cells = tally.slot(slot);
    let running = 0;
    for (let bucket = 0; bucket < buckets.count; bucket++) cells[bucket] += running += steps[bucket];
  });
}
