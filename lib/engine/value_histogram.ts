import { ValueCounts } from "./value_counts.ts";

/** One point of the share of values up to a value. */
export type EcdfPoint = readonly [value: number, share: number];

/** How some values are distributed; null where there are none. */
export interface Distribution {
  /** How many values. */
  readonly count: number;
  /** How many jobs had no value, and the amount of those. */
  readonly unknown: number;
  readonly unknown_amount: number;
  /** Values and amounts by class. */
  readonly counts: readonly number[];
  readonly amounts: readonly number[];
  /** Points that all lie on the exact curve, from the least value to the largest. */
  readonly ecdf: readonly EcdfPoint[];
  readonly mean: number | null;
  /** The mean of the values, each weighted by its amount. */
  readonly mean_by_amount: number | null;
  /** The smallest value that at least the share `q` of the values do not exceed. */
  readonly quantile: (q: number) => number | null;
}

/** How values are spread, and what belongs to them by class. */
export class ValueHistogram {
  readonly #bounds: readonly number[];
  readonly #values = new ValueCounts();
  readonly #counts: Float64Array;
  readonly #amounts: Float64Array;
  #unknown = 0;
  #unknown_amount = 0;
  #sum = 0;
  #sum_by_amount = 0;

  /** @param bounds the largest value of each class, rising, the last without end */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length);
    this.#amounts = new Float64Array(bounds.length);
  }

  /** Adds a value, NaN for a job without one, and an amount that belongs to it. */
  add(value: number, amount: number): void {
    if (Number.isNaN(value)) {
      this.#unknown++;
      this.#unknown_amount += amount;
      return;
    }
    let place = 0;
    while (value > this.#bounds[place]) place++;
    this.#counts[place]++;
    this.#amounts[place] += amount;
    this.#sum += value;
    this.#sum_by_amount += value * amount;
    this.#values.add(value);
  }

  /** Adds what another one of the same classes has. */
  include(other: ValueHistogram): void {
    for (let place = 0; place < this.#counts.length; place++) {
      this.#counts[place] += other.#counts[place];
      this.#amounts[place] += other.#amounts[place];
    }
    this.#unknown += other.#unknown;
    this.#unknown_amount += other.#unknown_amount;
    this.#sum += other.#sum;
    this.#sum_by_amount += other.#sum_by_amount;
    this.#values.include(other.#values);
  }

  /**
   * @param most points of the curve, at least 2
   * @param also shares at which the curve has a point besides
   */
  distribution(most: number, also: readonly number[] = []): Distribution {
    const { values, up_to } = this.#values.ranks();
    const count = up_to.at(-1) ?? 0;
    const amount = this.#amounts.reduce((sum, part) => sum + part, 0);
    return {
      count,
      unknown: this.#unknown,
      unknown_amount: this.#unknown_amount,
      mean: count === 0 ? null : this.#sum / count,
      mean_by_amount: amount === 0 ? null : this.#sum_by_amount / amount,
      counts: [...this.#counts],
      amounts: [...this.#amounts],
      ecdf: ecdfOf(values, up_to, { most, also }),
      quantile: (q) => count === 0 ? null : values[placeOf(up_to, Math.ceil(q * count))],
    };
  }
}

/** Every value with the share of those up to it, or so many of them at even steps of that share, and those asked for. */
function ecdfOf(
  values: Float64Array,
  up_to: Float64Array,
  { most, also }: { readonly most: number; readonly also: readonly number[] },
): readonly EcdfPoint[] {
  const count = up_to.at(-1) ?? 0;
  const pointOf = (place: number): EcdfPoint => [values[place], up_to[place] / count];
  if (values.length <= most) return Array.from(values, (_, place) => pointOf(place));
  const chosen = new Set([0]);
  for (let step = 1; step < most; step++) chosen.add(placeOf(up_to, Math.ceil(step * count / (most - 1))));
  for (const share of also) chosen.add(placeOf(up_to, Math.ceil(share * count)));
  return [...chosen].sort((a, b) => a - b).map(pointOf);
}

/** Place of the first of rising numbers that is not below a rank. */
function placeOf(up_to: Float64Array, rank: number): number {
  let low = 0;
  for (let high = up_to.length - 1; low < high;) {
    const middle = (low + high) >> 1;
    if (up_to[middle] >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}
