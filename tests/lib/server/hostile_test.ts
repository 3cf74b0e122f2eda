/** Odd and hostile values are kept literally or refused one by one; never a failure, never a path, never markup. */
import assert from "node:assert/strict";
import { type Answer, wireJob, withServer } from "./test_server.ts";

const NAMES = [
  "../x",
  "/etc/passwd",
  "..",
  ".hidden",
  "",
  "a\0b",
  "a/b",
  "a\\b",
  "a b",
  "x".repeat(64),
  "x".repeat(300),
  "ülm",
  "集群",
  "__proto__",
  "con\nsole",
];

Deno.test("a name that could be a path, or is none, is refused for a cluster and leaves no trace", () =>
  withServer(async ({ ingest, root }) => {
    for (const hostname of NAMES) {
      const answer = await ingest({ hostname, jobs: [wireJob()] });
      assert.equal(answer.status, 422, JSON.stringify(hostname));
      assert.match((answer.body as { detail: string }).detail, /hostname must be the name of a cluster/);
    }
    const made = [...Deno.readDirSync(root)].map(({ name }) => name);
    assert.deepEqual(made, [".lock"]);
  }));

Deno.test("names that only look odd are clusters like any other", () =>
  withServer(async ({ ingest, json }) => {
    for (const hostname of ["constructor", "A.b-c_9", "0", "x".repeat(63)]) {
      assert.equal((await ingest({ hostname, jobs: [wireJob()] })).status, 200, hostname);
      const { body } = await json(`/api/dashboard/series?cluster=${hostname}&period=all`);
      assert.equal((body as { total: number }).total, 8);
    }
  }));

const VALUES = [
  "o'brien",
  "a,b",
  "__proto__",
  "<script>alert(1)</script>",
  "🚀 team",
  "=1+1",
  "x\ny",
  '"',
  "%2e%2e",
  "constructor",
];

Deno.test("odd users and accounts are stored, filtered, shown and exported literally", () =>
  withServer(async ({ ingest, json, post, fetch }) => {
    const jobs = VALUES.map((value, index) =>
      wireJob({ JobID: String(index + 1), User: value, Account: value, JobName: value })
    );
    assert.equal(
      ((await ingest({ hostname: "alpha", jobs })).body as { accepted: number }).accepted,
      VALUES.length,
    );
    for (const value of VALUES) {
      const series =
        (await json(`/api/dashboard/series?${new URLSearchParams([["by", "account"], ["user", value]])}`))
          .body as {
            series: { key: string; total: number }[];
          };
      assert.deepEqual(series.series.map(({ key, total }) => [key, total]), [[value, 8]]);
      const filtered = await post("/api/dashboard/filter", { hostname: "alpha", accounts: [value] });
      const { data } = filtered.body as { data: { User: string; JobName: string }[] };
      assert.deepEqual(data.map(({ User, JobName }) => [User, JobName]), [[value, value]]);
    }
    const html = await (await fetch("/usage?by=user")).text();
    assert.ok(!html.includes("<script>alert(1)"), "markup is escaped");
    assert.ok(html.includes("o&#39;brien") || html.includes("o'brien"));
    const csv = await (await fetch("/api/export/jobs.csv")).text();
    assert.ok(csv.includes(",'=1+1,"), "no formula in a spreadsheet");
    assert.ok(csv.includes('"x\ny"') && csv.includes('""""') && csv.includes('"a,b"'));
    assert.equal((await fetch(`/jobs?${new URLSearchParams({ q: "<script>" })}`)).status, 200);
  }));

Deno.test("a job without Start, with Start None or with its end before its start is kept, with no hours", () =>
  withServer(async ({ ingest, json }) => {
    const jobs = [
      wireJob({ JobID: "1", Start: undefined, State: "CANCELLED by 1000", NodeList: "None assigned" }),
      wireJob({ JobID: "2", Start: "None", State: "CANCELLED", NodeList: "None assigned" }),
      wireJob({ JobID: "3", Start: "Unknown", End: "Unknown", State: "PENDING" }),
      wireJob({ JobID: "4", Start: "2024-11-02T11:00:00Z", End: "2024-11-02T09:00:00Z" }),
    ];
    const { accepted, rejected } = (await ingest({ hostname: "alpha", jobs })).body as {
      accepted: number;
      rejected: unknown[];
    };
    assert.deepEqual([accepted, rejected], [4, []]);
    const total = async (measure: string) =>
      ((await json(`/api/dashboard/series?measure=${measure}&step=total`)).body as { total: number }).total;
    assert.equal(await total("cpu-hours"), 0);
    assert.equal(await total("jobs-submitted"), 4);
    assert.equal(await total("jobs-never-ran"), 2);
    assert.equal(await total("jobs-started"), 1);
  }));

