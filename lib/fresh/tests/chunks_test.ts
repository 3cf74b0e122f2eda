import assert from "node:assert/strict";
import { planChunks } from "../chunks.ts";

const LARGE = 10_000;

interface Module {
  readonly imports?: readonly string[];
  readonly lazy?: readonly string[];
  readonly bytes?: number;
}

function planOf(modules: Readonly<Record<string, Module>>, everywhere: readonly string[] = ["boot"]) {
  const inputs = Object.fromEntries(
    Object.entries(modules).map(([path, { imports = [], lazy = [] }]) => [path, {
      bytes: 0,
      imports: [
        ...imports.map((to) => ({ path: to, kind: "import-statement" as const })),
        ...lazy.map((to) => ({ path: to, kind: "dynamic-import" as const })),
      ],
    }]),
  );
  const in_output = Object.entries(modules).map((
    [path, { bytes = 100 }],
  ) => [path, { bytesInOutput: bytes }]);
  const outputs = {
    all: { bytes: 0, inputs: Object.fromEntries(in_output), imports: [], exports: [] },
  };
  const islands = Object.keys(modules).filter((path) => path.startsWith("Island"));
  return planChunks({ metafile: { inputs, outputs }, islands, everywhere });
}

const PAGES: Readonly<Record<string, Module>> = {
  boot: { imports: ["preact"] },
  preact: {},
  IslandA: { imports: ["preact", "figure", "all"] },
  IslandB: { imports: ["figure", "all", "small"] },
  IslandC: { imports: ["all", "small"] },
  figure: { bytes: LARGE, lazy: ["chart"] },
  all: { bytes: LARGE },
  small: {},
  chart: { imports: ["figure"], bytes: LARGE },
};

Deno.test("planChunks() puts what every page needs first, with what boots the islands", () => {
  const { groups } = planOf(PAGES);
  assert.deepEqual([...groups[0]].sort(), ["all", "boot", "preact", "small"]);
});

Deno.test("planChunks() keeps apart what is large and not for all, and small things not", () => {
  const { groups, needs } = planOf(PAGES);
  assert.deepEqual(groups.slice(1), [["figure"]]);
  assert.deepEqual(Object.fromEntries(needs), { IslandA: [0, 1], IslandB: [0, 1], IslandC: [0] });
});

Deno.test("planChunks() has a dynamic module import only what is there with every island that may load it", () => {
  const { lazy_needs } = planOf(PAGES);
  assert.deepEqual(Object.fromEntries(lazy_needs), { chart: [0, 1] });
  const wider = planOf({ ...PAGES, IslandC: { imports: ["all"], lazy: ["chart"] } });
  assert.deepEqual(Object.fromEntries(wider.lazy_needs), { chart: [0] });
});

Deno.test("planChunks() puts an island of every page, and what only it needs, into the first group", () => {
  const { groups, needs } = planOf(
    { ...PAGES, IslandTools: { imports: ["keys"] }, keys: { bytes: LARGE } },
    ["boot", "IslandTools"],
  );
  assert.ok(groups[0].includes("keys"));
  assert.equal(needs.has("IslandTools"), false);
});
