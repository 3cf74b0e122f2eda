import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { compressed } from "../../../lib/server/compress.ts";

const SCRIPT = "console.log('again');\n".repeat(500);

function handlerOf(headers: HeadersInit) {
  return compressed(() => Promise.resolve(new Response(SCRIPT, { headers })));
}

const script = handlerOf({ "content-type": "text/javascript; charset=utf-8", etag: 'W/"1"', vary: "Origin" });

function ask(accept: string | null, handler = script): Promise<Response> {
  return handler(
    new Request("http://localhost/a.js", accept === null ? {} : { headers: { "accept-encoding": accept } }),
  );
}

Deno.test("compressed() sends a script in the best encoding that the client takes, every time the same", async () => {
  for (
    const [accept, encoding, decode] of [
      ["gzip, deflate", "gzip", gunzipSync],
      ["gzip, deflate, br", "br", brotliDecompressSync],
      ["br;q=0, gzip", "gzip", gunzipSync],
    ] as const
  ) {
    for (const _turn of ["made", "kept"]) {
      const response = await ask(accept);
      assert.equal(response.headers.get("content-encoding"), encoding);
      assert.equal(response.headers.get("vary"), "Origin, Accept-Encoding");
      const body = await response.bytes();
      assert.ok(body.length < SCRIPT.length / 10);
      assert.equal(new TextDecoder().decode(decode(body)), SCRIPT);
    }
  }
});

Deno.test("compressed() leaves alone what the client cannot read, what has no ETag and what is no file of the build", async () => {
  const untouched = [
    ask(null),
    ask("identity"),
    ask("gzip", handlerOf({ "content-type": "text/javascript" })),
    ask("gzip", handlerOf({ "content-type": "application/json", etag: '"2"' })),
  ];
  for (const answer of untouched) {
    const response = await answer;
    assert.equal(response.headers.get("content-encoding"), null);
    assert.equal(await response.text(), SCRIPT);
  }
});
