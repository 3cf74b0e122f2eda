import assert from "node:assert/strict";
import { type FileSystem, MACHINE } from "../../../lib/disk/file_system.ts";
import { readReport } from "../../../lib/store/report.ts";
import { contractOf, KEY, wireJob, withServer } from "./test_server.ts";

function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).bytes();
}

/** SHA-256 of "hashed-key". */
const HASHED = [
  ...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("hashed-key"))),
]
  .map((byte) => byte.toString(16).padStart(2, "0")).join("");

const BATCH = { hostname: "alpha", jobs: [wireJob()] };

async function statusOf(response: Promise<Response>): Promise<[number, string]> {
  const settled = await response;
  const { detail, message } = await settled.json();
  return [settled.status, detail ?? message];
}

Deno.test("ingest refuses what has no key, a wrong key or a key of another cluster, and says so", () =>
  withServer(async ({ fetch, services }) => {
    const post = (headers: HeadersInit) =>
      statusOf(fetch("/api/data/ingest", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(BATCH),
      }));
    assert.deepEqual(await post({}), [401, "The header X-API-Key is missing"]);
    assert.equal((await post({ "x-api-key": "nope" }))[0], 401);
    assert.equal((await post({ "x-api-key": `${KEY} ` }))[0], 200, "HTTP trims blanks around a header");
    assert.deepEqual(await post({ "x-api-key": "beta-key" }), [403, "This key is not for the cluster alpha"]);
    assert.equal((await post({ "x-api-key": "hashed-key" }))[0], 200);
    assert.equal(services.warehouse.clusters.has("beta"), false);
  }, {
    environment: {
      API_KEYS: `${KEY},beta=beta-key,alpha=sha256:${HASHED}`,
    },
  }));

Deno.test("ingest answers 415, 400 and 422 for what is no batch", () =>
  withServer(async ({ fetch }) => {
    const post = (body: BodyInit, headers: HeadersInit = {}) =>
      statusOf(fetch("/api/data/ingest", {
        method: "POST",
        headers: { "x-api-key": KEY, "content-type": "application/json", ...headers },
        body,
      }));
    assert.equal((await post("x=1", { "content-type": "application/x-www-form-urlencoded" }))[0], 415);
    assert.equal((await post("{}", { "content-encoding": "br" }))[0], 415);
    assert.equal((await post("{"))[0], 400);
    assert.equal((await post(new Uint8Array([0xff, 0xfe])))[0], 400);
    assert.equal((await post("not gzip", { "content-encoding": "gzip" }))[0], 400);
    for (
      const body of [
        "null",
        "[]",
        "{}",
        '{"hostname":"a"}',
        '{"hostname":1,"jobs":[]}',
        '{"hostname":"a","jobs":{}}',
      ]
    ) {
      assert.equal((await post(body))[0], 422, body);
    }
  }));

Deno.test("ingest reads a gzip body, and a charset beside the content type", () =>
  withServer(async ({ fetch }) => {
    const body = await gzip(JSON.stringify(BATCH));
    const response = await fetch("/api/data/ingest", {
      method: "POST",
      headers: {
        "x-api-key": KEY,
        "content-type": "application/json; charset=utf-8",
        "content-encoding": "gzip",
      },
      body: body as Uint8Array<ArrayBuffer>,
    });
    assert.equal((await response.json()).accepted, 1);
  }));

Deno.test("ingest stops at the limit of the body, counted after decompression", () =>
  withServer(async ({ fetch }) => {
    const bomb = await gzip(" ".repeat(64 * 1024 * 1024));
    assert.ok(bomb.length < 100_000);
    const response = await fetch("/api/data/ingest", {
      method: "POST",
      headers: { "x-api-key": KEY, "content-type": "application/json", "content-encoding": "gzip" },
      body: bomb as Uint8Array<ArrayBuffer>,
    });
    assert.equal(response.status, 413);
    const plain = await fetch("/api/data/ingest", {
      method: "POST",
      headers: { "x-api-key": KEY, "content-type": "application/json" },
      body: " ".repeat(2 * 1024 * 1024),
    });
    assert.equal(plain.status, 413);
  }, { environment: { MAX_BODY_MB: "1" } }));

