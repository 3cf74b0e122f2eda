/** The columns of a table of jobs to those of a file and back. */
import type { ColumnMetaData, FileMetaData, SchemaElement } from "hyparquet";
import { JOB_COLUMNS } from "../job/columns.ts";
import { Dictionary } from "../job/dictionary.ts";
import { JobIds } from "../job/ids.ts";
import { type CodedColumn, ID_COLUMNS, type IdColumn, type JobTable, newTable } from "../job/table.ts";
import { decodeIds, decodeNumbers, decodeTexts } from "./decode_column.ts";
import { ColumnEncoder } from "./encode_column.ts";
import { UnknownLayoutError } from "./parquet_pages.ts";
import { ELEMENTS } from "./parquet_schema.ts";
import type { EncodedColumn } from "./parquet_write.ts";

/** The columns of a table as a file holds them; each stands until the next is asked for. */
export function* encodeColumns(table: JobTable): Generator<readonly [SchemaElement, EncodedColumn]> {
  const encoder = new ColumnEncoder(table.length);
  for (const [at, { name, type }] of JOB_COLUMNS.entries()) {
    const element = ELEMENTS[at];
    yield [
      element,
      type !== "text"
        ? encoder.numbers(table.numbers[name], { element, type })
        : isId(name)
        ? encoder.ids(table.ids[name], element)
        : encoder.texts(table.text[name], element),
    ];
  }
}

/**
 * Reads the columns of a table that are written as this program writes them, straight into its arrays; those that the
 * file does not have are unknown.
 *
 * @returns the table, and the columns that are left to the general path
 */
export function decodeColumns(
  { metadata, bytes }: { readonly metadata: FileMetaData; readonly bytes: ArrayBuffer },
): { readonly table: JobTable; readonly unread: readonly string[] } {
  const rows = Number(metadata.num_rows);
  const { ids, text, numbers } = newTable(0);
  const table = { length: rows, ids: { ...ids }, text: { ...text }, numbers: { ...numbers } };
  const unread: string[] = [];
  for (const [at, { name, type }] of JOB_COLUMNS.entries()) {
    const unknown = () => {
      if (type !== "text") table.numbers[name] = new Float64Array(rows).fill(NaN);
      else if (isId(name)) table.ids[name] = new JobIds(rows);
      else table.text[name] = { codes: new Uint32Array(rows), dictionary: new Dictionary() };
    };
    if (rows === 0 || !metadata.schema.some((element) => element.name === name)) {
      unknown();
      continue;
    }
    try {
      const column = { bytes, chunk: chunkOf(metadata, ELEMENTS[at]), rows };
      if (type !== "text") table.numbers[name] = decodeNumbers(column, type === "time" ? 1000 : 1);
      else if (isId(name)) table.ids[name] = decodeIds(column);
      else table.text[name] = decodeTexts(column);
    } catch {
      // Whatever it is, the general path knows more layouts, and the words for what is damaged.
      unknown();
      unread.push(name);
    }
  }
  return { table, unread };
}

function isId(name: CodedColumn | IdColumn): name is IdColumn {
  return ID_COLUMNS.some((column) => column === name);
}

/** Where a column is in a file of one row group, if it is declared there as it is here. */
function chunkOf({ schema, row_groups }: FileMetaData, element: SchemaElement): ColumnMetaData {
  const declared = schema.find(({ name }) => name === element.name);
  const chunk = row_groups[0]?.columns.find(({ meta_data }) =>
    meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === element.name
  )?.meta_data;
  if (
    row_groups.length !== 1 || chunk === undefined || declared?.type !== element.type ||
    declared?.converted_type !== element.converted_type
  ) throw new UnknownLayoutError(`${element.name} is declared in another way`);
  return chunk;
}
