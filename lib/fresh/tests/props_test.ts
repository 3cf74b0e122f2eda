import { computed, signal } from "@preact/signals";
import { parse } from "devalue";
import assert from "node:assert/strict";
import { h } from "preact";
import { plainProps, serializeProps } from "../props.ts";

const ISLAND = { name: "Chart", module: "island_0", export_name: "default" };

function serialize(props: Record<string, unknown>): string {
  return serializeProps([{ island: { ...ISLAND, name: "First" }, props: {} }, { island: ISLAND, props }]);
}

function roundTrip(props: Record<string, unknown>): unknown {
  return parse(serialize(props), {
    Signal: ([value]) => ({ signal: value }),
    Computed: ([value]) => ({ computed: value }),
  })[1];
}

Deno.test("serializeProps() keeps what devalue keeps", () => {
  const shared = { a: 1 };
  const props = {
    text: "x",
    none: null,
    missing: undefined,
    numbers: [0, -0, NaN, Infinity, 1n],
    date: new Date(86_400_000),
    map: new Map([["k", new Set([1])]]),
    columns: new Float64Array([1.5, 2.5]),
    first: shared,
    second: shared,
    bare: Object.assign(Object.create(null), { type: "x", props: {} }),
  };
  assert.deepEqual(roundTrip(props), props);
});

Deno.test("serializeProps() sends the values of signals, and what is computed as such", () => {
  const count = signal(0);
  const inner = {
    count,
    empty: signal(undefined),
    twice: computed(() => count.value + 1),
    list: [signal([1])],
  };
  assert.deepEqual(roundTrip({ inner }), {
    inner: {
      count: { signal: 0 },
      empty: { signal: undefined },
      twice: { computed: 1 },
      list: [{ signal: [1] }],
    },
  });
});

Deno.test("plainProps() gives JSON where that keeps all, and nothing where it would not", () => {
  const plain = (props: Record<string, unknown>) => plainProps([{ island: ISLAND, props }]);
  const shared = { a: [1, null, "x", true], missing: undefined };
  assert.deepEqual(JSON.parse(plain({ shared, again: shared }) ?? ""), [{
    shared: { a: shared.a },
    again: { a: shared.a },
  }]);
  const circle: Record<string, unknown> = {};
  circle.circle = { circle };
  const lost = [-0, NaN, Infinity, 1n, new Date(0), new Map(), [undefined], new Array(1), signal(1), circle];
  for (const value of lost) assert.equal(plain({ value }), null, String(value));
  assert.equal(plain({ children: "text" }), null);
});

class Store {}

const REFUSED = [
  ["a function", "onPick", { onPick: () => {} }, "a function"],
  [
    "a function deep down",
    "spec.axes[1].format",
    { spec: { axes: [{}, { format: () => "" }] } },
    "a function",
  ],
  ["a class instance", "store", { store: new Store() }, "an instance of Store"],
  ["a promise", "rows", { rows: Promise.resolve(1) }, "an instance of Promise"],
  ["a symbol", "mark", { mark: Symbol("x") }, "a symbol"],
  ["an element", "legend", { legend: h("p", null) }, "JSX"],
  ["an element in a list", "items[0]", { items: [h("p", null)] }, "JSX"],
  ["children", "children", { children: "text" }, "JSX or children"],
] as const;

for (const [what, path, props, named] of REFUSED) {
  Deno.test(`serializeProps() refuses ${what} with the way to it`, () => {
    assert.throws(() => serialize(props), {
      name: "TypeError",
      message: `The island Chart cannot take its prop "${path}": ${named} cannot be sent to a browser`,
    });
  });
}

Deno.test("serializeProps() refuses a function inside a signal", () => {
  assert.throws(() => serialize({ inner: signal({ run: () => {} }) }), /"inner.*run": a function/);
});
