import assert from "node:assert/strict";
import { App, createDefine, HttpError, page } from "fresh";

interface State {
  trail: string[];
}

const define = createDefine<State>();

function mark(name: string) {
  return define.middleware(async (ctx) => {
    ctx.state.trail = [...(ctx.state.trail ?? []), name];
    const response = await ctx.next();
    response.headers.append("x-left", name);
    return response;
  });
}

function get(app: App<State>, path: string, init: RequestInit = {}): Promise<Response> {
  return app.handler()(new Request(`http://localhost${path}`, init));
}

Deno.test("App passes a request through middlewares in order and back in reverse", async () => {
  const app = new App<State>().use(mark("a"), mark("b")).get("/", (ctx) => ctx.json(ctx.state.trail));
  const response = await get(app, "/");
  assert.deepEqual(await response.json(), ["a", "b"]);
  assert.equal(response.headers.get("x-left"), "b, a");
});

Deno.test("App gives a route the middlewares added before it, and those of a path only below it", async () => {
  const app = new App<State>()
    .use(mark("root"))
    .get("/early", (ctx) => ctx.json(ctx.state.trail))
    .use("/api", mark("api"))
    .use(mark("late"))
    .get("/api/one", (ctx) => ctx.json(ctx.state.trail))
    .get("/apiary", (ctx) => ctx.json(ctx.state.trail));
  assert.deepEqual(await (await get(app, "/early")).json(), ["root"]);
  assert.deepEqual(await (await get(app, "/api/one")).json(), ["root", "late", "api"]);
  assert.deepEqual(await (await get(app, "/apiary")).json(), ["root", "late"]);
});

Deno.test("App starts each request with an empty state", async () => {
  const app = new App<State>().get("/", (ctx) => ctx.json(ctx.state));
  assert.deepEqual(await (await get(app, "/")).json(), {});
});

Deno.test("App routes by method", async () => {
  const app = new App<State>()
    .get("/", (ctx) => ctx.text("get"))
    .post("/", (ctx) => ctx.text("post"))
    .put("/", (ctx) => ctx.text("put"))
    .patch("/", (ctx) => ctx.text("patch"))
    .delete("/", (ctx) => ctx.text("delete"))
    .all("/all", (ctx) => ctx.text(ctx.req.method));
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    assert.equal(await (await get(app, "/", { method })).text(), method.toLowerCase());
    assert.equal(await (await get(app, "/all", { method })).text(), method);
  }
});