Deno.test("negative and not-a-number hours are refused one by one with the reason", () =>
  withServer(async ({ ingest }) => {
    const jobs = [wireJob(), wireJob({ JobID: "2", CPUHours: -1 }), wireJob({ JobID: "3", GPUHours: "NaN" })];
    const { accepted, rejected } = (await ingest({ hostname: "alpha", jobs })).body as {
      accepted: number;
      rejected: { reason: string }[];
    };
    assert.equal(accepted, 1);
    assert.deepEqual(rejected.map(({ reason }) => reason), [
      "CPUHours: is -1 but must be at least 0",
      'GPUHours: is "NaN" but must be a number',
    ]);
  }));

const QUERIES = [
  "period=1000y",
  "from=2024-02-30",
  "from=2024-02-02&to=2024-02-01",
  "step=second",
  "measure=sql",
  "by=;drop",
  "tz=Mars/Olympus",
  "tz=%2B25:00",
  "page=-1",
  "basis=x",
  "from=0001-01-01",
  `user=${"x".repeat(2000)}`,
];

Deno.test("a filter that cannot be used is a 422 naming the field, and a notice on a page that still works", () =>
  withServer(async ({ ingest, json, fetch }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    for (const query of QUERIES) {
      const answer: Answer = await json(`/api/dashboard/series?${query}`);
      assert.equal(answer.status, 422, query);
      const { errors } = answer.body as { errors: { field: string }[] };
      assert.ok(query.includes(errors[0].field), query);
      for (const page of ["/", "/usage", "/jobs"]) {
        const response = await fetch(`${page}?${query}`, { redirect: "manual" });
        assert.ok([200, 302].includes(response.status), `${page}?${query} is ${response.status}`);
        await response.body?.cancel();
      }
    }
    assert.equal((await json("/api/dashboard/series?cluster=nope")).status, 404);
    assert.equal((await json("/api/dashboard/series?frobnicate=1&measure=jobs-ended")).status, 200);
    assert.equal((await json("/api/dashboard/series?step=hour&from=1970-01-01&to=2105-12-31")).status, 422);
  }));

Deno.test("filter bodies of the wrong shape are a 422 naming the field, an unknown cluster a 404", () =>
  withServer(async ({ ingest, post }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    const bodies: [unknown, string][] = [
      [{ hostname: 1 }, "hostname"],
      [{ hostname: "alpha", start_date: "soon" }, "start_date"],
      [{ hostname: "alpha", accounts: "x" }, "accounts"],
      [{ hostname: "alpha", limit: -1 }, "limit"],
      [{ hostname: "alpha", start_date: "2024-02-02", end_date: "2024-02-01" }, "end_date"],
    ];
    for (const [body, field] of bodies) {
      const answer = await post("/api/dashboard/filter", body);
      assert.equal(answer.status, 422);
      assert.equal((answer.body as { errors: { field: string }[] }).errors[0].field, field);
    }
    assert.equal((await post("/api/dashboard/filter", { hostname: "../x" })).status, 404);
    assert.equal((await post("/api/dashboard/filter", { hostname: "alpha", color_by: "x" })).status, 200);
  }));

Deno.test("the filter pages through all jobs, each once", () =>
  withServer(async ({ ingest, post }) => {
    const jobs = Array.from({ length: 25 }, (_, index) => wireJob({ JobID: String(index + 1) }));
    await ingest({ hostname: "alpha", jobs });
    const seen: string[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      const { body } = await post("/api/dashboard/filter", { hostname: "alpha", limit: 10, offset });
      const page = body as { data: { JobID: string }[]; next_offset: number | null; total_jobs: number };
      assert.equal(page.total_jobs, 25);
      seen.push(...page.data.map(({ JobID }) => JobID));
      offset = page.next_offset;
    }
    assert.equal(new Set(seen).size, 25);
    assert.equal(seen.length, 25);
  }));
