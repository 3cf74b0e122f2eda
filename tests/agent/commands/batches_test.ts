import assert from "node:assert/strict";
import { deliver } from "../../../agent/commands/batches.ts";
import type { Collected } from "../../../agent/slurm/collect.ts";
import type { Unstored } from "../../../agent/sending/send.ts";
import type { Batch } from "../../../lib/job/batch.ts";

async function* given(collected: readonly Collected[]) {
  for (const one of collected) yield await Promise.resolve(one);
}

const ALL_STORED: Unstored = { rejected_jobs: 0, refused_batches: 0, refused_jobs: 0 };

function batches(...collected: readonly Collected[]) {
  return answered(collected, () => ALL_STORED);
}

/** What is sent of a collection to a server that does with each batch as told. */
async function answered(collected: readonly Collected[], unstored: (batch: Batch) => Unstored) {
  const sent: Batch[] = [];
  const delivered = await deliver(given(collected), {
    hostname: "alpha",
    collected_from: 100,
    send: (batch) => {
      sent.push(batch);
      return Promise.resolve(unstored(batch));
    },
  });
  return { sent, delivered };
}

function jobs(count: number, from = 0): readonly Collected[] {
  return Array.from({ length: count }, (_, i) => ({ kind: "job", job: { JobID: String(from + i) } }));
}

function window(start: number, end: number): Collected {
  return { kind: "window", window: { start, end }, jobs: 0 };
}

Deno.test("deliver() sends at most 5,000 jobs at a time and none twice", async () => {
  for (const count of [1, 5000, 5001, 12_000]) {
    const { sent, delivered } = await batches(...jobs(count), window(100, 200));
    assert.ok(sent.every((batch) => batch.jobs.length <= 5000));
    assert.deepEqual(sent.flatMap((batch) => batch.jobs.map(({ JobID }) => Number(JobID))), [
      ...Array(count).keys(),
    ]);
    assert.equal(sent.length, Math.ceil(count / 5000));
    assert.deepEqual(delivered, { ...ALL_STORED, jobs: count, unread: 0, failures: [] });
  }
});

Deno.test("deliver() sends an empty batch when there is nothing to send", async () => {
  const { sent } = await batches(window(100, 200));
  assert.equal(sent.length, 1);
  const [{ agent, ...batch }] = sent;
  assert.match(agent ?? "", /^slurm-usage-history-exporter\//);
  assert.deepEqual(batch, { hostname: "alpha", collected_until: 200, jobs: [], unread: [] });
});

Deno.test("deliver() says how far the accounting was seen without a gap", async () => {
  const { sent } = await batches(...jobs(1), window(100, 200), ...jobs(5000), window(200, 300));
  assert.deepEqual(sent.map(({ collected_until }) => collected_until), [200, 300]);
  const failing: Collected = { kind: "failure", words: "200 to 300: no" };
  const gap = await batches(window(100, 200), failing, window(300, 400));
  assert.equal(gap.sent[0].collected_until, 200);
  assert.deepEqual(gap.delivered.failures, ["200 to 300: no"]);
  assert.equal((await batches(failing)).sent[0].collected_until, 100);
});

Deno.test("deliver() goes on after a refused batch, adds up, and says no more how far the accounting was seen", async () => {
  const collected = [...jobs(1), window(100, 200), ...jobs(10_000), window(200, 300)];
  const verdicts: Unstored[] = [
    { rejected_jobs: 4, refused_batches: 0, refused_jobs: 0 },
    { rejected_jobs: 1, refused_batches: 2, refused_jobs: 3 },
    { rejected_jobs: 0, refused_batches: 1, refused_jobs: 1 },
  ];
  const { sent, delivered } = await answered(collected, () => verdicts.shift() ?? ALL_STORED);
  assert.deepEqual(sent.map(({ jobs }) => jobs.length), [5000, 5000, 1]);
  assert.deepEqual(sent.map(({ collected_until }) => collected_until), [200, 200, undefined]);
  assert.deepEqual(delivered, {
    jobs: 10_001,
    unread: 0,
    rejected_jobs: 5,
    refused_batches: 3,
    refused_jobs: 4,
    failures: [],
  });
});

Deno.test("deliver() sends the rows that could not be read, each once, a hundred at most, and counts all", async () => {
  const unread = Array.from({ length: 150 }, (_, i): Collected => ({
    kind: "unread",
    row: { line: String(i), reason: "no job" },
  }));
  const { sent, delivered } = await batches(...unread, ...unread);
  assert.equal(delivered.unread, 150);
  assert.equal(sent[0].unread?.length, 101);
  assert.deepEqual(sent[0].unread?.at(-1), { line: "", reason: "50 more rows could not be read" });
});

Deno.test("deliver() stops collecting when a batch cannot be sent", async () => {
  let taken = 0;
  async function* endless() {
    for (const job of jobs(20_000)) {
      taken++;
      yield await Promise.resolve(job);
    }
  }
  const send = () => Promise.reject(new Error("refused"));
  await assert.rejects(deliver(endless(), { hostname: "alpha", collected_from: 0, send }), /refused/);
  assert.equal(taken, 5001);
});
