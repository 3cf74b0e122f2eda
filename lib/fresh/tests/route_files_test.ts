import assert from "node:assert/strict";
import { App } from "../app.ts";
import { comparePatterns, placeOf } from "../route_files.ts";
import { applySnapshot, type Snapshot } from "../snapshot.ts";

const PLACES = [
  ["index.tsx", "route", "", "/"],
  ["usage.tsx", "route", "", "/usage"],
  ["api/data/ingest.ts", "route", "api/data", "/api/data/ingest"],
  ["api/export/[name].ts", "route", "api/export", "/api/export/:name"],
  ["jobs/[cluster]/[job].tsx", "route", "jobs/:cluster", "/jobs/:cluster/:job"],
  ["jobs/index.tsx", "route", "jobs", "/jobs"],
  ["[[lang]]/about.tsx", "route", "[[lang]]", "{/:lang}?/about"],
  ["docs/[...path].tsx", "route", "docs", "/docs/:path*"],
  ["(site)/index.tsx", "route", "(site)", "/"],
  ["(site)/jobs/(inner)/all.tsx", "route", "(site)/jobs/(inner)", "/jobs/all"],
  ["robots.txt.ts", "route", "", "/robots.txt"],
  ["_app.tsx", "app", "", "/_app"],
  ["_404.tsx", "not found", "", "/_404"],
  ["jobs/_error.tsx", "error", "jobs", "/jobs/_error"],
  ["jobs/_middleware.ts", "middleware", "jobs", "/jobs/_middleware"],
  ["(site)/_layout.tsx", "layout", "(site)", "/_layout"],
] as const;

for (const [path, kind, folder, pattern] of PLACES) {
  Deno.test(`placeOf() reads ${path}`, () => assert.deepEqual(placeOf(path), { kind, folder, pattern }));
}

for (
  const path of [
    "jobs/_app.tsx",
    "jobs/_404.tsx",
    "_500.tsx",
    "a b.tsx",
    "[id]-x.tsx",
    "a/[x][y].tsx",
    "a+.ts",
  ]
) {
  Deno.test(`placeOf() refuses ${path}`, () => {
    assert.throws(
      () => placeOf(path),
      (error) => error instanceof SyntaxError && error.message.includes(`routes/${path}`),
    );
  });
}

Deno.test("comparePatterns() orders by the first segment that differs, in any initial order", () => {
  const ordered = ["/", "/a", "/a/b/c", "/a/:x", "/a/:x/c", "/a{/:x}?", "/a/:x*", "/:y", "/:y/b", "/:rest*"];
  for (let turn = 0; turn < ordered.length; turn++) {
    const shuffled = [...ordered.slice(turn), ...ordered.slice(0, turn)].reverse();
    assert.deepEqual(shuffled.sort(comparePatterns).map(rankless), ordered.map(rankless));
  }
});

/** Fixed paths are looked up, not tried in turn, so their own order is of no account. */
function rankless(pattern: string): string {
  return pattern.includes(":") ? pattern : "fixed";
}

function handlerOver<State>(
  routes: Record<string, Record<string, unknown>>,
  app: App<State> = new App<State>().fsRoutes(),
) {
  const snapshot: Snapshot = {
    build_id: "",
    mode: "production",
    root: ".",
    routes: Object.entries(routes).map(([path, exports]) => ({ path, exports })),
    islands: new Map(),
    files: new Map(),
    modules: { boot: { url: "", preloads: [] }, islands: {}, lazy: {} },
    reload_url: null,
  };
  applySnapshot(app, snapshot);
  return app.handler();
}

const REFUSED: readonly (readonly [string, Record<string, Record<string, unknown>>, RegExp])[] = [
  [
    "two files for one path",
    { "index.ts": ok(), "(a)/index.ts": ok() },
    /index\.ts and routes\/.*index\.ts both answer \//,
  ],
  ["a file without exports", { "a.ts": {} }, /routes\/a\.ts exports neither/],
  [
    "a handler that is neither function nor object",
    { "a.ts": { handler: "x" } },
    /routes\/a\.ts must export as handler/,
  ],
  ["a handler for an unknown method", { "a.ts": { handler: { FETCH: ok } } }, /functions for GET, HEAD/],
  ["a default that is no component", { "a.tsx": { default: 1 } }, /default, not number/],
  ["css", { "a.tsx": { ...ok(), css: ["a.css"] } }, /routes\/a\.tsx exports css, which is not supported/],
  [
    "routeOverride",
    { "a.tsx": { ...ok(), config: { routeOverride: "/x" } } },
    /exports config\.routeOverride/,
  ],
  ["a middleware per method", { "_middleware.ts": { handler: { GET: ok } } }, /must export a middleware/],
  ["a layout with a handler", { "_layout.tsx": { ...ok(), default: ok } }, /as default, and no handler/],
  ["an app without a component", { "_app.tsx": ok() }, /routes\/_app\.tsx must export a component/],
];

function ok(): { handler: () => Response } {
  return { handler: () => new Response("ok") };
}

for (const [what, routes, message] of REFUSED) {
  Deno.test(`fsRoutes() refuses ${what}`, () => {
    assert.throws(
      () => handlerOver(routes),
      (error) => error instanceof TypeError && message.test(error.message),
    );
  });
}

Deno.test("fsRoutes() refuses page data without a page", async () => {
  const handler = handlerOver({
    "a.ts": { handler: () => ({ data: 1 }) },
    "_error.ts": { handler: (ctx: { error: unknown }) => new Response(String(ctx.error), { status: 500 }) },
  });
  const response = await handler(new Request("http://localhost/a"));
  assert.match(
    await response.text(),
    /The handler of \/a returned page data, but the route has no default export/,
  );
});

Deno.test("fsRoutes() runs the middlewares that App.use() added for a folder's path", async () => {
  const app = new App<{ seen?: string }>()
    .use("/jobs/:cluster", (ctx) => {
      ctx.state.seen = ctx.params.cluster;
      return ctx.next();
    })
    .fsRoutes();
  const handler = (ctx: { state: { seen?: string } }) => new Response(`seen ${ctx.state.seen}`);
  const answer = handlerOver({ "jobs/[cluster]/[job].ts": { handler }, "jobs/all.ts": { handler } }, app);
  assert.equal(await (await answer(new Request("http://localhost/jobs/a/7"))).text(), "seen a");
  assert.equal(await (await answer(new Request("http://localhost/jobs/all"))).text(), "seen undefined");
});
