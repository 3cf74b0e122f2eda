/** What else the engine is timed at, beside whole pages: the table of jobs, exports, changes of the data. */
import { join } from "node:path";
import type { Warehouse } from "../../lib/engine/warehouse.ts";
import { JOB_COLUMNS } from "../../lib/job/columns.ts";
import { textAt } from "../../lib/job/table.ts";
import { JOB_SORTS, jobs } from "../../lib/query/jobs.ts";
import { totals } from "../../lib/query/totals.ts";
import { exportFile } from "../../lib/server/export.ts";
import { listSegments, readSegmentFile } from "../../lib/store/folder.ts";
import { decodeSegment, encodeSegment, openSegment } from "../../lib/store/segment.ts";
import { DEFAULT_FILTERS, type Filters } from "../../lib/view/filters.ts";
import { CASES, CLUSTER } from "./cases.ts";
import { type Findings, forgetPeak, memory, peak_bytes, timed } from "./child.ts";
import { postBatch } from "./post.ts";
import { NOW_S } from "./trace.ts";

/** Names of the extra lines, as `--only` takes them. */
export const EXTRAS = ["jobs page", "search", "export", "change", "small batch"] as const;

const now_s = NOW_S;
const ALL: Filters = { ...DEFAULT_FILTERS, period: "all" };
const LIMIT = 100;
/** Lines after which an export is broken off. */
const EXPORT_LINES = 1_000_000;

interface Asked {
  readonly root: string;
  readonly extras: readonly string[];
  readonly findings: Findings;
}

/** Times the extras that were asked for. */
export async function measureExtras(warehouse: Warehouse, { root, extras, findings }: Asked): Promise<void> {
  const works: Readonly<Record<(typeof EXTRAS)[number], () => Promise<void>>> = {
    "jobs page": () => jobsPage(warehouse, findings),
    search: () => search(warehouse, findings),
    export: async () => {
      await csv(warehouse, findings);
      await parquet(warehouse, findings);
    },
    change: () => change(warehouse, root, findings),
    "small batch": () => smallBatch(warehouse, findings),
  };
  for (const name of EXTRAS) if (extras.includes(name)) await works[name]();
}

let fresh = 0;

/** The filters, new to every cache. */
function unseen(filters: Filters): Filters {
  return { ...filters, not: { ...filters.not, user: [`nobody-${fresh++}`] } };
}

async function firstPage(warehouse: Warehouse, filters: Filters) {
  return await jobs(warehouse.clusters, unseen(filters), { now_s, limit: LIMIT, offset: 0 });
}

async function jobsPage(warehouse: Warehouse, { timings, facts, answers }: Findings): Promise<void> {
  const { rows, total } = await firstPage(warehouse, ALL);
  const counted = answers[CASES[0].name]?.[`facet cluster ${CLUSTER}`][0];
  if (counted !== undefined && counted !== total) {
    throw new Error(`The page of jobs tells of ${total} jobs, the filters of ${counted}`);
  }
  if (rows.some(({ Submit }, at) => at > 0 && (Submit ?? NaN) > (rows[at - 1].Submit ?? NaN))) {
    throw new Error("The newest jobs do not come first");
  }
  timings["jobs page"] = await timed(() => firstPage(warehouse, ALL));
  const taken: { readonly sort: string; readonly ms: number }[] = [];
  for (const sort of JOB_SORTS) {
    const begin_ms = performance.now();
    await firstPage(warehouse, { ...ALL, sort });
    taken.push({ sort, ms: performance.now() - begin_ms });
  }
  taken.sort((a, b) => a.ms - b.ms);
  for (const { sort, ms } of taken) facts[`jobs page by ${sort}: ms`] = ms;
  facts["jobs page, median column: ms"] = taken[taken.length >> 1].ms;
  facts["jobs page, slowest column: ms"] = taken[taken.length - 1].ms;
  facts["jobs page at 10,000: ms"] =
    (await timed(() => jobs(warehouse.clusters, unseen(ALL), { now_s, limit: LIMIT, offset: 10_000 })))
      .min_ms;
}

async function search(warehouse: Warehouse, { timings }: Findings): Promise<void> {
  const { rows: [known] } = await firstPage(warehouse, ALL);
  const searches: Readonly<Record<string, Filters>> = {
    id: { ...ALL, q: known.JobID },
    name: { ...ALL, q: known.JobName },
    user: { ...ALL, only: { ...ALL.only, user: [known.User ?? ""] } },
  };
  for (const [name, filters] of Object.entries(searches)) {
    const { total, rows } = await firstPage(warehouse, filters);
    if (total < 1 || rows.length < 1) throw new Error(`No job was found by ${name}`);
    timings[`search by ${name}`] = await timed(() => firstPage(warehouse, filters));
  }
}