Deno.test("App answers HEAD by GET without its body", async () => {
  const app = new App<State>().get("/", (ctx) => ctx.text("body", { headers: { "x-here": "yes" } }));
  const response = await get(app, "/", { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-here"), "yes");
  assert.equal(response.body, null);
});

Deno.test("App prefers a HEAD handler to GET", async () => {
  const app = new App<State>()
    .get("/", (ctx) => ctx.text("get"))
    .head("/", () => new Response(null, { headers: { "x-head": "own" } }));
  assert.equal((await get(app, "/", { method: "HEAD" })).headers.get("x-head"), "own");
});

Deno.test("App answers OPTIONS without a handler by 204 and Allow", async () => {
  const app = new App<State>().get("/", (ctx) => ctx.text("")).post("/", (ctx) => ctx.text(""));
  const response = await get(app, "/", { method: "OPTIONS" });
  assert.equal(response.status, 204);
  const allowed = response.headers.get("allow")?.split(", ") ?? [];
  assert.ok(allowed.includes("GET") && allowed.includes("POST"));
});

Deno.test("App answers 404 for an unknown path and 405 for an unknown method", async () => {
  const app = new App<State>().get("/", (ctx) => ctx.text(""));
  assert.equal((await get(app, "/nope")).status, 404);
  assert.equal((await get(app, "/", { method: "POST" })).status, 405);
});

Deno.test("App runs root middlewares for unknown paths", async () => {
  const seen: unknown[] = [];
  const app = new App<State>().use(async (ctx) => {
    try {
      return await ctx.next();
    } catch (error) {
      seen.push(error);
      return ctx.text("caught", { status: 404 });
    }
  });
  assert.equal(await (await get(app, "/nope")).text(), "caught");
  assert.ok(seen[0] instanceof HttpError && seen[0].status === 404);
});

Deno.test("App decodes parameters as decodeURI does", async () => {
  const app = new App<State>().get("/jobs/:cluster/:job", (ctx) => ctx.json({ ...ctx.params }));
  const response = await get(app, "/jobs/caf%C3%A9/a%2Fb");
  assert.deepEqual(await response.json(), { cluster: "café", job: "a%2Fb" });
});

Deno.test("App prefers a fixed path to a pattern added before it", async () => {
  const app = new App<State>().get("/:word", (ctx) => ctx.text("pattern")).get(
    "/fixed",
    (ctx) => ctx.text("fixed"),
  );
  assert.equal(await (await get(app, "/fixed")).text(), "fixed");
  assert.equal(await (await get(app, "/other")).text(), "pattern");
});

Deno.test("App takes repeated slashes in a path as one", async () => {
  const app = new App<State>().get("/a/b", (ctx) => ctx.text(ctx.url.pathname));
  assert.equal(await (await get(app, "//a///b")).text(), "/a/b");
});

Deno.test("App tells the context the pattern that matched", async () => {
  const app = new App<State>().get("/jobs/:id", (ctx) => ctx.text(String(ctx.route)));
  assert.equal(await (await get(app, "/jobs/7")).text(), "/jobs/:id");
});

Deno.test("App answers an uncaught HttpError by its status and message", async () => {
  const app = new App<State>().get("/", () => {
    throw new HttpError(422, "Too many days");
  });
  const response = await get(app, "/");
  assert.equal(response.status, 422);
  assert.equal(await response.text(), "Too many days");
});

Deno.test("App.onError() answers what is thrown below its path, the nearest one first", async () => {
  const app = new App<State>()
    .onError("*", (ctx) => ctx.text(`root ${ctx.error}`, { status: 500 }))
    .onError("/api", (ctx) => ctx.text(`api ${ctx.error}`, { status: 503 }))
    .get("/api/fail", () => {
      throw "A";
    })
    .get("/fail", () => {
      throw "B";
    });
  assert.equal(await (await get(app, "/api/fail")).text(), "api A");
  assert.equal(await (await get(app, "/fail")).text(), "root B");
});

Deno.test("App.onError() gets what another error handler throws", async () => {
  const app = new App<State>()
    .onError("*", (ctx) => ctx.text(`root ${ctx.error}`, { status: 500 }))
    .onError("/api", () => {
      throw "from the error handler";
    })
    .get("/api/fail", () => {
      throw "A";
    });
  assert.equal(await (await get(app, "/api/fail")).text(), "root from the error handler");
});

Deno.test("App.notFound() answers unknown paths and thrown 404s", async () => {
  const app = new App<State>()
    .notFound((ctx) => ctx.text(`nothing at ${ctx.url.pathname}`, { status: 404 }))
    .get("/thrown", () => {
      throw new HttpError(404);
    });
  assert.equal(await (await get(app, "/nope")).text(), "nothing at /nope");
  assert.equal(await (await get(app, "/thrown")).text(), "nothing at /thrown");
});

Deno.test("Context.redirect() never leaves the host for a path", async () => {
  const cases = [
    ["/", "/"],
    ["/jobs?from=//x#//y", "/jobs?from=//x#//y"],
    ["//evil.example/", "/evil.example/"],
    ["///evil.example", "/evil.example"],
    ["https://good.example//a", "https://good.example//a"],
  ] as const;
  for (const [to, location] of cases) {
    const app = new App<State>().get("/", (ctx) => ctx.redirect(to));
    const response = await get(app, "/");
    assert.equal(response.status, 302);
    assert.equal(response.headers.get("location"), location);
  }
  const app = new App<State>().get("/", (ctx) => ctx.redirect("/there", 303));
  assert.equal((await get(app, "/")).status, 303);
});

Deno.test("Context.render() writes a document around an element", async () => {
  const app = new App<State>().get(
    "/",
    (ctx) => ctx.render(<p>{"<hi>"}</p>, { status: 418, headers: { "x-a": "b" } }),
  );
  const response = await get(app, "/");
  assert.equal(response.status, 418);
  assert.equal(response.headers.get("x-a"), "b");
  assert.match(response.headers.get("content-type") ?? "", /^text\/html; ?charset=utf-8$/i);
  const html = await response.text();
  assert.match(html, /^<!DOCTYPE html><html>/);
  assert.match(html, /<p>&lt;hi(>|&gt;)<\/p>/);
});

Deno.test("Context.html() and json() set their types", async () => {
  const app = new App<State>()
    .get("/html", (ctx) => ctx.html("<b>x</b>"))
    .get("/json", (ctx) => ctx.json({ a: 1 }, { status: 201 }));
  assert.match((await get(app, "/html")).headers.get("content-type") ?? "", /^text\/html/);
  const json = await get(app, "/json");
  assert.equal(json.status, 201);
  assert.match(json.headers.get("content-type") ?? "", /^application\/json/);
});

Deno.test("page() carries data, status and headers", () => {
  assert.deepEqual(page({ a: 1 }, { status: 201, headers: { x: "y" } }), {
    data: { a: 1 },
    status: 201,
    headers: { x: "y" },
  });
});

Deno.test("createDefine() returns what it is given", () => {
  const handlers = { GET: () => new Response("") };
  assert.equal(define.handlers(handlers), handlers);
});

Deno.test("App streams a request's body to its handler while it is being sent", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (++sent > 100) return controller.close();
      controller.enqueue(new Uint8Array(1024));
    },
  }, { highWaterMark: 0 });
  const app = new App<State>().post("/", async (ctx) => {
    const reader = ctx.req.body!.getReader();
    await reader.read();
    const sent_at_first_chunk = sent;
    let chunks = 1;
    while (!(await reader.read()).done) chunks++;
    return ctx.json({ sent_at_first_chunk, chunks });
  });
  const request = new Request("http://localhost/", { method: "POST", body });
  const { sent_at_first_chunk, chunks } = await (await app.handler()(request)).json();
  assert.ok(sent_at_first_chunk < 5, `${sent_at_first_chunk} chunks were sent before the handler saw one`);
  assert.equal(chunks, 100);
});

Deno.test("App streams a response's body as it is written", async () => {
  let written = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (++written > 100) return controller.close();
      controller.enqueue(new Uint8Array(1024));
    },
  }, { highWaterMark: 0 });
  const app = new App<State>().use(mark("a")).get("/", () => new Response(body));
  const reader = (await get(app, "/")).body!.getReader();
  await reader.read();
  assert.ok(written < 5, `${written} chunks were written before the first was read`);
  await reader.cancel();
});
