import type { JobRecord } from "../job/columns.ts";
import { derive, type Derived, gpuTypes } from "../job/derive.ts";
import {
  type JobTable,
  NUMBER_COLUMNS,
  type NumberColumn,
  recordAt,
  TEXT_COLUMNS,
  type TextColumn,
} from "../job/table.ts";
import { Dictionary } from "../job/dictionary.ts";
import { type Plan, planUpsert } from "./upsert.ts";
import { identityHash, IdentityIndex } from "./identity.ts";

/** Texts that are nearly all different are kept as they are; all others as codes of a dictionary. */
const PLAIN_TEXT = ["JobID", "JobIDRaw"] as const satisfies readonly TextColumn[];
type PlainText = (typeof PLAIN_TEXT)[number];

/** A column of dictionary codes: one of the record's, or the derived `gpu_types`. */
export type CodedText = Exclude<TextColumn, PlainText> | "gpu_types";

/** A column of numbers: one of the record's or a derived one. */
export type NumericColumn = NumberColumn | keyof Derived;

const RECORD_TEXT = TEXT_COLUMNS.filter((name): name is Exclude<TextColumn, PlainText> =>
  !PLAIN_TEXT.some((plain) => plain === name)
);
const CODED_TEXT: readonly CodedText[] = [...RECORD_TEXT, "gpu_types"];
const DERIVED: readonly (keyof Derived)[] = [
  "run_start_s",
  "run_end_s",
  "never_ran_s",
  "cpu_rate",
  "gpu_rate",
  "node_rate",
  "wall_rate",
  "wait_s",
  "elapsed_s",
];

/**
 * All jobs of one cluster as columns in memory, each job once. Rows keep their place; a newer version of a
 * record overwrites the row. Arrays may be longer than `length`: only the rows below it are jobs.
 */
export class Dataset {
  length = 0;
  /** Rises with every change; part of cache keys. */
  generation = 0;
  /** Earliest submission, start or end, and the latest one not later than its report; NaN without jobs. */
  first_event_s = NaN;
  last_event_s = NaN;

  readonly numbers: Record<NumericColumn, Float64Array>;
  readonly codes: Record<CodedText, Uint32Array>;
  readonly dictionaries: Readonly<Record<CodedText, Dictionary>>;
  readonly plain: Readonly<Record<PlainText, string[]>> = { JobID: [], JobIDRaw: [] };
  readonly #identity = new IdentityIndex();
  readonly #sluids = new Map<number, number>();
  #capacity = 1024;

  constructor() {
    const numeric = [...NUMBER_COLUMNS, ...DERIVED];
    this.numbers = fromNames(numeric, () => new Float64Array(this.#capacity));
    this.codes = fromNames(CODED_TEXT, () => new Uint32Array(this.#capacity));
    this.dictionaries = fromNames(CODED_TEXT, () => new Dictionary());
  }

  /** What applying these jobs would do; changes nothing. */
  plan(table: JobTable): Plan {
    return planUpsert(this, table);
  }

  /**
   * Takes up jobs as planned; nothing may have been applied in between.
   *
   * @param received_s when the jobs were reported: later times in them do not count as reported
   */
  apply(table: JobTable, { plan, received_s }: { readonly plan: Plan; readonly received_s: number }): void {
    if (plan.writes.length === 0) return;
    for (const { from, to } of plan.writes) {
      this.#write(to ?? this.#newRow(), { record: recordAt(table, from), received_s });
    }
    this.generation++;
  }

  /** Rows that may hold the record of one of these ids and this submission, or of this SLUID. */
  *candidates(
    ids: readonly string[],
    { submit_s, sluid }: { readonly submit_s: number; readonly sluid: string | null },
  ) {
    const code = sluid === null ? undefined : this.dictionaries.SLUID.find(sluid);
    const by_sluid = code === undefined ? undefined : this.#sluids.get(code);
    if (by_sluid !== undefined) yield by_sluid;
    for (const id of ids) {
      for (const row of this.#identity.rows(identityHash(id, submit_s))) {
        // Unlike `===`, unknown submissions are alike.
        if (!Object.is(this.numbers.Submit[row], submit_s)) continue;
        if (this.plain.JobIDRaw[row] === id || this.plain.JobID[row] === id) yield row;
      }
    }
  }

  /** Text of a column in a row, null where unknown. */
  text(column: TextColumn, row: number): string | null {
    if (column === "JobID" || column === "JobIDRaw") return this.plain[column][row];
    return this.dictionaries[column].text(this.codes[column][row]);
  }

  /** The record in a row. */
  record(row: number): JobRecord {
    const text = fromNames(TEXT_COLUMNS, (name) => this.text(name, row));
    const numbers = fromNames(NUMBER_COLUMNS, (name) => {
      const value = this.numbers[name][row];
      return Number.isNaN(value) ? null : value;
    });
    return { ...text, ...numbers } as unknown as JobRecord;
  }

  #newRow(): number {
    if (this.length === this.#capacity) {
      this.#capacity *= 2;
      for (const name of Object.keys(this.numbers) as NumericColumn[]) {
        const grown = new Float64Array(this.#capacity);
        grown.set(this.numbers[name]);
        this.numbers[name] = grown;
      }
      for (const name of CODED_TEXT) {
        const grown = new Uint32Array(this.#capacity);
        grown.set(this.codes[name]);
        this.codes[name] = grown;
      }
    }
    return this.length++;
  }

  #write(
    row: number,
    { record, received_s }: { readonly record: JobRecord; readonly received_s: number },
  ): void {
    const submit_s = record.Submit ?? NaN;
    for (const name of NUMBER_COLUMNS) this.numbers[name][row] = record[name] ?? NaN;
    for (const name of RECORD_TEXT) this.codes[name][row] = this.dictionaries[name].intern(record[name]);
    this.codes.gpu_types[row] = this.dictionaries.gpu_types.intern(gpuTypes(record));
    for (const name of PLAIN_TEXT) this.plain[name][row] = record[name];
    const derived = derive(record);
    for (const name of DERIVED) this.numbers[name][row] = derived[name];
    // A row may have changed what it is found by: then it is found under both.
    for (const id of new Set([record.JobIDRaw, record.JobID])) {
      this.#identity.add(identityHash(id, submit_s), row);
    }
    if (record.SLUID !== null) this.#sluids.set(this.codes.SLUID[row], row);
    for (const time_s of [record.Submit, record.Start, record.End]) {
      if (time_s === null) continue;
      if (!(this.first_event_s <= time_s)) this.first_event_s = time_s;
      const reported_s = Math.min(time_s, received_s);
      if (!(this.last_event_s >= reported_s)) this.last_event_s = reported_s;
    }
  }
}

function fromNames<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>;
}
