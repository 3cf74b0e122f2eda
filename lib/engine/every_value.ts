import { rankOf } from "./bins.ts";
import { Ranked } from "./ranked.ts";
import type { Sample, SampleQuantiles } from "./samples.ts";
import type { Work } from "./work.ts";

/** Values that are grouped between two breaks. */
const PIECE = 65_536;
/** Fewer values of a cell are sorted where they are. */
const FEW = 4096;

/** Most values that are kept: about half a gigabyte. Jobs on very many nodes have a value for each. */
const MAX_KEPT = 20_000_000;

/** There are more values than can be kept at a time. */
export class TooManyValuesError extends RangeError {
  override readonly name = "TooManyValuesError";
}

/** All values with their slots and buckets, where there are too many of these to count. */
export class EveryValue {
  readonly #buckets: number;
  #values = new Float64Array(1024);
  #slots = new Uint32Array(1024);
  #cells = new Uint32Array(1024);
  /** 1 for values that were given before, for another slot of their job. */
  #again = new Uint8Array(1024);
  #again_count = 0;
  #count = 0;
  #slot_count = 0;
  #grouped: Grouped | null = null;
  #all: Ranked | null = null;

  readonly #most: number;

  /** @param most values that may be added */
  constructor(buckets: number, { most = MAX_KEPT }: { readonly most?: number } = {}) {
    this.#buckets = buckets;
    this.#most = most;
  }

  /** @throws {TooManyValuesError} */
  add({ slot, bucket, value, once }: Sample): void {
    if (this.#count >= this.#most) {
      throw new TooManyValuesError(
        `There are more than ${this.#most} values: choose fewer days, filter by more or split by something else`,
      );
    }
    if (this.#count === this.#values.length) {
      this.#values = grown(this.#values, new Float64Array(this.#count * 2));
      this.#slots = grown(this.#slots, new Uint32Array(this.#count * 2));
      this.#cells = grown(this.#cells, new Uint32Array(this.#count * 2));
      this.#again = grown(this.#again, new Uint8Array(this.#count * 2));
    }
    if (!once) {
      this.#again[this.#count] = 1;
      this.#again_count++;
    }
    this.#slots[this.#count] = slot;
    this.#cells[this.#count] = bucket;
    this.#values[this.#count++] = value;
    if (slot >= this.#slot_count) this.#slot_count = slot + 1;
  }

  /** Groups the values by cell, slot after slot; no more may be added. */
  *grouping(): Work<void> {
    const count = this.#buckets;
    const cells = this.#slot_count * count;
    const starts = new Uint32Array(cells + 1);
    for (let i = 0; i < this.#count; i++) {
      if (i % PIECE === 0) yield;
      starts[this.#slots[i] * count + this.#cells[i] + 1]++;
    }
    for (let cell = 0; cell < cells; cell++) starts[cell + 1] += starts[cell];
    const next = starts.slice();
    const values = new Float64Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      if (i % PIECE === 0) yield;
      values[next[this.#slots[i] * count + this.#cells[i]]++] = this.#values[i];
    }
    this.#grouped = new Grouped(values, starts);
    this.#slots = this.#cells = new Uint32Array();
  }

  quantiles(q: number): SampleQuantiles {
    const count = this.#buckets;
    const grouped = this.#grouped;
    if (grouped === null) throw new RangeError("The values are not grouped yet");
    return {
      cell: (slot, bucket) => grouped.quantile(slot * count + bucket, 1, q),
      total: (slot) => grouped.quantile(slot * count, count, q),
      all: (this.#all ??= this.#whole()).quantile(q),
    };
  }

  #whole(): Ranked {
    const values = this.#values.subarray(0, this.#count);
    return new Ranked(this.#again_count === 0 ? values : values.filter((_, at) => this.#again[at] === 0));
  }
}

/** Values cell after cell. Most cells are empty, and most others hold few values: nothing is made for them. */
class Grouped {
  readonly #values: Float64Array;
  readonly #starts: Uint32Array;
  /** 1 for cells whose values are in rising order. */
  readonly #sorted: Uint8Array;
  /** By first cell and number of cells, those of several cells or many values. */
  readonly #ranked = new Map<number, Ranked>();

  constructor(values: Float64Array, starts: Uint32Array) {
    this.#values = values;
    this.#starts = starts;
    this.#sorted = new Uint8Array(starts.length);
  }

  quantile(cell: number, cells: number, q: number): number | null {
    const from = this.#starts[Math.min(cell, this.#starts.length - 1)];
    const to = this.#starts[Math.min(cell + cells, this.#starts.length - 1)];
    if (from === to) return null;
    if (cells === 1 && to - from <= FEW) {
      if (this.#sorted[cell] === 0) {
        this.#values.subarray(from, to).sort();
        this.#sorted[cell] = 1;
      }
      return this.#values[from + rankOf(q, to - from)];
    }
    // A cell by itself, or all of a slot: nothing else is asked for.
    const key = 2 * cell + (cells === 1 ? 0 : 1);
    const ranked = this.#ranked.get(key) ?? new Ranked(this.#values.subarray(from, to));
    this.#ranked.set(key, ranked);
    return ranked.quantile(q);
  }
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
