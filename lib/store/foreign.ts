import type { Rejected } from "../job/columns.ts";
import { JOB_COLUMNS } from "../job/columns.ts";
import { jobReader } from "../job/record.ts";
import { type JobTable, newTable, pushRecord } from "../job/table.ts";
import { elementsOf, type OpenedSegment, readColumns, SegmentError } from "./segment.ts";

/** Names under which other tools keep what is one of our columns. */
const ALIASES: Readonly<Record<string, string>> = { ElapsedRaw: "Elapsed", TimelimitRaw: "Timelimit" };

/**
 * Reads the jobs of a Parquet file that another tool wrote, such as pandas: columns named as ours, times with
 * or without a zone, node lists as text or as lists; other columns are passed over.
 *
 * @param zone IANA zone of times that have none
 * @throws {SegmentError} if the file is damaged or holds no jobs
 */
export async function decodeForeign(
  opened: OpenedSegment,
  zone: string,
): Promise<{ readonly table: JobTable; readonly rejected: readonly Rejected[] }> {
  const elements = elementsOf(opened.metadata);
  if (!elements.has("JobID")) throw new SegmentError("it has no column JobID: it holds no jobs");
  const sources = JOB_COLUMNS.flatMap(({ name, type }) => {
    const source = elements.has(name) ? name : ALIASES[name];
    return source !== undefined && elements.has(source) ? [{ name, type, source }] : [];
  });
  const columns = await readColumns(opened, sources.map(({ source }) => source));
  const fields = sources.map(({ name, type, source }) => {
    const logical = elements.get(source)?.logical_type;
    const local = type === "time" && logical?.type === "TIMESTAMP" && !logical.isAdjustedToUTC;
    return { name, values: columns.get(source) ?? [], local };
  });
  const rows = Number(opened.metadata.num_rows);
  const table = newTable(rows);
  const rejected: Rejected[] = [];
  const read = jobReader(zone);
  for (let row = 0; row < rows; row++) {
    const wire = Object.fromEntries(
      fields.map(({ name, values, local }) => [name, plain(values[row], local)]),
    );
    const record = read(wire);
    if ("reason" in record) {
      rejected.push({
        index: row,
        job_id: wire.JobID === null ? null : String(wire.JobID),
        reason: record.reason,
      });
    } else pushRecord(table, record);
  }
  return { table, rejected };
}

/** A Parquet value as the wire format has it. */
function plain(value: unknown, local: boolean): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") {
    if (Number.isNaN(value)) return null;
    // A time without a zone: its wall clock is read again in the cluster's zone.
    return local ? new Date(value * 1000).toISOString().slice(0, 19) : value;
  }
  if (Array.isArray(value)) return value.filter((item) => item !== null).join(",");
  if (value instanceof Date) return value.getTime() / 1000;
  return String(value);
}
