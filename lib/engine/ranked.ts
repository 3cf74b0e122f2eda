import { binOf, BINS, rankOf } from "./bins.ts";

/** Fewer values are sorted: that is faster than counting them first. */
const FEW = 4096;

/** Values of which some are wanted by their rank, found without sorting them all. */
export class Ranked {
  readonly #values: Float64Array;
  #sorted: Float64Array | null = null;
  #starts: Uint32Array | null = null;
  readonly #bins = new Map<number, Float64Array>();

  /** @param values none of them NaN or below 0; they are left as they are */
  constructor(values: Float64Array) {
    this.#values = values;
  }

  /** The smallest value that at least the share `q` of the values do not exceed; null without values. */
  quantile(q: number): number | null {
    const { length } = this.#values;
    return length === 0 ? null : this.#at(rankOf(q, length));
  }

  /** The value at a place, from 0, if they were sorted. */
  #at(rank: number): number {
    if (this.#values.length <= FEW) return (this.#sorted ??= this.#values.slice().sort())[rank];
    const starts = this.#starts ??= this.#count();
    let low = 0;
    for (let high = BINS - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (starts[middle + 1] > rank) high = middle;
      else low = middle + 1;
    }
    const sorted = this.#bins.get(low) ?? this.#gather(low, starts[low + 1] - starts[low]);
    return sorted[rank - starts[low]];
  }

  /** How many values there are in the bins before each. */
  #count(): Uint32Array {
    const starts = new Uint32Array(BINS + 1);
    const values = this.#values;
    for (let i = 0; i < values.length; i++) starts[binOf(values[i]) + 1]++;
    for (let bin = 0; bin < BINS; bin++) starts[bin + 1] += starts[bin];
    return starts;
  }

  #gather(bin: number, count: number): Float64Array {
    const found = new Float64Array(count);
    const values = this.#values;
    for (let i = 0, at = 0; at < count; i++) if (binOf(values[i]) === bin) found[at++] = values[i];
    found.sort();
    this.#bins.set(bin, found);
    return found;
  }
}
