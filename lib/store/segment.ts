import {
  type Compressors,
  type FileMetaData,
  parquetMetadata,
  parquetScan,
  parquetSchema,
  type SchemaElement,
} from "hyparquet";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { JOB_COLUMNS } from "../job/columns.ts";
import { type JobTable, type NumberColumn, setText, TEXT_COLUMNS, type TextColumn } from "../job/table.ts";
import { COLUMN_NOTES } from "./parquet_schema.ts";
import { writeParquet } from "./parquet_write.ts";
import { decodeColumns, encodeColumns } from "./table_columns.ts";
import type { MergedMeta } from "./merged_meta.ts";

/** Version of the layout that this program writes, and the newest that it reads. */
export const SCHEMA_VERSION = 1;

const META = "slurm-usage-history";
/** Named in each file, so that a program that cannot read it knows which one can. */
const WRITER = `${META} version 1.0.0`;
/** Stands in the footer while the digest of the file is computed. */
const NO_DIGEST = "0".repeat(64);

/** What a segment says of itself, in its key-value metadata. */
export interface SegmentMeta {
  readonly cluster: string;
  /** When the server received the batch, epoch milliseconds. */
  readonly received_ms: number;
  /** The sender's key for the batch and the digest of its body, if it gave a key. */
  readonly idempotency: { readonly key: string; readonly digest: string } | null;
  /** The counts answered for the batch. */
  readonly counts: { readonly accepted: number; readonly updated: number; readonly duplicates: number };
  /** What must outlive the batches that were merged into this file; not there in the file of one batch. */
  readonly merged?: MergedMeta;
}

/** A Parquet file could not be read as a segment: it is damaged, or no such file. */
export class SegmentError extends Error {
  override readonly name: string = "SegmentError";
}

/** A file cannot be read here and now, but nothing says that it is damaged: it stays where it is. */
export class SoundFileError extends SegmentError {
  override readonly name: string = "SoundFileError";
}

/** A segment was written by a newer version of this program. */
export class NewerVersionError extends SoundFileError {
  override readonly name = "NewerVersionError";
}

const DECOMPRESSORS: Compressors = {
  BROTLI: (input) => brotliDecompressSync(input),
  GZIP: (input) => gunzipSync(input),
  ZSTD: (input) => zstdDecompressSync(input),
};

/** A byte order mark at the start of a text belongs to it. */
const TEXT = new TextDecoder("utf-8", { ignoreBOM: true });

/** What `hyparquet` reads by itself, beside {@link DECOMPRESSORS}. */
const BUILT_IN_CODECS: readonly string[] = ["UNCOMPRESSED", "SNAPPY"];

/**
 * A table of jobs as the bytes of a Parquet file: typed columns, UTC times, zstd, one row group, and in the
 * footer the digest of all other bytes, so that a flipped bit is noticed.
 */
export function encodeSegment(table: JobTable, meta: SegmentMeta): Uint8Array {
  const bytes = writeParquet(encodeColumns(table), {
    name: "job",
    rows: table.length,
    created_by: WRITER,
    key_value_metadata: [
      { key: `${META}.schema_version`, value: String(SCHEMA_VERSION) },
      { key: `${META}.writer`, value: WRITER },
      { key: `${META}.segment`, value: JSON.stringify(meta) },
      { key: `${META}.columns`, value: JSON.stringify(COLUMN_NOTES) },
      // Last, so that it is the last such text in the file: it is filled in when all else is written.
      { key: `${META}.digest`, value: NO_DIGEST },
    ],
  });
  const { at, digest } = digestOf(bytes, NO_DIGEST);
  bytes.set(Buffer.from(digest, "latin1"), at);
  return bytes;
}

/** Where the last `written` digest is in a file, and the digest of the file as it was before that was filled in. */
function digestOf(bytes: Uint8Array, written: string): { readonly at: number; readonly digest: string } {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(
    written,
    undefined,
    "latin1",
  );
  const digest = createHash("sha256").update(bytes.subarray(0, at)).update(NO_DIGEST)
    .update(bytes.subarray(at + NO_DIGEST.length)).digest("hex");
  return { at, digest };
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
 * @throws {NewerVersionError} if a newer version of this program wrote them
 * @throws {SegmentError} if the bytes are no Parquet file or are damaged
 */
export function openSegment(bytes: ArrayBuffer): OpenedSegment {
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(bytes);
    elementsOf(metadata);
  } catch (error) {
    throw new SegmentError(`no Parquet file: ${messageOf(error)}`, { cause: error });
  }
  const entry = (key: string) =>
    metadata.key_value_metadata?.find((item) => item.key === `${META}.${key}`)?.value;
  const version = entry("schema_version");
  if (version === undefined && !namesUs(bytes)) return { metadata, meta: null, bytes };
  if (Number(version) > SCHEMA_VERSION) {
    const writer = entry("writer");
    throw new NewerVersionError(
      `its schema version is ${version}${writer === undefined ? "" : `, written by ${writer}`}; ` +
        `this program reads up to ${SCHEMA_VERSION}: it needs a newer version`,
    );
  }
  const digest = entry("digest") ?? "";
  if (digest.length !== NO_DIGEST.length || digestOf(new Uint8Array(bytes), digest).digest !== digest) {
    throw new SegmentError("it is damaged: its bytes are not those that were written");
  }
  return { metadata, meta: JSON.parse(entry("segment") ?? "null"), bytes };
}

