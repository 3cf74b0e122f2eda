import assert from "node:assert/strict";
import type { Batch } from "../../../lib/job/batch.ts";
import { gzip } from "../../../agent/spool/batch_file.ts";
import { type Connection, StoppedError } from "../../../agent/sending/exchange.ts";
import { push } from "../../../agent/sending/push.ts";
import { fakeWorld } from "../fakes.ts";

const BATCH: Batch = {
  hostname: "alpha",
  agent: "x/1",
  collected_until: 5,
  jobs: [{ JobID: "1" }, { JobID: "2" }],
  unread: [],
};
const PARCEL = { key: "key-1", body: await gzip(new TextEncoder().encode(JSON.stringify(BATCH))), jobs: 2 };
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

const VERDICT = {
  accepted: 1,
  updated: 0,
  duplicates: 0,
  rejected: ANSWER.rejected,
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
  const outcome = await push(PARCEL, connectionTo(server.addr.port, { world, timeout_s })).catch((
    error: unknown,
  ) => error);
  await server.shutdown();
  return { outcome, requests, world };
}

function connectionTo(
  port: number,
  { world, timeout_s = 5 }: { readonly world: Connection["world"]; readonly timeout_s?: number },
): Connection {
  const api_url = `http://127.0.0.1:${port}/`;
  return { api_url, api_key: "secret-key", timeout_s, world, secrets: ["secret-key"] };
}

function ok(): Response {
  return Response.json(ANSWER);
}

function words(outcome: unknown, kind: StoppedError["kind"] = "unreachable"): string {
  assert.ok(outcome instanceof StoppedError, String(outcome));
  assert.equal(outcome.kind, kind);
  return outcome.message;
}

Deno.test("push() posts a compressed batch with key and idempotency key and returns the answer", async () => {
  const { outcome, requests } = await pushTo([ok]);
  assert.deepEqual(outcome, VERDICT);
  const [{ headers, body, url }] = requests;
  assert.equal(new URL(url).pathname, "/api/data/ingest");
  assert.deepEqual(JSON.parse(body), BATCH);
  assert.equal(headers.get("X-API-Key"), "secret-key");
  assert.equal(headers.get("Idempotency-Key"), "key-1");
  assert.equal(headers.get("Content-Encoding"), "gzip");
  assert.match(headers.get("User-Agent") ?? "", /^slurm-usage-history-exporter\/\d/);
});

Deno.test("push() tries again after 503 with the same idempotency key", async () => {
  const { outcome, requests, world } = await pushTo([() => new Response("busy", { status: 503 }), ok]);
  assert.deepEqual(outcome, VERDICT);
  assert.deepEqual(requests.map(({ headers }) => headers.get("Idempotency-Key")), ["key-1", "key-1"]);
  assert.deepEqual(world.slept_ms, [500]);
  assert.match(world.logged[0], /503 Service Unavailable: busy; trying again in 0.5 s/);
});

Deno.test("push() waits as long as Retry-After says, in seconds or until a date", async () => {
  const again = (value: string) => () =>
    new Response(null, { status: 429, headers: { "Retry-After": value } });
  const date = new Date(Date.UTC(2026, 0, 8, 12, 0, 30)).toUTCString();
  const { outcome, world } = await pushTo([again("7"), again(date), ok]);
  assert.deepEqual(outcome, VERDICT);
  assert.deepEqual(world.slept_ms, [7000, 30_000]);
});

Deno.test("push() leaves a server that asks for much patience to a later run, and says when", async () => {
  const now = fakeWorld().now();
  const date = new Date((now + 4000) * 1000).toUTCString();
  for (const [value, after_s] of [["301", 301], [date, 4000], ["999999999", 86_400]] as const) {
    const { outcome, requests, world } = await pushTo([
      () => new Response(null, { status: 503, headers: { "Retry-After": value } }),
    ]);
    assert.match(words(outcome), /503 .*not to be asked again for/);
    assert.ok(outcome instanceof StoppedError);
    assert.equal(outcome.knock_after_s, now + after_s);
    assert.equal(requests.length, 1);
    assert.deepEqual(world.slept_ms, []);
  }
});

Deno.test("push() gives up after ten tries with waits that double up to five minutes", async () => {
  const { outcome, requests, world } = await pushTo([() => new Response(null, { status: 500 })]);
  assert.match(words(outcome), /500 Internal Server Error \(tried 10 times\)/);
  assert.equal(requests.length, 10);
  const waits = [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000];
  assert.deepEqual(world.slept_ms, waits);
  const eager = fakeWorld({ random: () => 0.999 });
  const unheard = connectionTo(1, { world: eager });
  await assert.rejects(push(PARCEL, unheard), /Cannot reach/);
  assert.ok(eager.slept_ms.every((wait) => wait < 300_000));
  assert.ok(eager.slept_ms.some((wait) => wait > 200_000));
});

Deno.test("push() tries again after what may pass, always with the same idempotency key", async () => {
  for (const status of [500, 502, 503, 504, 507, 408, 425, 429]) {
    const { outcome, requests } = await pushTo([() => new Response(null, { status }), ok]);
    assert.deepEqual(outcome, VERDICT, String(status));
    assert.deepEqual(requests.map(({ headers }) => headers.get("Idempotency-Key")), ["key-1", "key-1"]);
  }
});

