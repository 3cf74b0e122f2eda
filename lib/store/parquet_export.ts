/** Tables as Parquet files for other programs, written while they are made. */
import type { JobIds } from "../job/ids.ts";
import type { CodedText } from "../job/table.ts";
import { ColumnEncoder } from "./encode_column.ts";
import { elementOf, type FileColumnType } from "./parquet_schema.ts";
import { type DeclaredColumn, ParquetPieces } from "./parquet_write.ts";

const NOTES = "slurm-usage-history";

/** A column of an exported table. */
export interface FileColumn {
  readonly name: string;
  readonly type: FileColumnType;
  readonly nullable: boolean;
  /** Null for texts, times and counts of nothing in particular. */
  readonly unit: string | null;
  readonly meaning: string;
}

/** The values of a column in the rows of a group: unknown ones are NaN, the code 0, or of no kind; times in seconds. */
export type ColumnValues =
  | { readonly numbers: Float64Array }
  | { readonly text: CodedText }
  | { readonly ids: JobIds };

/**
 * A table as a Parquet file: `head`, row groups, `foot`, each to be sent as it comes. The meanings and units of the columns
 * and what `notes` says are in its key-value metadata.
 */
export class ParquetExport {
  readonly #columns: readonly FileColumn[];
  readonly #pieces: ParquetPieces;

  constructor(
    columns: readonly FileColumn[],
    { name, notes }: { readonly name: string; readonly notes: Readonly<Record<string, string>> },
  ) {
    this.#columns = columns;
    const meanings = Object.fromEntries(columns.map(({ name, unit, meaning }) => [name, { unit, meaning }]));
    this.#pieces = new ParquetPieces(columns.map(elementOf), {
      name,
      created_by: `${NOTES} version 1.0.0`,
      key_value_metadata: [
        { key: `${NOTES}.columns`, value: JSON.stringify(meanings) },
        ...Object.entries(notes).map(([key, value]) => ({ key: `${NOTES}.${key}`, value })),
      ],
    });
  }

  head(): Uint8Array {
    return this.#pieces.head();
  }

  /**
   * A row group, column after column; the values of each are asked for when it is its turn.
   *
   * @throws {RangeError} if a number does not fit into the type of its column
   */
  group(rows: number, valuesOf: (column: FileColumn) => ColumnValues): Generator<Uint8Array> {
    return this.#pieces.group(this.#encoded(rows, valuesOf), rows);
  }

  foot(): Uint8Array {
    return this.#pieces.foot();
  }

  *#encoded(rows: number, valuesOf: (column: FileColumn) => ColumnValues): Generator<DeclaredColumn> {
    const encoder = new ColumnEncoder(rows);
    for (const column of this.#columns) {
      const element = elementOf(column);
      const values = valuesOf(column);
      yield [
        element,
        "numbers" in values
          ? encoder.numbers(values.numbers, { element, type: column.type })
          : "ids" in values
          ? encoder.ids(values.ids, element)
          : encoder.texts(values.text, element),
      ];
    }
  }
}
