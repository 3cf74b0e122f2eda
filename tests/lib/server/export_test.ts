import assert from "node:assert/strict";
import { wireJob, withServer } from "./test_server.ts";

const DAYS = "from=2024-11-01&to=2024-11-02";

Deno.test("an export that cannot be answered says so as a problem, not in the middle of a file", () =>
  withServer(async ({ fetch, ingest }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    for (const query of ["step=hour&from=2000-01-01&to=2024-11-02", "step=day&from=2024-99-99"]) {
      const response = await fetch(`/api/export/series.csv?${query}`);
      assert.equal(response.status, 422, query);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      const { detail } = await response.json();
      assert.match(detail, /^step=hour over .* use step=day|^from is "2024-99-99"/);
    }
  }));

Deno.test("an export has its head once and every line in order, however many chunks it takes", () =>
  withServer(async ({ fetch, ingest }) => {
    const jobs = Array.from(
      { length: 1201 },
      (_, id) => wireJob({ JobID: String(id + 1), User: `u${id + 1}`, Submit: 1730530000 - id }),
    );
    // A chunk holds 500 lines: the lines end before, at and after the end of one.
    let sent = 0;
    for (const count of [498, 499, 500, 501, 1000, 1201]) {
      await ingest({ hostname: "alpha", jobs: jobs.slice(sent, count) });
      sent = count;
      const text = await (await fetch(`/api/export/jobs.csv?${DAYS}`)).text();
      assert.ok(text.endsWith("\r\n"));
      const [head, ...lines] = text.slice(0, -2).split("\r\n").map((line) => line.split(",").slice(0, 2));
      assert.deepEqual(head, ["Cluster", "JobID"]);
      assert.deepEqual(lines.map(([cluster]) => cluster), new Array(count).fill("alpha"));
      const ids = lines.map(([, id]) => Number(id)).sort((a, b) => a - b);
      assert.deepEqual(ids, Array.from({ length: count }, (_, id) => id + 1));
      const usage = await (await fetch(`/api/export/usage.csv?by=user&${DAYS}`)).text();
      const keys = usage.split("\r\n").map((line) => line.split(",")[0]);
      assert.deepEqual([keys.length, keys[0], keys.at(-1)], [count + 2, "user", ""]);
      assert.equal(new Set(keys).size, keys.length);
    }
  }));

Deno.test("an export of nothing is its head alone, and of a series by nothing its empty buckets", () =>
  withServer(async ({ fetch, ingest }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    const text = async (path: string) =>
      (await (await fetch(`/api/export/${path}&from=2020-01-01&to=2020-01-02`)).text()).split("\r\n");
    const jobs = await text("jobs.csv?cluster=alpha");
    assert.equal(jobs.length, 2);
    assert.match(jobs[0], /^Cluster,JobID,JobIDRaw,/);
    assert.deepEqual(await text("series.csv?by=user"), ["start,user,cpu-hours (CPU-hours),others", ""]);
    const head =
      "user,cpu-hours (CPU-hours),gpu-hours (GPU-hours),node-hours (node-hours),jobs-ended (jobs),wait-p50 (s)";
    assert.deepEqual(await text("usage.csv?by=user"), [head, ""]);
    assert.deepEqual(await text("series.csv?step=day"), [
      "start,cpu-hours (CPU-hours)",
      "2020-01-01T00:00:00Z,0",
      "2020-01-02T00:00:00Z,0",
      "",
    ]);
  }));
