import { gpuTypes } from "../job/derive.ts";
import type { Dictionary } from "../job/dictionary.ts";
import { ID_KINDS, type IdParts, type JobIds } from "../job/ids.ts";
import { type CodedColumn, type IdColumn, type JobTable } from "../job/table.ts";
import type { CodedText } from "./coded_text.ts";

/** Codes and ids of a batch in terms of the dictionaries of the dataset that takes it up. */
export class BatchCodes {
  readonly #table: JobTable;
  readonly #dictionaries: Readonly<Record<CodedText, Dictionary>>;
  readonly #others: Dictionary;
  readonly #codes = new Map<CodedText, Uint32Array>();
  readonly #numbers = new Map<IdColumn, Uint32Array>();

  constructor(
    table: JobTable,
    { dictionaries, others }: {
      readonly dictionaries: Readonly<Record<CodedText, Dictionary>>;
      readonly others: Dictionary;
    },
  ) {
    this.#table = table;
    this.#dictionaries = dictionaries;
    this.#others = others;
  }

  /** The dataset's codes of each row's text. */
  codes(column: CodedText): Uint32Array {
    const known = this.#codes.get(column);
    if (known !== undefined) return known;
    const found = column === "gpu_types" ? this.#gpuTypes() : this.#recoded(column);
    this.#codes.set(column, found);
    return found;
  }

  /** The ids of a column; numbers stand for the dataset's texts where an id is written in no usual way. */
  ids(column: IdColumn): Pick<JobIds, "kinds" | "numbers" | "parts"> {
    const ids = this.#table.ids[column];
    let numbers = this.#numbers.get(column);
    if (numbers === undefined) {
      numbers = this.#renumbered(ids);
      this.#numbers.set(column, numbers);
    }
    return { kinds: ids.kinds, numbers, parts: ids.parts };
  }

  /** The id of a row, taken apart. */
  id(column: IdColumn, row: number): IdParts {
    const { kinds, numbers, parts } = this.ids(column);
    return { kind: kinds[row], number: numbers[row], part: parts[row] };
  }

  #recoded(column: CodedColumn): Uint32Array {
    const { length } = this.#table;
    const { codes, dictionary } = this.#table.text[column];
    const into = this.#dictionaries[column];
    // Code in the dataset + 1 by code in the batch, which may share a larger dictionary; 0 as long as nobody asked.
    const known = new Uint32Array(dictionary.size);
    const found = new Uint32Array(length);
    for (let row = 0; row < length; row++) {
      const code = codes[row];
      if (known[code] === 0) known[code] = into.intern(dictionary.text(code)) + 1;
      found[row] = known[code] - 1;
    }
    return found;
  }

  #renumbered({ kinds, numbers, others }: JobIds): Uint32Array {
    const { length } = this.#table;
    let found = numbers;
    for (let row = 0; row < length; row++) {
      if (kinds[row] !== ID_KINDS.other) continue;
      if (found === numbers) found = numbers.slice();
      found[row] = this.#others.intern(others.text(numbers[row]));
    }
    return found;
  }

  #gpuTypes(): Uint32Array {
    const { length, numbers: { AllocGPUS } } = this.#table;
    const { codes, dictionary } = this.#table.text.AllocTRES;
    const by_gpus = new Map<number, Map<number, number>>();
    const found = new Uint32Array(length);
    for (let row = 0; row < length; row++) {
      const gpus = AllocGPUS[row];
      let known = by_gpus.get(gpus);
      if (known === undefined) by_gpus.set(gpus, known = new Map());
      let code = known.get(codes[row]);
      if (code === undefined) {
        const AllocTRES = dictionary.text(codes[row]);
        const types = gpuTypes({ AllocTRES, AllocGPUS: Number.isNaN(gpus) ? null : gpus });
        code = this.#dictionaries.gpu_types.intern(types);
        known.set(codes[row], code);
      }
      found[row] = code;
    }
    return found;
  }
}
