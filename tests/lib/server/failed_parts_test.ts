import assert from "node:assert/strict";
import type { State } from "../../../state.ts";
import { attempt } from "../../../lib/pages/attempt.ts";
import { Answers, answerTo } from "../../../lib/server/answers.ts";
import { Turnstile } from "../../../lib/server/turnstile.ts";
import { type TestServer, withServer } from "./test_server.ts";

/** A page of two figures of which one fails until it is mended. */
function ask({ services }: TestServer, { request_id, fails }: { request_id: string; fails: boolean }) {
  const url = new URL("http://localhost/usage");
  const state: State = { services, data: services.warehouse.views, now_s: 1_700_000_000, request_id };
  return answerTo({ req: new Request(url), url, state }, {
    name: "view/usage",
    of: "all clusters",
    make: async ({ failed }) => {
      const figure = (id: string, make: () => string) =>
        attempt(make, { id, title: id, retry_href: "/usage", failed });
      return [
        await figure("good", () => "drawn"),
        await figure("bad", () => fails ? assert.fail("the query broke") : "drawn"),
      ];
    },
  });
}

Deno.test("answerTo() gives a page of which one figure fails, logs why once, and says nothing of the inside", () =>
  withServer(async (server) => {
    const { body, value } = await ask(server, { request_id: "abc12345", fails: true });
    assert.deepEqual(value, ["drawn", {
      kind: "failed",
      id: "bad",
      title: "bad",
      retry_href: "/usage",
      request_id: "abc12345",
    }]);
    assert.ok(!body.includes("the query broke"));
    const lines = server.logged.filter((line) => line.includes("abc12345"));
    assert.equal(lines.length, 1);
    assert.match(lines[0], /A part of view\/usage failed/);
  }));

Deno.test("answerTo() makes an answer with a failed figure anew, so that trying again helps", () =>
  withServer(async (server) => {
    await ask(server, { request_id: "first", fails: true });
    const mended = await ask(server, { request_id: "second", fails: false });
    assert.deepEqual(mended.value, ["drawn", "drawn"]);
    const kept = await ask(server, { request_id: "third", fails: true });
    assert.deepEqual(kept.value, ["drawn", "drawn"]);
  }));

Deno.test("Answers.get() gives an incomplete answer to all who wait for it, and keeps it not", async () => {
  const answers = new Answers(new Turnstile());
  let made = 0;
  const get = () =>
    answers.get("a", {
      make: (incomplete) => {
        incomplete();
        return ++made;
      },
    });
  assert.deepEqual((await Promise.all([get(), get()])).map(({ value }) => value), [1, 1]);
  assert.equal((await get()).value, 2);
});

Deno.test("attempt() loses no error where nobody would note it", async () => {
  await assert.rejects(
    attempt(() => assert.fail("broken"), { id: "a", title: "A", retry_href: "/" }),
    /broken/,
  );
});
