/** The pages of a column chunk, decompressed. */
import type { ColumnMetaData, Encoding } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { zstdDecompressSync } from "node:zlib";
import { PageCursor } from "./page_bytes.ts";
import { readHybrid } from "./rle_bit_packed.ts";

const MOST_PAGE_BYTES = 2 ** 31 - 1;
/** Memory taken at once for what a page says of its length, which a damaged one says wrongly. */
const MOST_AT_ONCE_BYTES = 1 << 26;

/** A page of values. */
export interface DataPage {
  readonly encoding: Encoding;
  /** Rows that it covers. */
  readonly rows: number;
  /** Rows that have a value. */
  readonly count: number;
  /** 1 for each row that has a value; null if all have one. */
  readonly present: Uint8Array | null;
  readonly values: PageCursor;
}

/** A column chunk's distinct values, encoded plainly. */
export interface DictionaryPage {
  readonly count: number;
  readonly values: PageCursor;
}

/** A column chunk is written in a way that is only read by the general path. */
export class UnknownLayoutError extends Error {
  override readonly name = "UnknownLayoutError";
}

/**
 * Reads the pages of a column without nesting.
 *
 * @throws {UnknownLayoutError} if they are none that this program writes
 */
export function readPages(
  bytes: ArrayBuffer,
  { codec, data_page_offset, dictionary_page_offset, total_compressed_size, num_values }: ColumnMetaData,
): { readonly dictionary: DictionaryPage | null; readonly pages: readonly DataPage[] } {
  const start = Number(dictionary_page_offset ?? data_page_offset);
  const chunk = new Uint8Array(bytes, start, Number(total_compressed_size));
  const reader = { view: new DataView(bytes, start, chunk.length), offset: 0 };
  let dictionary: DictionaryPage | null = null;
  const pages: DataPage[] = [];
  const rows_in_all = Number(num_values);
  for (let rows = 0; rows < rows_in_all;) {
    const header = parquetHeader(reader);
    const from = reader.offset;
    reader.offset += upTo(chunk.length - from, header.compressed_page_size);
    const page = chunk.subarray(from, reader.offset);
    const length = upTo(MOST_PAGE_BYTES, header.uncompressed_page_size);
    const v2 = header.data_page_header_v2;
    if (header.dictionary_page_header !== undefined && dictionary === null) {
      const values = decompress(page, codec, length);
      // Each takes four bytes at least.
      const count = upTo(values.length / 4, header.dictionary_page_header.num_values);
      dictionary = { count, values: new PageCursor(values) };
    } else if (v2 !== undefined && v2.repetition_levels_byte_length === 0) {
      const covered = upTo(rows_in_all - rows, v2.num_rows);
      const nulls = upTo(covered, v2.num_nulls);
      const levels_bytes = upTo(Math.min(length, page.length), v2.definition_levels_byte_length);
      const values = decompress(
        page.subarray(levels_bytes),
        v2.is_compressed === false ? "UNCOMPRESSED" : codec,
        length - levels_bytes,
      );
      let present: Uint8Array | null = null;
      if (nulls > 0) {
        present = new Uint8Array(covered);
        readHybrid(new PageCursor(page.subarray(0, levels_bytes)), present, { count: covered, width: 1 });
      }
      const count = covered - nulls;
      pages.push({ encoding: v2.encoding, rows: covered, count, present, values: new PageCursor(values) });
      rows += covered;
    } else throw new UnknownLayoutError(`a page is of the type ${header.type}`);
  }
  return { dictionary, pages };
}

/** A size that a page states; a damaged one may even be of another type. */
function upTo(limit: number, size: number): number {
  if (!Number.isInteger(size) || size < 0 || size > limit) {
    throw new RangeError(`a page states a size that is not from 0 to ${limit}`);
  }
  return size;
}

function decompress(page: Uint8Array, codec: string, length: number): Uint8Array {
  if (codec === "UNCOMPRESSED") return page;
  if (codec !== "ZSTD") throw new UnknownLayoutError(`a page is compressed with ${codec}`);
  return zstdDecompressSync(page, { chunkSize: Math.min(Math.max(64, length + 64), MOST_AT_ONCE_BYTES) });
}