Deno.test("push() reports in the server's words that it takes nothing, and does not repeat it", async () => {
  const problem = { title: "Unauthorized", detail: "This key is\nnot known: secret-key", status: 401 };
  const refusals: readonly (readonly [Response, RegExp])[] = [
    [Response.json(problem, { status: 401 }), /401 Unauthorized: This key is not known: \*\*\*$/],
    [Response.json({ title: "Forbidden" }, { status: 403 }), /403 .*: Forbidden$/],
    [new Response("<html>\n no  such page</html>", { status: 404 }), /404 Not Found: <html> no such page/],
    [new Response("x".repeat(9000), { status: 405 }), /405 [^:]*: x{500}$/],
    [new Response("proxy", { status: 407 }), /407 [^:]*: proxy$/],
  ];
  for (const [response, expected] of refusals) {
    const { outcome, requests } = await pushTo([() => response]);
    assert.match(words(outcome, "refused"), expected);
    assert.equal(requests.length, 1);
    assert.ok(!words(outcome, "refused").includes("secret-key"));
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
    [new Response(null, { status: 415 }), /415 Unsupported Media Type$/],
    [Response.json({ detail: [{ msg: "other" }] }, { status: 422 }), /422 .*: \{"detail":/],
    [Response.json({ detail: "hostname", rejected: "all" }, { status: 422 }), /422 .*: hostname$/],
    [Response.json({ detail: "none", rejected: [] }, { status: 422 }), /422 .*: none$/],
  ];
  for (const [response, expected] of refusals) {
    const { outcome, requests } = await pushTo([() => response]);
    assert.ok(typeof outcome === "object" && outcome !== null && "refused" in outcome, String(outcome));
    assert.match(String(outcome.refused), expected);
    assert.equal("status" in outcome && outcome.status, response.status);
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
  assert.ok(typeof short.outcome === "object" && short.outcome !== null && "refused" in short.outcome);
});

Deno.test("push() counts the rejected records as the server does, or by their list if it does not", async () => {
  const { rejected_count: _, ...uncounted } = ANSWER;
  assert.deepEqual((await pushTo([() => Response.json(uncounted)])).outcome, VERDICT);
  const capped = { ...ANSWER, rejected: [] };
  assert.deepEqual((await pushTo([() => Response.json(capped)])).outcome, { ...VERDICT, rejected: [] });
});

Deno.test("push() does not follow a redirect, which would lose the batch", async () => {
  const { outcome } = await pushTo([
    () => new Response(null, { status: 301, headers: { Location: "https://x.org/" } }),
  ]);
  assert.match(words(outcome, "refused"), /redirects to https:\/\/x.org\/; set api_url/);
});

Deno.test("push() takes no answer that is not the dashboard's or does not account for every job, and tries again", async () => {
  const wrong = [
    { ...ANSWER, rejected_count: 0 },
    { ...ANSWER, accepted: 2 },
    { ...ANSWER, success: false },
    { ...ANSWER, accepted: -1 },
    { ...ANSWER, accepted: "1" },
    { ...ANSWER, rejected: null },
    { ...ANSWER, rejected: [{ index: 1 }] },
    { ...ANSWER, rejected_count: 0.5 },
    [ANSWER],
  ].map((answer) => JSON.stringify(answer));
  const garbage = ["<html>Hello</html>", "{}", "null", "", JSON.stringify(ANSWER).slice(0, -1), ...wrong];
  for (const answer of garbage) {
    const { outcome, requests } = await pushTo([() => new Response(answer), ok]);
    assert.deepEqual(outcome, VERDICT, answer);
    assert.deepEqual(requests.map(({ headers }) => headers.get("Idempotency-Key")), ["key-1", "key-1"]);
  }
  const always = await pushTo([() => new Response("<html>Hello</html>")]);
  assert.match(words(always.outcome), /is api_url its address\? \(tried 10 times\)/);
});

Deno.test("push() reads no more of an endless answer than an answer can have", async () => {
  let chunks = 0;
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          chunks++;
          controller.enqueue(new Uint8Array(1024 * 1024));
        },
      }),
    );
  const { outcome } = await pushTo([endless, ok]);
  assert.deepEqual(outcome, VERDICT);
  assert.ok(chunks < 50, `${chunks} MiB`);
});

Deno.test("push() tries again when the server does not answer in time", async () => {
  const late = Promise.withResolvers<Response>();
  const { outcome, world } = await pushTo([() => late.promise, () => {
    late.resolve(ok());
    return ok();
  }], 1);
  assert.deepEqual(outcome, VERDICT);
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
  const connection = connectionTo(listener.addr.port, { world });
  await assert.rejects(push(PARCEL, connection), /Cannot reach http:.* \(tried 10 times\)/);
  listener.close();
  await beginner;
});

Deno.test("push() tries again when the connection is cut or nobody listens", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const cutter = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const world = fakeWorld();
  const connection = connectionTo(listener.addr.port, { world });
  await assert.rejects(push(PARCEL, connection), /Cannot reach http:.* \(tried 10 times\)/);
  listener.close();
  await cutter;
  await assert.rejects(push(PARCEL, connection), /Cannot reach http:.* \(tried 10 times\)/);
  assert.equal(world.slept_ms.length, 18);
});
