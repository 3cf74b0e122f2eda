import assert from "node:assert/strict";
import type { HealthAnswer } from "../../../lib/server/health.ts";
import type { Week } from "../../../lib/engine/week.ts";
import { wireJob, withServer } from "./test_server.ts";

Deno.test("health tells the memory of the process, what takes it, and the data of each cluster", () =>
  withServer(async ({ ingest, fetch }) => {
    const ask = async (): Promise<HealthAnswer> => (await fetch("/api/dashboard/health")).json();
    const empty = await ask();
    assert.deepEqual([empty.clusters, empty.memory.jobs, empty.memory.bytes_per_job], [{}, 0, null]);
    assert.equal(empty.memory.data_bytes, 0);
    await ingest({ hostname: "alpha", jobs: [wireJob(), wireJob({ JobID: "2" })] });
    await ingest({ hostname: "beta", jobs: [wireJob()] });
    await fetch("/api/dashboard/series");
    const { memory, clusters, waiting } = await ask();
    assert.deepEqual(Object.entries(clusters).map(([name, { jobs, files }]) => [name, jobs, files]), [
      ["alpha", 2, 1],
      ["beta", 1, 1],
    ]);
    assert.equal(memory.jobs, 3);
    assert.ok(memory.rss_bytes > memory.heap_bytes && memory.heap_limit_bytes > memory.heap_bytes);
    assert.ok((memory.bytes_per_job ?? 0) > 0 && memory.external_bytes > 0);
    assert.ok(memory.answers.bytes > 0 && memory.answers.limit_bytes > memory.answers.bytes);
    assert.deepEqual(memory.batches, { waiting: 0, bytes: 0, limit_bytes: 256 * 1024 ** 2 });
    assert.equal(waiting, 0);
    const { generation } = clusters.alpha;
    await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "3" })] });
    assert.ok((await ask()).clusters.alpha.generation > generation);
  }));

/** Bytes of all arrays in a value. */
function arrayBytes(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + arrayBytes(part), 0);
}

/** Bytes of the columns of a week. */
function columnBytes({ times, flags, ids, codes, numbers }: Week): number {
  return arrayBytes([times, flags, ids, codes, numbers]);
}

Deno.test("health tells the bytes of each cluster's columns, and more once a question has been asked", () =>
  withServer(async ({ ingest, fetch, services }) => {
    const ask = async (): Promise<HealthAnswer> => (await fetch("/api/dashboard/health")).json();
    const columns = (name: string) =>
      [...services.warehouse.clusters.get(name)?.dataset.weeks.values() ?? []]
        .reduce((sum, week) => sum + columnBytes(week), 0);
    const jobs = (count: number) =>
      Array.from(
        { length: count },
        (_, i) =>
          wireJob({
            JobID: String(i + 1),
            Submit: `2024-${i % 2 === 0 ? "10" : "06"}-02T08:00:00Z`,
            ReqMem: i * 4096,
          }),
      );
    await ingest({ hostname: "alpha", jobs: jobs(50) });
    await ingest({ hostname: "beta", jobs: jobs(7) });
    const check = async () => {
      const { memory, clusters } = await ask();
      assert.equal(memory.data_bytes, clusters.alpha.memory_bytes + clusters.beta.memory_bytes);
      assert.equal(memory.bytes_per_job, Math.round(memory.data_bytes / memory.jobs));
      return clusters;
    };
    const before = await check();
    // Twelve bytes of times and two of flags at least, and a hundred or so in all.
    assert.ok(
      columns("beta") > 7 * 14 && columns("alpha") < 50 * 200,
      `${columns("beta")} ${columns("alpha")}`,
    );
    assert.deepEqual([before.alpha.memory_bytes, before.beta.memory_bytes], [
      columns("alpha"),
      columns("beta"),
    ]);
    await fetch("/api/dashboard/series?cluster=alpha&by=user&period=all");
    const asked = await check();
    assert.ok(asked.alpha.memory_bytes > columns("alpha"));
    assert.equal(asked.beta.memory_bytes, before.beta.memory_bytes);
    await ingest({ hostname: "beta", jobs: jobs(60) });
    assert.equal((await check()).beta.memory_bytes, columns("beta"));
  }));
