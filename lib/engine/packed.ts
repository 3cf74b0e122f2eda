/** An array of whole numbers in one of three widths, or of any numbers. */
export type Packed = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Rows to write into a column: `values[i]` goes to row `rows[i]` of a column that then has `length` rows. */
export interface Writes<T> {
  readonly length: number;
  readonly rows: Uint32Array;
  readonly values: T;
}

const WIDTHS = [Uint8Array, Uint16Array, Uint32Array] as const;
const LARGEST = [0xff, 0xffff, 0xffff_ffff] as const;

/**
 * Codes in the narrowest array that holds them: it grows wider where it must and never wraps. Rows beyond the end of
 * a column have the code 0, so that a column without any takes no room.
 */
export function writeCodes(before: Packed, { length, rows, values }: Writes<Uint32Array>): Packed {
  let largest = 0;
  for (let i = 0; i < rows.length; i++) if (values[i] > largest) largest = values[i];
  if (largest === 0 && before.length === 0) return before;
  const column = resized(before, { length, largest });
  for (let i = 0; i < rows.length; i++) column[rows[i]] = values[i];
  return column;
}

/** A copy of an array with room for the rows and the largest number; rows beyond the old ones are 0. */
function resized(
  before: Packed,
  { length, largest }: { readonly length: number; readonly largest: number },
): Packed {
  const needed = LARGEST.findIndex((limit) => largest <= limit);
  const width = Math.max(needed, WIDTHS.findIndex((array) => before instanceof array));
  const column = new WIDTHS[width](length);
  column.set(before.length > length ? before.subarray(0, length) : before);
  return column;
}

/** What the numbers of a column are whole multiples of: `times / per`. */
export interface Unit {
  readonly times: number;
  readonly per: number;
}

const NONE = new Uint8Array();

/**
 * Numbers, NaN where unknown, in the narrowest array that holds them exactly: as whole multiples of a unit, else as
 * they are. Stored is the multiple + 1, so that 0 stands for unknown; a column of unknown numbers takes no room.
 */
export class PackedNumbers {
  /** Multiples + 1 of the unit, or the numbers themselves; rows beyond its end are unknown. */
  readonly stored: Packed;
  /** A stored multiple is worth `times / per`. */
  readonly #times: number;
  readonly #per: number;

  constructor(unit: Unit, stored: Packed = NONE) {
    this.stored = stored;
    this.#times = unit.times;
    this.#per = unit.per;
  }

  /** The number in a row, NaN where unknown. */
  at(row: number): number {
    const { stored } = this;
    if (row >= stored.length) return NaN;
    const value = stored[row];
    if (stored instanceof Float64Array) return value;
    return value === 0 ? NaN : (value - 1) * this.#times / this.#per;
  }

  /** Writes the numbers of the first rows, as many as there is room for, NaN where unknown. */
  copyTo(values: Float64Array): void {
    const { stored } = this;
    const length = Math.min(values.length, stored.length);
    values.fill(NaN, length);
    if (stored instanceof Float64Array) return values.set(stored.subarray(0, length));
    const [times, per] = [this.#times, this.#per];
    for (let row = 0; row < length; row++) values[row] = stored[row] === 0 ? NaN : (stored[row] - 1) * times;
    if (per !== 1) { for (let row = 0; row < length; row++) values[row] /= per; }
  }

  /** The column after the writes. */
  written({ length, rows, values }: Writes<Float64Array>): PackedNumbers {
    let largest = 0;
    let exact = !(this.stored instanceof Float64Array);
    for (let i = 0; i < rows.length && exact; i++) {
      if (Number.isNaN(values[i])) continue;
      const multiple = Math.round(values[i] * this.#per / this.#times);
      exact = multiple >= 0 && multiple < 0xffff_ffff &&
        Object.is(multiple * this.#times / this.#per, values[i]);
      if (multiple >= largest) largest = multiple + 1;
    }
    if (!exact) return this.#with(this.#plain({ length, rows, values }));
    if (largest === 0 && this.stored.length === 0) return this;
    const stored = resized(this.stored, { length, largest });
    for (let i = 0; i < rows.length; i++) {
      const value = values[i];
      stored[rows[i]] = Number.isNaN(value) ? 0 : Math.round(value * this.#per / this.#times) + 1;
    }
    return this.#with(stored);
  }

  /** The rows at the given places, in that order. */
  picked(rows: Uint32Array): PackedNumbers {
    if (this.stored.length === 0) return this;
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = this.at(rows[i]);
    return this.#with(NONE).written({ length: rows.length, rows: upTo(rows.length), values });
  }

  #plain({ length, rows, values }: Writes<Float64Array>): Float64Array {
    const plain = new Float64Array(length);
    for (let row = 0; row < length; row++) plain[row] = this.at(row);
    for (let i = 0; i < rows.length; i++) plain[rows[i]] = values[i];
    return plain;
  }

  #with(stored: Packed): PackedNumbers {
    return new PackedNumbers({ times: this.#times, per: this.#per }, stored);
  }
}

/** 0, 1, 2, … */
export function upTo(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = i;
  return numbers;
}
