/** Whole servers killed at any moment: the rounds of `crash_test.ts` with the processes that a site runs. */
import assert from "node:assert/strict";
import { CLUSTER, KEY, requestOf, SENDERS } from "./crash_batches.ts";
import type { ChildEvent } from "./crash_child.ts";
import { type Ending, type Orders, playStory } from "./crash_story.ts";
import { type ServerProcess, startServer } from "./server_process.ts";

const STORIES = 4;
const ROUNDS = 16;
/** How many are told at a time. */
const AT_A_TIME = 2;
/** A server tidies up once a second at most; so long one may work. */
const WORK_MS = 1500;

/** What a server shows, and the warnings that it has logged. */
async function look(
  { origin, log }: ServerProcess,
): Promise<ChildEvent & { readonly event: "open" }> {
  const jobs: [number, number][] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const response: Response = await fetch(`${origin}/api/dashboard/filter`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ hostname: CLUSTER, limit: 10_000, offset }),
    });
    // An empty folder has no such cluster.
    if (response.status === 404) {
      await response.body?.cancel();
      break;
    }
    assert.equal(response.status, 200);
    const page: { data: { JobID: string; JobName: string }[]; next_offset: number | null } = await response
      .json();
    jobs.push(
      ...page.data.map(({ JobID, JobName }) => [Number(JobID), Number(JobName.slice(1))] as [number, number]),
    );
    offset = page.next_offset;
  }
  const status = await (await fetch(`${origin}/status`)).text();
  const set_aside = [...status.matchAll(/[\w.]+\.(?:parquet|json)(?:\.\d+)?/g)].map(([name]) => name);
  assert.doesNotMatch(log(), / error /);
  return { event: "open", jobs, length: jobs.length, set_aside };
}

async function killServer(
  { root, random, week, again, next, look: only_look, told }: Orders,
): Promise<Ending> {
  const environment = { DATA_PATH: root, API_KEYS: KEY, RETENTION_MONTHS: "1", AUTO_REFRESH_INTERVAL: "1" };
  const early = !only_look && random.next() < 0.25;
  const wait_ms = 50 + random.below(early ? 500 : WORK_MS);
  const noted: string[] = [];
  const tellNotices = (log: string) => {
    const notices = log.split("\n").slice(0, -1).filter((line) => line.includes(" warn "));
    for (const text of notices.slice(noted.length)) {
      noted.push(text);
      told({ event: "notice", text });
    }
  };
  let started: ServerProcess;
  try {
    started = await startServer(environment, {
      spawned: (kill) => void (early && setTimeout(kill, wait_ms)),
    });
  } catch (error) {
    if (!early) throw error;
    tellNotices(error instanceof Error ? error.message : "");
    return { phase: "start-up", power_cut: false };
  }
  const server = started;
  let killed = early;
  const end = new Promise<void>((resolve) => {
    setTimeout(async () => {
      killed = true;
      await server.end("SIGKILL");
      resolve();
    }, only_look ? 300 : wait_ms);
  });
  const send = async (batch: number) => {
    told({ event: "sent", batch });
    const response = await fetch(requestOf(batch, { origin: server.origin, week }));
    const counts = await response.json();
    assert.equal(response.status, 200, counts.detail);
    told({ event: "stored", batch, counts });
  };
  const work = async () => {
    const seen = await look(server);
    tellNotices(server.log());
    // It may have tidied up before it was asked.
    if (!server.log().includes(" moved to archive/")) told(seen);
    if (only_look) return;
    for (const batch of again) await send(batch);
    await Promise.all(Array.from({ length: SENDERS }, async (_, sender) => {
      for (let batch = next + sender;; batch += SENDERS) {
        await send(batch);
        await new Promise((resolve) => setTimeout(resolve, random.below(60)));
      }
    }));
  };
  const worked = await work().catch((error) => error);
  if (worked instanceof assert.AssertionError || worked !== undefined && !killed) throw worked;
  await end;
  tellNotices(server.log());
  return { phase: "ingest", power_cut: false };
}

Deno.test("a whole server killed at any moment loses no acknowledged record, doubles none, and names what was damaged", async () => {
  const waiting = Array.from({ length: STORIES }, (_, story) => 1000 + story);
  let [rounds, early] = [0, 0];
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const phases = await playStory(seed, { rounds: ROUNDS, play: killServer });
      rounds += phases.length;
      early += phases.filter((phase) => phase === "start-up").length;
    }
  }));
  assert.equal(rounds, STORIES * ROUNDS);
  assert.ok(early >= 5, `only ${early} were killed before they served`);
});