/** Whether a file was ours before a flipped bit made its own words unreadable: not all of them can be gone. */
function namesUs(bytes: ArrayBuffer): boolean {
  return ["schema_version", "digest"].some((key) => Buffer.from(bytes).includes(`${META}.${key}`));
}

/**
 * Reads the jobs of a file that this program wrote. Columns that it lacks are unknown, others than ours passed over.
 *
 * @throws {SegmentError} if the file is damaged
 */
export async function decodeSegment(opened: OpenedSegment): Promise<JobTable> {
  const elements = elementsOf(opened.metadata);
  const lacking = JOB_COLUMNS.find(({ name, nullable }) => !nullable && !elements.has(name));
  if (lacking !== undefined) throw new SegmentError(`it has no column ${lacking.name}`);
  const { num_rows, row_groups } = opened.metadata;
  if (row_groups.reduce((sum, group) => sum + group.num_rows, 0n) !== num_rows) {
    throw new SegmentError(`it is damaged: its parts do not add up to ${num_rows} rows`);
  }
  const { table, unread } = decodeColumns(opened);
  if (unread.length > 0) fill(table, await readColumns(opened, unread));
  return table;
}

/** Writes values as the general path reads them into the columns of a table. */
function fill(table: JobTable, columns: ReadonlyMap<string, ArrayLike<unknown>>): void {
  for (const [name, values] of columns) {
    const is_text = TEXT_COLUMNS.some((column) => column === name);
    for (let row = 0; row < table.length; row++) {
      const value = values[row] ?? null;
      if (is_text) {
        setText(table, name as TextColumn, { row, text: value === null ? null : String(value) });
      } else table.numbers[name as NumberColumn][row] = value === null ? NaN : Number(value);
    }
  }
}

/** The columns of a file, those of nested ones left out. */
export function elementsOf(metadata: FileMetaData): ReadonlyMap<string, SchemaElement> {
  return new Map(parquetSchema(metadata).children.map(({ element }) => [element.name, element]));
}

/** Refuses a file that may be sound but is compressed in a way that cannot be read here. */
function refuseUnknownCodecs({ row_groups }: FileMetaData): void {
  for (const codec of row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec))) {
    if (codec === undefined || codec in DECOMPRESSORS || BUILT_IN_CODECS.includes(codec)) continue;
    throw new SoundFileError(
      `it is compressed with ${codec}, which cannot be read: write it with zstd, snappy or gzip`,
    );
  }
}

/** Values of the named columns that the file has, read in whole; times as epoch seconds. */
export async function readColumns(
  { metadata, bytes }: OpenedSegment,
  names: readonly string[],
): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
  const present = elementsOf(metadata);
  const columns = new Map<string, ArrayLike<unknown>>();
  const wanted = names.filter((name) => present.has(name));
  refuseUnknownCodecs(metadata);
  try {
    const scan = await parquetScan({
      file: { byteLength: bytes.byteLength, slice: (start, end) => bytes.slice(start, end) },
      metadata,
      columns: wanted,
      compressors: DECOMPRESSORS,
      parsers: {
        stringFromBytes: (bytes) => bytes && TEXT.decode(bytes),
        timestampFromMilliseconds: (value) => Number(value) / 1000,
        timestampFromMicroseconds: (value) => Math.floor(Number(value) / 1e6),
        timestampFromNanoseconds: (value) => Number(value / 1_000_000_000n),
      },
    });
    const rows = Number(metadata.num_rows);
    for (const name of wanted) {
      const parts: ArrayLike<unknown>[] = [];
      // One range for each row group; other tools write several.
      for (const range of scan.ranges) parts.push(await scan.readColumn({ column: name, ...range }));
      const values = parts.length === 1 ? parts[0] : parts.flatMap((part) => Array.from(part));
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
