import { type ColumnName, JOB_COLUMNS, type JobRecord } from "./columns.ts";

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

/**
 * Job records as columns, all of the same length: text as strings or null, numbers with NaN where unknown.
 */
export interface JobTable {
  length: number;
  readonly text: Readonly<Record<TextColumn, (string | null)[]>>;
  readonly numbers: Readonly<Record<NumberColumn, Float64Array>>;
}

/** An empty table with room for `capacity` jobs. */
export function newTable(capacity: number): JobTable {
  return {
    length: 0,
    text: Object.fromEntries(TEXT_COLUMNS.map((name) => [name, []])) as unknown as JobTable["text"],
    numbers: Object.fromEntries(
      NUMBER_COLUMNS.map((name) => [name, new Float64Array(capacity)]),
    ) as unknown as JobTable["numbers"],
  };
}

/** The rows of a table at the given places, in that order, as a table of their own. */
export function pickRows(table: JobTable, rows: readonly number[]): JobTable {
  const picked = newTable(rows.length);
  picked.length = rows.length;
  for (const name of TEXT_COLUMNS) {
    const from = table.text[name];
    const to = picked.text[name];
    for (const row of rows) to.push(from[row]);
  }
  for (const name of NUMBER_COLUMNS) {
    const from = table.numbers[name];
    const to = picked.numbers[name];
    rows.forEach((row, index) => to[index] = from[row]);
  }
  return picked;
}

/** Appends a record. The table must have been made with room for it. */
export function pushRecord(table: JobTable, record: JobRecord): void {
  const row = table.length++;
  for (const name of TEXT_COLUMNS) table.text[name][row] = record[name];
  for (const name of NUMBER_COLUMNS) table.numbers[name][row] = record[name] ?? NaN;
}

/** The record at one place of the table. */
export function recordAt(table: JobTable, row: number): JobRecord {
  const record: Record<string, string | number | null> = {};
  for (const { name, type } of JOB_COLUMNS) {
    if (type === "text") record[name] = table.text[name as TextColumn][row];
    else {
      const value = table.numbers[name as NumberColumn][row];
      record[name] = Number.isNaN(value) ? null : value;
    }
  }
  return record as unknown as JobRecord;
}
