/** Columns of a table as pages of a Parquet file hold them. */
import type { SchemaElement } from "hyparquet";
import { Buffer } from "node:buffer";
import type { JobIds } from "../job/ids.ts";
import type { CodedText } from "../job/table.ts";
import { writeDeltas } from "./delta_binary_packed.ts";
import { writeIds } from "./delta_byte_array.ts";
import { dictionaryOf } from "./number_dictionary.ts";
import { PageBytes } from "./page_bytes.ts";
import type { FileColumnType } from "./parquet_schema.ts";
import type { EncodedColumn } from "./parquet_write.ts";
import { codeWidth, writeHybrid, writeRun } from "./rle_bit_packed.ts";

/** From this share of distinct texts on their codes, which only rise, would take more than a dictionary saves. */
const MOSTLY_DISTINCT = 0.8;

/** The greatest whole number of each type, of times in milliseconds; none where numbers may be broken. */
const LIMITS: Readonly<Record<FileColumnType, number>> = {
  text: Infinity,
  time: 2 ** 50,
  count: 2 ** 31 - 1,
  seconds: Infinity,
  minutes: Infinity,
  hours: Infinity,
  bytes: Number.MAX_SAFE_INTEGER,
  percent: Infinity,
  number: Infinity,
};

/** Encodes one column after the other; what it gives stands until the next. */
export class ColumnEncoder {
  readonly #rows: number;
  /** 1 for each row that has a value. */
  readonly #present: Uint8Array;
  /** Codes and numbers of the rows that have a value, without gaps. */
  readonly #codes: Uint32Array;
  readonly #numbers: Float64Array;
  readonly #levels = new PageBytes();
  readonly #values = new PageBytes();
  readonly #dictionary = new PageBytes();

  constructor(rows: number) {
    this.#rows = rows;
    this.#present = new Uint8Array(rows);
    this.#codes = new Uint32Array(rows);
    this.#numbers = new Float64Array(rows);
  }

