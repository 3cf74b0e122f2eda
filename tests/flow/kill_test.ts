/** A server killed at any moment of its work has lost nothing that it acknowledged, and stored nothing twice. */
import assert from "node:assert/strict";
import { startServer } from "./server_process.ts";

const ROUNDS = 8;
const KEY = "kill-test-key";
const HOUR_S = 3600;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5 | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

function batch(first: number, count: number) {
  const now_s = Math.floor(Date.now() / 1000);
  return {
    hostname: "alpha",
    jobs: Array.from({ length: count }, (_, index) => ({
      JobID: first + index,
      User: `user${(first + index) % 7}`,
      State: "COMPLETED",
      Submit: now_s - 3 * HOUR_S,
      Start: now_s - 2 * HOUR_S,
      End: now_s - HOUR_S,
      AllocCPUS: 2,
      AllocNodes: 1,
      NodeList: "n1",
    })),
  };
}

async function post(origin: string, body: unknown): Promise<number> {
  const response = await fetch(`${origin}/api/data/ingest`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": KEY },
    body: JSON.stringify(body),
  });
  const { jobs_processed } = await response.json();
  assert.equal(response.status, 200);
  return jobs_processed;
}

async function storedIds(origin: string): Promise<number[]> {
  const ids: number[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const response: Response = await fetch(`${origin}/api/dashboard/filter`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ hostname: "alpha", limit: 10_000, offset }),
    });
    const page: { data: { JobID: string }[]; next_offset: number | null } = await response.json();
    ids.push(...page.data.map(({ JobID }) => Number(JobID)));
    offset = page.next_offset;
  }
  return ids;
}

Deno.test("kill -9 at random moments of an ingest loop loses no acknowledged job and doubles none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "suh-kill-" });
  const environment = { DATA_PATH: folder, API_KEYS: KEY };
  const next = random(20241031);
  const acknowledged = new Set<number>();
  const sent = new Set<number>();
  let id = 1;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const server = await startServer(environment);
      const killed = new Promise<Deno.CommandStatus>((resolve) => {
        setTimeout(() => resolve(server.end("SIGKILL")), 50 + next() * 700);
      });
      for (let alive = true; alive;) {
        const count = 1 + Math.floor(next() * 400);
        const body = batch(id, count);
        body.jobs.forEach(({ JobID }) => sent.add(JobID));
        try {
          assert.equal(await post(server.origin, body), count);
          body.jobs.forEach(({ JobID }) => acknowledged.add(JobID));
          // Some batches come twice, as after an answer that was lost.
          if (next() < 0.2) await post(server.origin, body);
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error;
          alive = false;
        }
        id += count;
      }
      await killed;
    }
    const server = await startServer(environment);
    const stored = await storedIds(server.origin);
    assert.equal((await server.end("SIGTERM")).code, 0);
    const distinct = new Set(stored);
    assert.equal(distinct.size, stored.length, "no job is stored twice");
    assert.ok(acknowledged.size > 1000, "the loop got some work done");
    assert.deepEqual(
      [...acknowledged].filter((job) => !distinct.has(job)),
      [],
      "every acknowledged job is there",
    );
    assert.deepEqual([...distinct].filter((job) => !sent.has(job)), [], "nothing else is there");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
