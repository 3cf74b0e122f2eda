/** Parquet's RLE/bit-packing hybrid: whole numbers as runs of one value and as groups of eight packed ones. */
import type { PageBytes, PageCursor } from "./page_bytes.ts";

/** A shorter run is left to zstd, which packs it better than the marks around it would. */
const SHORTEST_RUN = 64;

/** Bits in which codes are written: of whole bytes zstd makes more than of bits, and they are read faster. */
export function codeWidth(codes: number): number {
  return codes <= 0x100 ? 8 : codes <= 0x1_0000 ? 16 : codes <= 0x100_0000 ? 24 : 32;
}

/** Appends the first `count` values, each of `width` bits: 1, 8, 16, 24 or 32. */
export function writeHybrid(
  to: PageBytes,
  values: Uint8Array | Uint32Array,
  { count, width }: { readonly count: number; readonly width: number },
): void {
  let packed_from = 0;
  let at = 0;
  while (at < count) {
    const value = values[at];
    let end = at + 1;
    while (end < count && values[end] === value) end++;
    if (end - at < SHORTEST_RUN && end - at < count) {
      // Only whole groups of eight can come before a run.
      at += Math.max(8, (end - at) & ~7);
      continue;
    }
    writePacked(to, values, { from: packed_from, end: at, width });
    writeRun(to, value, { count: end - at, width });
    packed_from = at = end;
  }
  writePacked(to, values, { from: packed_from, end: count, width });
}

/** Appends a value so many times. */
export function writeRun(
  to: PageBytes,
  value: number,
  { count, width }: { readonly count: number; readonly width: number },
): void {
  to.appendVarint(count * 2);
  to.room(4);
  for (let shift = 0; shift < width; shift += 8) to.bytes[to.length++] = value >>> shift;
}

function writePacked(
  to: PageBytes,
  values: Uint8Array | Uint32Array,
  { from, end, width }: { readonly from: number; readonly end: number; readonly width: number },
): void {
  if (from >= end) return;
  const groups = Math.ceil((end - from) / 8);
  to.appendVarint(groups * 2 + 1);
  to.room(groups * width);
  const { bytes } = to;
  let at = to.length;
  to.length += groups * width;
  bytes.fill(0, to.length - width, to.length);
  if (width === 1) {
    for (let row = from; row < end; row += 8) {
      let packed = 0;
      for (let bit = 0; bit < 8 && row + bit < end; bit++) packed |= values[row + bit] << bit;
      bytes[at++] = packed;
    }
  } else if (width === 8) {
    for (let row = from; row < end; row++) bytes[at++] = values[row];
  } else {
    for (let row = from; row < end; row++) {
      const value = values[row];
      for (let shift = 0; shift < width; shift += 8) bytes[at++] = value >>> shift;
    }
  }
}

/**
 * Reads `count` values of `width` bits, at most 32.
 *
 * @throws {RangeError} if the page ends before
 */
export function readHybrid(
  from: PageCursor,
  values: Uint8Array | Uint32Array,
  { count, width }: { readonly count: number; readonly width: number },
): void {
  let filled = 0;
  while (filled < count) {
    const header = from.varint();
    const length = header % 2 === 0 ? header / 2 : (header - 1) * 4;
    if (length === 0) throw new RangeError("a run of the page is empty");
    const end = Math.min(count, filled + length);
    if (header % 2 === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value |= from.view.getUint8(from.at++) << shift;
      values.fill(value >>> 0, filled, end);
    } else {
      readPacked(from, values, { filled, end, width });
    }
    filled = end;
  }
}

function readPacked(
  from: PageCursor,
  values: Uint8Array | Uint32Array,
  { filled, end, width }: { readonly filled: number; readonly end: number; readonly width: number },
): void {
  const { bytes } = from;
  let at = from.at;
  // The last group of a page may be shorter than eight values need.
  if (at + Math.ceil((end - filled) * width / 8) > bytes.length) {
    throw new RangeError("a run of the page reaches beyond its end");
  }
  if (width === 8) {
    for (let row = filled; row < end; row++) values[row] = bytes[at++];
  } else if (width === 16) {
    for (let row = filled; row < end; row++, at += 2) values[row] = bytes[at] | bytes[at + 1] << 8;
  } else {
    let bit = 0;
    for (let row = filled; row < end; row++) {
      // Each value is gathered from the bytes it touches, five at most.
      let value = 0;
      for (let taken = 0; taken < width;) {
        const part = Math.min(8 - bit, width - taken);
        value |= (bytes[at] >>> bit & (1 << part) - 1) << taken;
        taken += part;
        bit += part;
        if (bit === 8) {
          bit = 0;
          at++;
        }
      }
      values[row] = value >>> 0;
    }
  }
  from.at += Math.ceil((end - filled) / 8) * width;
}
