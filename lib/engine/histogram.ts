import { BINS, rankOf, SINGLE_BINS } from "./bins.ts";

/** Where the value at some rank lies: its bin, and how many values lie in the bins before. */
interface Wanted {
  readonly bin: number;
  readonly rank: number;
}

/** Counts of values by bin, and the values of those bins that hold a wanted rank. */
export class Histogram {
  /** The last is of what is no value. */
  readonly counts = new Uint32Array(BINS + 1);
  /** By bin, 1 where the values are kept. */
  readonly wanted = new Uint8Array(BINS + 1);
  #size = 0;
  readonly #wanted = new Map<number, Wanted>();
  /** Values of the wanted bins; null for the others. */
  #values: (number[] | null)[] | null = null;
  #wanted_with: Uint8Array | null = null;
  readonly #in_order = new Map<number, Float64Array>();

  /** Adds what another one has counted. */
  include(other: Histogram): void {
    for (let bin = 0; bin < BINS; bin++) this.counts[bin] += other.counts[bin];
  }

  /**
   * Ends the counting: from now on {@link take} keeps the values that decide these quantiles. Of whole values none are
   * kept where the bin alone says which they are.
   */
  want(quantiles: readonly number[], whole: boolean): void {
    let size = 0;
    for (let bin = 0; bin < BINS; bin++) size += this.counts[bin];
    this.#size = size;
    this.#values = new Array(BINS).fill(null);
    for (const q of size === 0 ? [] : quantiles) {
      const rank = rankOf(q, size);
      let before = 0;
      let bin = 0;
      for (; before + this.counts[bin] <= rank; bin++) before += this.counts[bin];
      this.#wanted.set(q, { bin, rank: rank - before });
      if (whole && bin < SINGLE_BINS) continue;
      this.#values[bin] ??= [];
      this.wanted[bin] = 1;
    }
  }

  /** By bin, 1 where this one or one of these others keeps the values; the same others each time. */
  wantedWith(...others: readonly Histogram[]): Uint8Array {
    if (this.#wanted_with !== null) return this.#wanted_with;
    const wanted = this.wanted.slice();
    for (const other of others) for (let bin = 0; bin < BINS; bin++) wanted[bin] |= other.wanted[bin];
    return this.#wanted_with = wanted;
  }

  /** Keeps a value if it is in a wanted bin. Every value that was counted must come. */
  take(bin: number, value: number): void {
    if (this.wanted[bin] === 1) this.#values?.[bin]?.push(value);
  }

  #sorted(bin: number, values: readonly number[]): Float64Array {
    const known = this.#in_order.get(bin) ?? Float64Array.from(values).sort();
    this.#in_order.set(bin, known);
    return known;
  }

  /** The smallest value that at least the share `q` of the values do not exceed; null without values. */
  quantile(q: number): number | null {
    if (this.#size === 0) return null;
    const wanted = this.#wanted.get(q);
    if (wanted === undefined) throw new RangeError(`The quantile ${q} was not wanted`);
    const values = this.#values?.[wanted.bin] ?? null;
    if (values === null) return wanted.bin;
    return this.#sorted(wanted.bin, values)[wanted.rank];
  }
}
