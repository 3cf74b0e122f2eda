import type { Buckets } from "./buckets.ts";
import { FLAGS } from "./flags.ts";
import type { Moment, RowValue } from "./runs.ts";
import { forEachPart, type Scan } from "./scan.ts";

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

  /** Adds another one, whose first bucket lies in this one's bucket `first` and whose others follow. */
  include(other: Tally, first: number): void {
    other.cells.forEach((cells, slot) => {
      if (cells === undefined) return;
      const own = this.slot(slot);
      cells.forEach((amount, bucket) => own[first + bucket] += amount);
      this.totals[slot] += other.totals[slot];
    });
    this.all += other.all;
  }
}

/** What is counted when: the moment, and of which jobs. */
export interface Event {
  readonly moment: Moment;
  /** Those that ran, that ended without having run, or all of them. */
  readonly of: "ran" | "never_ran" | "all";
  readonly value: RowValue;
  /** Whether the slots of a job share its value; else each has all of it. */
  readonly weighted: boolean;
}

/** Bits of {@link FLAGS} that the jobs of a run with the event have, of those that matter to it. */
export function eventFlags(
  { moment, of }: Pick<Event, "moment" | "of">,
): { readonly matter: number; readonly set: number } {
  let matter = moment === "submit" ? FLAGS.unsubmitted : moment === "end" ? FLAGS.open : 0;
  if (of !== "all") matter |= FLAGS.ran;
  return { matter, set: of === "ran" ? FLAGS.ran : 0 };
}

/** Adds a value at one moment of each job. Jobs without the moment or a value add nothing. */
export function tallyEvents(tally: Tally, scan: Scan, event: Event): void {
  const { buckets } = tally;
  const { start_s, end_s, edges } = buckets;
  const { week, runs: chosen, slots } = scan;
  const { runs } = week;
  const { flags } = runs;
  const { min, max } = runs.extent(event.moment);
  const { matter, set } = eventFlags(event);
  const sums = runs.sums(event.value);
  const { cells, totals } = tally;
  let all = 0;
  // Most runs fall into the bucket of the run before.
  let bucket = 0;
  let valueOf: ((row: number) => number) | null = null;
  for (let place = 0; place < chosen.length; place++) {
    const run = chosen[place];
    const first = min[run];
    const last = max[run];
    if (last < start_s || first >= end_s || (flags[run] & matter) !== set) continue;
    const slot = slots[place];
    // What jobs come to that have not ended depends on how far they are known.
    if (slot >= 0 && first >= start_s && last < end_s && (flags[run] & FLAGS.open) === 0) {
      if (first < edges[bucket] || first >= edges[bucket + 1]) bucket = buckets.at(first);
      if (last < edges[bucket + 1]) {
        const amount = sums[run];
        (cells[slot] ?? tally.slot(slot))[bucket] += amount;
        totals[slot] += amount;
        all += amount;
        continue;
      }
    }
    valueOf ??= event.value.of(week);
    all += tallyRows(tally, scan, { place, event, valueOf });
  }
  tally.all += all;
}

/** Adds the value of the jobs of one run one by one; gives what each job counts once. */
function tallyRows(
  tally: Tally,
  scan: Scan,
  { place, event, valueOf }: {
    readonly place: number;
    readonly event: Event;
    readonly valueOf: (row: number) => number;
  },
): number {
  const { buckets, cells, totals } = tally;
  const { start_s, end_s, edges } = buckets;
  const times = scan.week.runs.times(event.moment, scan.runs[place]);
  let all = 0;
  let bucket = 0;
  forEachPart(scan, place, (row, slot, weight, once) => {
    const time_s = times[row];
    if (time_s < start_s || time_s >= end_s) return;
    const value = valueOf(row);
    if (Number.isNaN(value)) return;
    if (time_s < edges[bucket] || time_s >= edges[bucket + 1]) bucket = buckets.at(time_s);
    const amount = event.weighted ? value * weight : value;
    (cells[slot] ?? tally.slot(slot))[bucket] += amount;
    totals[slot] += amount;
    if (once) all += value;
  });
  return all;
}
