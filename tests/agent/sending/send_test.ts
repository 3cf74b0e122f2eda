import assert from "node:assert/strict";
import { PushError } from "../../../agent/sending/push.ts";
import { sendBatch } from "../../../agent/sending/send.ts";
import type { Batch } from "../../../lib/job/batch.ts";
import { fakeWorld } from "../fakes.ts";

interface Request {
  readonly batch: Batch;
  readonly idempotency_key: string | null;
}

function batchOf(count: number): Batch {
  const jobs = Array.from({ length: count }, (_, i) => ({ JobID: String(i) }));
  return { hostname: "alpha", agent: "x/1", collected_until: 5, jobs, unread: [{ line: "?", reason: "no" }] };
}

/** Sends a batch to a server that answers as told, and stores it where nothing is told. */
async function sendTo(batch: Batch, respond: (batch: Batch) => Response | undefined) {
  const requests: Request[] = [];
  const listener = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const stream = request.body?.pipeThrough(new DecompressionStream("gzip"));
    const received: Batch = await new Response(stream).json();
    requests.push({ batch: received, idempotency_key: request.headers.get("Idempotency-Key") });
    return respond(received) ?? stored(received);
  });
  const world = fakeWorld();
  const server = { api_url: `http://127.0.0.1:${listener.addr.port}`, api_key: "k", timeout_s: 5 };
  const outcome = await sendBatch(batch, { server, world }).catch((error: unknown) => error);
  await listener.shutdown();
  return { outcome, requests, logged: world.logged };
}

function stored(
  { hostname, jobs }: Batch,
  rejected: readonly unknown[] = [],
  rejected_count = rejected.length,
) {
  const accepted = jobs.length - rejected_count;
  const counts = { jobs_processed: accepted, accepted, updated: 0, duplicates: 0 };
  return Response.json({ success: true, message: "", hostname, ...counts, rejected, rejected_count });
}

function tooLarge(): Response {
  return Response.json({ title: "Too large", detail: "Send fewer" }, { status: 413 });
}

function ids({ jobs }: Batch): string {
  return jobs.map(({ JobID }) => JobID).join(" ");
}

Deno.test("sendBatch() sends a batch as it is if the server takes it", async () => {
  const { outcome, requests, logged } = await sendTo(batchOf(3), () => undefined);
  assert.deepEqual(outcome, { rejected_jobs: 0, refused_batches: 0, refused_jobs: 0 });
  assert.deepEqual(requests.map(({ batch }) => batch), [batchOf(3)]);
  assert.deepEqual(logged, ["Sent 3 jobs: 3 new, 0 changed, 0 known, 0 rejected"]);
});

Deno.test("sendBatch() halves what is too large until it passes, each part with a key of its own", async () => {
  const { outcome, requests, logged } = await sendTo(
    batchOf(7),
    ({ jobs }) => jobs.length > 2 ? tooLarge() : undefined,
  );
  assert.deepEqual(outcome, { rejected_jobs: 0, refused_batches: 0, refused_jobs: 0 });
  const sent = requests.map(({ batch }) => ids(batch));
  assert.deepEqual(sent, ["0 1 2 3 4 5 6", "0 1 2 3", "0 1", "2 3", "4 5 6", "4 5", "6"]);
  assert.equal(new Set(requests.map(({ idempotency_key }) => idempotency_key)).size, requests.length);
  assert.match(logged[0], /answered 413 [^:]*: Send fewer; sending these 7 jobs in halves$/);
});

Deno.test("sendBatch() says only with the last part how far the accounting was seen, and what was unread", async () => {
  const { requests } = await sendTo(batchOf(4), ({ jobs }) => jobs.length > 1 ? tooLarge() : undefined);
  const taken = requests.map(({ batch }) => batch).filter(({ jobs }) => jobs.length === 1);
  assert.deepEqual(taken.map(ids), ["0", "1", "2", "3"]);
  assert.deepEqual(taken.map(({ collected_until }) => collected_until), [undefined, undefined, undefined, 5]);
  assert.deepEqual(taken.map(({ unread }) => unread?.length), [0, 0, 0, 1]);
});

