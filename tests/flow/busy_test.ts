/** A server that reads, computes and stores at the same time: nobody sees half a batch, and health never waits. */
import assert from "node:assert/strict";
import { type ServerProcess, startServer } from "./server_process.ts";

const KEY = "busy-test-key";
const WEEK_S = 7 * 86_400;
/** Jobs there at first, and of each batch after; every batch has jobs in each of so many weeks. */
const FIRST = 1000;
const BATCH = 12_000;
const BATCHES = 3;
const WEEKS = 40;

async function withServer(use: (server: ServerProcess) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "suh-busy-" });
  const server = await startServer({ DATA_PATH: folder, API_KEYS: KEY });
  try {
    await use(server);
  } finally {
    await server.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
}

function body(from: number, count: number): string {
  const now_s = Math.floor(Date.now() / 1000);
  const jobs = Array.from({ length: count }, (_, i) => {
    const start_s = now_s - 7200 - (i % WEEKS) * WEEK_S - (i % 5000);
    return {
      JobID: from + i,
      User: `user${i % 300}`,
      Account: `account${i % 40}`,
      Partition: i % 3 === 0 ? "gpu" : "cpu",
      State: "COMPLETED",
      Submit: start_s - 60,
      Start: start_s,
      End: start_s + 3600,
      AllocCPUS: 1 + i % 64,
      AllocNodes: 1,
      NodeList: `n${i % 200}`,
    };
  });
  return JSON.stringify({ hostname: "alpha", jobs });
}

async function post(origin: string, text: string): Promise<number> {
  const response = await fetch(`${origin}/api/data/ingest`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": KEY },
    body: text,
  });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).accepted;
}

/** How many jobs different questions find. */
const COUNTS: readonly ((origin: string, turn: number) => Promise<number>)[] = [
  async (origin, turn) => {
    const by = ["none", "account", "user", "partition"][turn % 4];
    const query = `period=all&measure=jobs-submitted&by=${by}&step=${turn % 2 === 0 ? "day" : "week"}`;
    return (await (await fetch(`${origin}/api/dashboard/series?${query}`)).json()).total;
  },
  async (origin) => {
    const response = await fetch(`${origin}/api/dashboard/filter`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ hostname: "alpha", limit: 0 }),
    });
    return (await response.json()).total_jobs;
  },
  async (origin, turn) => {
    // A new address each time, so that no kept answer is given.
    const from = new Date(Date.UTC(1990, 0, 1 + turn)).toISOString().slice(0, 10);
    const query = `from=${from}&measure=jobs-submitted&step=month`;
    return (await (await fetch(`${origin}/api/dashboard/series?${query}`)).json()).total;
  },
];

Deno.test("no read sees a part of a batch, and whoever asks after its answer sees all of it", () =>
  withServer(async ({ origin }) => {
    assert.equal(await post(origin, body(1, FIRST)), FIRST);
    const whole = new Set([FIRST]);
    const seen = new Map<number, number>();
    let acknowledged = FIRST;
    let stop = false;
    const readers = COUNTS.flatMap((count) => [count, count]).map(async (count, reader) => {
      for (let turn = reader * 1000; !stop; turn++) {
        const least = acknowledged;
        const found = await count(origin, turn);
        assert.ok(found >= least, `${found} jobs found although ${least} were acknowledged`);
        seen.set(found, (seen.get(found) ?? 0) + 1);
      }
    });
    for (let batch = 0; batch < BATCHES; batch++) {
      const from = FIRST + batch * BATCH;
      whole.add(from + BATCH);
      assert.equal(await post(origin, body(from + 1, BATCH)), BATCH);
      acknowledged = from + BATCH;
    }
    stop = true;
    await Promise.all(readers);
    assert.deepEqual([...seen.keys()].filter((found) => !whole.has(found)), []);
    assert.ok(seen.size >= 2, "the readers read while batches came");
  }));

Deno.test("health is answered before the queries that came before it, and before a batch that is read", () =>
  withServer(async ({ origin }) => {
    assert.equal(await post(origin, body(1, 5 * FIRST)), 5 * FIRST);
    const order: string[] = [];
    const noted = (name: string) => () => void order.push(name);
    const batch = post(origin, body(10_001, 30_000)).then(noted("batch"));
    const queries = Array.from({ length: 200 }, (_, turn) => COUNTS[2](origin, turn).then(noted("query")));
    await queries[0];
    const health = await fetch(`${origin}/api/dashboard/health`);
    assert.equal((await health.json()).status, "healthy");
    order.push("health");
    await Promise.all([batch, ...queries]);
    const place = order.indexOf("health");
    assert.ok(place < order.indexOf("batch"), order.join());
    assert.ok(order.slice(place).filter((name) => name === "query").length > 5, order.join());
  }));
