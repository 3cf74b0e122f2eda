/** Segments written and read by the library alone, through texts and objects: what the typed path is held against. */
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import {
  type JobTable,
  newTable,
  type NumberColumn,
  setText,
  textAt,
  type TextColumn,
} from "../../../lib/job/table.ts";
import { ELEMENTS } from "../../../lib/store/parquet_schema.ts";
import { type OpenedSegment, readColumns, type SegmentMeta } from "../../../lib/store/segment.ts";

const NO_DIGEST = "0".repeat(64);

/** A column as the library takes it. */
export interface PlainColumn {
  readonly element: SchemaElement;
  readonly data: (string | number | bigint | null)[];
}

/** The columns of a table as plain values, physical as they are declared. */
export function plainColumns(table: JobTable): readonly PlainColumn[] {
  return JOB_COLUMNS.map(({ name, type }, at) => ({
    element: ELEMENTS[at],
    data: Array.from({ length: table.length }, (_, row) => {
      if (type === "text") return textAt(table, name as TextColumn, row);
      const value = table.numbers[name as NumberColumn][row];
      if (Number.isNaN(value)) return null;
      return type === "time" ? BigInt(value * 1000) : type === "bytes" ? BigInt(value) : value;
    }),
  }));
}

/** A segment of the columns, as the first builds of this program wrote theirs. */
export function writeGenerally(
  columns: readonly PlainColumn[],
  { meta, version = 1, row_group_size = 1 << 30 }: {
    readonly meta: SegmentMeta;
    readonly version?: number;
    readonly row_group_size?: number;
  },
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: "job", num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec: "ZSTD",
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    kvMetadata: [
      { key: "slurm-usage-history.schema_version", value: String(version) },
      { key: "slurm-usage-history.segment", value: JSON.stringify(meta) },
      { key: "slurm-usage-history.digest", value: NO_DIGEST },
    ],
  });
  parquet.write({
    columnData: columns.map(({ element: { name, logical_type }, data }) => ({
      name,
      data,
      encoding: name === "JobID" || name === "JobIDRaw"
        ? "DELTA_BYTE_ARRAY"
        : logical_type?.type === "TIMESTAMP"
        ? "DELTA_BINARY_PACKED"
        : undefined,
    })),
    rowGroupSize: row_group_size,
  });
  parquet.finish();
  return sealed(writer.getBytes());
}

/** A file whose digest is made anew, so that it is taken for whole. */
export function sealed(bytes: Uint8Array<ArrayBuffer>, digest = NO_DIGEST): Uint8Array<ArrayBuffer> {
  const at = Buffer.from(bytes).lastIndexOf(digest, undefined, "latin1");
  const fresh = bytes.slice();
  fresh.set(Buffer.from(NO_DIGEST, "latin1"), at);
  fresh.set(Buffer.from(createHash("sha256").update(fresh).digest("hex"), "latin1"), at);
  return fresh;
}

/** The jobs of a segment, every column through the library's own decoding. */
export async function readGenerally(opened: OpenedSegment): Promise<JobTable> {
  const columns = await readColumns(opened, JOB_COLUMNS.map(({ name }) => name));
  const table = newTable(Number(opened.metadata.num_rows));
  table.length = Number(opened.metadata.num_rows);
  for (const { name, type } of JOB_COLUMNS) {
    const values = columns.get(name) ?? [];
    for (let row = 0; row < table.length; row++) {
      const value = values[row] ?? null;
      if (type === "text") setText(table, name as TextColumn, { row, text: value as string | null });
      else table.numbers[name as NumberColumn][row] = value === null ? NaN : Number(value);
    }
  }
  return table;
}
