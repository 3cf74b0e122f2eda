import type { Buckets } from "./buckets.ts";
import { forEachSpan, type Spans } from "./spans.ts";

/** A set of small whole numbers that knows its size: a bit each. */
class BitSet {
  #bits = new Uint32Array(8);
  size = 0;

  add(value: number): void {
    const word = value >>> 5;
    if (word >= this.#bits.length) {
      const bits = new Uint32Array(Math.max(word + 1, this.#bits.length * 2));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    const bit = 1 << (value & 31);
    if ((this.#bits[word] & bit) !== 0) return;
    this.#bits[word] |= bit;
    this.size++;
  }
}

/** Distinct values among the jobs, by slot and bucket. */
export class Distinct {
  readonly buckets: Buckets;
  readonly #cells: BitSet[][] = [];
  readonly #totals: BitSet[] = [];
  readonly #all = new BitSet();

  constructor(buckets: Buckets) {
    this.buckets = buckets;
  }

  /**
   * Notes each row's value in every bucket its interval overlaps.
   *
   * @param valueOf number of a row's value, the same for all rows of a run, from 0 on; -1 for no value
   */
  collect(spans: Omit<Spans, "buckets">, valueOf: (row: number) => number): void {
    const { runs } = spans.scan.week;
    const note = (row: number, slot: number, head: number, tail: number) => {
      const value = valueOf(row);
      if (value < 0) return;
      const cells = this.#cells[slot] ??= [];
      for (let bucket = head; bucket <= tail; bucket++) (cells[bucket] ??= new BitSet()).add(value);
      (this.#totals[slot] ??= new BitSet()).add(value);
      this.#all.add(value);
    };
    forEachSpan({ ...spans, buckets: this.buckets }, {
      visit: note,
      whole: (run, slot, bucket) => note(runs.rows[runs.from[run]], slot, bucket, bucket),
    });
  }

  cell(slot: number, bucket: number): number {
    return this.#cells[slot]?.[bucket]?.size ?? 0;
  }

  total(slot: number): number {
    return this.#totals[slot]?.size ?? 0;
  }

  get all(): number {
    return this.#all.size;
  }
}

/** Smallest or largest value among the jobs, by slot and bucket. */
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

  /**
   * Takes each row's value in every bucket its interval overlaps.
   *
   * @param valueOf value of a row, the same for all rows of a run; NaN for none
   */
  collect(spans: Omit<Spans, "buckets">, valueOf: (row: number) => number): void {
    const { runs } = spans.scan.week;
    const better = (old: number, found: number) => Number.isNaN(old) ? found : this.#better(old, found);
    const note = (row: number, slot: number, head: number, tail: number) => {
      const found = valueOf(row);
      if (Number.isNaN(found)) return;
      const cells = this.#cells[slot] ??= new Float64Array(this.buckets.count).fill(NaN);
      for (let bucket = head; bucket <= tail; bucket++) cells[bucket] = better(cells[bucket], found);
      this.#totals[slot] = better(this.#totals[slot] ?? NaN, found);
      this.#all = better(this.#all, found);
    };
    forEachSpan({ ...spans, buckets: this.buckets }, {
      visit: note,
      whole: (run, slot, bucket) => note(runs.rows[runs.from[run]], slot, bucket, bucket),
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
