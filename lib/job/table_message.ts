import { byName } from "./by_name.ts";
import { Dictionary } from "./dictionary.ts";
import { JobIds } from "./ids.ts";
import {
  CODED_COLUMNS,
  type CodedColumn,
  ID_COLUMNS,
  type IdColumn,
  type JobTable,
  NUMBER_COLUMNS,
  type NumberColumn,
} from "./table.ts";

/** A table as one thread sends it to another: its arrays lie in memory that both share. */
export interface TableMessage {
  readonly length: number;
  readonly ids: Readonly<
    Record<IdColumn, {
      readonly kinds: Uint8Array;
      readonly numbers: Uint32Array;
      readonly parts: Uint32Array;
      readonly others: readonly string[];
    }>
  >;
  readonly text: Readonly<
    Record<CodedColumn, { readonly codes: Uint32Array; readonly texts: readonly string[] }>
  >;
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
}

/** Copies the rows of a table into memory that threads can share. */
export function tableMessage({ length, ids, text, numbers }: JobTable): TableMessage {
  return {
    length,
    ids: byName(ID_COLUMNS, (name) => {
      const { kinds, numbers, parts, others } = ids[name];
      return {
        kinds: shared(Uint8Array, kinds, length),
        numbers: shared(Uint32Array, numbers, length),
        parts: shared(Uint32Array, parts, length),
        others: textsOf(others),
      };
    }),
    text: byName(CODED_COLUMNS, (name) => ({
      codes: shared(Uint32Array, text[name].codes, length),
      texts: textsOf(text[name].dictionary),
    })),
    numbers: byName(NUMBER_COLUMNS, (name) => shared(Float64Array, numbers[name], length)),
  };
}

/** The table of a message; its arrays are those of the message. */
export function tableFrom({ length, ids, text, numbers }: TableMessage): JobTable {
  return {
    length,
    ids: byName(ID_COLUMNS, (name) => {
      const { kinds, numbers, parts, others } = ids[name];
      return Object.assign(new JobIds(0, new Dictionary(others)), { kinds, numbers, parts });
    }),
    text: byName(CODED_COLUMNS, (name) => ({
      codes: text[name].codes,
      dictionary: new Dictionary(text[name].texts),
    })),
    numbers,
  };
}

function shared<T extends Uint8Array | Uint32Array | Float64Array>(
  type: { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  values: T,
  length: number,
): T {
  const copy = new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
  copy.set(values.subarray(0, length));
  return copy;
}

function textsOf(dictionary: Dictionary): readonly string[] {
  return Array.from({ length: dictionary.size - 1 }, (_, at) => dictionary.text(at + 1) ?? "");
}
