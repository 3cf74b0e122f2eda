import assert from "node:assert/strict";
import { KEY, type TestServer, wireJob, withServer } from "./test_server.ts";

interface Limited {
  readonly status: number;
  readonly length: number;
  readonly detail?: string;
  readonly accepted?: number;
  readonly rejected: readonly { readonly index: number }[];
  readonly rejected_count: number;
}

/** Posts the text of a list of jobs as a batch of alpha. */
async function send({ fetch }: TestServer, jobs: string): Promise<Limited> {
  const response = await fetch("/api/data/ingest", {
    method: "POST",
    headers: { "x-api-key": KEY, "content-type": "application/json" },
    body: `{"hostname":"alpha","jobs":[${jobs}]}`,
  });
  const text = await response.text();
  return { status: response.status, length: text.length, ...JSON.parse(text) };
}

function sevens(count: number): string {
  return new Array(count).fill("7").join();
}

Deno.test("ingest refuses more than 500,000 records before it looks at them, and stores none", () =>
  withServer(async (server) => {
    const { status, detail, length } = await send(server, `${JSON.stringify(wireJob())},${sevens(500_000)}`);
    assert.deepEqual([status, detail], [
      413,
      "The batch holds 500001 records: send at most 500000 at a time",
    ]);
    assert.ok(length < 1000);
    assert.equal(server.services.warehouse.clusters.has("alpha"), false);
  }));

Deno.test("ingest answers a huge list of what are no jobs with the first thousand and their number", () =>
  withServer(async (server) => {
    const { status, length, rejected, rejected_count } = await send(server, sevens(500_000));
    assert.equal(status, 422);
    assert.deepEqual([rejected.length, rejected_count, rejected.at(-1)?.index], [1000, 500_000, 999]);
    assert.ok(length < 200_000, `${length} characters`);
  }));

Deno.test("ingest names at most a thousand rejected records beside those it stored, and counts them all", () =>
  withServer(async (server) => {
    const job = (id: number) => JSON.stringify(wireJob({ JobID: String(id) }));
    const many = await send(server, `${sevens(1200)},${job(3)}`);
    assert.deepEqual([many.status, many.accepted, many.rejected.length, many.rejected_count], [
      200,
      1,
      1000,
      1200,
    ]);
    const counted = () => server.services.warehouse.clusters.get("alpha")?.report.rejected;
    assert.equal(counted(), 1200, "the report counts all of them as well");
    const some = await send(server, `${job(1)},${sevens(999)},${job(2)}`);
    assert.deepEqual([some.status, some.accepted, some.rejected.length, some.rejected_count], [
      200,
      2,
      999,
      999,
    ]);
    assert.equal(counted(), 1200, "records that the report tells of already");
  }));