Deno.test("one bad record costs none of its neighbours; a batch of none is refused with the reasons", () =>
  withServer(async ({ ingest, json }) => {
    const bad = { JobID: "2", Submit: "yesterday" };
    const mixed = await ingest({ hostname: "alpha", jobs: [wireJob(), bad, 7, wireJob({ JobID: "3" })] });
    assert.equal(mixed.status, 200);
    const body = mixed.body as {
      accepted: number;
      rejected: { index: number; job_id: string | null; reason: string }[];
    };
    assert.equal(body.accepted, 2);
    assert.deepEqual(body.rejected.map(({ index, job_id }) => [index, job_id]), [[1, "2"], [2, null]]);
    assert.match(body.rejected[0].reason, /Submit: Cannot parse time "yesterday"/);
    const none = await ingest({ hostname: "alpha", jobs: [bad] });
    assert.equal(none.status, 422);
    assert.equal((none.body as { rejected: unknown[] }).rejected.length, 1);
    const unknown = await ingest({ hostname: "beta", jobs: [bad] });
    assert.equal(unknown.status, 422);
    assert.deepEqual(contractOf((await json("/api/dashboard/health")).body), {
      status: "healthy",
      timestamp: "2024-11-02T12:00:00.000Z",
      data_loaded: true,
      hostnames: ["alpha"],
    });
  }));

Deno.test("counts tell new, changed and known jobs apart; sending a batch again changes nothing", () =>
  withServer(async ({ ingest }) => {
    const counts = async (jobs: unknown[]) => {
      const { accepted, updated, duplicates, jobs_processed } = (await ingest({ hostname: "alpha", jobs }))
        .body as Record<
          string,
          number
        >;
      return { accepted, updated, duplicates, jobs_processed };
    };
    const running = wireJob({ JobID: "2", State: "RUNNING", End: "Unknown" });
    assert.deepEqual(await counts([wireJob(), running]), {
      accepted: 2,
      updated: 0,
      duplicates: 0,
      jobs_processed: 2,
    });
    assert.deepEqual(await counts([wireJob(), running]), {
      accepted: 0,
      updated: 0,
      duplicates: 2,
      jobs_processed: 2,
    });
    assert.deepEqual(await counts([wireJob({ JobID: "2" })]), {
      accepted: 0,
      updated: 1,
      duplicates: 0,
      jobs_processed: 1,
    });
    assert.deepEqual(await counts([running]), { accepted: 0, updated: 0, duplicates: 1, jobs_processed: 1 });
  }));

Deno.test("an Idempotency-Key gives the first answer again, and is refused for another batch", () =>
  withServer(async ({ ingest }) => {
    const first = await ingest(BATCH, { "idempotency-key": "k1" });
    const again = await ingest(BATCH, { "idempotency-key": "k1" });
    assert.deepEqual(again, first);
    const other = await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "9" })] }, {
      "idempotency-key": "k1",
    });
    assert.equal(other.status, 422);
  }));

Deno.test("times without offset are read in the cluster's zone, beside ones with offset in the same batch", () =>
  withServer(async ({ ingest, post }) => {
    const jobs = [
      wireJob({ JobID: "1", Start: "2024-11-02T09:00:00" }),
      wireJob({ JobID: "2", Start: "2024-11-02T09:00:00+01:00" }),
      wireJob({ JobID: "3", Start: 1730534400 }),
    ];
    assert.equal((await ingest({ hostname: "alpha", jobs })).status, 200);
    const { data } = (await post("/api/dashboard/filter", { hostname: "alpha" })).body as {
      data: { Start: string }[];
    };
    assert.deepEqual(new Set(data.map(({ Start }) => Start)), new Set(["2024-11-02T08:00:00Z"]));
  }, { environment: { TIME_ZONE: "UTC,alpha=Europe/Berlin" } }));

