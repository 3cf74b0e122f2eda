/** The texts of the synthetic trace, each by its number, made when first written into a week's table. */
import { Dictionary } from "../../lib/job/dictionary.ts";
import type { CodedColumn, JobTable } from "../../lib/job/table.ts";

/** How many there are of what. */
export interface Sizes {
  readonly users: number;
  readonly accounts: number;
  readonly nodes: number;
  readonly names: number;
  /** Node lists beside those of neighbouring nodes. */
  readonly scattered_lists: number;
  readonly longest_array: number;
}

/** A university's cluster. */
export const USUAL: Sizes = {
  users: 2000,
  accounts: 300,
  nodes: 800,
  names: 4000,
  scattered_lists: 0,
  longest_array: 1000,
};

/** So many different values that no site has more. */
export const WIDE: Sizes = {
  users: 100_000,
  accounts: 50_000,
  nodes: 20_000,
  names: 1_000_000,
  scattered_lists: 1_000_000,
  longest_array: 1_000_000,
};

/** Writes texts given by number as codes of the table at hand, whose dictionary grows with what it holds. */
export class Texts {
  readonly #column: CodedColumn;
  readonly #textOf: (number: number) => string;
  readonly #codes: Uint32Array;
  #used: number[] = [];
  #to: Uint32Array = new Uint32Array();
  #dictionary = new Dictionary();

  constructor(
    column: CodedColumn,
    { size, textOf }: { readonly size: number; readonly textOf: (number: number) => string },
  ) {
    this.#column = column;
    this.#textOf = textOf;
    this.#codes = new Uint32Array(size);
  }

  /** From now on texts go into this table. */
  turnTo(table: JobTable): void {
    const { codes, dictionary } = table.text[this.#column];
    for (const number of this.#used) this.#codes[number] = 0;
    this.#used = [];
    this.#to = codes;
    this.#dictionary = dictionary;
  }

  set(row: number, number: number): void {
    let code = this.#codes[number];
    if (code === 0) {
      code = this.#codes[number] = this.#dictionary.intern(this.#textOf(number));
      this.#used.push(number);
    }
    this.#to[row] = code;
  }
}

/** `cn0012`, or `cn[0012-0015,0031]`. */
export function bracketed(
  prefix: string,
  ranges: readonly (readonly [from: number, to: number])[],
): string {
  const digits = (number: number) => String(number).padStart(5, "0");
  const items = ranges.map(([from, to]) => from === to ? digits(from) : `${digits(from)}-${digits(to)}`);
  const alone = ranges.length === 1 && ranges[0][0] === ranges[0][1];
  return alone ? prefix + items[0] : `${prefix}[${items.join(",")}]`;
}
