import assert from "node:assert/strict";
import type { Batch } from "../../../lib/job/batch.ts";
import { push, PushError } from "../../../agent/sending/push.ts";
import { fakeWorld } from "../fakes.ts";

const BATCH: Batch = {
  hostname: "alpha",
  agent: "x/1",
  collected_until: 5,
  jobs: [{ JobID: "1" }, { JobID: "2" }],
  unread: [],
};
const ANSWER = {
  success: true,
  message: "stored",
  jobs_processed: 2,
  hostname: "alpha",
  accepted: 1,
  updated: 0,
  duplicates: 0,
  rejected: [{ index: 1, job_id: "2", reason: "why" }],
  rejected_count: 1,
};

/** Pushes a batch to a server that gives these answers one after the other. */
async function pushTo(answers: readonly (() => Response | Promise<Response>)[], timeout_s = 5) {
  const requests: { readonly headers: Headers; readonly body: string; readonly url: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const stream = request.body?.pipeThrough(new DecompressionStream("gzip"));
    requests.push({ headers: request.headers, body: await new Response(stream).text(), url: request.url });
    return await answers[Math.min(requests.length, answers.length) - 1]();
  });
  const world = fakeWorld();
  const target = { api_url: `http://127.0.0.1:${server.addr.port}/`, api_key: "secret-key", timeout_s };
  const outcome = await push(BATCH, { server: target, world }).catch((error: unknown) => error);
  await server.shutdown();
  return { outcome, requests, world };
}

function ok(): Response {
  return Response.json(ANSWER);
}

function words(outcome: unknown): string {
  assert.ok(outcome instanceof PushError);
  return outcome.message;
}

Deno.test("push() posts a compressed batch with key and idempotency key and returns the answer", async () => {
  const { outcome, requests } = await pushTo([ok]);
  assert.deepEqual(outcome, ANSWER);
  const [{ headers, body, url }] = requests;
  assert.equal(new URL(url).pathname, "/api/data/ingest");
  assert.deepEqual(JSON.parse(body), BATCH);
  assert.equal(headers.get("X-API-Key"), "secret-key");
  assert.equal(headers.get("Idempotency-Key"), "uuid-1");
  assert.equal(headers.get("Content-Encoding"), "gzip");
  assert.match(headers.get("User-Agent") ?? "", /^slurm-usage-history-exporter\/\d/);
});

Deno.test("push() tries again after 503 with the same idempotency key", async () => {
  const { outcome, requests, world } = await pushTo([() => new Response("busy", { status: 503 }), ok]);
  assert.deepEqual(outcome, ANSWER);
  assert.deepEqual(requests.map(({ headers }) => headers.get("Idempotency-Key")), ["uuid-1", "uuid-1"]);
  assert.deepEqual(world.slept_ms, [500]);
  assert.match(world.logged[0], /503 Service Unavailable: busy; trying again in 0.5 s/);
});

Deno.test("push() waits as long as Retry-After says, in seconds or until a date", async () => {
  const again = (value: string) => () =>
    new Response(null, { status: 429, headers: { "Retry-After": value } });
  const date = new Date(Date.UTC(2026, 0, 8, 12, 0, 30)).toUTCString();
  const { outcome, world } = await pushTo([again("7"), again(date), ok]);
  assert.deepEqual(outcome, ANSWER);
  assert.deepEqual(world.slept_ms, [7000, 30_000]);
});

Deno.test("push() leaves a server that asks for hours of patience to the next run", async () => {
  const { outcome, requests } = await pushTo([
    () => new Response(null, { status: 503, headers: { "Retry-After": "86400" } }),
  ]);
  assert.match(words(outcome), /503/);
  assert.equal(requests.length, 1);
});

