/** Distinct numbers of a column. */

/** A dictionary is written if each of its numbers stands for at least so many values. */
const LEAST_USES = 3;
const MOST_NUMBERS = 1 << 16;

/**
 * The distinct numbers among the first `count` values in the order of their first appearance, and in `codes` the
 * place of each value among them; null if there are so many that a dictionary would not pay.
 */
export function dictionaryOf(values: Float64Array, count: number, codes: Uint32Array): Float64Array | null {
  const limit = Math.min(MOST_NUMBERS, Math.ceil(count / LEAST_USES));
  // Never more than half of the slots are taken.
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * limit)));
  // Places from 1 on by a hash of the number; 0 is a free slot.
  const places = new Uint32Array(slots);
  const distinct = new Float64Array(limit);
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * count);
  let used = 0;
  let last = NaN;
  let code = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i];
    if (value !== last) {
      last = value;
      const hash = Math.imul(halves[2 * i] ^ Math.imul(halves[2 * i + 1], 0x9e3779b1), 0x85ebca6b);
      let slot = (hash ^ hash >>> 15) & slots - 1;
      while (true) {
        const place = places[slot];
        if (place === 0) {
          if (used === limit) return null;
          distinct[used++] = value;
          places[slot] = used;
          code = used - 1;
          break;
        }
        if (distinct[place - 1] === value) {
          code = place - 1;
          break;
        }
        slot = slot + 1 & slots - 1;
      }
    }
    codes[i] = code;
  }
  return distinct.subarray(0, used);
}
