import assert from "node:assert/strict";
import { App } from "../app.ts";
import { asset, IS_BROWSER } from "../runtime.ts";
import { applySnapshot, type Snapshot } from "../snapshot.ts";
import { staticFiles } from "../static_files.ts";

const CONTENT = new TextEncoder().encode("body {}");

function fixture(mode: Snapshot["mode"] = "production") {
  const app = new App().use(staticFiles()).get("/other", (ctx) => ctx.text("other"));
  applySnapshot(app, {
    build_id: "build1",
    mode,
    root: ".",
    routes: [],
    islands: new Map(),
    files: new Map([
      ["/a b.css", { content: CONTENT, hash: "h1", immutable: false }],
      ["/_fresh/js/x-HASH.js", { content: CONTENT, hash: "h2", immutable: true }],
      ["/unknown.kind", { content: CONTENT, hash: "h3", immutable: false }],
    ]),
    modules: { boot: { url: "", preloads: [] }, islands: {}, lazy: {} },
    reload_url: null,
  });
  const handler = app.handler();
  return (path: string, init: RequestInit = {}) => handler(new Request(`http://localhost${path}`, init));
}

const LASTING = "public, max-age=31536000, immutable";

Deno.test("staticFiles() answers with content, type, ETag and no-cache", async () => {
  const response = await fixture()("/a%20b.css");
  assert.equal(await response.text(), "body {}");
  assert.equal(response.headers.get("content-type"), "text/css; charset=utf-8");
  assert.equal(response.headers.get("etag"), 'W/"h1"');
  assert.equal(response.headers.get("cache-control"), "no-cache");
});

Deno.test("staticFiles() answers 304 to any form of a tag it gave", async () => {
  for (const tag of ['W/"h1"', '"h1"', '"other", W/"h1"', "*"]) {
    const response = await fixture()("/a%20b.css", { headers: { "if-none-match": tag } });
    assert.equal(response.status, 304, tag);
    assert.equal(response.headers.get("etag"), 'W/"h1"');
    assert.equal(response.body, null);
  }
  const stale = await fixture()("/a%20b.css", { headers: { "if-none-match": 'W/"h2"' } });
  assert.equal(stale.status, 200);
});

Deno.test("staticFiles() lets only content-hashed names and this build's assets last", async () => {
  const get = fixture();
  assert.equal((await get("/_fresh/js/x-HASH.js")).headers.get("cache-control"), LASTING);
  assert.equal((await get(asset("/a%20b.css"))).headers.get("cache-control"), LASTING);
  assert.equal((await get("/a%20b.css?__frsh_c=build0")).headers.get("cache-control"), "no-cache");
});

Deno.test("staticFiles() answers in full in development, where files change under their tags", async () => {
  const get = fixture("development");
  const response = await get(asset("/a%20b.css"), { headers: { "if-none-match": 'W/"h1"' } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("cache-control"), "no-cache");
});

Deno.test("staticFiles() answers HEAD without body and refuses other methods", async () => {
  const head = await fixture()("/a%20b.css", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.body, null);
  const post = await fixture()("/a%20b.css", { method: "POST" });
  assert.equal(post.status, 405);
  assert.equal(post.headers.get("allow"), "GET, HEAD");
});

Deno.test("staticFiles() lets everything else pass, broken encodings and ways out of static/ included", async () => {
  const get = fixture();
  assert.equal(await (await get("/other")).text(), "other");
  for (const path of ["/%E0%A4%A", "/..%2fmod.ts", "/%2e%2e/mod.ts", "/a%20b.css/"]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

Deno.test("staticFiles() calls what it does not know a stream of bytes", async () => {
  assert.equal((await fixture()("/unknown.kind")).headers.get("content-type"), "application/octet-stream");
});

Deno.test("asset() adds the build to paths of this host and keeps queries and fragments", () => {
  fixture();
  assert.equal(asset("/a.css"), "/a.css?__frsh_c=build1");
  assert.equal(asset("/a.svg?size=2#x"), "/a.svg?size=2&__frsh_c=build1#x");
  assert.equal(asset("https://a.example/x"), "https://a.example/x");
  assert.equal(asset("//a.example/x"), "//a.example/x");
  assert.equal(IS_BROWSER, false);
});
