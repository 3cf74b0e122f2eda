/** What the tests of several rooms share. */
import { Dataset } from "../lib/engine/dataset.ts";
import { JOB_COLUMNS, type JobRecord } from "../lib/job/columns.ts";
import { jobReader } from "../lib/job/record.ts";
import { type JobTable, newTable, pushRecord } from "../lib/job/table.ts";
import type { ClusterData, Data } from "../lib/query/data.ts";
import { EMPTY_REPORT } from "../lib/store/report.ts";

const UNKNOWN = Object.fromEntries(JOB_COLUMNS.map(({ name }) => [name, null])) as unknown as JobRecord;

/** Epoch seconds of a time in UTC, `2026-01-31` or `2026-01-31T12:30`. */
export function utc(text: string): number {
  return Date.parse(text.includes("T") ? `${text}Z` : `${text}T00:00Z`) / 1000;
}

/** A record with the fields given, its ids 1 and all else unknown. */
export function jobRecord(fields: Partial<JobRecord> = {}): JobRecord {
  const { JobID = "1" } = fields;
  return { ...UNKNOWN, JobID, JobIDRaw: JobID, ...fields };
}

/** The record that a job on the wire is read as. */
export function readJob(wire: Readonly<Record<string, unknown>>, zone = "UTC"): JobRecord {
  const read = jobReader(zone)({ JobID: "1", Submit: 1_700_000_000, ...wire });
  if ("reason" in read) throw new Error(`rejected: ${read.reason}`);
  return read;
}

/** Records as a table. */
export function tableOf(records: readonly JobRecord[]): JobTable {
  const table = newTable(records.length);
  for (const record of records) pushRecord(table, record);
  return table;
}

/** A dataset that took up the records in one batch. */
export function datasetOf(records: readonly JobRecord[], received_s = 2 ** 32): Dataset {
  const dataset = new Dataset();
  const table = tableOf(records);
  dataset.apply(table, { plan: dataset.plan(table), received_s });
  return dataset;
}

/** A cluster as queries see it, up to date with its newest event unless said otherwise. */
export function clusterOf(
  records: readonly JobRecord[],
  parts: Partial<ClusterData> = {},
): ClusterData {
  const dataset = datasetOf(records);
  return {
    name: "alpha",
    tz: "UTC",
    dataset,
    report: EMPTY_REPORT,
    fresh_until_s: Number.isNaN(dataset.last_event_s) ? null : dataset.last_event_s,
    files: [],
    set_aside: new Map(),
    inventory: null,
    ...parts,
  };
}

/** Clusters by name. */
export function dataOf(...clusters: readonly ClusterData[]): Data {
  return new Map(clusters.map((cluster) => [cluster.name, cluster]));
}

/** Runs `body` with a new folder that is removed afterwards. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The items in an order that depends on the numbers drawn alone. */
export function shuffled<T>(items: readonly T[], { below }: { below(limit: number): number }): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
}