  ids(ids: JobIds, element: SchemaElement): EncodedColumn {
    this.#clear();
    for (let row = 0; row < this.#rows; row++) this.#present[row] = ids.kinds[row] === 0 ? 0 : 1;
    const { count, min, max } = writeIds(this.#values, ids, this.#rows);
    return { ...this.#page(element, count), encoding: "DELTA_BYTE_ARRAY", dictionary: null, min, max };
  }

  /** Texts: those that this table uses, in the order of their first appearance. */
  texts({ codes, dictionary }: CodedText, element: SchemaElement): EncodedColumn {
    this.#clear();
    const renumbered = new Uint32Array(dictionary.size);
    const present = this.#present;
    const dense = this.#codes;
    let count = 0;
    let used = 0;
    let min: Uint8Array | undefined;
    let max: Uint8Array | undefined;
    for (let row = 0; row < this.#rows; row++) {
      const code = codes[row];
      present[row] = code === 0 ? 0 : 1;
      if (code === 0) continue;
      let mine = renumbered[code];
      if (mine === 0) {
        mine = renumbered[code] = ++used;
        const text = appendText(this.#dictionary, dictionary.text(code) ?? "");
        // The bytes may have moved by the next one: what is kept is copied.
        if (min === undefined || Buffer.compare(text, min) < 0) min = text.slice();
        if (max === undefined || Buffer.compare(text, max) > 0) max = text.slice();
      }
      dense[count++] = mine - 1;
    }
    if (used < MOSTLY_DISTINCT * count) {
      return { ...this.#coded(element, { count, distinct: used }), min, max };
    }
    for (let row = 0; row < this.#rows; row++) {
      if (codes[row] !== 0) appendText(this.#values, dictionary.text(codes[row]) ?? "");
    }
    return { ...this.#page(element, count), encoding: "PLAIN", dictionary: null, min, max };
  }

  /**
   * Numbers of the type that the element declares, NaN where unknown; times in seconds.
   *
   * @throws {RangeError} if one does not fit into that type
   */
  numbers(
    values: Float64Array,
    { element, type }: { readonly element: SchemaElement; readonly type: FileColumnType },
  ): EncodedColumn {
    this.#clear();
    const present = this.#present;
    const dense = this.#numbers;
    const scale = type === "time" ? 1000 : 1;
    const limit = LIMITS[type];
    const whole = limit < Infinity;
    let count = 0;
    let min = Infinity;
    let max = -Infinity;
    for (let row = 0; row < this.#rows; row++) {
      const value = values[row];
      const known = value === value;
      present[row] = known ? 1 : 0;
      if (!known) continue;
      const written = value * scale;
      if (whole && (Math.floor(written) !== written || written > limit || written < -limit)) {
        throw new RangeError(
          `${element.name} is ${value} in row ${row}, which its ${element.type} cannot hold`,
        );
      }
      if (written < min) min = written;
      if (written > max) max = written;
      dense[count++] = written;
    }
    const bounds = count === 0
      ? { min: undefined, max: undefined }
      : element.type === "INT64"
      ? { min: BigInt(min), max: BigInt(max) }
      // Of the two zeros the bounds name the one that is outside.
      : { min: min === 0 ? -0 : min, max: max === 0 ? 0 : max };
    if (type === "time") {
      writeDeltas(this.#values, dense, count);
      return { ...this.#page(element, count), encoding: "DELTA_BINARY_PACKED", dictionary: null, ...bounds };
    }
    const distinct = dictionaryOf(dense, count, this.#codes);
    if (distinct !== null) {
      appendNumbers(this.#dictionary, distinct, element);
      return { ...this.#coded(element, { count, distinct: distinct.length }), ...bounds };
    }
    appendNumbers(this.#values, dense.subarray(0, count), element);
    return { ...this.#page(element, count), encoding: "PLAIN", dictionary: null, ...bounds };
  }

  #clear(): void {
    this.#levels.clear();
    this.#values.clear();
    this.#dictionary.clear();
  }

  /** A page of codes, whose dictionary is written. */
  #coded(
    element: SchemaElement,
    { count, distinct }: { readonly count: number; readonly distinct: number },
  ) {
    const width = codeWidth(distinct);
    this.#values.append(Uint8Array.of(width));
    writeHybrid(this.#values, this.#codes, { count, width });
    const dictionary = { bytes: this.#dictionary.written(), count: distinct };
    return { ...this.#page(element, count), encoding: "RLE_DICTIONARY" as const, dictionary };
  }

  /** A page whose values are written, with the levels that tell which rows they belong to. */
  #page({ name, repetition_type }: SchemaElement, count: number) {
    if (repetition_type === "REQUIRED") {
      if (count < this.#rows) {
        throw new TypeError(`${name} is unknown in row ${this.#present.indexOf(0)}: every job has one`);
      }
    } else if (count === 0 || count === this.#rows) {
      writeRun(this.#levels, count === 0 ? 0 : 1, { count: this.#rows, width: 1 });
    } else writeHybrid(this.#levels, this.#present, { count: this.#rows, width: 1 });
    return {
      levels: this.#levels.written(),
      values: this.#values.written(),
      nulls: this.#rows - count,
    };
  }
}

const encoder = new TextEncoder();

/** Appends a text behind its length; returns its bytes, which stand until the next. */
function appendText(to: PageBytes, text: string): Uint8Array {
  to.room(4 + 3 * text.length);
  const from = to.length + 4;
  const { written } = encoder.encodeInto(text, to.bytes.subarray(from));
  for (let shift = 0; shift < 32; shift += 8) to.bytes[to.length++] = written >>> shift;
  to.length += written;
  return to.bytes.subarray(from, to.length);
}

function appendNumbers(to: PageBytes, values: Float64Array, { type }: SchemaElement): void {
  if (type === "INT32") return to.append(new Uint8Array(Int32Array.from(values).buffer));
  if (type === "DOUBLE") {
    return to.append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const halves = new Uint32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    halves[2 * i] = values[i];
    halves[2 * i + 1] = Math.floor(values[i] / 2 ** 32);
  }
  to.append(new Uint8Array(halves.buffer));
}
