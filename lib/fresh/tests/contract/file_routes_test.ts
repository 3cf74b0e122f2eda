import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { HttpError } from "fresh";
import { Builder } from "fresh/dev";
import { createApp } from "../fixture/main.ts";

const ROOT = fileURLToPath(new URL("../fixture", import.meta.url));
const applySnapshot = await new Builder({ root: ROOT }).build({ snapshot: "memory" });

function fixture(seen: unknown[] = []) {
  const app = createApp(seen);
  applySnapshot(app);
  const handler = app.handler();
  return (path: string, init: RequestInit = {}) => handler(new Request(`http://localhost${path}`, init));
}

Deno.test("fsRoutes() renders a page with its handler's data and headers inside _app", async () => {
  const response = await fixture()("/");
  const html = await response.text();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.match(html, /^<!DOCTYPE html><html lang="en"><head>/);
  assert.match(html, /<main>Hello &lt;world(>|&gt;)<\/main>/);
});

Deno.test("fsRoutes() ships no script on a page without islands", async () => {
  assert.doesNotMatch(await (await fixture()("/inner/grouped")).text(), /<script/);
});

Deno.test("fsRoutes() prefers plain names to parameters to rests", async () => {
  const get = fixture();
  assert.equal(await (await get("/jobs/a/latest")).text(), "latest");
  assert.match(await (await get("/jobs/a/7")).text(), />a:7</);
  assert.deepEqual(await (await get("/files/one")).json(), { optional: "one" });
  assert.deepEqual(await (await get("/files/one/two")).json(), { rest: "one/two" });
});

Deno.test("fsRoutes() takes dots as part of a parameter", async () => {
  assert.equal(await (await fixture()("/api/export/usage.csv")).text(), "usage.csv");
});

Deno.test("fsRoutes() runs a folder's middlewares and layout for the routes below it only", async () => {
  const get = fixture();
  assert.match(await (await get("/jobs/a/7")).text(), /jobs-layout a.*data-trail="root,jobs-1,jobs-2"/s);
  assert.doesNotMatch(await (await get("/inner/grouped")).text(), /jobs-/);
});

Deno.test("fsRoutes() wraps the routes of a group in its layout without naming it in the path", async () => {
  const get = fixture();
  assert.match(
    await (await get("/inner/grouped")).text(),
    /<div class="group-layout"><p>grouped<\/p><\/div>/,
  );
  assert.equal((await get("/(group)/inner/grouped")).status, 404);
});

Deno.test("fsRoutes() leaves out folders named (_…)", async () => {
  assert.equal((await fixture()("/ignored")).status, 404);
});

Deno.test("fsRoutes() leaves out layouts and _app where a route's config says so", async () => {
  const html = await (await fixture()("/jobs/bare")).text();
  assert.match(html, /<em>bare<\/em>/);
  assert.doesNotMatch(html, /jobs-layout|id="trail"/);
});

Deno.test("fsRoutes() awaits async pages and layouts, which may return a Response", async () => {
  const get = fixture();
  assert.match(await (await get("/async_page")).text(), /<p>awaited<\/p>/);
  const away = await get("/async_page?away");
  assert.equal(away.status, 418);
  assert.equal(await away.text(), "away");
});

Deno.test("fsRoutes() answers an unknown path by _404", async () => {
  const response = await fixture()("/nope");
  assert.equal(response.status, 404);
  assert.match(await response.text(), /<h1>Nothing at \/nope<\/h1>/);
});

Deno.test("fsRoutes() answers a thrown 404 by _404 inside the folder's layout", async () => {
  const response = await fixture()("/jobs/a/missing");
  assert.equal(response.status, 404);
  assert.match(await response.text(), /jobs-layout a.*Nothing at \/jobs\/a\/missing/s);
});

Deno.test("fsRoutes() answers errors by the nearest _error, and none of them shows details", async () => {
  const get = fixture();
  const near = await get("/jobs/a/broken");
  assert.equal(near.status, 500);
  const near_html = await near.text();
  assert.match(near_html, /jobs-layout a.*A job went wrong/s);
  const far = await get("/boom");
  assert.equal(far.status, 500);
  const far_html = await far.text();
  assert.match(far_html, /Something broke/);
  assert.doesNotMatch(near_html + far_html, /secret detail/);
});

Deno.test("fsRoutes() lets a root middleware see what the root's _error answers", async () => {
  const seen: unknown[] = [];
  const response = await fixture(seen)("/teapot");
  assert.equal(response.status, 409);
  assert.match(await response.text(), /409 Taken/);
  assert.ok(seen[0] instanceof HttpError && seen[0].status === 409);
});

Deno.test("fsRoutes() answers the methods of a handler object, and HEAD by GET", async () => {
  const get = fixture();
  const posted = await get("/api/export/x", { method: "POST", body: new Uint8Array(1_000_000) });
  assert.deepEqual(await posted.json(), { size_bytes: 1_000_000 });
  const head = await get("/api/export/x", { method: "HEAD" });
  assert.equal(head.headers.get("x-name"), "x");
  assert.equal(await head.text(), "");
});

Deno.test("fsRoutes() serves two apps of one process from the same build", async () => {
  const [one, two] = [fixture(), fixture()];
  assert.equal((await one("/")).status, 200);
  assert.equal((await two("/jobs/a/7")).status, 200);
});

Deno.test("staticFiles() serves static/ with its type, to be asked for again", async () => {
  const get = fixture();
  const response = await get("/styles.css");
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/css/);
  assert.match(await response.text(), /margin/);
  assert.match(response.headers.get("cache-control") ?? "", /no-cache/);
});

Deno.test("staticFiles() lets browsers keep what asset() points at", async () => {
  const get = fixture();
  const [, href = ""] = /href="(\/styles\.css\?[^"]+)"/.exec(await (await get("/")).text()) ?? [];
  const response = await get(href);
  await response.body?.cancel();
  assert.match(response.headers.get("cache-control") ?? "", /immutable/);
});

Deno.test("csp() sends the nonce of the page's own scripts", async () => {
  const response = await fixture()("/islands");
  const html = await response.text();
  const [, nonce] = /'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "") ?? [];
  assert.ok(nonce);
  const scripts = html.match(/<script type="module"[^>]*>/g) ?? [];
  assert.ok(scripts.length > 0);
  for (const script of scripts) assert.ok(script.includes(`nonce="${nonce}"`), script);
  const again = (await fixture()("/islands")).headers.get("content-security-policy");
  assert.ok(!again?.includes(nonce), "two pages have the same nonce");
});
