import type { Dictionary } from "../job/dictionary.ts";

/** A part of a job that belongs to a slot; the weights of a job's parts add up to 1. */
export interface Share {
  readonly slot: number;
  readonly weight: number;
}

/** Which slot of the answer each row of a dataset belongs to: one, or several with a share each. */
export interface Grouping {
  /** Code of each row; null when all rows belong to `single[0]`. */
  readonly codes: Uint32Array | null;
  /** Slot by code, or −1 where a code has several: see `shares`. */
  readonly single: Int32Array;
  readonly shares: readonly (readonly Share[] | null)[];
}

/** The keys of an answer, numbered. */
export class Slots {
  readonly keys: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** The slot of a key, a new one if there is none. */
  of(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.keys.length);
    return this.keys.push(key) - 1;
  }
}

/** All rows in the slot of one key. */
export function wholeGrouping(slot: number): Grouping {
  return { codes: null, single: Int32Array.of(slot), shares: [null] };
}

/**
 * Rows grouped by a column of codes.
 *
 * @param partsOf the keys of a text with their weights, one or more
 * @param slotOf the slot of a key
 */
export function groupByCodes(
  { codes, dictionary }: { readonly codes: Uint32Array; readonly dictionary: Dictionary },
  { partsOf, slotOf }: {
    readonly partsOf: (text: string | null) => readonly (readonly [key: string, weight: number])[];
    readonly slotOf: (key: string) => number;
  },
): Grouping {
  const single = new Int32Array(dictionary.size);
  const shares: (readonly Share[] | null)[] = [];
  for (let code = 0; code < dictionary.size; code++) {
    const weights = new Map<number, number>();
    for (const [key, weight] of partsOf(dictionary.text(code))) {
      const slot = slotOf(key);
      weights.set(slot, (weights.get(slot) ?? 0) + weight);
    }
    const [first] = weights.keys();
    single[code] = weights.size === 1 ? first : -1;
    shares.push(weights.size === 1 ? null : [...weights].map(([slot, weight]) => ({ slot, weight })));
  }
  return { codes, single, shares };
}