Deno.test("push() gives up after some tries with waits that double up to a minute", async () => {
  const { outcome, requests, world } = await pushTo([() => new Response(null, { status: 500 })]);
  assert.match(words(outcome), /500 Internal Server Error \(tried 8 times\)/);
  assert.equal(requests.length, 8);
  assert.deepEqual(world.slept_ms, [500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
});

Deno.test("push() reports in the server's words that it takes nothing, and does not repeat it", async () => {
  const problem = { title: "Unauthorized", detail: "This key is\nnot known", status: 401 };
  const refusals: readonly (readonly [Response, RegExp])[] = [
    [Response.json(problem, { status: 401 }), /401 Unauthorized: This key is not known$/],
    [Response.json({ title: "Forbidden" }, { status: 403 }), /403 .*: Forbidden$/],
    [new Response("<html>\n no  such page</html>", { status: 404 }), /404 Not Found: <html> no such page/],
    [new Response("x".repeat(9000), { status: 415 }), /415 [^:]*: x{500}$/],
  ];
  for (const [response, expected] of refusals) {
    const { outcome, requests } = await pushTo([() => response]);
    assert.match(words(outcome), expected);
    assert.equal(requests.length, 1);
    assert.ok(!words(outcome).includes("secret-key"));
  }
});

Deno.test("push() returns the refusal of one batch in the server's words and does not repeat it", async () => {
  const refusals: readonly (readonly [Response, RegExp])[] = [
    [
      Response.json({ detail: "The body is no JSON" }, { status: 400 }),
      /400 Bad Request: The body is no JSON$/,
    ],
    [Response.json({ title: "Too large" }, { status: 413 }), /413 .*: Too large$/],
    [new Response("<html>\n too large</html>", { status: 413 }), /413 .*: <html> too large/],
    [Response.json({ detail: [{ msg: "other" }] }, { status: 422 }), /422 .*: \{"detail":/],
    [Response.json({ detail: "hostname", rejected: "all" }, { status: 422 }), /422 .*: hostname$/],
    [Response.json({ detail: "none", rejected: [] }, { status: 422 }), /422 .*: none$/],
  ];
  for (const [response, expected] of refusals) {
    const { outcome, requests } = await pushTo([() => response]);
    assert.ok(typeof outcome === "object" && outcome !== null && "refused" in outcome, String(outcome));
    assert.match(String(outcome.refused), expected);
    assert.deepEqual(outcome, { refused: outcome.refused, too_large: response.status === 413 });
    assert.equal(requests.length, 1);
  }
});

Deno.test("push() takes a 422 that names rejected records for the server's verdict on all of them", async () => {
  const rejected = [{ index: 0, job_id: "1", reason: "no Submit" }, { index: 1, job_id: null, reason: "no" }];
  for (const problem of [{ rejected }, { rejected: rejected.slice(1), rejected_count: 2 }]) {
    const { outcome, requests } = await pushTo([
      () => Response.json({ title: "Cannot be used", ...problem }, { status: 422 }),
    ]);
    assert.deepEqual(outcome, {
      accepted: 0,
      updated: 0,
      duplicates: 0,
      rejected: problem.rejected,
      rejected_count: 2,
    });
    assert.equal(requests.length, 1);
  }
  const short = await pushTo([() => Response.json({ rejected: rejected.slice(1) }, { status: 422 })]);
  assert.match(words(short.outcome), /accounts for 1 jobs, but 2 were sent/);
});

Deno.test("push() counts the rejected records as the server does, or by their list if it does not", async () => {
  const { rejected_count: _, ...uncounted } = ANSWER;
  assert.deepEqual((await pushTo([() => Response.json(uncounted)])).outcome, ANSWER);
  const capped = { ...ANSWER, rejected: [] };
  assert.deepEqual((await pushTo([() => Response.json(capped)])).outcome, capped);
});

Deno.test("push() does not follow a redirect, which would lose the batch", async () => {
  const { outcome } = await pushTo([
    () => new Response(null, { status: 301, headers: { Location: "https://x.org/" } }),
  ]);
  assert.match(words(outcome), /redirects to https:\/\/x.org\/; set api_url/);
});

Deno.test("push() refuses an answer that does not account for every job", async () => {
  const { outcome } = await pushTo([() => Response.json({ ...ANSWER, rejected_count: 0 })]);
  assert.match(words(outcome), /accounts for 1 jobs, but 2 were sent/);
});

Deno.test("push() refuses a good answer that is not the dashboard's, without repeating it", async () => {
  const wrong = [
    { ...ANSWER, success: false },
    { ...ANSWER, accepted: -1 },
    { ...ANSWER, accepted: "1" },
    { ...ANSWER, rejected: null },
    { ...ANSWER, rejected: [{ index: 1 }] },
    { ...ANSWER, rejected_count: 0.5 },
    [ANSWER],
  ].map((answer) => JSON.stringify(answer));
  for (
    const answer of ["<html>Hello</html>", "{}", "null", "", JSON.stringify(ANSWER).slice(0, -1), ...wrong]
  ) {
    const { outcome, requests } = await pushTo([() => new Response(answer)]);
    assert.match(words(outcome), /is api_url its address/);
    assert.equal(requests.length, 1);
  }
});

Deno.test("push() tries again when the server does not answer in time", async () => {
  const late = Promise.withResolvers<Response>();
  const { outcome, world } = await pushTo([() => late.promise, () => {
    late.resolve(ok());
    return ok();
  }], 1);
  assert.deepEqual(outcome, ANSWER);
  assert.match(world.logged[0], /did not answer within 1 s/);
});

Deno.test("push() tries again when the connection breaks in the middle of an answer", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const beginner = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(65_536));
      await connection.write(new TextEncoder().encode('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"succ'));
      connection.close();
    }
  })();
  const world = fakeWorld();
  const server = { api_url: `http://127.0.0.1:${listener.addr.port}`, api_key: "k", timeout_s: 5 };
  await assert.rejects(push(BATCH, { server, world }), /Cannot reach http:.* \(tried 8 times\)/);
  listener.close();
  await beginner;
});

Deno.test("push() tries again when the connection is cut or nobody listens", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const cutter = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const world = fakeWorld();
  const server = { api_url: `http://127.0.0.1:${listener.addr.port}`, api_key: "k", timeout_s: 5 };
  await assert.rejects(push(BATCH, { server, world }), /Cannot reach http:.* \(tried 8 times\)/);
  listener.close();
  await cutter;
  await assert.rejects(push(BATCH, { server, world }), /Cannot reach http:.* \(tried 8 times\)/);
  assert.equal(world.slept_ms.length, 14);
});
