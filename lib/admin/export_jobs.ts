import type { Dataset } from "../engine/dataset.ts";
import { wholeTable } from "../engine/weekly_tables.ts";
import { JOB_COLUMNS } from "../job/columns.ts";
import { encodeSegment } from "../store/segment.ts";
import { csvLine, type CsvValue } from "../view/csv.ts";
import { type Format, UsageError } from "./arguments.ts";
import type { Desk } from "./desk.ts";
import { shown } from "./text_table.ts";
import { clustersOf, readCluster } from "./read_cluster.ts";

/** Text that is collected before it is written. */
const CHUNK_CHARACTERS = 1 << 16;

/**
 * Writes all jobs in a format that other programs read, times in UTC.
 *
 * @returns how the process should end
 * @throws {UsageError} if several clusters should become one Parquet file
 */
export async function exportJobs(
  desk: Desk,
  { cluster, format, out }: {
    readonly cluster: string | null;
    readonly format: Format;
    readonly out: string | null;
  },
): Promise<number> {
  const names = await clustersOf(desk.root, cluster);
  if (format === "parquet" && names.length !== 1) {
    throw new UsageError(
      `A Parquet file holds the jobs of one cluster: name one of ${names.join(", ") || "none"}`,
    );
  }
  const file = out === null ? null : Deno.openSync(out, { write: true, create: true, truncate: true });
  const write = file === null ? desk.out : (data: string | Uint8Array) => writeAll(file, data);
  let jobs = 0;
  try {
    if (format === "csv") write(csvLine(["Cluster", ...JOB_COLUMNS.map(({ name }) => name)]));
    for (const name of names) {
      const { dataset, files } = await readCluster(desk.root, { cluster: name, tz: desk.zone(name) });
      for (const { file, error } of files) {
        if (error !== null) {
          desk.say(`${shown(`${name}: ${file.name} is left out, it cannot be read: ${error}`)}\n`);
        }
      }
      if (format === "parquet") write(parquetOf(dataset, { cluster: name, now_ms: desk.now_ms() }));
      else writeLines(dataset, { write, lineOf: format === "csv" ? csvOf(name) : jsonOf(name) });
      jobs += dataset.length;
    }
  } finally {
    file?.close();
  }
  if (out !== null) desk.say(`${jobs} jobs were written to ${out}\n`);
  return 0;
}

function writeAll(file: Deno.FsFile, data: string | Uint8Array): void {
  let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
  while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
}

type Values = readonly CsvValue[];

function writeLines(
  dataset: Dataset,
  { write, lineOf }: {
    readonly write: (text: string) => void;
    readonly lineOf: (values: Values) => string;
  },
): void {
  let text = "";
  for (const record of dataset.records()) {
    text += lineOf(JOB_COLUMNS.map(({ name, type }) => {
      const value = record[name];
      return type === "time" && typeof value === "number" ? isoTime(value) : value;
    }));
    if (text.length < CHUNK_CHARACTERS) continue;
    write(text);
    text = "";
  }
  if (text !== "") write(text);
}

function isoTime(time_s: number): string {
  return new Date(time_s * 1000).toISOString().replace(".000Z", "Z");
}

function csvOf(cluster: string): (values: Values) => string {
  return (values) => csvLine([cluster, ...values]);
}

function jsonOf(cluster: string): (values: Values) => string {
  return (values) => {
    const fields = JOB_COLUMNS.map(({ name }, at) => [name, values[at]] as const);
    return `${JSON.stringify(Object.fromEntries([["Cluster", cluster], ...fields]))}\n`;
  };
}

function parquetOf(
  dataset: Dataset,
  { cluster, now_ms }: { readonly cluster: string; readonly now_ms: number },
): Uint8Array {
  const table = wholeTable(dataset);
  const counts = { accepted: dataset.length, updated: 0, duplicates: 0 };
  return encodeSegment(table, { cluster, received_ms: now_ms, idempotency: null, counts });
}