async function csv(warehouse: Warehouse, { facts }: Findings): Promise<void> {
  const before = memory();
  forgetPeak();
  const begin_ms = performance.now();
  const response = await exportFile("jobs.csv", {
    data: warehouse.clusters,
    params: new URLSearchParams({ period: "all", "not.user": `nobody-${fresh++}` }),
    now_s,
    max_rows: null,
  });
  const reader = response.body?.getReader();
  let lines = 0;
  let bytes = 0;
  while (reader !== undefined && lines <= EXPORT_LINES) {
    const { done, value } = await reader.read();
    if (done) break;
    facts.export_first_s ??= (performance.now() - begin_ms) / 1000;
    bytes += value.length;
    for (let at = value.indexOf(10); at >= 0; at = value.indexOf(10, at + 1)) lines++;
  }
  await reader?.cancel();
  facts.export_rows_per_s = lines / (performance.now() - begin_ms) * 1000;
  facts.export_bytes_per_row = bytes / lines;
  facts.export_extra_bytes = Math.max(0, peak_bytes() - before.rss_bytes);
}

/** All jobs as one file. */
async function parquet(warehouse: Warehouse, { facts }: Findings): Promise<void> {
  const before = memory();
  forgetPeak();
  const begin_ms = performance.now();
  const response = await exportFile("jobs.parquet", {
    data: warehouse.clusters,
    params: new URLSearchParams({ period: "all" }),
    now_s,
    max_rows: null,
  });
  let bytes = 0;
  for await (const piece of response.body ?? []) bytes += piece.length;
  const rows = warehouse.cluster(CLUSTER).dataset.length;
  facts.parquet_rows_per_s = rows / (performance.now() - begin_ms) * 1000;
  facts.parquet_bytes_per_row = bytes / rows;
  facts.parquet_extra_bytes = Math.max(0, peak_bytes() - before.rss_bytes);
}

/** One job of a week in the middle ran an hour longer: how long until the answers know. */
async function change(warehouse: Warehouse, root: string, { facts }: Findings): Promise<void> {
  const files = await listSegments(root, CLUSTER);
  const { name } = files[files.length >> 1];
  const bytes = await readSegmentFile(root, { cluster: CLUSTER, name });
  if (bytes === null) throw new Error(`${name} is gone`);
  const { meta, ...opened } = openSegment(bytes);
  if (meta === null) throw new Error(`${name} is not ours`);
  const table = await decodeSegment({ meta, ...opened });
  const { End, ElapsedRaw, AllocCPUS, CPUHours } = table.numbers;
  const row = End.findIndex((end_s, row) =>
    end_s > 0 && ElapsedRaw[row] > 0 && textAt(table, "AllocTRES", row) !== null
  );
  End[row] += 3600;
  ElapsedRaw[row] += 3600;
  CPUHours[row] += AllocCPUS[row];
  const hours = async () =>
    (await totals(warehouse.clusters, unseen(ALL), { now_s, measures: ["cpu-hours"] }))["cpu-hours"] ?? 0;
  const before = await hours();
  const path = join(root, CLUSTER, "weekly-data", name);
  await Deno.writeFile(`${path}.new`, encodeSegment(table, meta));
  await Deno.rename(`${path}.new`, path);
  const begin_ms = performance.now();
  await warehouse.refresh();
  facts.change_ms = performance.now() - begin_ms;
  const added = await hours() - before;
  if (Math.abs(added - AllocCPUS[row]) > 1e-3) {
    throw new Error(
      `The change of ${JOB_COLUMNS[0].name} ${table.ids.JobID.text(row)} added ${added} CPU-hours`,
    );
  }
}

async function smallBatch(warehouse: Warehouse, { timings }: Findings): Promise<void> {
  timings["small batch"] = await timed(async (round) => {
    const job = {
      JobID: `${4_000_000_000 + round}`,
      User: "user00001",
      Account: "acct0001",
      State: "RUNNING",
    };
    const body = {
      hostname: CLUSTER,
      jobs: [{ ...job, Submit: now_s - 60, Start: now_s - 30, AllocCPUS: 1 }],
    };
    const { accepted } = await postBatch(warehouse, JSON.stringify(body), now_s * 1000);
    if (accepted !== 1) throw new Error(`The batch of one new job gave ${accepted} new jobs`);
  });
}
