/** Parquet's DELTA_BINARY_PACKED: whole numbers as differences, packed in blocks of 128. */
import type { PageBytes, PageCursor } from "./page_bytes.ts";

const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;
const WORD = 2 ** 32;
/** Wider differences are no longer exact in a number. */
const WIDEST = 53;

/** Appends the first `count` whole numbers, all between ±2^51. */
export function writeDeltas(to: PageBytes, values: Float64Array | Int32Array, count: number): void {
  to.appendVarint(BLOCK);
  to.appendVarint(MINIBLOCKS);
  to.appendVarint(count);
  to.appendZigZag(count === 0 ? 0 : values[0]);
  const deltas = new Float64Array(BLOCK);
  for (let from = 1; from < count; from += BLOCK) {
    const length = Math.min(BLOCK, count - from);
    let least = Infinity;
    let previous = values[from - 1];
    for (let i = 0; i < length; i++) {
      const value = values[from + i];
      const delta = value - previous;
      if (delta < least) least = delta;
      deltas[i] = delta;
      previous = value;
    }
    for (let i = 0; i < length; i++) deltas[i] -= least;
    deltas.fill(0, length);
    to.appendZigZag(least);
    // Four widths and the widest of miniblocks.
    to.room(MINIBLOCKS + BLOCK * 8);
    const widths_at = to.length;
    to.length += MINIBLOCKS;
    for (let mini = 0; mini < MINIBLOCKS; mini++) {
      let most = 0;
      const first = mini * MINIBLOCK;
      for (let i = first; i < first + MINIBLOCK; i++) if (deltas[i] > most) most = deltas[i];
      const width = bitsOf(most);
      to.bytes[widths_at + mini] = width;
      if (width > 0) to.length = pack(to.bytes, to.length, { deltas, first, width });
    }
  }
}

function bitsOf(value: number): number {
  return value < WORD ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / WORD));
}

/** Packs a miniblock; returns where it ends. */
function pack(
  bytes: Uint8Array,
  at: number,
  { deltas, first, width }: {
    readonly deltas: Float64Array;
    readonly first: number;
    readonly width: number;
  },
): number {
  let word = 0;
  let used = 0;
  for (let i = first; i < first + MINIBLOCK; i++) {
    const delta = deltas[i];
    // The lower 32 bits first, then what is above them.
    let part = delta % WORD | 0;
    let bits = width < 32 ? width : 32;
    for (let left = width; left > 0;) {
      word |= part << used;
      if (used + bits >= 32) {
        bytes[at++] = word;
        bytes[at++] = word >>> 8;
        bytes[at++] = word >>> 16;
        bytes[at++] = word >>> 24;
        word = used === 0 ? 0 : part >>> (32 - used);
        used += bits - 32;
      } else used += bits;
      left -= bits;
      bits = left;
      if (left > 0) part = Math.floor(delta / WORD);
    }
  }
  return at;
}

/**
 * Reads `count` whole numbers.
 *
 * @throws {RangeError} if the page holds another count, ends before, or has numbers that are not below 2^53
 */
export function readDeltas(from: PageCursor, values: Float64Array | Int32Array, count: number): void {
  const block = from.varint();
  const miniblocks = from.varint();
  const total = from.varint();
  let value = from.zigZag();
  const miniblock = block / miniblocks;
  if (total !== count || !Number.isInteger(miniblock / 8) || miniblock === 0) {
    throw new RangeError(`a page of differences holds ${total} numbers, not ${count}`);
  }
  if (count > 0) values[0] = value;
  let filled = 1;
  while (filled < count) {
    const least = from.zigZag();
    const widths_at = from.at;
    from.at += miniblocks;
    for (let mini = 0; mini < miniblocks && filled < count; mini++) {
      const width = from.view.getUint8(widths_at + mini);
      if (width > WIDEST) throw new RangeError(`a difference of ${width} bits is too wide`);
      const end = Math.min(count, filled + miniblock);
      const { view } = from;
      let at = from.at;
      let word = 0;
      let ready = 0;
      for (; filled < end; filled++) {
        let delta = 0;
        let scale = 1;
        for (let left = width; left > 0;) {
          const bits = left < 32 ? left : 32;
          let part = word;
          if (ready < bits) {
            word = view.getUint32(at, true);
            at += 4;
            part |= ready === 0 ? word : word << ready;
            word = bits - ready === 32 ? 0 : word >>> (bits - ready);
            ready += 32 - bits;
          } else {
            word = bits === 32 ? 0 : word >>> bits;
            ready -= bits;
          }
          delta += (bits === 32 ? part >>> 0 : (part & (1 << bits) - 1) >>> 0) * scale;
          scale = WORD;
          left -= bits;
        }
        value += least + delta;
        values[filled] = value;
      }
      from.at += miniblock * width / 8;
    }
  }
}
