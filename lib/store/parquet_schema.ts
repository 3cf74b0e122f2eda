/** How the columns of a job are declared in a Parquet file. */
import type { SchemaElement } from "hyparquet";
import { type ColumnType, JOB_COLUMNS } from "../job/columns.ts";

/** How a column of any table is typed: as one of jobs, or any number. */
export type FileColumnType = ColumnType | "number";

const PHYSICAL: Readonly<Record<FileColumnType, Omit<SchemaElement, "name" | "repetition_type">>> = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  time: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" },
  },
  count: { type: "INT32" },
  minutes: { type: "DOUBLE" },
  seconds: { type: "DOUBLE" },
  hours: { type: "DOUBLE" },
  percent: { type: "DOUBLE" },
  bytes: { type: "INT64" },
  number: { type: "DOUBLE" },
};

const UNITS: Readonly<Record<ColumnType, string | null>> = {
  text: null,
  time: "ms since 1970-01-01T00:00:00Z",
  count: null,
  minutes: "min",
  seconds: "s",
  hours: "h",
  bytes: "bytes",
  percent: "%",
};

/** The declaration of a column. */
export function elementOf(
  { name, type, nullable }: {
    readonly name: string;
    readonly type: FileColumnType;
    readonly nullable: boolean;
  },
): SchemaElement {
  return { name, ...PHYSICAL[type], repetition_type: nullable ? "OPTIONAL" : "REQUIRED" };
}

/** The declaration of each of {@link JOB_COLUMNS}, in their order. */
export const ELEMENTS: readonly SchemaElement[] = JOB_COLUMNS.map(elementOf);

/** Unit and meaning of each column, for whoever opens a file. */
export const COLUMN_NOTES = Object.fromEntries(
  JOB_COLUMNS.map(({ name, type, meaning }) => [name, { unit: UNITS[type], meaning }]),
);
