import assert from "node:assert/strict";
import { Answers } from "../../../lib/server/answers.ts";
import { Problem } from "../../../lib/server/problem.ts";
import { Turnstile } from "../../../lib/server/turnstile.ts";
import { wireJob, withServer } from "./test_server.ts";

/** Asks for the answer "made" and counts how often it is made. */
function counting(answers: Answers) {
  const calls: string[] = [];
  const ask = (key: string, signal?: AbortSignal) =>
    answers.get(key, {
      make: () => {
        calls.push(key);
        return { of: key };
      },
      signal,
    });
  return { calls, ask };
}

Deno.test("Answers.get() makes an answer once, for all who ask at the same time and later", async () => {
  const { calls, ask } = counting(new Answers(new Turnstile()));
  const found = await Promise.all(Array.from({ length: 10 }, () => ask("a")));
  assert.deepEqual(found.map(({ made }) => made), [true, ...new Array(9).fill(false)]);
  const later = await ask("a");
  assert.deepEqual([later.value, later.body, later.made], [{ of: "a" }, '{"of":"a"}', false]);
  assert.equal(later.etag, found[0].etag);
  assert.notEqual((await ask("b")).etag, later.etag);
  assert.deepEqual(calls, ["a", "b"]);
});

Deno.test("Answers.get() keeps the bytes it may, and of the answers those asked for last", async () => {
  const answers = new Answers(new Turnstile(), { max_bytes: 300 });
  const { calls, ask } = counting(answers);
  for (const key of ["a", "b", "c", "d", "e", "f", "g", "a", "h", "i", "a", "b"]) await ask(key);
  assert.equal(calls.join(""), "abcdefghib");
  assert.ok(answers.memory.bytes <= 300 && answers.memory.bytes > 250, String(answers.memory.bytes));
  await ask("x".repeat(300));
  assert.ok(answers.memory.bytes <= 300);
  assert.equal((await ask("a")).made, false, "what is too large drives out nothing");
});

Deno.test("Answers.get() keeps no failure", async () => {
  const answers = new Answers(new Turnstile());
  const fail = () => answers.get("a", { make: () => Promise.reject(new Problem(422, "no")) });
  await Promise.all([fail(), fail()].map((asked) => assert.rejects(asked, { message: "no" })));
  assert.deepEqual((await answers.get("a", { make: () => 7 })).value, 7);
});

Deno.test("Answers.get() goes on for those who stay, and gives up when all have gone", async () => {
  const turnstile = new Turnstile();
  const { calls, ask } = counting(new Answers(turnstile));
  const gate = Promise.withResolvers<void>();
  const before = turnstile.pass(() => gate.promise);
  const [first, second, third] = [1, 2, 3].map(() => new AbortController());
  const left = assert.rejects(ask("a", first.signal), Problem);
  const stayed = ask("a", second.signal);
  const alone = assert.rejects(ask("b", third.signal), Problem);
  first.abort();
  third.abort();
  assert.equal(turnstile.waiting, 1);
  gate.resolve();
  await Promise.all([before, left, alone]);
  assert.deepEqual((await stayed).value, { of: "a" });
  assert.deepEqual(calls, ["a"]);
  assert.equal((await ask("b")).made, true);
});

Deno.test("an answer is that of the data as it is: after a batch and after midnight it is made anew", async () => {
  let now_ms = Date.parse("2024-11-02T23:59:30Z");
  await withServer(async ({ ingest, fetch, services }) => {
    const total = async (query: string) => {
      const response = await fetch(`/api/dashboard/series?measure=jobs-ended&${query}`);
      const { total, buckets } = await response.json();
      return [total, buckets.at(-1).slice(0, 10), response.headers.get("etag")];
    };
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    await ingest({ hostname: "beta", jobs: [wireJob()] });
    const before = await total("period=7d");
    assert.deepEqual(before.slice(0, 2), [2, "2024-11-02"]);
    const alone = await total("period=7d&cluster=beta");
    assert.deepEqual(await total("period=7d"), before);
    await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "2" })] });
    assert.equal((await total("period=7d"))[0], 3);
    const made = services.answers.memory.bytes;
    assert.deepEqual(await total("cluster=beta&period=7d"), alone);
    assert.equal(services.answers.memory.bytes, made, "another cluster's batch leaves the answer as it was");
    now_ms += 60_000;
    assert.equal((await total("period=7d"))[1], "2024-11-03");
  }, { now_ms: () => now_ms });
});

Deno.test("who has an answer gets 304; who has an older one gets the new one", () =>
  withServer(async ({ ingest, fetch }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    for (const path of ["/api/dashboard/series", "/api/dashboard/view/usage", "/api/dashboard/metadata"]) {
      const etag = (await fetch(path)).headers.get("etag") ?? "";
      const again = await fetch(path, { headers: { "if-none-match": `"other", W/${etag}` } });
      assert.deepEqual([again.status, await again.text()], [304, ""], path);
    }
    const etag = (await fetch("/api/dashboard/series")).headers.get("etag") ?? "";
    await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "2" })] });
    const changed = await fetch("/api/dashboard/series", { headers: { "if-none-match": etag } });
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.get("etag"), etag);
  }));

Deno.test("a page and its view are made from one answer, and say the same", () =>
  withServer(async ({ ingest, fetch, json, services }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    const html = await (await fetch("/usage?by=user")).text();
    const bytes = services.answers.memory.bytes;
    const { body } = await json("/api/dashboard/view/usage?by=user");
    assert.equal(services.answers.memory.bytes, bytes, "it was not made again");
    assert.ok(html.includes("alice") && JSON.stringify(body).includes("alice"));
    const wrong = await json("/api/dashboard/view/usage?by=user&step=never");
    assert.match(JSON.stringify(wrong.body), /never/, "what cannot be used is part of the question");
  }));

Deno.test("the name of a saved view makes no new answer of what does not show it", () =>
  withServer(async ({ ingest, json, services }) => {
    await ingest({ hostname: "alpha", jobs: [wireJob()] });
    const kept = async (path: string) => {
      await json(`${path}period=7d`);
      const { bytes } = services.answers.memory;
      await json(`${path}period=7d&view_name=mine`);
      return services.answers.memory.bytes === bytes;
    };
    for (
      const question of [
        "series?",
        "distribution?",
        "hours-of-week?",
        "activity?",
        "efficiency?",
        "metadata?",
        "values?dimension=user&",
      ]
    ) assert.equal(await kept(`/api/dashboard/${question}`), true, question);
    assert.equal(await kept("/api/dashboard/view/usage?"), false, "a page has the name in its title");
  }));

Deno.test("a server that is too busy says so in words, to a browser as to a program", () =>
  withServer(async ({ fetch, services, json }) => {
    const gate = Promise.withResolvers<void>();
    const held = Array.from({ length: 1001 }, () => services.answers.turnstile.pass(() => gate.promise));
    const page = await fetch("/usage?by=user");
    assert.deepEqual([page.status, page.headers.get("retry-after")], [503, "2"]);
    assert.match(await page.text(), /Too many requests wait/);
    const series = await fetch("/api/dashboard/series");
    assert.deepEqual([series.status, series.headers.get("retry-after")], [503, "2"]);
    assert.match((await series.json()).detail, /Too many requests wait/);
    const { status, body } = await json("/api/dashboard/health");
    assert.deepEqual([status, (body as { waiting: number }).waiting], [200, 1000]);
    gate.resolve();
    await Promise.all(held);
    assert.equal((await fetch("/usage?by=user")).status, 200);
  }));
