import { Ranked } from "./ranked.ts";
import type { Sample, SampleQuantiles } from "./samples.ts";

/** All values with their slots and buckets, where there are too many of these to count. */
export class EveryValue {
  readonly #buckets: number;
  #values = new Float64Array(1024);
  #slots = new Uint32Array(1024);
  #cells = new Uint32Array(1024);
  #count = 0;
  #slot_count = 0;
  /** Places of values that were given before, for another slot of their job. */
  readonly #again = new Set<number>();
  #grouped: ((from: number, to: number) => Ranked) | null = null;
  #all: Ranked | null = null;

  constructor(buckets: number) {
    this.#buckets = buckets;
  }

  add({ slot, bucket, value, once }: Sample): void {
    if (this.#count === this.#values.length) {
      this.#values = grown(this.#values, new Float64Array(this.#count * 2));
      this.#slots = grown(this.#slots, new Uint32Array(this.#count * 2));
      this.#cells = grown(this.#cells, new Uint32Array(this.#count * 2));
    }
    if (!once) this.#again.add(this.#count);
    this.#slots[this.#count] = slot;
    this.#cells[this.#count] = bucket;
    this.#values[this.#count++] = value;
    if (slot >= this.#slot_count) this.#slot_count = slot + 1;
  }

  quantiles(q: number): SampleQuantiles {
    const count = this.#buckets;
    // Grouping them takes longer than all else, and not everybody asks for more than the whole.
    const ranked = (from: number, to: number) => (this.#grouped ??= this.#byCell())(from, to);
    return {
      cell: (slot, bucket) => ranked(slot * count + bucket, slot * count + bucket + 1).quantile(q),
      total: (slot) => ranked(slot * count, (slot + 1) * count).quantile(q),
      all: (this.#all ??= this.#whole()).quantile(q),
    };
  }

  #whole(): Ranked {
    const values = this.#values.subarray(0, this.#count);
    return new Ranked(
      this.#again.size === 0 ? values : values.filter((_, place) => !this.#again.has(place)),
    );
  }

  /** Groups the values by cell, slot after slot; gives those from one cell up to another. */
  #byCell(): (from: number, to: number) => Ranked {
    const cells = this.#slot_count * this.#buckets;
    const starts = new Uint32Array(cells + 1);
    for (let i = 0; i < this.#count; i++) starts[this.#slots[i] * this.#buckets + this.#cells[i] + 1]++;
    for (let cell = 0; cell < cells; cell++) starts[cell + 1] += starts[cell];
    const next = starts.slice();
    const values = new Float64Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      values[next[this.#slots[i] * this.#buckets + this.#cells[i]]++] = this.#values[i];
    }
    const made = new Map<string, Ranked>();
    return (from, to) => {
      const key = `${from} ${to}`;
      const known = made.get(key) ??
        new Ranked(values.subarray(starts[Math.min(from, cells)], starts[Math.min(to, cells)]));
      made.set(key, known);
      return known;
    };
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
