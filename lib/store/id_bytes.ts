/** Ids of jobs as the bytes of their texts and back, without making the texts. */
import { Buffer } from "node:buffer";
import { ID_KINDS, type JobIds } from "../job/ids.ts";

const UNDERSCORE = 0x5f;
const PLUS = 0x2b;
const ZERO = 0x30;
const S = 0x73;
const SLUID_LENGTH = 14;
const DIGITS = Buffer.from("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
/** Values of SLUID digits by their byte, 255 for what is none. */
const DIGIT_VALUES = new Uint8Array(256).fill(255);
DIGITS.forEach((byte, value) => DIGIT_VALUES[byte] = value);
/** The longest text that is no text of its own: two numbers of ten digits and what is between. */
const LONGEST = 21;

/** The bytes of one id, in an array that is used again. */
export class IdBytes {
  bytes = new Uint8Array(64);
  length = 0;

  /** Makes these the bytes of the id of a row, which has one. */
  set(ids: JobIds, row: number): void {
    const kind = ids.kinds[row];
    if (kind === ID_KINDS.sluid) return this.#setSluid(ids.numbers[row], ids.parts[row]);
    if (kind === ID_KINDS.other) {
      const text = Buffer.from(ids.text(row) ?? "");
      if (text.length > this.bytes.length) this.bytes = new Uint8Array(text.length);
      this.bytes.set(text);
      this.length = text.length;
      return;
    }
    this.length = this.#digits(0, ids.numbers[row]);
    if (kind === ID_KINDS.job) return;
    this.bytes[this.length] = kind === ID_KINDS.task ? UNDERSCORE : PLUS;
    this.length = this.#digits(this.length + 1, ids.parts[row]);
  }

  /** How many bytes at the start are those of another id. */
  commonWith(other: IdBytes): number {
    const { bytes } = this;
    const theirs = other.bytes;
    const shorter = Math.min(this.length, other.length);
    let common = 0;
    while (common < shorter && bytes[common] === theirs[common]) common++;
    return common;
  }

  /** Whether these bytes come after those of another id. */
  isAbove(other: IdBytes): boolean {
    const common = this.commonWith(other);
    return common < this.length && (common === other.length || this.bytes[common] > other.bytes[common]);
  }

  /** Makes these the bytes of another id. */
  copy(other: IdBytes): void {
    if (other.length > this.bytes.length) this.bytes = new Uint8Array(other.length);
    this.bytes.set(other.bytes.subarray(0, other.length));
    this.length = other.length;
  }

  /** Writes a number in decimals; returns where it ends. */
  #digits(at: number, value: number): number {
    const { bytes } = this;
    let end = at + 1;
    for (let limit = 10; limit <= value; limit *= 10) end++;
    for (let place = end - 1; place >= at; place--) {
      const rest = value / 10 >>> 0;
      bytes[place] = ZERO + value - rest * 10;
      value = rest;
    }
    return end;
  }

  #setSluid(upper: number, lower: number): void {
    const { bytes } = this;
    bytes[0] = S;
    for (let place = 13; place > 7; place--, lower >>>= 5) bytes[place] = DIGITS[lower & 31];
    // Two bits of the lower half are left, three of the upper one make them a digit.
    bytes[7] = DIGITS[(upper & 7) << 2 | lower];
    upper >>>= 3;
    for (let place = 6; place > 0; place--, upper >>>= 5) bytes[place] = DIGITS[upper & 31];
    this.length = SLUID_LENGTH;
  }
}

/** Writes the id whose text are the first `length` bytes into a row. */
export function setId(
  ids: JobIds,
  row: number,
  { bytes, length }: { readonly bytes: Uint8Array; readonly length: number },
): void {
  if (length === 0 || length > LONGEST || !setNumbers(ids, row, { bytes, length })) {
    ids.set(row, Buffer.from(bytes.buffer, bytes.byteOffset, length).toString());
  }
}

/** Reads `123`, `123_4`, `123+0` and SLUIDs; returns whether it was one. */
function setNumbers(
  ids: JobIds,
  row: number,
  { bytes, length }: { readonly bytes: Uint8Array; readonly length: number },
): boolean {
  if (bytes[0] === S) return setSluid(ids, row, { bytes, length });
  let number = 0;
  let at = 0;
  for (; at < length; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  // Leading zeros and wide numbers are kept as they are written: as texts.
  if (at === 0 || number > 0xffff_ffff || bytes[0] === ZERO && at > 1) return false;
  let kind: number = ID_KINDS.job;
  let part = 0;
  if (at < length) {
    if (bytes[at] === UNDERSCORE) kind = ID_KINDS.task;
    else if (bytes[at] === PLUS) kind = ID_KINDS.component;
    else return false;
    const from = ++at;
    for (; at < length; at++) {
      const digit = bytes[at] - ZERO;
      if (digit < 0 || digit > 9) return false;
      part = part * 10 + digit;
    }
    if (at === from || part > 0xffff_ffff || bytes[from] === ZERO && at > from + 1) return false;
  }
  ids.kinds[row] = kind;
  ids.numbers[row] = number;
  ids.parts[row] = part;
  return true;
}

function setSluid(
  ids: JobIds,
  row: number,
  { bytes, length }: { readonly bytes: Uint8Array; readonly length: number },
): boolean {
  if (length !== SLUID_LENGTH || DIGIT_VALUES[bytes[1]] > 15) return false;
  let upper = 0;
  for (let place = 1; place < 7; place++) {
    const digit = DIGIT_VALUES[bytes[place]];
    if (digit > 31) return false;
    upper = upper << 5 | digit;
  }
  const middle = DIGIT_VALUES[bytes[7]];
  let lower = middle;
  for (let place = 8; place < SLUID_LENGTH; place++) {
    const digit = DIGIT_VALUES[bytes[place]];
    if (digit > 31) return false;
    lower = lower << 5 | digit;
  }
  if (middle > 31) return false;
  ids.kinds[row] = ID_KINDS.sluid;
  // The uppermost digit has four bits, so that 13 of them make 64.
  ids.numbers[row] = upper << 3 | middle >>> 2;
  ids.parts[row] = lower;
  return true;
}
