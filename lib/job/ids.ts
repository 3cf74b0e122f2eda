import { Dictionary } from "./dictionary.ts";

/**
 * How an id is written: not at all, `123`, `123_4` (array task), `123+0` (component of a het job), a SLUID
 * (`s` and 13 digits to the base 32), or in any other way.
 */
export const ID_KINDS = { none: 0, job: 1, task: 2, component: 3, sluid: 4, other: 5 } as const;

const WRITTEN = /^(0|[1-9]\d{0,9})(?:([_+])(0|[1-9]\d{0,9}))?$/;
const SLUID = /^s[0-9A-F][0-9A-HJKMNP-TV-Z]{12}$/;
/** Digits of SLUIDs in rising order (Crockford's base 32). */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const WIDE = 2 ** 32;

/** Ids of jobs, nearly all of them different, as numbers: 9 bytes each instead of a string. */
export class JobIds {
  kinds: Uint8Array;
  /** The number of the job; the upper half of a SLUID; the code of any other text. */
  numbers: Uint32Array;
  /** The array task or component; the lower half of a SLUID; else 0. */
  parts: Uint32Array;
  /** Texts that are written in no way that is known. */
  readonly others: Dictionary;

  constructor(capacity: number, others: Dictionary = new Dictionary()) {
    this.kinds = new Uint8Array(capacity);
    this.numbers = new Uint32Array(capacity);
    this.parts = new Uint32Array(capacity);
    this.others = others;
  }

  /** Writes the id of a row; {@link text} gives it back as it came. */
  set(row: number, text: string | null): void {
    this.kinds[row] = ID_KINDS.none;
    this.numbers[row] = this.parts[row] = 0;
    if (text === null) return;
    const written = WRITTEN.exec(text);
    if (written !== null) {
      const [, number, mark, part = "0"] = written;
      if (Number(number) < WIDE && Number(part) < WIDE) {
        this.kinds[row] = mark === undefined
          ? ID_KINDS.job
          : mark === "_"
          ? ID_KINDS.task
          : ID_KINDS.component;
        this.numbers[row] = Number(number);
        this.parts[row] = Number(part);
        return;
      }
    }
    if (SLUID.test(text)) {
      const value = [...text.slice(1)].reduce((sum, digit) => sum * 32n + BigInt(DIGITS.indexOf(digit)), 0n);
      this.kinds[row] = ID_KINDS.sluid;
      this.numbers[row] = Number(value >> 32n);
      this.parts[row] = Number(value & 0xffff_ffffn);
      return;
    }
    this.kinds[row] = ID_KINDS.other;
    this.numbers[row] = this.others.intern(text);
  }

  /** The id of a row, null where there is none. */
  text(row: number): string | null {
    return idText({ kind: this.kinds[row], number: this.numbers[row], part: this.parts[row] }, this.others);
  }
}

/** An id taken apart, as {@link JobIds} holds it. */
export interface IdParts {
  readonly kind: number;
  readonly number: number;
  readonly part: number;
}

/** An id as it was written. */
export function idText({ kind, number, part }: IdParts, others: Dictionary): string | null {
  switch (kind) {
    case ID_KINDS.none:
      return null;
    case ID_KINDS.job:
      return String(number);
    case ID_KINDS.task:
      return `${number}_${part}`;
    case ID_KINDS.component:
      return `${number}+${part}`;
    case ID_KINDS.sluid:
      return sluidText(number, part);
    default:
      return others.text(number);
  }
}

function sluidText(upper: number, lower: number): string {
  let value = (BigInt(upper) << 32n) | BigInt(lower);
  let digits = "";
  for (let place = 0; place < 13; place++) {
    digits = DIGITS[Number(value & 31n)] + digits;
    value >>= 5n;
  }
  return `s${digits}`;
}
