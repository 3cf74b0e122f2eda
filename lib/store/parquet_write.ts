/** The frame of a Parquet file: pages, column chunks and the footer, from columns that are encoded already. */
import type { ColumnChunk, Encoding, KeyValue, RowGroup, SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { constants, zstdCompressSync } from "node:zlib";

const MAGIC = 0x31524150;
const ZSTD = { [constants.ZSTD_c_compressionLevel]: 3 };
/** A column smaller than this is left as it is: compressing it would take longer and gain nothing. */
const WORTH_COMPRESSING_BYTES = 64;

/** The values of a column as a page holds them. */
export interface EncodedColumn {
  readonly encoding: Encoding;
  /** Distinct values, encoded plainly, that the page refers to. */
  readonly dictionary: { readonly bytes: Uint8Array; readonly count: number } | null;
  /** Which rows have a value; empty for a required column. */
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
  readonly nulls: number;
  /** Undefined where there is no value. */
  readonly min: number | bigint | Uint8Array | undefined;
  readonly max: number | bigint | Uint8Array | undefined;
}

/** A column with its declaration. */
export type DeclaredColumn = readonly [SchemaElement, EncodedColumn];

/** What a file says of itself. */
export interface FileNotes {
  readonly name: string;
  readonly created_by: string;
  readonly key_value_metadata: KeyValue[];
}

/**
 * Writes a Parquet file of one row group, each column in one page, compressed with zstd.
 *
 * @param columns declaration and values of each column; the values are taken in turn and used before the next
 */
export function writeParquet(
  columns: Iterable<DeclaredColumn>,
  { rows, ...notes }: FileNotes & { readonly rows: number },
): Uint8Array {
  const writer = new ByteWriter(1 << 16);
  writer.appendUint32(MAGIC);
  const elements: SchemaElement[] = [];
  const chunks: ColumnChunk[] = [];
  for (const [element, encoded] of columns) {
    elements.push(element);
    if (rows > 0) chunks.push(writeChunk(writer, element, { encoded, rows, base: 0 }));
  }
  writeFooter(writer, { elements, groups: rows === 0 ? [] : [groupOf(chunks, rows)], ...notes });
  return writer.getBytes();
}

/** A Parquet file in pieces, as many row groups as there may be: nothing of it is kept but where its columns lie. */
export class ParquetPieces {
  readonly #elements: readonly SchemaElement[];
  readonly #notes: FileNotes;
  readonly #groups: RowGroup[] = [];
  #bytes = 4;

  constructor(elements: readonly SchemaElement[], notes: FileNotes) {
    this.#elements = elements;
    this.#notes = notes;
  }

  /** What stands before all else. */
  head(): Uint8Array {
    const writer = new ByteWriter(4);
    writer.appendUint32(MAGIC);
    return writer.getBytes();
  }

  /** A row group, column after column. */
  *group(columns: Iterable<DeclaredColumn>, rows: number): Generator<Uint8Array> {
    const chunks: ColumnChunk[] = [];
    for (const [element, encoded] of columns) {
      const writer = new ByteWriter(1 << 16);
      chunks.push(writeChunk(writer, element, { encoded, rows, base: this.#bytes }));
      this.#bytes += writer.offset;
      yield writer.getBytes();
    }
    this.#groups.push(groupOf(chunks, rows));
  }

  /** What stands behind the last row group. */
  foot(): Uint8Array {
    const writer = new ByteWriter(1 << 12);
    writeFooter(writer, { elements: this.#elements, groups: this.#groups, ...this.#notes });
    return writer.getBytes();
  }
}

function groupOf(columns: ColumnChunk[], rows: number): RowGroup {
  const total = (size: "total_uncompressed_size" | "total_compressed_size") =>
    columns.reduce((sum, { meta_data }) => sum + (meta_data?.[size] ?? 0n), 0n);
  return {
    columns,
    total_byte_size: total("total_uncompressed_size"),
    num_rows: BigInt(rows),
    total_compressed_size: total("total_compressed_size"),
  };
}

function writeFooter(
  writer: ByteWriter,
  { elements, groups, name, created_by, key_value_metadata }: FileNotes & {
    readonly elements: readonly SchemaElement[];
    readonly groups: RowGroup[];
  },
): void {
  writeMetadata(writer, {
    version: 2,
    created_by,
    schema: [{ name, num_children: elements.length }, ...elements],
    num_rows: groups.reduce((sum, { num_rows }) => sum + num_rows, 0n),
    row_groups: groups,
    metadata_length: 0,
    key_value_metadata,
  });
  writer.appendUint32(MAGIC);
}

function writeChunk(
  writer: ByteWriter,
  element: SchemaElement,
  { encoded, rows, base }: {
    readonly encoded: EncodedColumn;
    readonly rows: number;
    /** Bytes of the file before what the writer has. */
    readonly base: number;
  },
): ColumnChunk {
  const { dictionary, levels, values, nulls, encoding } = encoded;
  if (element.type === undefined) throw new TypeError(`column ${element.name} has no type`);
  const compressed = values.length + (dictionary?.bytes.length ?? 0) >= WORTH_COMPRESSING_BYTES;
  const pack = (bytes: Uint8Array) => compressed ? zstd(bytes) : bytes;
  const start = writer.offset;
  let saved = 0;
  if (dictionary !== null) {
    const packed = pack(dictionary.bytes);
    saved += dictionary.bytes.length - packed.length;
    writePageHeader(writer, {
      type: "DICTIONARY_PAGE",
      uncompressed_page_size: dictionary.bytes.length,
      compressed_page_size: packed.length,
      dictionary_page_header: { num_values: dictionary.count, encoding: "PLAIN" },
    });
    writer.appendBytes(packed);
  }
  const page_offset = writer.offset;
  const packed = pack(values);
  saved += values.length - packed.length;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levels.length + values.length,
    compressed_page_size: levels.length + packed.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: nulls,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: compressed,
    },
  });
  writer.appendBytes(levels);
  writer.appendBytes(packed);
  const size = writer.offset - start;
  return {
    file_offset: BigInt(base + start),
    meta_data: {
      type: element.type,
      encodings: dictionary === null ? [encoding] : ["PLAIN", encoding],
      path_in_schema: [element.name],
      codec: compressed ? "ZSTD" : "UNCOMPRESSED",
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(size + saved),
      total_compressed_size: BigInt(size),
      data_page_offset: BigInt(base + page_offset),
      dictionary_page_offset: dictionary === null ? undefined : BigInt(base + start),
      statistics: { min_value: encoded.min, max_value: encoded.max, null_count: BigInt(nulls) },
    },
  };
}

function zstd(bytes: Uint8Array): Uint8Array {
  // Room for all at once: the default would put it together from small pieces.
  return zstdCompressSync(bytes, { params: ZSTD, chunkSize: Math.max(1024, bytes.length + 512) });
}
