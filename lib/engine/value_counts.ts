/** So many values are counted in one go: a few milliseconds. */
const CHUNK = 262_144;

/** Counts values, of which many are alike: it takes room for the different ones only, and none are left to be sorted. */
export class ValueCounts {
  /** Different values, rising, and how many there are of each. */
  #values = new Float64Array();
  #counts = new Float64Array();
  #pending: number[] = [];

  /** Adds a value, not NaN. */
  add(value: number): void {
    if (this.#pending.push(value) === CHUNK) this.#merge();
  }

  /** The different values, rising, and how many values do not exceed each of them. */
  ranks(): { readonly values: Float64Array; readonly up_to: Float64Array } {
    this.#merge();
    const up_to = new Float64Array(this.#counts.length);
    for (let place = 0, sum = 0; place < up_to.length; place++) up_to[place] = sum += this.#counts[place];
    return { values: this.#values, up_to };
  }

  #merge(): void {
    const added = sorted(this.#pending);
    this.#pending = [];
    const [old_values, old_counts] = [this.#values, this.#counts];
    const values = new Float64Array(old_values.length + added.length);
    const counts = new Float64Array(values.length);
    let length = 0;
    for (let old = 0, next = 0; old < old_values.length || next < added.length; length++) {
      const is_old = next === added.length || old < old_values.length && old_values[old] <= added[next];
      const value = values[length] = is_old ? old_values[old] : added[next];
      if (is_old) counts[length] = old_counts[old++];
      for (; next < added.length && added[next] === value; next++) counts[length]++;
    }
    this.#values = values.slice(0, length);
    this.#counts = counts.slice(0, length);
  }
}

/** Whole numbers are sorted several times as fast as others, and nearly all values are whole. */
function sorted(values: readonly number[]): Uint32Array | Float64Array {
  const whole = Uint32Array.from(values);
  return whole.every((value, i) => value === values[i]) ? whole.sort() : Float64Array.from(values).sort();
}
