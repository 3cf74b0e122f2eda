/** Columns of the files that this program writes, straight into the arrays of a table. */
import type { ColumnMetaData } from "hyparquet";
import { Buffer } from "node:buffer";
import { Dictionary } from "../job/dictionary.ts";
import { JobIds } from "../job/ids.ts";
import type { CodedText } from "../job/table.ts";
import { readDeltas } from "./delta_binary_packed.ts";
import { readIds } from "./delta_byte_array.ts";
import type { PageCursor } from "./page_bytes.ts";
import { type DataPage, type DictionaryPage, readPages, UnknownLayoutError } from "./parquet_pages.ts";
import { readHybrid } from "./rle_bit_packed.ts";

/** Where a column is: the bytes of the file, its description, and how many rows the file has. */
export interface Column {
  readonly bytes: ArrayBuffer;
  readonly chunk: ColumnMetaData;
  readonly rows: number;
}

/**
 * Reads ids.
 *
 * @throws {UnknownLayoutError} if they are not written as differences
 */
export function decodeIds(column: Column): JobIds {
  const { pages } = pagesOf(column);
  const ids = new JobIds(column.rows);
  let row = 0;
  for (const { encoding, rows, count, present, values } of pages) {
    if (count > 0) {
      if (encoding !== "DELTA_BYTE_ARRAY") throw new UnknownLayoutError(`ids are written as ${encoding}`);
      readIds(values, ids, { count, present, row });
    }
    row += rows;
  }
  return ids;
}

/**
 * Reads texts as codes of their dictionary, which is made where the file has none.
 *
 * @throws {UnknownLayoutError} if they are written in a way of other programs
 */
export function decodeTexts(column: Column): CodedText {
  const { dictionary, pages } = pagesOf(column);
  const codes = new Uint32Array(column.rows);
  const texts = dictionary === null ? [] : readTexts(dictionary.values, dictionary.count);
  const known = new Map<string, number>();
  let row = 0;
  for (const page of pages) {
    const into = codes.subarray(row, row + page.rows);
    row += page.rows;
    if (dictionary !== null || page.count === 0) {
      readCodes(page, into, dictionary);
      continue;
    }
    if (page.encoding !== "PLAIN") throw new UnknownLayoutError(`texts are written as ${page.encoding}`);
    readTexts(page.values, page.count).forEach((text, i) => {
      let code = known.get(text);
      if (code === undefined) known.set(text, code = texts.push(text));
      into[i] = code;
    });
    spread(into, page, 0);
  }
  return { codes, dictionary: new Dictionary(texts) };
}

/**
 * Reads numbers, NaN where unknown, divided by `scale`.
 *
 * @throws {UnknownLayoutError} if they are written in a way of other programs
 */
export function decodeNumbers(column: Column, scale: number): Float64Array {
  const { dictionary, pages } = pagesOf(column);
  const numbers = new Float64Array(column.rows);
  const { type } = column.chunk;
  // Code 0 stands for no value, as with texts.
  const distinct = new Float64Array((dictionary?.count ?? 0) + 1).fill(NaN);
  if (dictionary !== null) {
    readPlain(dictionary.values, distinct.subarray(1), { type, count: dictionary.count });
    for (let code = 1; code < distinct.length; code++) distinct[code] /= scale;
  }
  const codes = new Uint32Array(dictionary === null ? 0 : column.rows);
  let row = 0;
  for (const page of pages) {
    const into = numbers.subarray(row, row + page.rows);
    row += page.rows;
    const { encoding, count, values } = page;
    if (count === 0) into.fill(NaN);
    else if (encoding === "RLE_DICTIONARY") {
      readCodes(page, codes, dictionary);
      for (let i = 0; i < into.length; i++) into[i] = distinct[codes[i]];
    } else {
      if (encoding === "DELTA_BINARY_PACKED") readDeltas(values, into, count);
      else if (encoding === "PLAIN") readPlain(values, into, { type, count });
      else throw new UnknownLayoutError(`numbers are written as ${encoding}`);
      if (scale !== 1) { for (let i = 0; i < count; i++) into[i] /= scale; }
      spread(into, page, NaN);
    }
  }
  return numbers;
}

function pagesOf({ bytes, chunk, rows }: Column) {
  const read = readPages(bytes, chunk);
  const found = read.pages.reduce((sum, page) => sum + page.rows, 0);
  if (found !== rows) throw new UnknownLayoutError(`a column holds ${found} values, not ${rows}`);
  return read;
}

/** Reads the codes of a page from 1 on into its rows, 0 where a row has no value. */
function readCodes(page: DataPage, codes: Uint32Array, dictionary: DictionaryPage | null): void {
  const { encoding, rows, count, values } = page;
  if (count === 0) {
    codes.fill(0, 0, rows);
    return;
  }
  if (encoding !== "RLE_DICTIONARY" || dictionary === null) {
    throw new UnknownLayoutError(`texts are written as ${encoding}`);
  }
  const width = values.view.getUint8(values.at++);
  readHybrid(values, codes, { count, width });
  let greatest = 0;
  for (let i = 0; i < count; i++) {
    if (codes[i] > greatest) greatest = codes[i];
    codes[i]++;
  }
  if (greatest >= dictionary.count) {
    throw new RangeError(`code ${greatest} is not among the ${dictionary.count} of the dictionary`);
  }
  spread(codes, page, 0);
}

/** Moves the values at the start of a page to the rows they belong to, and writes `none` into the others. */
function spread(values: Float64Array | Uint32Array, { rows, count, present }: DataPage, none: number): void {
  if (present === null) return;
  for (let row = rows - 1, i = count - 1; row >= 0; row--) {
    values[row] = present[row] === 0 ? none : values[i--];
  }
}

function readPlain(
  { bytes, view }: PageCursor,
  numbers: Float64Array,
  { type, count }: { readonly type: ColumnMetaData["type"]; readonly count: number },
): void {
  const width = type === "INT32" ? 4 : 8;
  if (bytes.length < width * count) throw new RangeError("a page of numbers is too short");
  if (type === "INT32") { for (let i = 0; i < count; i++) numbers[i] = view.getInt32(4 * i, true); }
  else if (type === "DOUBLE") { for (let i = 0; i < count; i++) numbers[i] = view.getFloat64(8 * i, true); }
  else if (type === "INT64") {
    for (let i = 0; i < count; i++) {
      numbers[i] = view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true);
    }
  } else throw new UnknownLayoutError(`numbers are of the type ${type}`);
}

function readTexts({ bytes, view }: PageCursor, count: number): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const texts: string[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const from = at + 4;
    at = from + view.getUint32(at, true);
    if (at > bytes.length) throw new RangeError("a text of the page reaches beyond its end");
    texts.push(buffer.toString("utf8", from, at));
  }
  return texts;
}
