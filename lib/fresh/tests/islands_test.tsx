import { signal } from "@preact/signals";
import assert from "node:assert/strict";
import { Component, type ComponentChildren, Fragment, h, type VNode } from "preact";
import { useState } from "preact/hooks";
import { App } from "../app.ts";
import { applySnapshot, registerIslands } from "../snapshot.ts";

const HOSTILE = "</script><script>alert(1)</script><!--\u2028\u2029";

interface ShownProps {
  text?: string;
  children?: ComponentChildren;
}

function Shown({ text, children }: ShownProps) {
  return <b>{text}{children}</b>;
}

function Outer({ text }: ShownProps) {
  return (
    <i>
      <Shown text={text} />
    </i>
  );
}

class Classic extends Component<ShownProps> {
  override render() {
    return <u>{this.props.text}</u>;
  }
}

function Hooked() {
  const [count] = useState(4);
  return <>{count}</>;
}

function Throwing(): VNode {
  throw new Error("an island broke");
}

async function Awaited() {
  await Promise.resolve();
  return <p>never</p>;
}

function Own() {
  return <b data-imports="heavy">own</b>;
}

const ISLANDS = registerIslands([{
  name: "All",
  module: "island_0",
  exports: { default: Shown, Outer, Classic, Hooked, Throwing, number: 7 },
}, { name: "Own", module: "island_1", exports: { Own } }]);
const SHARED = "/_fresh/js/shared.js";
const BOOT = { url: "/_fresh/js/boot.js", preloads: ["/_fresh/js/boot.js", SHARED] };
const OWN = { url: "/_fresh/js/own.js", preloads: ["/_fresh/js/own.js", SHARED] };
const HEAVY = { url: "/_fresh/js/heavy.js", preloads: ["/_fresh/js/heavy.js", SHARED] };

/** Renders what `make` gives, which runs anew for each request, through an app that knows the islands above. */
function serve(make: () => VNode) {
  const app = new App<unknown>()
    .onError("*", (ctx) => ctx.text(ctx.error instanceof Error ? ctx.error.message : "", { status: 500 }))
    .get("/", (ctx) => ctx.render(make()));
  applySnapshot(app, {
    build_id: "b",
    mode: "production",
    root: ".",
    routes: [],
    islands: ISLANDS,
    files: new Map(),
    modules: { boot: BOOT, islands: { island_1: OWN }, lazy: { heavy: HEAVY } },
    reload_url: null,
  });
  const handler = app.handler();
  return () => handler(new Request("http://localhost/"));
}

async function htmlOf(make: () => VNode): Promise<string> {
  return await (await serve(make)()).text();
}

function bodyOf(html: string): string {
  return /<body>(.*?)(<script.*)?<\/body>/s.exec(html)?.[1] ?? "";
}

function payloadOf(html: string): { islands: unknown[]; props: unknown[]; plain?: unknown[] } {
  return JSON.parse(
    /<script type="application\/json" id="fresh-islands">(.*?)<\/script>/s.exec(html)?.[1] ?? "{}",
  );
}

Deno.test("registerIslands() takes every exported function and names it", () => {
  assert.deepEqual([...ISLANDS.values()].map(({ name }) => name), [
    "All",
    "All.Outer",
    "All.Classic",
    "All.Hooked",
    "All.Throwing",
    "Own.Own",
  ]);
});

Deno.test("an island inside precompiled markup stands between comments, without an element of its own", async () => {
  const html = await htmlOf(() => (
    <main>
      <p>before</p>
      <Shown text="x" />
      <p>after</p>
    </main>
  ));
  assert.equal(
    bodyOf(html),
    "<main><p>before</p><!--fresh-island:0--><b>x</b><!--/fresh-island--><p>after</p></main>",
  );
});

Deno.test("islands in lists, fragments, classes and with hooks are found in the order of the page", async () => {
  const html = await htmlOf(() => (
    <main>
      {["a", "b"].map((text) => <Shown key={text} text={text} />)}
      {h(Fragment, null, <Classic text="c" />)}
      {h(Hooked, null)}
    </main>
  ));
  assert.deepEqual(payloadOf(html).islands.map((one) => Array.isArray(one) && one[1]), [
    "default",
    "default",
    "Classic",
    "Hooked",
  ]);
  assert.match(bodyOf(html), /:0--><b>a<.*:1--><b>b<.*:2--><u>c<.*:3-->4<!--\/fresh-island-->/);
});

Deno.test("an island inside another island is an ordinary component", async () => {
  const html = await htmlOf(() => (
    <main>
      <Outer text="x" />
      <Shown text="y" />
    </main>
  ));
  assert.equal(
    bodyOf(html),
    "<main><!--fresh-island:0--><i><b>x</b></i><!--/fresh-island-->" +
      "<!--fresh-island:1--><b>y</b><!--/fresh-island--></main>",
  );
});

