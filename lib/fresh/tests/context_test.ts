import assert from "node:assert/strict";
import { App } from "../app.ts";
import type { Middleware } from "../types.ts";

async function locationOf(to: string): Promise<string | null> {
  const app = new App().get("/", (ctx) => ctx.redirect(to));
  return (await app.handler()(new Request("http://localhost/"))).headers.get("location");
}

/** What `run` writes to the error log. */
async function logged(run: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const original = console.error;
  console.error = (...parts: unknown[]) => lines.push(parts.join(" "));
  try {
    await run();
  } finally {
    console.error = original;
  }
  return lines;
}

Deno.test("Context.redirect() stays on the host whatever a browser makes of the path", async () => {
  const hostile = ["//x", "/\\x", "\\\\x", "\\/x", "/\t/x", "\t//x", " //x", "/\\\\/x", "///x", "/\t\\\tx"];
  for (const to of hostile) {
    const location = await locationOf(to);
    assert.equal(
      new URL(location ?? "", "http://localhost/").host,
      "localhost",
      `${JSON.stringify(to)} → ${location}`,
    );
  }
});

Deno.test("Context.redirect() leaves addresses and relative paths as they are", async () => {
  for (const to of ["https://a.example/b//c", "?from=1", "jobs", "/a/b?c=/\\d"]) {
    assert.equal(await locationOf(to), to);
  }
});

Deno.test("App writes one line for an unexpected error and answers nothing of it", async () => {
  const app = new App().get("/jobs", () => {
    throw new Error("disk on fire", { cause: new Error("spark") });
  });
  let text = "";
  const lines = await logged(async () => {
    const response = await app.handler()(new Request("http://localhost/jobs?key=secret"));
    assert.equal(response.status, 500);
    text = await response.text();
  });
  assert.equal(text, "Internal Server Error");
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^GET \/jobs failed: Error: disk on fire \| at [^\n]*$/);
});

Deno.test("App refuses a middleware that returns something else than a Response", async () => {
  const lazy: unknown = () => Promise.resolve((ctx: { next(): unknown }) => ctx.next());
  const app = new App().use(lazy as Middleware<unknown>).get("/", (ctx) => ctx.text("never"));
  const lines = await logged(async () => {
    assert.equal((await app.handler()(new Request("http://localhost/"))).status, 500);
  });
  assert.match(
    lines[0],
    /returned function for \/: expected a Response \(lazy middlewares are not supported\)/,
  );
});

Deno.test("App answers 400 to a parameter that is not percent-encoded, through its error handler", async () => {
  const app = new App()
    .onError("*", (ctx) => ctx.text(String(ctx.error), { status: 400 }))
    .get("/:name", (ctx) => ctx.text("never"));
  const response = await app.handler()(new Request("http://localhost/%E0%A4%A"));
  assert.equal(response.status, 400);
  assert.match(await response.text(), /"%E0%A4%A", which is not valid percent-encoding/);
});

Deno.test("App.handler() refuses fsRoutes() without a build", () => {
  assert.throws(() => new App().fsRoutes().handler(), /fsRoutes\(\) has no build/);
});

Deno.test("App.listen() serves on the port it is given", async () => {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  const app = new App().post("/", async (ctx) => {
    let size_bytes = 0;
    for await (const chunk of ctx.req.body ?? []) size_bytes += chunk.byteLength;
    return ctx.json({ size_bytes, address: ctx.info.remoteAddr });
  });
  await app.listen({
    port: 0,
    hostname: "127.0.0.1",
    signal: stop.signal,
    onListen: ({ port }) => resolve(port),
  });
  const chunk = new Uint8Array(65_536);
  const body = ReadableStream.from((function* () {
    for (let sent = 0; sent < 256; sent++) yield chunk;
  })());
  const response = await fetch(`http://127.0.0.1:${await promise}/`, { method: "POST", body });
  const { size_bytes, address } = await response.json();
  assert.equal(size_bytes, 256 * 65_536);
  assert.equal(address.hostname, "127.0.0.1");
  stop.abort();
});
