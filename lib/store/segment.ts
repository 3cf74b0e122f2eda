import { type FileMetaData, parquetMetadata, parquetScan, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { createHash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { type ColumnType, JOB_COLUMNS } from "../job/columns.ts";
import { type JobTable, newTable, type NumberColumn, type TextColumn } from "../job/table.ts";

/** Version of the layout that this program writes, and the newest that it reads. */
export const SCHEMA_VERSION = 1;

const META = "slurm-usage-history";

/** What a segment says of itself, in its key-value metadata. */
export interface SegmentMeta {
  readonly cluster: string;
  /** When the server received the batch, epoch milliseconds. */
  readonly received_ms: number;
  /** The sender's key for the batch and the digest of its body, if it gave a key. */
  readonly idempotency: { readonly key: string; readonly digest: string } | null;
  /** The counts answered for the batch. */
  readonly counts: { readonly accepted: number; readonly updated: number; readonly duplicates: number };
}

/** A Parquet file could not be read as a segment: damaged, or of a newer version. */
export class SegmentError extends Error {
  override readonly name = "SegmentError";
}

const PHYSICAL: Readonly<Record<ColumnType, Omit<SchemaElement, "name" | "repetition_type">>> = {
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
  bytes: { type: "INT64" },
};

const UNITS: Readonly<Record<ColumnType, string | null>> = {
  text: null,
  time: "ms since 1970-01-01T00:00:00Z",
  count: null,
  minutes: "min",
  seconds: "s",
  hours: "h",
  bytes: "bytes",
};

const SCHEMA: SchemaElement[] = [
  { name: "job", num_children: JOB_COLUMNS.length },
  ...JOB_COLUMNS.map(({ name, type, nullable }) => ({
    name,
    ...PHYSICAL[type],
    repetition_type: nullable ? "OPTIONAL" as const : "REQUIRED" as const,
  })),
];

const COLUMN_NOTES = Object.fromEntries(
  JOB_COLUMNS.map(({ name, type, meaning }) => [name, { unit: UNITS[type], meaning }]),
);

/** Ids rise from row to row: written as differences they take a fraction of a dictionary. */
const ENCODINGS: Readonly<Record<string, "DELTA_BYTE_ARRAY">> = {
  JobID: "DELTA_BYTE_ARRAY",
  JobIDRaw: "DELTA_BYTE_ARRAY",
};

/**
 * A table of jobs as the bytes of a Parquet file: typed columns, UTC times, zstd, one row group, and in the
 * footer the digest of all pages, so that a flipped bit is noticed.
 */
export function encodeSegment(table: JobTable, meta: SegmentMeta): Uint8Array {
  const writer = new ByteWriter();
  const kvMetadata = [
    { key: `${META}.schema_version`, value: String(SCHEMA_VERSION) },
    { key: `${META}.segment`, value: JSON.stringify(meta) },
    { key: `${META}.columns`, value: JSON.stringify(COLUMN_NOTES) },
  ];
  const parquet = new ParquetWriter({
    writer,
    schema: SCHEMA,
    codec: "ZSTD",
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    createdBy: META,
    kvMetadata,
  });
  parquet.write({
    columnData: JOB_COLUMNS.map(({ name, type }) => ({
      name,
      data: type === "text"
        ? table.text[name as TextColumn].slice(0, table.length)
        : physical(table.numbers[name as NumberColumn].subarray(0, table.length), type),
      encoding: ENCODINGS[name] ?? (type === "time" ? "DELTA_BINARY_PACKED" : undefined),
    })),
    rowGroupSize: Math.max(1, table.length),
  });
  const pages = writer.getBytes();
  kvMetadata.push({
    key: `${META}.pages`,
    value: JSON.stringify({ bytes: pages.length, sha256: sha256(pages) }),
  });
  parquet.finish();
  return writer.getBytes();
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function physical(values: Float64Array, type: ColumnType): (number | bigint | null)[] {
  const wide = type === "bytes" ? 1 : type === "time" ? 1000 : 0;
  return Array.from(values, (value) => {
    if (Number.isNaN(value)) return null;
    return wide === 0 ? value : BigInt(value * wide);
  });
}

/** A file opened for reading: its footer, what it says of itself (null if it is not ours), its bytes. */
export interface OpenedSegment {
  readonly metadata: FileMetaData;
  readonly meta: SegmentMeta | null;
  readonly bytes: ArrayBuffer;
}

/**
 * Reads a file's footer.
 *
 * @throws {SegmentError} if the bytes are no Parquet file, are damaged, or are of a newer version of this program
 */
export function openSegment(bytes: ArrayBuffer): OpenedSegment {
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(bytes);
  } catch (error) {
    throw new SegmentError(`no Parquet file: ${messageOf(error)}`, { cause: error });
  }
  const entry = (key: string) =>
    metadata.key_value_metadata?.find((item) => item.key === `${META}.${key}`)?.value;
  const version = entry("schema_version");
  if (version === undefined) return { metadata, meta: null, bytes };
  if (!(Number(version) <= SCHEMA_VERSION)) {
    throw new SegmentError(
      `its schema version is ${version}, this program reads up to ${SCHEMA_VERSION}: it needs a newer version`,
    );
  }
  try {
    const pages = JSON.parse(entry("pages") ?? "null") as { readonly bytes: number; readonly sha256: string };
    if (sha256(new Uint8Array(bytes, 0, pages.bytes)) !== pages.sha256) {
      throw new Error("its pages have changed");
    }
    return { metadata, meta: JSON.parse(entry("segment") ?? "null"), bytes };
  } catch (error) {
    throw new SegmentError(`it is damaged: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Reads the jobs of a file that this program wrote.
 *
 * @throws {SegmentError} if the file is damaged
 */
export async function decodeSegment(opened: OpenedSegment): Promise<JobTable> {
  const length = Number(opened.metadata.num_rows);
  const table = newTable(length);
  table.length = length;
  const columns = await readColumns(opened, JOB_COLUMNS.map((column) => column.name));
  for (const { name, type, nullable } of JOB_COLUMNS) {
    const values = columns.get(name);
    if (values === undefined && !nullable) throw new SegmentError(`it has no column ${name}`);
    if (type === "text") {
      const text = table.text[name as TextColumn];
      for (let row = 0; row < length; row++) text[row] = (values?.[row] ?? null) as string | null;
    } else {
      const numbers = table.numbers[name as NumberColumn];
      for (let row = 0; row < length; row++) {
        const value = values?.[row];
        numbers[row] = value === null || value === undefined ? NaN : Number(value);
      }
    }
  }
  return table;
}

/** Values of the named columns that the file has, read in whole; times as epoch seconds. */
export async function readColumns(
  { metadata, bytes }: OpenedSegment,
  names: readonly string[],
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  const present = new Set(metadata.schema.slice(1).map((element) => element.name));
  const columns = new Map<string, ArrayLike<unknown>>();
  const wanted = names.filter((name) => present.has(name));
  try {
    const scan = await parquetScan({
      file: { byteLength: bytes.byteLength, slice: (start, end) => bytes.slice(start, end) },
      metadata,
      columns: wanted,
      compressors: { ZSTD: (input) => zstdDecompressSync(input) },
      parsers: {
        timestampFromMilliseconds: (value) => Number(value) / 1000,
        timestampFromMicroseconds: (value) => Math.floor(Number(value) / 1e6),
        timestampFromNanoseconds: (value) => Number(value / 1_000_000_000n),
      },
    });
    const rows = Number(metadata.num_rows);
    for (const name of wanted) {
      const values = rows === 0 ? [] : await scan.readColumn({ column: name, rowStart: 0, rowEnd: rows });
      if (values.length !== rows) {
        throw new Error(`column ${name} holds ${values.length} values, not ${rows}`);
      }
      columns.set(name, values);
    }
  } catch (error) {
    throw new SegmentError(`it is damaged: ${messageOf(error)}`, { cause: error });
  }
  return columns;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
