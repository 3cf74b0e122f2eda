import assert from "node:assert/strict";
import { type Connection, StoppedError } from "../../../agent/sending/exchange.ts";
import { sendBatch } from "../../../agent/sending/send.ts";
import { gunzipped, gzip } from "../../../agent/spool/batch_file.ts";
import type { Batch } from "../../../lib/job/batch.ts";
import { fakeWorld } from "../fakes.ts";

interface Request {
  readonly batch: Batch;
  readonly idempotency_key: string | null;
}

function batchOf(count: number): Batch {
  const jobs = Array.from({ length: count }, (_, i) => ({ JobID: String(i) }));
  return {
    hostname: "alpha",
    agent: "x/1",
    jobs,
    unread: [{ line: "?", reason: "no" }],
    unread_count: 7,
    unread_digests: ["0123abcd"],
  };
}

/** Sends a batch to a server that answers as told, and stores it where nothing is told. */
async function sendTo(
  batch: Batch,
  respond: (batch: Batch) => Response | undefined | Promise<Response>,
  { timeout_s = 5 }: { readonly timeout_s?: number } = {},
) {
  const requests: Request[] = [];
  const listener = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const stream = request.body?.pipeThrough(new DecompressionStream("gzip"));
    const received: Batch = await new Response(stream).json();
    requests.push({ batch: received, idempotency_key: request.headers.get("Idempotency-Key") });
    return await respond(received) ?? stored(received);
  });
  const world = fakeWorld();
  const api_url = `http://127.0.0.1:${listener.addr.port}`;
  const connection: Connection = { api_url, api_key: "k", timeout_s, world, secrets: [] };
  const body = await gzip(new TextEncoder().encode(JSON.stringify(batch)));
  const outcome = await sendBatch({ key: "key", body, jobs: batch.jobs.length }, connection)
    .catch((error: unknown) => error);
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

/** Which jobs were refused, of an outcome that is no error. */
function refusedOf(outcome: unknown): readonly string[] {
  assert.ok(typeof outcome === "object" && outcome !== null && "refused" in outcome, String(outcome));
  assert.ok(Array.isArray(outcome.refused));
  return outcome.refused.map(({ from, to }) => `${from}-${to}`);
}

Deno.test("sendBatch() sends a batch as it is if the server takes it", async () => {
  const { outcome, requests, logged } = await sendTo(batchOf(3), () => undefined);
  assert.deepEqual(outcome, { rejected_jobs: 0, refused: [], failed: false });
  assert.deepEqual(requests, [{ batch: batchOf(3), idempotency_key: "key" }]);
  assert.deepEqual(logged, ["Sent 3 jobs: 3 new, 0 changed, 0 known, 0 rejected"]);
});

Deno.test("sendBatch() halves what is too large until it passes, each part with a key of its own, the same each time", async () => {
  const small = ({ jobs }: Batch) => jobs.length > 2 ? tooLarge() : undefined;
  const { outcome, requests, logged } = await sendTo(batchOf(7), small);
  assert.deepEqual(outcome, { rejected_jobs: 0, refused: [], failed: false });
  const sent = requests.map(({ batch }) => ids(batch));
  assert.deepEqual(sent, ["0 1 2 3 4 5 6", "0 1 2 3", "0 1", "2 3", "4 5 6", "4 5", "6"]);
  const keys = requests.map(({ idempotency_key }) => idempotency_key);
  assert.equal(new Set(keys).size, requests.length);
  const again = await sendTo(batchOf(7), small);
  assert.deepEqual(again.requests.map(({ idempotency_key }) => idempotency_key), keys);
  assert.match(logged[0], /answered 413 [^:]*: Send fewer; sending these 7 jobs in halves$/);
});

Deno.test("sendBatch() tells only with the last part what was unread", async () => {
  const { requests } = await sendTo(batchOf(4), ({ jobs }) => jobs.length > 1 ? tooLarge() : undefined);
  const taken = requests.map(({ batch }) => batch).filter(({ jobs }) => jobs.length === 1);
  assert.deepEqual(taken.map(ids), ["0", "1", "2", "3"]);
  assert.deepEqual(taken.map(({ unread }) => unread?.length), [undefined, undefined, undefined, 1]);
  assert.deepEqual(taken.map(({ unread_count }) => unread_count), [undefined, undefined, undefined, 7]);
  assert.deepEqual(taken.map(({ unread_digests }) => unread_digests?.length), [
    undefined,
    undefined,
    undefined,
    1,
  ]);
});

