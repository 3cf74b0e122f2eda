import { DAY_S } from "../view/units.ts";

const ZERO = 48;
const encoder = new TextEncoder();

/** Longest cell of anything but text: a number takes 24 bytes, a time 20 up to the year 9999, then 27. */
const LONGEST = 32;

/** A buffer that lines of text are written into, cell after cell. */
export class CsvBytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** @param capacity bytes there is room for at first; it grows where lines need more */
  constructor(readonly capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** What was written so far; from then on it is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(this.capacity);
    this.#length = 0;
    return taken;
  }

  /** A part of other bytes. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.#room(end - start);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = start; i < end; i++) bytes[at++] = from[i];
    this.#length = at;
  }

  /** Text as it is. */
  text(text: string): void {
    this.#room(text.length * 3);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) {
        this.#length += encoder.encodeInto(text, bytes.subarray(this.#length)).written;
        return;
      }
      bytes[at++] = unit;
    }
    this.#length = at;
  }

  /** A whole number from 0 to 2^53 − 1. */
  whole(number: number): void {
    this.#room(LONGEST);
    const bytes = this.#bytes;
    let rest = number;
    let high = 0;
    if (rest >= 1e9) {
      // Whole numbers of 32 bits are divided much faster.
      high = Math.floor(rest / 1e9);
      rest -= high * 1e9;
      this.whole(high);
    }
    let digits = 9;
    if (high === 0) { for (digits = 1; digits < 9 && rest >= POWERS[digits]; digits++); }
    const end = this.#length + digits;
    let left = rest | 0;
    for (let at = end - 1; at >= this.#length; at--) {
      const tenth = (left / 10) | 0;
      bytes[at] = ZERO + left - tenth * 10;
      left = tenth;
    }
    this.#length = end;
  }

  /** A number as JavaScript writes it; nothing for NaN. */
  number(number: number): void {
    if (Number.isNaN(number)) return;
    if (Number.isInteger(number) && number >= 0 && number <= Number.MAX_SAFE_INTEGER) {
      return this.whole(number);
    }
    const thousandths = Math.round(number * 1000);
    // Of at most 15 digits: then no shorter number is the same one.
    if (number >= 1e-3 && thousandths < 1e15 && thousandths / 1000 === number) {
      const whole = Math.floor(thousandths / 1000);
      this.whole(whole);
      return this.#fraction(thousandths - whole * 1000);
    }
    this.text(String(number));
  }

  /** A time as ISO text in UTC, from seconds since 1970; nothing for NaN. */
  time(time_s: number): void {
    if (Number.isNaN(time_s)) return;
    const day = Math.floor(time_s / DAY_S);
    const date = dateOf(day);
    this.copy(date, 0, date.length);
    this.#room(LONGEST);
    const second = (time_s - day * DAY_S) | 0;
    const minute = (second / 60) | 0;
    const hour = (minute / 60) | 0;
    this.#two(hour);
    this.#bytes[this.#length++] = 58;
    this.#two(minute - hour * 60);
    this.#bytes[this.#length++] = 58;
    this.#two(second - minute * 60);
    this.#bytes[this.#length++] = 90;
  }

  #two(number: number): void {
    const tens = (number / 10) | 0;
    this.#bytes[this.#length++] = ZERO + tens;
    this.#bytes[this.#length++] = ZERO + number - tens * 10;
  }

  /** Thousandths after a point, at least one of them, no zeros behind. */
  #fraction(thousandths: number): void {
    const tenths = (thousandths / 100) | 0;
    const rest = thousandths - tenths * 100;
    this.#bytes[this.#length++] = 46;
    this.#bytes[this.#length++] = ZERO + tenths;
    if (rest === 0) return;
    const hundredths = (rest / 10) | 0;
    this.#bytes[this.#length++] = ZERO + hundredths;
    if (rest !== hundredths * 10) this.#bytes[this.#length++] = ZERO + rest - hundredths * 10;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = new Uint8Array((this.#length + more) * 2);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}

const POWERS = Array.from({ length: 10 }, (_, digits) => 10 ** digits);

/** Days and how they begin a time: jobs that stand together are of the same few days. */
const DATES = 1024;
const dates: { day: number; bytes: Uint8Array }[] = [];

function dateOf(day: number): Uint8Array {
  const slot = ((day % DATES) + DATES) % DATES;
  const known = dates[slot];
  if (known?.day === day) return known.bytes;
  const bytes = encoder.encode(new Date(day * DAY_S * 1000).toISOString().replace(/T.*/, "T"));
  dates[slot] = { day, bytes };
  return bytes;
}

/** How many cells of a column are kept, and their length at most. */
const CELLS = 2048;
const LONGEST_CELL = 128;

/** The cells of a column of coded text: those met lately are kept as bytes, in room that does not grow. */
export class TextCells {
  readonly #cellOf: (code: number) => string;
  readonly #codes = new Int32Array(CELLS).fill(-1);
  readonly #ends = new Uint32Array(CELLS);
  readonly #bytes = new Uint8Array(CELLS * LONGEST_CELL);

  /** @param cellOf what stands in the file for a code */
  constructor(cellOf: (code: number) => string) {
    this.#cellOf = cellOf;
  }

  /** Writes the cell of a code. */
  write(csv: CsvBytes, code: number): void {
    const slot = code & (CELLS - 1);
    const start = slot * LONGEST_CELL;
    if (this.#codes[slot] !== code) {
      const cell = this.#cellOf(code);
      const { read, written } = encoder.encodeInto(cell, this.#bytes.subarray(start, start + LONGEST_CELL));
      if (read < cell.length) {
        this.#codes[slot] = -1;
        return csv.text(cell);
      }
      this.#codes[slot] = code;
      this.#ends[slot] = start + written;
    }
    csv.copy(this.#bytes, start, this.#ends[slot]);
  }
}
