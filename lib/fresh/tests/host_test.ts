import assert from "node:assert/strict";
import { App } from "fresh";

/** Sends a request as it is written and gives the answer as it comes. */
async function exchange(port: number, request: string): Promise<string> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(request));
  return await new Response(connection.readable).text();
}

Deno.test("App answers 400 to a host or an address that is none, and goes on", async () => {
  const seen: string[] = [];
  const app = new App().use((ctx) => {
    seen.push(ctx.url.pathname);
    return ctx.next();
  }).get("/", (ctx) => ctx.text("hello"));
  const failures: unknown[] = [];
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    onError: (error) => {
      failures.push(error);
      return new Response("failed", { status: 500 });
    },
  }, app.handler());
  try {
    const { port } = server.addr;
    const get = (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    for (const host of ["[", "[::1", "a:b:c", "a b", "127.0.0.1:99999"]) {
      assert.match(await exchange(port, get(host)), /^HTTP\/1\.1 400 /, host);
    }
    assert.deepEqual([seen, failures], [[], []]);
    const answer = await exchange(port, get("127.0.0.1"));
    assert.match(answer, /^HTTP\/1\.1 200 [^]*hello/);
    assert.deepEqual([seen, failures], [["/"], []]);
  } finally {
    await server.shutdown();
  }
});
