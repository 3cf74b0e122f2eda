import type { Buckets } from "./buckets.ts";
import { forEachSpan, type Spans } from "./spans.ts";

/** In which buckets each of many values occurs: a bit for each bucket and value. */
export class Active {
  readonly buckets: Buckets;
  readonly #words: number;
  readonly #bits: Uint32Array[] = [];

  constructor(buckets: Buckets) {
    this.buckets = buckets;
    this.#words = Math.ceil(buckets.count / 32);
  }

  /**
   * Notes each row's value in every bucket its interval overlaps.
   *
   * @param valueOf number of a row's value, the same for all rows of a run; -1 for no value
   */
  collect(spans: Omit<Spans, "buckets">, valueOf: (row: number) => number): void {
    const { runs } = spans.scan.week;
    const note = (row: number, head: number, tail: number) => {
      const value = valueOf(row);
      if (value < 0) return;
      const bits = this.#bits[value] ??= new Uint32Array(this.#words);
      for (let bucket = head; bucket <= tail; bucket++) bits[bucket >> 5] |= 1 << (bucket & 31);
    };
    forEachSpan({ ...spans, buckets: this.buckets }, {
      visit: (row, _slot, head, tail) => note(row, head, tail),
      whole: (run, _slot, bucket) => note(runs.rows[runs.from[run]], bucket, bucket),
    });
  }

  /** How many values occur in exactly so many buckets, by that number; those of 0 are not counted. */
  get counts(): Uint32Array {
    const counts = new Uint32Array(this.buckets.count + 1);
    // Values that never occur have no bits at all.
    this.#bits.forEach((bits) => counts[bits.reduce((sum, word) => sum + ones(word), 0)]++);
    return counts;
  }
}

/** How many bits of a word are set. */
function ones(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count++;
  return count;
}
