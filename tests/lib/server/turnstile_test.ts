import assert from "node:assert/strict";
import { breathe, nextTurn, noteArrival } from "../../../lib/server/event_loop.ts";
import { Problem } from "../../../lib/server/problem.ts";
import { Turnstile } from "../../../lib/server/turnstile.ts";

function busyFor(ms: number): void {
  const end_ms = performance.now() + ms;
  while (performance.now() < end_ms);
}

async function refusal(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

Deno.test("Turnstile.pass() does one piece of work at a time, in the order they came, and gives back what it made", async () => {
  const turnstile = new Turnstile();
  const events: string[] = [];
  const results = await Promise.all(["a", "b", "c"].map((name) =>
    turnstile.pass(async () => {
      events.push(`${name} begins`);
      await nextTurn();
      events.push(`${name} ends`);
      return name;
    })
  ));
  assert.deepEqual(results, ["a", "b", "c"]);
  assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

Deno.test("Turnstile.pass() lets the event loop have a turn between two pieces of work", async () => {
  const turnstile = new Turnstile();
  const events: string[] = [];
  const work = ["a", "b", "c", "d"].map((name) =>
    turnstile.pass(() => {
      events.push(name);
      busyFor(3);
    })
  );
  setTimeout(() => events.push("timer"), 0);
  await Promise.all(work);
  assert.ok(events.indexOf("timer") < events.indexOf("d"), events.join());
});

Deno.test("a server answers what does not pass the turnstile while a queue waits at it", async () => {
  const turnstile = new Turnstile();
  const order: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/query") await turnstile.pass(() => busyFor(5));
    order.push(pathname);
    return new Response("ok");
  });
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${server.addr.port}${path}`).then((response) => response.text());
  const queries = Array.from({ length: 40 }, () => ask("/query"));
  await queries[0];
  await ask("/health");
  assert.ok(turnstile.waiting > 5, `only ${turnstile.waiting} still waited`);
  await Promise.all(queries);
  assert.ok(order.indexOf("/health") < 30, String(order.indexOf("/health")));
  await server.shutdown();
});

Deno.test("a client of a server that goes away leaves the queue, one that has its answer does not count", async () => {
  const turnstile = new Turnstile();
  const gate = Promise.withResolvers<void>();
  const held = turnstile.pass(() => gate.promise);
  const served: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async ({ url, signal }) => {
      try {
        await turnstile.pass(() => served.push(new URL(url).pathname), signal);
        return new Response("ok");
      } catch {
        return new Response("gone", { status: 503 });
      }
    },
  );
  const leaving = new AbortController();
  const ask = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${server.addr.port}${path}`, init);
  const left = assert.rejects(ask("/left", { signal: leaving.signal }));
  const stayed = ask("/stayed");
  while (turnstile.waiting < 2) await nextTurn();
  leaving.abort();
  await left;
  while (turnstile.waiting > 1) await nextTurn();
  gate.resolve();
  assert.equal(await (await stayed).text(), "ok");
  await held;
  assert.deepEqual(served, ["/stayed"]);
  await server.shutdown();
});

Deno.test("Turnstile.pass() goes on after work that failed, and leaves out whoever has gone", async () => {
  const turnstile = new Turnstile();
  const failing = turnstile.pass(() => Promise.reject(new Error("no")));
  const leaving = new AbortController();
  const left = refusal(turnstile.pass(() => assert.fail("it was left out"), leaving.signal));
  const after = turnstile.pass(() => "after");
  leaving.abort();
  assert.equal(turnstile.waiting, 1);
  await assert.rejects(failing, { message: "no" });
  assert.equal((await left).status, 503);
  assert.equal(await after, "after");
  assert.equal((await refusal(turnstile.pass(() => 1, leaving.signal))).status, 503);
  assert.equal(await turnstile.pass(() => "again"), "again");
});

Deno.test("Turnstile.pass() refuses whoever comes when too many wait, and says when to come again", async () => {
  const turnstile = new Turnstile({ max_waiting: 2 });
  const waiting = [1, 2, 3].map((number) => turnstile.pass(() => number));
  const { status, retry_after_s } = await refusal(turnstile.pass(() => 4));
  assert.deepEqual([status, retry_after_s], [503, 2]);
  assert.deepEqual(await Promise.all(waiting), [1, 2, 3]);
});

Deno.test("nextTurn() lasts as long as parts of a body arrive, yet not for ever", async () => {
  let parts = 0;
  let more = 5;
  const arrive = () => {
    parts++;
    noteArrival();
    if (--more > 0) setTimeout(arrive, 0);
  };
  setTimeout(arrive, 0);
  await nextTurn();
  assert.ok(parts >= 3, `${parts} parts`);
  more = 100_000;
  setTimeout(arrive, 0);
  await nextTurn();
  assert.ok(more > 0, "it ended while parts still came");
  more = 0;
  await nextTurn();
});

Deno.test("breathe() is nothing until work has kept the event loop for long, then gives it a turn", async () => {
  await nextTurn();
  assert.equal(breathe(), undefined);
  let turned = false;
  setTimeout(() => turned = true, 0);
  busyFor(20);
  const breath = breathe();
  assert.ok(breath instanceof Promise);
  await breath;
  assert.ok(turned);
  assert.equal(breathe(), undefined);
});