Deno.test("rows the sender could not read are counted and shown, and so are rejected ones", () =>
  withServer(async ({ ingest, services }) => {
    await ingest({
      hostname: "alpha",
      jobs: [wireJob(), { JobID: "5" }],
      agent: "slurm-usage-history-exporter/1.0.0",
      collected_until: 1730548000,
      unread: [{ line: "<garbage>", reason: "has 3 fields, not 28" }],
    });
    const report = services.warehouse.clusters.get("alpha")?.report;
    assert.equal(report?.rejected, 2);
    assert.equal(report?.agent, "slurm-usage-history-exporter/1.0.0");
    assert.equal(report?.collected_until_s, 1730548000);
    assert.ok(report?.recent_rejected.some(({ reason }) => reason === "has 3 fields, not 28: <garbage>"));
  }));

Deno.test("rows the sender could not read are counted as it says, and once however often it tells them", () =>
  withServer(async ({ ingest, services }) => {
    const unread = [{ line: "<garbage>", reason: "has 3 fields, not 28" }];
    const rejected = () => services.warehouse.clusters.get("alpha")?.report.rejected;
    await ingest({ hostname: "alpha", jobs: [wireJob()], unread, unread_count: 250 });
    assert.equal(rejected(), 250);
    await ingest({ hostname: "alpha", jobs: [], unread, unread_count: 250 });
    assert.equal(rejected(), 250);
    await ingest({ hostname: "alpha", jobs: [], unread_count: 3 });
    assert.equal(rejected(), 253);
    assert.equal((await ingest({ hostname: "alpha", jobs: [], unread_count: -1 })).status, 422);
  }));

Deno.test("a first batch without jobs that tells up to when it was collected is kept, after a restart too", () =>
  withServer(async ({ ingest, json, services, root }) => {
    const collected_until = 1_730_548_000;
    const { status } = await ingest({ hostname: "alpha", jobs: [], agent: "agent/1", collected_until });
    assert.equal(status, 200);
    const { report } = services.warehouse.cluster("alpha");
    assert.deepEqual([report.batches, report.agent, report.collected_until_s], [
      1,
      "agent/1",
      collected_until,
    ]);
    assert.match(JSON.stringify((await json("/api/dashboard/metadata")).body), /alpha/);
    assert.deepEqual(await readReport(root, "alpha"), report);
  }));

Deno.test("a batch without jobs is refused when what it tells cannot be written, and taken when it is sent again", () => {
  let broken = true;
  const disk: FileSystem = {
    ...MACHINE,
    create: (path) => broken ? Promise.reject(new Error("Input/output error")) : MACHINE.create(path),
  };
  return withServer(async ({ ingest, services }) => {
    const batch = { hostname: "alpha", jobs: [], agent: "agent/1", collected_until: 1_730_548_000 };
    const key = { "idempotency-key": "night-1" };
    assert.equal((await ingest(batch, key)).status, 500);
    assert.equal(services.warehouse.clusters.size, 0);
    broken = false;
    assert.equal((await ingest(batch, key)).status, 200);
    assert.equal(services.warehouse.clusters.get("alpha")?.report.batches, 1);
  }, { disk });
});

Deno.test("rows that could not be read of a new cluster are kept and counted, and told again they count once", () =>
  withServer(async ({ ingest, json, services }) => {
    assert.equal((await ingest({ hostname: "alpha", jobs: [] })).status, 200);
    assert.equal(services.warehouse.clusters.size, 0, "a batch of nothing makes no cluster");
    const unread = [{ line: "1|x", reason: "The row has 2 fields instead of 3" }];
    const unread_digests = Array.from({ length: 40 }, (_, at) => `00000000${at + 10}`);
    for (let night = 0; night < 3; night++) {
      const { status } = await ingest({
        hostname: "alpha",
        jobs: [],
        unread,
        unread_count: 41,
        unread_digests,
      });
      assert.equal(status, 200);
    }
    const { rejected, recent_rejected } = services.warehouse.cluster("alpha").report;
    assert.deepEqual([rejected, recent_rejected.length], [41, 1]);
    assert.match(JSON.stringify((await json("/api/dashboard/metadata")).body), /alpha/);
    const counted = await ingest({ hostname: "beta", jobs: [], unread_count: 3 });
    assert.equal(counted.status, 200);
    assert.equal(services.warehouse.cluster("beta").report.rejected, 3);
    const odd = await ingest({ hostname: "beta", jobs: [], unread_digests: ["<script>"] });
    assert.equal(odd.status, 422);
  }));
