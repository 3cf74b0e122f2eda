/**
 * Times the demo's 200,000 jobs from batch to answer, each query beside a plain loop over the same records in the
 * same run; answers are compared before times are printed. Run with `deno task bench`.
 */
import assert from "node:assert/strict";
import { demoClusters } from "../../lib/demo/generate.ts";
import { Warehouse } from "../../lib/engine/warehouse.ts";
import type { JobRecord } from "../../lib/job/columns.ts";
import { derive } from "../../lib/job/derive.ts";
import { jobReader } from "../../lib/job/record.ts";
import { newTable, pushRecord } from "../../lib/job/table.ts";
import type { ClusterData } from "../../lib/query/data.ts";
import { series } from "../../lib/query/series.ts";
import { parseFilters } from "../../lib/view/filters.ts";

const NOW_MS = Date.parse("2026-11-20T12:00:00Z");
const ROUNDS = 7;

const root = await Deno.makeTempDir({ prefix: "suh-bench-" });
const open = () => Warehouse.open({ root, zone: () => "UTC", now_ms: () => NOW_MS, notice: console.error });

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const start_ms = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start_ms };
}

/** The best of several runs: what the work costs when nothing disturbs it. */
function best(work: () => void): number {
  let least_ms = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start_ms = performance.now();
    work();
    least_ms = Math.min(least_ms, performance.now() - start_ms);
  }
  return least_ms;
}

async function fill(warehouse: Warehouse): Promise<void> {
  const read = jobReader("UTC");
  for (const { hostname, batches } of demoClusters({ seed: 1, now_s: NOW_MS / 1000 })) {
    for (const { jobs } of batches) {
      const table = newTable(jobs.length);
      for (const job of jobs) {
        const record = read(job);
        if (!("reason" in record)) pushRecord(table, record);
      }
      await warehouse.cluster(hostname).ingest({
        table,
        rejected: [],
        unread: [],
        agent: null,
        collected_until_s: NOW_MS / 1000,
        idempotency: null,
      });
    }
  }
}

/** CPU-seconds of all records by a key, the plain way. */
function naive(
  records: readonly JobRecord[],
  key: (record: JobRecord) => string,
  until_s: number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const record of records) {
    const { run_start_s, run_end_s, cpu_rate } = derive(record);
    if (Number.isNaN(run_start_s)) continue;
    const end_s = run_end_s === Infinity ? Math.max(run_start_s, until_s) : run_end_s;
    for (let day = Math.floor(run_start_s / 86_400); day * 86_400 < end_s; day++) {
      const part_s = Math.min(end_s, (day + 1) * 86_400) - Math.max(run_start_s, day * 86_400);
      const cell = `${key(record)} ${day}`;
      sums.set(cell, (sums.get(cell) ?? 0) + cpu_rate * part_s);
    }
  }
  return sums;
}

try {
  const written = await open();
  const filled = await timed(() => fill(written));
  written.close();
  const opened = await timed(open);
  const warehouse = opened.result;
  const clusters: readonly ClusterData[] = [...warehouse.clusters.values()];
  const jobs = clusters.reduce((sum, { dataset }) => sum + dataset.length, 0);
  const bytes = clusters.reduce(
    (sum, { files }) => sum + files.reduce((size, file) => size + file.bytes, 0),
    0,
  );
  const records = clusters.flatMap(({ dataset }) =>
    Array.from({ length: dataset.length }, (_, row) => dataset.record(row))
  );
  console.log(`${jobs} jobs, ${(bytes / jobs).toFixed(1)} bytes a job on disk`);
  console.log(
    `made, read, written durably and taken up: ${seconds(filled.ms)}; read again at a start: ${
      seconds(opened.ms)
    }`,
  );
  console.log("CPU-hours by day over all 14 months      engine    plain loop   ratio");
  const cases: readonly (readonly [by: string, key: (record: JobRecord) => string])[] = [
    ["none", () => ""],
    ["account", (record) => record.Account ?? ""],
    ["user", (record) => record.User ?? ""],
  ];
  for (const [by, key] of cases) {
    const { filters } = parseFilters(
      new URLSearchParams({ period: "all", step: "day", measure: "cpu-hours", by }),
    );
    const ask = () => series(warehouse.clusters, filters, { now_s: NOW_MS / 1000 });
    const plain = naive(records, key, NOW_MS / 1000);
    const total = plain.values().reduce((sum, value) => sum + value, 0) / 3600;
    assert.ok(Math.abs((ask().total ?? 0) / total - 1) < 1e-9, `${by}: ${ask().total} is not ${total}`);
    const engine_ms = best(() => ask());
    const plain_ms = best(() => naive(records, key, NOW_MS / 1000));
    console.log(
      `by ${by.padEnd(36)} ${engine_ms.toFixed(1).padStart(6)} ms ${plain_ms.toFixed(0).padStart(9)} ms ` +
        `${(plain_ms / engine_ms).toFixed(0).padStart(6)}×`,
    );
  }
  warehouse.close();
} finally {
  await Deno.remove(root, { recursive: true });
}
