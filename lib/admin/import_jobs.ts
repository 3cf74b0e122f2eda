import { relative } from "node:path";
import { Dataset } from "../engine/dataset.ts";
import { jobsIn, takeUp } from "../engine/read_jobs.ts";
import { Warehouse } from "../engine/warehouse.ts";
import { weeklyTables } from "../engine/weekly_tables.ts";
import { CLUSTER_NAME } from "../job/batch.ts";
import { type JobTable, pickRows } from "../job/table.ts";
import { ARCHIVE, listClusters, listSegments, segmentPath } from "../store/folder.ts";
import { isSameFolder, listParquet, type OtherFile, readOtherFile } from "../store/other_folder.ts";
import { SegmentError } from "../store/segment.ts";
import { UsageError } from "./arguments.ts";
import type { Desk } from "./desk.ts";
import { grouped, shown } from "./text_table.ts";
import { atOnce } from "../engine/work.ts";

/** Most jobs that are stored in one go. */
const MAX_JOBS = 100_000;
/** How many reasons are printed of the rows that are no jobs. */
const SHOWN_REASONS = 5;

/** Files of one cluster to import. */
interface Source {
  readonly cluster: string;
  readonly files: readonly OtherFile[];
}

/** What the files of a cluster amount to. */
interface Gathered {
  readonly dataset: Dataset;
  readonly rows: number;
  readonly rejected: readonly string[];
  readonly unreadable: readonly string[];
}

/**
 * Stores the jobs of other folders for good, each job once in the version that came last; done twice it changes
 * nothing more. The files are left as they are. Returns how the process should end.
 *
 * @throws {UsageError} if there is nothing to import
 * @throws {FolderInUseError} if a server has the data folder open
 */
export async function importJobs(
  desk: Desk,
  { folder, cluster }: { readonly folder: string; readonly cluster: string | null },
): Promise<number> {
  if (await isSameFolder(folder, desk.root)) {
    throw new UsageError(`${folder} is the data folder itself: what lies in it is read already`);
  }
  const sources = cluster === null ? await clustersIn(folder) : [await allBelow(folder, cluster)];
  const warehouse = await Warehouse.open({
    root: desk.root,
    zone: desk.zone,
    now_ms: desk.now_ms,
    notice: (text) => desk.say(`${shown(text)}\n`),
  });
  let troubled = false;
  try {
    for (const source of sources) {
      const gathered = await gather(source, { folder, tz: desk.zone(source.cluster) });
      const counts = await store(warehouse, { cluster: source.cluster, dataset: gathered.dataset });
      desk.out(told({ source, gathered, counts }));
      troubled ||= gathered.rejected.length + gathered.unreadable.length > 0;
    }
  } finally {
    warehouse.close();
  }
  return troubled ? 1 : 0;
}

/** The clusters of a data folder, as this program or the earlier dashboard of this name keeps it. */
async function clustersIn(folder: string): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const cluster of await listClusters(folder)) {
    const files = (await listSegments(folder, cluster)).map(({ name, changed_ms }) => ({
      path: segmentPath(folder, { cluster, name }),
      received_ms: changed_ms,
    }));
    if (files.length > 0) sources.push({ cluster, files });
  }
  if (sources.length > 0) return sources;
  throw new UsageError(
    `${folder} holds no clusters, CLUSTER/weekly-data/*.parquet or CLUSTER/data/jobs_YEAR.parquet: ` +
      "name the cluster with --cluster if the files lie there in another way",
  );
}

async function allBelow(folder: string, cluster: string): Promise<Source> {
  if (!CLUSTER_NAME.test(cluster) || cluster === ARCHIVE) {
    throw new UsageError(`${JSON.stringify(cluster)} cannot be the name of a cluster`);
  }
  let files: readonly OtherFile[];
  try {
    files = await listParquet(folder);
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (files.length === 0) throw new UsageError(`There are no Parquet files below ${folder}`);
  return { cluster, files };
}

/** All jobs of a source, each once: so that an older version is never stored over a newer one. */
async function gather(
  { files }: Source,
  { folder, tz }: { readonly folder: string; readonly tz: string },
): Promise<Gathered> {
  const dataset = new Dataset();
  const rejected: string[] = [];
  const unreadable: string[] = [];
  let rows = 0;
  for (const { path, received_ms } of files) {
    const name = relative(folder, path);
    try {
      const jobs = await jobsIn(await readOtherFile(path), { tz, changed_ms: received_ms });
      rows += jobs.table.length + jobs.rejected.length;
      for (const { index, reason } of jobs.rejected) rejected.push(`row ${index} of ${name}: ${reason}`);
      atOnce(takeUp(dataset, jobs));
    } catch (error) {
      if (!(error instanceof SegmentError)) throw error;
      unreadable.push(`${name}: ${error.message}`);
    }
  }
  return { dataset, rows, rejected, unreadable };
}

async function store(
  warehouse: Warehouse,
  { cluster, dataset }: { readonly cluster: string; readonly dataset: Dataset },
) {
  const counts = { accepted: 0, updated: 0, duplicates: 0 };
  for (const week of weeklyTables(dataset).values()) {
    for (const table of parts(week)) {
      const stored = await warehouse.cluster(cluster).ingest({
        table,
        rejected: [],
        unread: [],
        agent: null,
        collected_until_s: null,
        idempotency: null,
      });
      counts.accepted += stored.accepted;
      counts.updated += stored.updated;
      counts.duplicates += stored.duplicates;
    }
  }
  return counts;
}

function* parts(table: JobTable): Generator<JobTable> {
  for (let from = 0; from < table.length; from += MAX_JOBS) {
    const length = Math.min(MAX_JOBS, table.length - from);
    yield pickRows(table, Uint32Array.from({ length }, (_, at) => from + at));
  }
}

function told(
  { source, gathered, counts }: {
    readonly source: Source;
    readonly gathered: Gathered;
    readonly counts: Awaited<ReturnType<typeof store>>;
  },
): string {
  const { rows, rejected, unreadable, dataset } = gathered;
  const lines = [
    `${source.cluster}: ${grouped(rows)} rows in ${source.files.length} files, ${
      grouped(dataset.length)
    } jobs: ` +
    `${grouped(counts.accepted)} accepted, ${grouped(counts.updated)} updated, ` +
    `${grouped(counts.duplicates)} known already; ${grouped(rejected.length)} rows rejected`,
    ...rejected.slice(0, SHOWN_REASONS).map((text) => `  rejected: ${text}`),
    ...unreadable.map((text) => `  cannot be read: ${text}`),
  ];
  return `${lines.map(shown).join("\n")}\n`;
}
