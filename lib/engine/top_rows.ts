/** Fewest rows taken in beyond those to keep before the worst are dropped. */
const SPARE = 1024;

/**
 * The rows with the smallest keys, and of equal keys those with the smallest places: numbers that no two rows share.
 * Whoever wants another order turns the signs round.
 */
export class TopRows {
  /** A row with a larger key is surely not among the first; never smaller than a later one. */
  worst_key = Infinity;
  /** The same of a row with that very key and a larger place. */
  worst_place = Infinity;
  readonly #most: number;
  readonly #room: number;
  #keys: Float64Array<ArrayBufferLike> = new Float64Array(SPARE);
  #places: Float64Array<ArrayBufferLike> = new Float64Array(SPARE);
  #length = 0;
  #kept = 0;

  /** @param count how many rows to keep, at least one */
  constructor(count: number) {
    this.#most = count;
    this.#room = Math.max(2 * count, count + SPARE);
  }

  /** Takes a row that may be among the first; its key must not be NaN. */
  offer(key: number, place: number): void {
    if (key > this.worst_key || (key === this.worst_key && place > this.worst_place)) return;
    if (this.#length === this.#keys.length) this.#grow();
    this.#keys[this.#length] = key;
    this.#places[this.#length++] = place;
    if (this.#length === this.#room) this.#drop();
  }

  /** Finds the worst row to keep if that is little work for what was taken in since the last time. */
  settle(): void {
    const more = this.#length - this.#kept;
    if (this.#length >= this.#most && more > 0 && more * 8 >= this.#kept) this.#drop();
  }

  /** The places of the rows, the first first, without those before a rank. */
  sorted(from = 0): Float64Array {
    if (this.#length > this.#most) this.#drop();
    const [keys, places, length] = [this.#keys, this.#places, this.#length];
    if (from >= length) return new Float64Array();
    if (from > 0) select(keys, places, { length, rank: from });
    const order = Uint32Array.from({ length: length - from }, (_, at) => from + at);
    order.sort((a, b) => keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : places[a] - places[b]);
    return Float64Array.from(order, (at) => places[at]);
  }

  /** Drops all but the first. */
  #drop(): void {
    const last = this.#most - 1;
    select(this.#keys, this.#places, { length: this.#length, rank: last });
    this.worst_key = this.#keys[last];
    this.worst_place = this.#places[last];
    this.#length = this.#kept = this.#most;
  }

  #grow(): void {
    const [keys, places] = [this.#keys, this.#places];
    const length = Math.min(this.#room, keys.length * 2);
    this.#keys = new Float64Array(length);
    this.#places = new Float64Array(length);
    this.#keys.set(keys);
    this.#places.set(places);
  }
}

/** Puts the row of a rank in its place, all before it before and all after it behind: Hoare's quickselect. */
function select(
  keys: Float64Array,
  places: Float64Array,
  { length, rank }: { readonly length: number; readonly rank: number },
): void {
  let [low, high] = [0, length - 1];
  let dice = 1;
  const picked = [0, 0, 0];
  while (low < high) {
    // Three from anywhere: rows come in every kind of order, and any fixed place is the worst one in some of them.
    for (let i = 0; i < 3; i++) {
      dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0;
      picked[i] = low + Math.floor(dice / 2 ** 32 * (high - low + 1));
    }
    picked.sort((a, b) => keys[a] - keys[b] || places[a] - places[b]);
    const middle = picked[1];
    const [key, place] = [keys[middle], places[middle]];
    let [left, right] = [low, high];
    while (left <= right) {
      while (keys[left] < key || (keys[left] === key && places[left] < place)) left++;
      while (keys[right] > key || (keys[right] === key && places[right] > place)) right--;
      if (left > right) break;
      const [other_key, other_place] = [keys[left], places[left]];
      keys[left] = keys[right];
      places[left] = places[right];
      keys[right] = other_key;
      places[right] = other_place;
      left++;
      right--;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}