Deno.test("sendBatch() gives back one job that is too large, as it can be sent again, and sends the others", async () => {
  for (const large of ["0", "2", "5"]) {
    const { outcome, requests, logged } = await sendTo(
      batchOf(6),
      ({ jobs }) => jobs.some(({ JobID }) => JobID === large) ? tooLarge() : undefined,
    );
    assert.deepEqual(refusedOf(outcome), [`${large}-${Number(large) + 1}`]);
    const [part] =
      (outcome as { readonly refused: readonly { readonly body: Uint8Array<ArrayBuffer> }[] }).refused;
    assert.equal(ids(JSON.parse(await gunzipped(part.body))), large);
    const taken = requests.filter(({ batch }) => !ids(batch).split(" ").includes(large));
    const others = ["0", "1", "2", "3", "4", "5"].filter((id) => id !== large);
    assert.deepEqual(taken.flatMap(({ batch }) => ids(batch).split(" ")), others);
    const refusals = logged.filter((line) => line.includes("Not stored"));
    assert.equal(refusals.length, 1);
    assert.match(refusals[0], new RegExp(`^warning: Not stored: job ${large}: http:.* 413 .*: Send fewer$`));
  }
});

Deno.test("sendBatch() gives the rest up when the server finds even single jobs too large, one after the other", async () => {
  const { outcome, requests } = await sendTo(batchOf(5000), tooLarge);
  const refused = refusedOf(outcome).map((part) => part.split("-").map(Number));
  assert.ok(requests.length < 50, String(requests.length));
  assert.equal(refused[0][0], 0);
  for (let at = 1; at < refused.length; at++) assert.equal(refused[at][0], refused[at - 1][1], "no gap");
  assert.equal(refused.at(-1)?.[1], 5000);
});

Deno.test("sendBatch() gives back a batch that cannot be used and does not halve it", async () => {
  const problem = { title: "Cannot be used", detail: "hostname is no name" };
  const { outcome, requests, logged } = await sendTo(
    batchOf(3),
    () => Response.json(problem, { status: 422 }),
  );
  assert.deepEqual(refusedOf(outcome), ["0-3"]);
  assert.equal(requests.length, 1);
  assert.match(logged[0], /^warning: Not stored: 3 jobs: http:.* 422 [^:]*: hostname is no name$/);
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
    assert.deepEqual(outcome, { rejected_jobs: 90, refused: [], failed: false });
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
    assert.ok(outcome instanceof StoppedError);
    assert.equal(requests.length, 2);
  }
});

Deno.test("sendBatch() finds the one job that the server fails at, gives it back, and sends the others", async () => {
  for (const status of [500, 502, 504, 408]) {
    const { outcome, requests, logged } = await sendTo(
      batchOf(6),
      ({ jobs }) => jobs.some(({ JobID }) => JobID === "2") ? new Response("boom", { status }) : undefined,
    );
    assert.deepEqual(refusedOf(outcome), ["2-3"]);
    assert.ok((outcome as { readonly failed: boolean }).failed);
    const count = (wanted: string) => requests.filter(({ batch }) => ids(batch) === wanted).length;
    assert.equal(count("0 1 2 3 4 5"), 10, "with patience");
    assert.deepEqual([count("0 1 2"), count("2")], [2, 2], "halves with less");
    assert.deepEqual([count("0 1"), count("3 4 5")], [1, 1], "and the others once");
    const pattern = new RegExp(
      `^warning: Not stored: job 2: .* ${status} .*boom .*a batch without jobs is taken$`,
    );
    assert.ok(logged.some((line) => pattern.test(line)), logged.join("\n"));
  }
});

Deno.test("sendBatch() halves a batch that takes the server too long, if it is well", async () => {
  const { outcome, requests } = await sendTo(
    batchOf(6),
    ({ jobs }) => {
      if (jobs.length <= 3) return undefined;
      return new Promise((answer) => setTimeout(() => answer(new Response(null, { status: 500 })), 500));
    },
    { timeout_s: 0.2 },
  );
  assert.deepEqual(outcome, { rejected_jobs: 0, refused: [], failed: true });
  assert.deepEqual(requests.slice(-2).map(({ batch }) => ids(batch)), ["0 1 2", "3 4 5"]);
});

Deno.test("sendBatch() does not blame the batch when the server takes none without jobs either, or says it is busy or full", async () => {
  for (const [status, requests_made] of [[500, 12], [503, 10], [507, 10]] as const) {
    const { outcome, requests } = await sendTo(
      batchOf(4),
      ({ jobs }) => status === 500 || jobs.length > 0 ? new Response(null, { status }) : undefined,
    );
    assert.ok(outcome instanceof StoppedError);
    assert.match(outcome.message, /\(tried 10 times\)/);
    assert.equal(requests.length, requests_made);
  }
});

Deno.test("sendBatch() gives a batch back as a whole when the server fails at every job of it", async () => {
  const { outcome, requests } = await sendTo(
    batchOf(300),
    ({ jobs }) => jobs.length > 0 ? new Response(null, { status: 500 }) : undefined,
  );
  assert.deepEqual(refusedOf(outcome), ["0-300"]);
  assert.ok(requests.length < 150, String(requests.length));
  const [part] = (outcome as { readonly refused: readonly { readonly key: string }[] }).refused;
  assert.equal(part.key, "key");
});

Deno.test("sendBatch() says nothing of a batch without jobs that is taken", async () => {
  const { logged } = await sendTo(batchOf(0), () => undefined);
  assert.deepEqual(logged, []);
});
