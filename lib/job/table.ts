import { byName } from "./by_name.ts";
import { ran } from "../slurm/ran.ts";
import { type ColumnName, JOB_COLUMNS, type JobRecord } from "./columns.ts";
import { Dictionary } from "./dictionary.ts";
import { JobIds } from "./ids.ts";

/** Columns of text. */
export type TextColumn = {
  [C in ColumnName]: JobRecord[C] extends string | null ? C : never;
}[ColumnName];

/** Columns of numbers: times, counts, durations, bytes. */
export type NumberColumn = Exclude<ColumnName, TextColumn>;

export const TEXT_COLUMNS = JOB_COLUMNS.filter((column) => column.type === "text")
  .map((column) => column.name) as readonly TextColumn[];

export const NUMBER_COLUMNS = JOB_COLUMNS.filter((column) => column.type !== "text")
  .map((column) => column.name) as readonly NumberColumn[];

/** Columns of ids, nearly all different. */
export const ID_COLUMNS = ["JobID", "JobIDRaw", "SLUID"] as const satisfies readonly TextColumn[];
export type IdColumn = (typeof ID_COLUMNS)[number];

/** Columns of texts that come again and again. */
export type CodedColumn = Exclude<TextColumn, IdColumn>;
export const CODED_COLUMNS = TEXT_COLUMNS.filter((name): name is CodedColumn =>
  !ID_COLUMNS.some((id) => id === name)
);

/** Texts as codes of a dictionary; 0 where unknown. */
export interface CodedText {
  readonly codes: Uint32Array;
  readonly dictionary: Dictionary;
}

/**
 * Job records as columns; arrays may be longer than `length`. Numbers are NaN where unknown.
 */
export interface JobTable {
  length: number;
  readonly ids: Readonly<Record<IdColumn, JobIds>>;
  readonly text: Readonly<Record<CodedColumn, CodedText>>;
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
}

/** An empty table with room for `capacity` jobs, of whose numbers none is known yet. */
export function newTable(capacity: number): JobTable {
  return {
    length: 0,
    ids: byName(ID_COLUMNS, () => new JobIds(capacity)),
    text: byName(CODED_COLUMNS, () => ({ codes: new Uint32Array(capacity), dictionary: new Dictionary() })),
    numbers: byName(NUMBER_COLUMNS, () => new Float64Array(capacity).fill(NaN)),
  };
}

/** The rows of a table at the given places, in that order, as a table of their own; it shares dictionaries. */
export function pickRows(table: JobTable, rows: ArrayLike<number>): JobTable {
  const picked: JobTable = {
    length: rows.length,
    ids: byName(ID_COLUMNS, (name) => {
      const from = table.ids[name];
      const to = new JobIds(0, from.others);
      to.kinds = gather(new Uint8Array(rows.length), from.kinds, rows);
      to.numbers = gather(new Uint32Array(rows.length), from.numbers, rows);
      to.parts = gather(new Uint32Array(rows.length), from.parts, rows);
      return to;
    }),
    text: byName(CODED_COLUMNS, (name) => ({
      codes: gather(new Uint32Array(rows.length), table.text[name].codes, rows),
      dictionary: table.text[name].dictionary,
    })),
    numbers: byName(
      NUMBER_COLUMNS,
      (name) => gather(new Float64Array(rows.length), table.numbers[name], rows),
    ),
  };
  return picked;
}

function gather<T extends Uint8Array | Uint32Array | Float64Array>(
  to: T,
  from: T,
  rows: ArrayLike<number>,
): T {
  for (let place = 0; place < rows.length; place++) to[place] = from[rows[place]];
  return to;
}

/** Appends a record. The table must have been made with room for it. */
export function pushRecord(table: JobTable, record: JobRecord): void {
  const row = table.length++;
  for (const name of TEXT_COLUMNS) setText(table, name, { row, text: record[name] });
  for (const name of NUMBER_COLUMNS) table.numbers[name][row] = record[name] ?? NaN;
}

/** Writes the text of a column in a row. */
export function setText(
  table: JobTable,
  name: TextColumn,
  { row, text }: { readonly row: number; readonly text: string | null },
): void {
  if (name === "JobID" || name === "JobIDRaw" || name === "SLUID") table.ids[name].set(row, text);
  else {
    const { codes, dictionary } = table.text[name];
    codes[row] = dictionary.intern(text);
  }
}

/** Text of a column in a row, null where unknown. */
export function textAt(table: JobTable, name: TextColumn, row: number): string | null {
  if (name === "JobID" || name === "JobIDRaw" || name === "SLUID") return table.ids[name].text(row);
  const { codes, dictionary } = table.text[name];
  return dictionary.text(codes[row]);
}

/** Whether the job of a row ran: see {@link ran}. */
export function ranAt(table: JobTable, row: number): boolean {
  return ran(table.numbers.Start[row] || null, textAt(table, "NodeList", row));
}

/** The record at one place of the table. */
export function recordAt(table: JobTable, row: number): JobRecord {
  const record: Record<string, string | number | null> = {};
  for (const { name, type } of JOB_COLUMNS) {
    if (type === "text") record[name] = textAt(table, name as TextColumn, row);
    else {
      const value = table.numbers[name as NumberColumn][row];
      record[name] = Number.isNaN(value) ? null : value;
    }
  }
  return record as unknown as JobRecord;
}
