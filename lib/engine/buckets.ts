/** Finest cell of the look-up; every offset of a time zone since 1972 is a multiple of it. */
const CELL_S = 900;
const MAX_CELLS = 1_000_000;

/** Buckets of time, of any widths, that follow on one another; finds a time's bucket in constant time. */
export class Buckets {
  /** Start of each bucket and end of the last, epoch seconds. */
  readonly edges: Float64Array;
  readonly count: number;
  readonly start_s: number;
  readonly end_s: number;
  readonly #first: Int32Array;
  readonly #cell_s: number;

  /** @param edges rising; at least two */
  constructor(edges: readonly number[]) {
    this.edges = Float64Array.from(edges);
    this.count = edges.length - 1;
    this.start_s = edges[0];
    this.end_s = edges[this.count];
    // One bucket is found without looking.
    const length_s = this.count === 1 ? 0 : this.end_s - this.start_s;
    this.#cell_s = Math.max(CELL_S, Math.ceil(length_s / MAX_CELLS));
    this.#first = new Int32Array(Math.ceil(length_s / this.#cell_s) + 1);
    for (let cell = 0, bucket = 0; cell < this.#first.length; cell++) {
      const time_s = this.start_s + cell * this.#cell_s;
      while (bucket < this.count - 1 && this.edges[bucket + 1] <= time_s) bucket++;
      this.#first[cell] = bucket;
    }
  }

  /** The bucket of a time, which must lie in `[start_s, end_s)`. */
  at(time_s: number): number {
    if (this.count === 1) return 0;
    let bucket = this.#first[Math.floor((time_s - this.start_s) / this.#cell_s)];
    while (this.edges[bucket + 1] <= time_s) bucket++;
    return bucket;
  }
}
