/** Parquet's DELTA_BYTE_ARRAY for ids: how much each shares with the one before, and the rest of its bytes. */
import { ID_KINDS, type JobIds } from "../job/ids.ts";
import { readDeltas, writeDeltas } from "./delta_binary_packed.ts";
import { IdBytes, setId } from "./id_bytes.ts";
import { PageBytes, type PageCursor } from "./page_bytes.ts";

/** What is known of ids that were written; the least and the greatest by their bytes. */
export interface WrittenIds {
  readonly count: number;
  readonly min: Uint8Array | undefined;
  readonly max: Uint8Array | undefined;
}

/** Appends the ids of the first `rows` rows, those that have one. */
export function writeIds(to: PageBytes, ids: JobIds, rows: number): WrittenIds {
  const shared = new Int32Array(rows);
  const rest = new Int32Array(rows);
  const ends = new PageBytes();
  let previous = new IdBytes();
  let id = new IdBytes();
  const min = new IdBytes();
  const max = new IdBytes();
  let count = 0;
  let rising = false;
  for (let row = 0; row < rows; row++) {
    if (ids.kinds[row] === ID_KINDS.none) continue;
    id.set(ids, row);
    const common = id.commonWith(previous);
    const rises = id.length > common &&
      (previous.length === common || id.bytes[common] > previous.bytes[common]);
    // Only where ids turn from rising to falling can be the greatest, and the least where they turn back.
    if (count === 0) min.copy(id), max.copy(id);
    else if (rising && !rises && previous.isAbove(max)) max.copy(previous);
    else if (!rising && rises && min.isAbove(previous)) min.copy(previous);
    rising = rises;
    shared[count] = common;
    rest[count++] = id.length - common;
    ends.appendPart(id.bytes, { from: common, end: id.length });
    [previous, id] = [id, previous];
  }
  if (count > 0 && previous.isAbove(max)) max.copy(previous);
  if (count > 0 && min.isAbove(previous)) min.copy(previous);
  writeDeltas(to, shared, count);
  writeDeltas(to, rest, count);
  to.append(ends.written());
  return count === 0
    ? { count, min: undefined, max: undefined }
    : { count, min: min.bytes.subarray(0, min.length), max: max.bytes.subarray(0, max.length) };
}

/**
 * Reads `count` ids into the rows that are `present`, or into the first ones where that is null.
 *
 * @throws {RangeError} if the page is not as long as it says
 */
export function readIds(
  from: PageCursor,
  ids: JobIds,
  { count, present, row }: {
    readonly count: number;
    readonly present: Uint8Array | null;
    /** Where the first goes. */
    readonly row: number;
  },
): void {
  const shared = new Int32Array(count);
  const rest = new Int32Array(count);
  readDeltas(from, shared, count);
  readDeltas(from, rest, count);
  let bytes = new Uint8Array(64);
  let length = 0;
  let place = 0;
  for (let i = 0; i < count; i++, place++) {
    if (present !== null) { while (present[place] === 0) place++; }
    const begin = shared[i];
    const end = begin + rest[i];
    if (begin < 0 || begin > length || rest[i] < 0 || from.at + rest[i] > from.bytes.length) {
      throw new RangeError("an id of the page reaches beyond its end");
    }
    if (end > bytes.length) {
      const longer = new Uint8Array(2 * end);
      longer.set(bytes);
      bytes = longer;
    }
    for (let at = begin; at < end; at++) bytes[at] = from.bytes[from.at++];
    length = end;
    setId(ids, row + place, { bytes, length });
  }
}
