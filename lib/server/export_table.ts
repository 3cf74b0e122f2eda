/** Tables of numbers as files: the same rows as CSV and as Parquet. */
import { Dictionary } from "../job/dictionary.ts";
import { type ColumnValues, type FileColumn, ParquetExport } from "../store/parquet_export.ts";
import { csvLine } from "../view/csv.ts";

/** Lines of a chunk of CSV. */
const CHUNK_LINES = 500;
/** Rows of a group of a Parquet file. */
const GROUP_ROWS = 131_072;

/** A column of a table; times are ISO texts with an offset. */
export interface TableColumn {
  readonly name: string;
  readonly type: "text" | "time" | "number";
  readonly unit: string | null;
  readonly meaning: string;
}

/** Values of a row, null where unknown. */
export type TableRow = readonly (string | number | null)[];

/** A table to be exported. */
export interface Table {
  readonly columns: readonly TableColumn[];
  readonly length: number;
  /** Its rows; asked for once. */
  readonly rows: Iterable<TableRow>;
}

/** A table as CSV, in chunks of lines, the head first; units stand behind the names. */
export function* tableLines({ columns, rows }: Table): Generator<string> {
  yield csvLine(columns.map(({ name, unit }) => unit === null ? name : `${name} (${unit})`));
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(csvLine(row));
    if (lines.length < CHUNK_LINES) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}

/** A table as a Parquet file, in pieces; times become UTC. */
export function* tableParquet(
  { columns, rows }: Table,
  { name, notes }: { readonly name: string; readonly notes: Readonly<Record<string, string>> },
): Generator<Uint8Array> {
  const places = new Map<string, number>(columns.map(({ name }, at) => [name, at]));
  const file = new ParquetExport(columns.map((column) => ({ ...column, nullable: true })), { name, notes });
  yield file.head();
  let group: TableRow[] = [];
  const written = () =>
    file.group(group.length, (column) => valuesOf(group, { column, place: places.get(column.name) ?? 0 }));
  for (const row of rows) {
    group.push(row);
    if (group.length < GROUP_ROWS) continue;
    yield* written();
    group = [];
  }
  if (group.length > 0) yield* written();
  yield file.foot();
}

function valuesOf(
  rows: readonly TableRow[],
  { column, place }: { readonly column: FileColumn; readonly place: number },
): ColumnValues {
  if (column.type === "text") {
    const dictionary = new Dictionary();
    const codes = Uint32Array.from(rows, (row) => {
      const value = row[place];
      return dictionary.intern(value === null ? null : String(value));
    });
    return { text: { codes, dictionary } };
  }
  if (column.type === "time") {
    return { numbers: Float64Array.from(rows, (row) => Date.parse(String(row[place])) / 1000) };
  }
  return {
    numbers: Float64Array.from(rows, (row) => {
      const value = row[place];
      return typeof value === "number" ? value : NaN;
    }),
  };
}