Deno.test("sendBatch() reports one job that is too large and sends the others, with a gap", async () => {
  for (const large of ["0", "2", "5"]) {
    const { outcome, requests, logged } = await sendTo(
      batchOf(6),
      ({ jobs }) => jobs.some(({ JobID }) => JobID === large) ? tooLarge() : undefined,
    );
    assert.deepEqual(outcome, { rejected_jobs: 0, refused_batches: 1, refused_jobs: 1 });
    const taken = requests.filter(({ batch }) => !ids(batch).split(" ").includes(large));
    const others = ["0", "1", "2", "3", "4", "5"].filter((id) => id !== large);
    assert.deepEqual(taken.flatMap(({ batch }) => ids(batch).split(" ")), others);
    assert.ok(taken.every(({ batch }) => batch.collected_until === undefined));
    const refusals = logged.filter((line) => line.startsWith("Not sent"));
    assert.equal(refusals.length, 1);
    assert.match(refusals[0], new RegExp(`^Not sent: job ${large}: http:.* 413 .*: Send fewer$`));
  }
});

Deno.test("sendBatch() ends when the server finds even single jobs too large, one after the other", async () => {
  const { outcome, requests } = await sendTo(batchOf(5000), tooLarge);
  assert.ok(outcome instanceof PushError);
  assert.match(outcome.message, /413 .*: Send fewer \(for 10 single jobs in a row\)$/);
  assert.ok(requests.length < 50, String(requests.length));
});

Deno.test("sendBatch() counts a batch without jobs that is refused", async () => {
  const { outcome, requests, logged } = await sendTo(batchOf(0), tooLarge);
  assert.deepEqual(outcome, { rejected_jobs: 0, refused_batches: 1, refused_jobs: 0 });
  assert.equal(requests.length, 1);
  assert.match(logged[0], /^Not sent: the batch without jobs: http:.* 413 /);
});

Deno.test("sendBatch() reports a batch that cannot be used in the server's words and does not halve it", async () => {
  const problem = { title: "Cannot be used", detail: "hostname is no name" };
  const { outcome, requests, logged } = await sendTo(
    batchOf(3),
    () => Response.json(problem, { status: 422 }),
  );
  assert.deepEqual(outcome, { rejected_jobs: 0, refused_batches: 1, refused_jobs: 3 });
  assert.equal(requests.length, 1);
  assert.match(logged[0], /^Not sent: 3 jobs: http:.* 422 [^:]*: hostname is no name$/);
});

Deno.test("sendBatch() logs the number and the first reasons of rejected jobs, of some as of all", async () => {
  const rejected = Array.from({ length: 30 }, (_, index) => ({
    index,
    job_id: index === 0 ? null : `1${index}\n`,
    reason: `no\tSubmit\n${index}`,
  }));
  const answers: readonly ((batch: Batch) => Response)[] = [
    (batch) => stored(batch, rejected, 90),
    () => Response.json({ title: "Cannot be used", rejected, rejected_count: 90 }, { status: 422 }),
  ];
  for (const [answer, sent, first] of [[answers[0], 100, 10], [answers[1], 90, 0]] as const) {
    const { outcome, logged } = await sendTo(batchOf(sent), answer);
    assert.deepEqual(outcome, { rejected_jobs: 90, refused_batches: 0, refused_jobs: 0 });
    assert.equal(logged.length, 22);
    assert.deepEqual(logged.slice(0, 3), [
      `Sent ${sent} jobs: ${first} new, 0 changed, 0 known, 90 rejected`,
      "Rejected by the server: job number 1 of the batch: no Submit 0",
      "Rejected by the server: job 11: no Submit 1",
    ]);
    assert.equal(logged.at(-1), "Rejected by the server: 70 more jobs of this batch");
  }
});

Deno.test("sendBatch() stops at once when the server takes nothing", async () => {
  for (const status of [401, 403, 404]) {
    const { outcome, requests } = await sendTo(
      batchOf(4),
      ({ jobs }) => jobs.length === 4 ? tooLarge() : Response.json({ detail: "no" }, { status }),
    );
    assert.ok(outcome instanceof PushError);
    assert.equal(requests.length, 2);
  }
});
