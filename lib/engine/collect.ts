import type { Buckets } from "./buckets.ts";
import { nthSmallest } from "./nth_smallest.ts";
import { forEachShare, forEachSpan, type Runs, type Scan } from "./tally.ts";

/** Values by slot and bucket, kept one by one for what sums cannot tell: exact percentiles. */
export class Samples {
  readonly buckets: Buckets;
  readonly #slots: number[] = [];
  readonly #cells: number[] = [];
  readonly #values: number[] = [];
  readonly #all: number[] = [];

  constructor(buckets: Buckets) {
    this.buckets = buckets;
  }

  /** Adds the row's value in the bucket its time lies in; rows without time or value add nothing. */
  collect(
    scan: Scan,
    { time_s, value }: { readonly time_s: Float64Array; readonly value: Float64Array },
  ): void {
    const { buckets } = this;
    forEachShare(scan, (row, slot, _weight, first) => {
      const time = time_s[row];
      const sample = value[row];
      if (!(time >= buckets.start_s && time < buckets.end_s) || Number.isNaN(sample)) return;
      this.#slots.push(slot);
      this.#cells.push(buckets.at(time));
      this.#values.push(sample);
      if (first) this.#all.push(sample);
    });
  }

  /**
   * The quantile of every cell, slot and of all: the smallest value that at least the share `q` of the values do
   * not exceed; null where there is no value.
   */
  quantiles(q: number): SampleQuantiles {
    const { count } = this.buckets;
    let grouped: ((from: number, to: number) => Float64Array) | null = null;
    // Grouping them takes longer than all else, and not everybody asks for more than the whole.
    const values = (from: number, to: number) => (grouped ??= this.#byCell())(from, to);
    return {
      cell: (slot, bucket) => quantile(values(slot * count + bucket, slot * count + bucket + 1), q),
      total: (slot) => quantile(values(slot * count, (slot + 1) * count), q),
      all: quantile(Float64Array.from(this.#all), q),
    };
  }

  /** Groups the values by cell, slot after slot; gives a copy of those from one cell up to another. */
  #byCell(): (from: number, to: number) => Float64Array {
    const { count } = this.buckets;
    const cells = this.#slots.reduce((most, slot) => Math.max(most, slot + 1), 0) * count;
    const starts = new Uint32Array(cells + 1);
    for (let i = 0; i < this.#values.length; i++) starts[this.#slots[i] * count + this.#cells[i] + 1]++;
    for (let cell = 0; cell < cells; cell++) starts[cell + 1] += starts[cell];
    const next = starts.slice();
    const values = new Float64Array(this.#values.length);
    for (let i = 0; i < this.#values.length; i++) {
      values[next[this.#slots[i] * count + this.#cells[i]]++] = this.#values[i];
    }
    return (from, to) => values.slice(starts[Math.min(from, cells)], starts[Math.min(to, cells)]);
  }
}

/** Results of {@link Samples.quantiles}. */
export interface SampleQuantiles {
  readonly cell: (slot: number, bucket: number) => number | null;
  readonly total: (slot: number) => number | null;
  readonly all: number | null;
}

/** The quantile of values, which are left in another order. */
function quantile(values: Float64Array, q: number): number | null {
  if (values.length === 0) return null;
  return nthSmallest(values, Math.max(0, Math.ceil(q * values.length) - 1));
}

/** Distinct values among the jobs that run, by slot and bucket. */
export class Distinct {
  readonly buckets: Buckets;
  readonly #cells: Map<number, Set<number>>[] = [];
  readonly #totals: Set<number>[] = [];
  readonly #all = new Set<number>();

  constructor(buckets: Buckets) {
    this.buckets = buckets;
  }

  /** Notes the row's value in every bucket its run overlaps. `valueOf` gives a number, or −1 for no value. */
  collect(
    scan: Scan,
    { runs, valueOf }: { readonly runs: Runs; readonly valueOf: (row: number) => number },
  ): void {
    forEachSpan({ buckets: this.buckets, scan, runs }, (row, slot, { head, tail }) => {
      const value = valueOf(row);
      if (value < 0) return;
      const cells = this.#cells[slot] ??= new Map();
      for (let bucket = head; bucket <= tail; bucket++) {
        const seen = cells.get(bucket);
        if (seen === undefined) cells.set(bucket, new Set([value]));
        else seen.add(value);
      }
      (this.#totals[slot] ??= new Set()).add(value);
      this.#all.add(value);
    });
  }

  cell(slot: number, bucket: number): number {
    return this.#cells[slot]?.get(bucket)?.size ?? 0;
  }

  total(slot: number): number {
    return this.#totals[slot]?.size ?? 0;
  }

  get all(): number {
    return this.#all.size;
  }
}

/** Smallest or largest value among the jobs that run, by slot and bucket. */
export class Extreme {
  readonly buckets: Buckets;
  readonly #better: (a: number, b: number) => number;
  readonly #cells: Float64Array[] = [];
  readonly #totals: number[] = [];
  #all = NaN;

  constructor(buckets: Buckets, which: "min" | "max") {
    this.buckets = buckets;
    this.#better = which === "min" ? Math.min : Math.max;
  }

  /** Takes the row's value in every bucket its run overlaps; NaN is no value. */
  collect(scan: Scan, { runs, value }: { readonly runs: Runs; readonly value: Float64Array }): void {
    const better = (old: number, found: number) => Number.isNaN(old) ? found : this.#better(old, found);
    forEachSpan({ buckets: this.buckets, scan, runs }, (row, slot, { head, tail }) => {
      const found = value[row];
      if (Number.isNaN(found)) return;
      const cells = this.#cells[slot] ??= new Float64Array(this.buckets.count).fill(NaN);
      for (let bucket = head; bucket <= tail; bucket++) cells[bucket] = better(cells[bucket], found);
      this.#totals[slot] = better(this.#totals[slot] ?? NaN, found);
      this.#all = better(this.#all, found);
    });
  }

  cell(slot: number, bucket: number): number | null {
    return known(this.#cells[slot]?.[bucket]);
  }

  total(slot: number): number | null {
    return known(this.#totals[slot]);
  }

  get all(): number | null {
    return known(this.#all);
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
