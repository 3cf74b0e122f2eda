/** So many values are counted in one go: a few milliseconds. */
const CHUNK = 262_144;
/** Whole numbers below this have a place of their own: the seconds of a day and a half. */
const PLACES = 2 ** 17;
const FIRST_PLACES = 1024;

/** Counts values, of which many are alike: it takes room for the different ones only, and few are left to be sorted. */
export class ValueCounts {
  /** How many there are of 0, 1, 2 and so on. */
  #small = new Uint32Array(FIRST_PLACES);
  /** Different other values, rising, and how many there are of each. */
  #values = new Float64Array();
  #counts = new Float64Array();
  #pending: number[] = [];

  /** Adds a value, not NaN. */
  add(value: number): void {
    if (value >= 0 && value < PLACES && value === Math.floor(value)) {
      if (value >= this.#small.length) this.#grow(value);
      this.#small[value]++;
    } else if (this.#pending.push(value) === CHUNK) this.#merge();
  }

  /** The different values, rising, and how many values do not exceed each of them. */
  ranks(): { readonly values: Float64Array; readonly up_to: Float64Array } {
    this.#merge();
    const small: number[] = [];
    for (let value = 0; value < this.#small.length; value++) if (this.#small[value] > 0) small.push(value);
    const counted = { values: this.#values, counts: this.#counts };
    const { values, counts } = united(counted, small, (place) => this.#small[small[place]]);
    const up_to = new Float64Array(counts.length);
    for (let place = 0, sum = 0; place < up_to.length; place++) up_to[place] = sum += counts[place];
    return { values, up_to };
  }

  /** Adds what another one has counted. */
  include(other: ValueCounts): void {
    if (other.#small.length > this.#small.length) this.#grow(other.#small.length - 1);
    for (let value = 0; value < other.#small.length; value++) this.#small[value] += other.#small[value];
    this.#merge();
    other.#merge();
    if (other.#values.length > 0) this.#unite(other.#values, (place) => other.#counts[place]);
  }

  #grow(value: number): void {
    let length = this.#small.length;
    while (length <= value) length *= 2;
    const grown = new Uint32Array(length);
    grown.set(this.#small);
    this.#small = grown;
  }

  #merge(): void {
    if (this.#pending.length === 0) return;
    const added = sorted(this.#pending);
    this.#pending = [];
    this.#unite(added, () => 1);
  }

  /** Adds rising values, each so many times for each time it stands there. */
  #unite(added: ArrayLike<number>, timesOf: (place: number) => number): void {
    const { values, counts } = united({ values: this.#values, counts: this.#counts }, added, timesOf);
    this.#values = values;
    this.#counts = counts;
  }
}

/** Different values, rising, and how many there are of each. */
interface Counted {
  readonly values: Float64Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
}

/** Those counted and rising values besides, the same value many times or told of once. */
function united(
  { values: old_values, counts: old_counts }: Counted,
  added: ArrayLike<number>,
  timesOf: (place: number) => number,
): Counted {
  const values = new Float64Array(old_values.length + added.length);
  const counts = new Float64Array(values.length);
  let length = 0;
  for (let old = 0, next = 0; old < old_values.length || next < added.length; length++) {
    const is_old = next === added.length || old < old_values.length && old_values[old] <= added[next];
    const value = values[length] = is_old ? old_values[old] : added[next];
    if (is_old) counts[length] = old_counts[old++];
    for (; next < added.length && added[next] === value; next++) counts[length] += timesOf(next);
  }
  return { values: values.slice(0, length), counts: counts.slice(0, length) };
}

/** Whole numbers are sorted several times as fast as others, and nearly all values are whole. */
function sorted(values: readonly number[]): Uint32Array | Float64Array {
  const whole = Uint32Array.from(values);
  return whole.every((value, i) => value === values[i]) ? whole.sort() : Float64Array.from(values).sort();
}