Deno.test("an element that is kept and rendered for several requests is found each time", async () => {
  const kept = <Shown text="kept" />;
  const get = serve(() => <main>{kept}</main>);
  const [first, second] = [await (await get()).text(), await (await get()).text()];
  assert.equal(bodyOf(first), bodyOf(second));
  assert.equal(payloadOf(second).islands.length, 1);
});

Deno.test("a kept element is an ordinary component once it is rendered inside an island", async () => {
  const kept = <Shown text="kept" />;
  function Around() {
    return <i>{kept}</i>;
  }
  await htmlOf(() => <main>{kept}</main>);
  const { findIslands } = await import("../islands.ts");
  const { renderToString } = await import("preact-render-to-string");
  const islands = new Map([
    ...ISLANDS,
    ...registerIslands([{ name: "Around", module: "island_1", exports: { Around } }]),
  ]);
  const { result, found } = findIslands(islands, () => renderToString(<Around />));
  assert.equal(result, "<!--fresh-island:0--><i><b>kept</b></i><!--/fresh-island-->");
  assert.equal(found.length, 1);
});

Deno.test("a page that failed leaves nothing behind for the next one", async () => {
  let fails = true;
  const get = serve(() => (
    <main>
      <Shown text="a" />
      {fails && <Throwing />}
    </main>
  ));
  assert.equal((await get()).status, 500);
  fails = false;
  assert.match(bodyOf(await (await get()).text()), /<!--fresh-island:0--><b>a<\/b>/);
});

Deno.test("a page without islands has no script, no payload and no preloads", async () => {
  const response = await serve(() => <p>plain</p>)();
  assert.equal(response.headers.get("link"), null);
  assert.doesNotMatch(await response.text(), /<script|fresh-island/);
});

Deno.test("a page with islands has one module script and preloads of each module once", async () => {
  const response = await serve(() => (
    <p>
      <Shown text="a" />
      <Shown text="b" />
    </p>
  ))();
  const modules = ["/_fresh/js/boot.js", "/_fresh/js/shared.js"];
  assert.equal(
    response.headers.get("link"),
    modules.map((url) => `<${url}>; rel="modulepreload"`).join(", "),
  );
  const scripts = (await response.text()).match(/<script type="module"[^>]*>/g);
  assert.equal(scripts?.length, 1);
  assert.match(scripts[0], /^<script type="module" src="\/_fresh\/js\/boot\.js" nonce="[0-9a-f]{32}">$/);
});

Deno.test("a page with an island of its own starts by that alone, and preloads what its elements say they import", async () => {
  const response = await serve(() => (
    <p>
      <Shown text="a" />
      <Own />
    </p>
  ))();
  const modules = ["/_fresh/js/own.js", SHARED, "/_fresh/js/heavy.js"];
  assert.equal(
    response.headers.get("link"),
    modules.map((url) => `<${url}>; rel="modulepreload"`).join(", "),
  );
  const scripts = (await response.text()).match(/<script type="module"[^>]*>/g);
  assert.equal(scripts?.length, 1);
  assert.match(scripts[0], /src="\/_fresh\/js\/own\.js" nonce=/);
});

Deno.test("text of a page that looks like data-imports preloads nothing", async () => {
  const response = await serve(() => <p>x data-imports="heavy"</p>)();
  assert.equal(response.headers.get("link"), null);
});

Deno.test("one signal given to two islands is one value of the payload", async () => {
  const shared: unknown = signal(5);
  const html = await htmlOf(() => (
    <p>
      {h(Shown, { text: shared as string })}
      {h(Outer, { text: shared as string })}
    </p>
  ));
  const { props } = payloadOf(html);
  assert.equal(props.filter((one) => Array.isArray(one) && one[0] === "Signal").length, 1);
});

Deno.test("the payload cannot end its script or a line of it", async () => {
  const html = await htmlOf(() => (
    <p>
      <Shown text={HOSTILE} />
    </p>
  ));
  const [, raw = ""] = /id="fresh-islands">(.*?)<\/script>/s.exec(html) ?? [];
  assert.doesNotMatch(raw, /[<\u2028\u2029]/);
  assert.ok(
    JSON.stringify(payloadOf(html).plain).includes(HOSTILE),
  );
});

Deno.test("an island with children is refused", async () => {
  const response = await serve(() => (
    <p>
      <Shown>
        <em>x</em>
      </Shown>
    </p>
  ))();
  assert.equal(response.status, 500);
  assert.equal(
    await response.text(),
    'The island All cannot take its prop "children": JSX or children cannot be sent to a browser',
  );
});

Deno.test("an async component below the page is refused", async () => {
  const made: unknown = Awaited;
  const response = await serve(() => <p>{h(made as typeof Shown, {})}</p>)();
  assert.match(
    await response.text(),
    /^The component Awaited is async: only pages, layouts and the app component/,
  );
});
