import { BINS, NO_BIN } from "./bins.ts";
import type { Buckets } from "./buckets.ts";
import { EveryValue } from "./every_value.ts";
import { Histogram } from "./histogram.ts";
import { meantAt, type Scan } from "./scan.ts";
import { type Event, eventFlags } from "./tally.ts";
import type { Work } from "./work.ts";

/** The quantiles that can be asked for. */
export const QUANTILES = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const;

/** More cells than this are not counted by bins: their values are kept one by one. */
const MAX_HISTOGRAMS = 4096;

/**
 * Values by slot and bucket for what sums cannot tell: exact percentiles. It looks at all scans twice: first it
 * counts the values by bins, then it keeps those of the bins that hold a wanted rank.
 */
export class Samples {
  readonly buckets: Buckets;
  readonly #slots: Histogram[][] = [];
  #made = 0;
  /** Values of jobs in several slots that were counted more than once. */
  readonly #again = new Histogram();
  #totals: Histogram[] = [];
  #all = new Histogram();
  #every: EveryValue | null = null;
  /** Whether all values are whole numbers. */
  #whole = true;

  constructor(buckets: Buckets) {
    this.buckets = buckets;
  }

  /** Counts the values of the jobs of a scan at their moments. */
  count(scan: Scan, event: Omit<Event, "weighted">): void {
    if (this.#every !== null) return;
    if (!(scan.week.runs.ordered(event.value) instanceof Uint32Array)) this.#whole = false;
    this.#look(scan, event, {
      visit: ({ slot, bucket, bin, once }) => {
        // One job alone may be on more nodes than there may be histograms.
        if (this.#every !== null) return;
        this.#cell(slot, bucket).counts[bin]++;
        if (!once) this.#again.counts[bin]++;
      },
      whole: (slot, bucket, { bins, from, to }) => {
        if (this.#every !== null) return;
        const { counts } = this.#cell(slot, bucket);
        for (let at = from; at < to; at++) counts[bins[at]]++;
      },
    });
  }

  /** Ends the counting, slot after slot. */
  *counting(): Work<void> {
    if (this.#every !== null) return;
    for (const [slot, cells] of this.#slots.entries()) {
      yield;
      const total = this.#totals[slot] = new Histogram();
      // Slots and buckets are sparse.
      cells?.forEach((cell) => {
        total.include(cell);
        if (this.buckets.count > 1) cell.want(QUANTILES, this.#whole);
      });
      this.#all.include(total);
      total.want(QUANTILES, this.#whole);
    }
    for (let bin = 0; bin < BINS; bin++) this.#all.counts[bin] -= this.#again.counts[bin];
    this.#all.want(QUANTILES, this.#whole);
  }

  /** Keeps the values that are needed of the same scan. */
  keep(scan: Scan, event: Omit<Event, "weighted">): void {
    const every = this.#every;
    if (every !== null) {
      this.#look(scan, event, {
        visit: (found) => every.add(found),
        whole: (slot, bucket, { values, bins, from, to }) => {
          for (let at = from; at < to; at++) {
            if (bins[at] !== NO_BIN) {
              every.add({ slot, bucket, bin: bins[at], value: values[at], once: true });
            }
          }
        },
      });
      return;
    }
    const several = this.buckets.count > 1;
    this.#look(scan, event, {
      visit: ({ slot, bucket, bin, value, once }) => {
        if (several) this.#cell(slot, bucket).take(bin, value);
        this.#totals[slot].take(bin, value);
        if (once) this.#all.take(bin, value);
      },
      whole: (slot, bucket, { values, bins, from, to }) => {
        const total = this.#totals[slot];
        const cell = several ? this.#cell(slot, bucket) : null;
        const wanted = (cell ?? total).wantedWith(total, this.#all);
        for (let at = from; at < to; at++) {
          const bin = bins[at];
          // Few bins hold a wanted rank.
          if (wanted[bin] === 0) continue;
          cell?.take(bin, values[at]);
          total.take(bin, values[at]);
          this.#all.take(bin, values[at]);
        }
      },
    });
  }

  /** Ends the keeping. */
  *keeping(): Work<void> {
    if (this.#every !== null) yield* this.#every.grouping();
  }

  /**
   * The quantile of every cell, slot and of all: the smallest value that at least the share `q` of the values do
   * not exceed; null where there is no value.
   */
  quantiles(q: (typeof QUANTILES)[number]): SampleQuantiles {
    if (this.#every !== null) return this.#every.quantiles(q);
    return {
      cell: (slot, bucket) =>
        (this.buckets.count > 1 ? this.#slots[slot]?.[bucket] : this.#totals[slot])?.quantile(q) ?? null,
      total: (slot) => this.#totals[slot]?.quantile(q) ?? null,
      all: this.#all.quantile(q),
    };
  }

  #cell(slot: number, bucket: number): Histogram {
    const cells = this.#slots[slot] ??= [];
    const known = cells[bucket];
    if (known !== undefined) return known;
    if (++this.#made > MAX_HISTOGRAMS) {
      this.#every = new EveryValue(this.buckets.count);
      this.#slots.length = 0;
    }
    return cells[bucket] = new Histogram();
  }

  #look(
    scan: Scan,
    event: Omit<Event, "weighted">,
    { visit, whole }: { readonly visit: (found: Sample) => void; readonly whole: RangeVisitor },
  ): void {
    const { buckets } = this;
    const { start_s, end_s, edges } = buckets;
    const { week: { runs }, runs: chosen, slots } = scan;
    const { min, max } = runs.extent(event.moment);
    const range = { values: runs.ordered(event.value), bins: runs.bins(event.value), from: 0, to: 0 };
    const { matter, set } = eventFlags(event);
    // Runs that follow one another in one slot and bucket are told of together.
    let bucket = 0;
    let slot = -1;
    for (let place = 0; place < chosen.length; place++) {
      const run = chosen[place];
      const first = min[run];
      const last = max[run];
      if (last === 0 || (runs.flags[run] & matter) !== set) {
        // What has no such moment has no value: it does not part what lies around it.
        if (runs.from[run] === range.to) range.to = runs.from[run + 1];
        continue;
      }
      if (last < start_s || first >= end_s) continue;
      if (slots[place] < 0 || first < start_s || last >= end_s) {
        lookAtRows(scan, { ...range, place, event, buckets }, visit);
        continue;
      }
      const within = first >= edges[bucket] && last < edges[bucket + 1];
      if (within && slots[place] === slot && runs.from[run] === range.to) {
        range.to = runs.from[run + 1];
        continue;
      }
      const here = within ? bucket : buckets.at(first);
      if (last >= edges[here + 1]) {
        lookAtRows(scan, { ...range, place, event, buckets }, visit);
        continue;
      }
      if (slot >= 0) whole(slot, bucket, range);
      slot = slots[place];
      bucket = here;
      range.from = runs.from[run];
      range.to = runs.from[run + 1];
    }
    if (slot >= 0) whole(slot, bucket, range);
  }
}

/** A value with where it belongs; `once` is false for all but the first of the slots of its job. */
export interface Sample {
  readonly slot: number;
  readonly bucket: number;
  readonly bin: number;
  readonly value: number;
  readonly once: boolean;
}

/** Values, and their bins, at the places `from` up to `to`. */
interface ValueRange {
  readonly values: Float64Array | Uint32Array;
  readonly bins: Uint16Array;
  from: number;
  to: number;
}

/** Told of values that are all of one slot and bucket. */
type RangeVisitor = (slot: number, bucket: number, range: Readonly<ValueRange>) => void;

/** Calls `visit` for the jobs of one run. */
function lookAtRows(
  scan: Scan,
  { place, values, bins, event, buckets }: Readonly<ValueRange> & {
    readonly place: number;
    readonly event: Omit<Event, "weighted">;
    readonly buckets: Buckets;
  },
  visit: (found: Sample) => void,
): void {
  const { week: { runs }, parts } = scan;
  const run = scan.runs[place];
  const times = runs.times(event.moment, run);
  const { slot, ats, begin, end } = meantAt(scan, place);
  for (let number = begin; number < end; number++) {
    const at = ats === null ? number : ats[number];
    const bin = bins[at];
    const row = runs.rows[at];
    const time_s = times[row];
    if (bin === NO_BIN || time_s < buckets.start_s || time_s >= buckets.end_s) continue;
    const found = { bucket: buckets.at(time_s), bin, value: values[at] };
    if (slot >= 0) visit({ ...found, slot, once: true });
    else parts(row, (of, _weight, once) => visit({ ...found, slot: of, once }));
  }
}

/** Results of {@link Samples.quantiles}. */
export interface SampleQuantiles {
  readonly cell: (slot: number, bucket: number) => number | null;
  readonly total: (slot: number) => number | null;
  readonly all: number | null;
}
