import assert from "node:assert/strict";
import { type Connection, StoppedError } from "../../../agent/sending/exchange.ts";
import { getJson, postJson } from "../../../agent/sending/json.ts";
import { fakeWorld } from "../fakes.ts";

/** A connection to a server that gives these answers one after the other, and what it was asked. */
function connectionTo(...answers: readonly Response[]) {
  const asked: {
    readonly method: string;
    readonly url: string;
    readonly body: unknown;
    readonly key: string | null;
  }[] = [];
  const world = fakeWorld({
    fetch: (url: Parameters<typeof fetch>[0], { method = "GET", body, headers }: RequestInit = {}) => {
      const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : null;
      const key = new Headers(headers).get("X-API-Key");
      asked.push({ method, url: String(url), body: text === null ? null : JSON.parse(text), key });
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1].clone());
    },
  });
  const connection: Connection = {
    api_url: "https://dash.example/",
    api_key: "the-key",
    timeout_s: 5,
    world,
    secrets: [],
  };
  return { connection, asked, world };
}

Deno.test("getJson() and postJson() ask with the key, again if need be, and give what the server says", async () => {
  const busy = new Response(null, { status: 503 });
  const { connection, asked } = connectionTo(busy, new Response("<html>"), Response.json({ days: [1] }));
  assert.deepEqual(await getJson("/api/data/days?from=1", connection), { answer: { days: [1] } });
  const url = "https://dash.example/api/data/days?from=1";
  assert.deepEqual(asked, Array(3).fill({ method: "GET", url, body: null, key: "the-key" }));
  assert.deepEqual(await postJson("/api/data/inventory", { nodes: [] }, connection), {
    answer: { days: [1] },
  });
  assert.deepEqual([asked[3].method, asked[3].body], ["POST", { nodes: [] }]);
  const nothing = connectionTo(Response.json(null));
  assert.deepEqual(await getJson("/x", nothing.connection), { answer: null });
});

Deno.test("getJson() tells that an older server lacks something; a wrong key ends the run", async () => {
  const lacking = connectionTo(Response.json({ title: "No such page" }, { status: 404 }));
  const outcome = await getJson("/api/data/days", lacking.connection);
  assert.ok("refused" in outcome);
  assert.equal(outcome.status, 404);
  assert.match(outcome.refused, /404.*: No such page$/);
  const denied = connectionTo(Response.json({ detail: "unknown key" }, { status: 401 }));
  await assert.rejects(postJson("/x", {}, denied.connection), (error) => {
    assert.ok(error instanceof StoppedError);
    assert.equal(error.kind, "refused");
    return true;
  });
  assert.equal(denied.asked.length, 1);
});
