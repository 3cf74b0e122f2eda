/** The rooms of the house: who may import whom, which third parties there are, and how long a file may be. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { dirname, join, relative } from "node:path";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAX_LINES = 300;

/** Which rooms a room may import, beside itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "lib/slurm": [],
  "lib/job": ["lib/slurm"],
  "lib/disk": [],
  "lib/store": ["lib/job", "lib/disk"],
  "lib/engine": ["lib/job", "lib/disk", "lib/store"],
  "lib/view": ["lib/slurm"],
  "lib/query": ["lib/slurm", "lib/job", "lib/store", "lib/engine", "lib/view"],
  "lib/demo": ["lib/slurm", "lib/job"],
  "lib/pages": ["lib/slurm", "lib/job", "lib/view", "lib/query"],
  "lib/server": ["lib/job", "lib/store", "lib/engine", "lib/view", "lib/query", "lib/pages", "."],
  "lib/admin": ["lib/job", "lib/store", "lib/engine", "lib/view"],
  "lib/fresh": [],
  components: ["lib/view", "lib/pages", "lib/job"],
  islands: ["components", "lib/view", "lib/pages"],
  routes: ["components", "islands", "lib/view", "lib/pages", "lib/query", "lib/server", "."],
  agent: ["lib/slurm", "lib/job", "lib/disk"],
  ".": ["lib/admin", "lib/demo", "lib/job", "lib/query", "lib/server", "lib/store"],
};

/** Who may import which third party; `deno.json` may name no other. */
const THIRD_PARTIES: Readonly<Record<string, readonly string[]>> = {
  "@duckdb/node-api": ["tests"],
  "@preact/signals": ["components", "islands", "lib/fresh", "tests"],
  "axe-core": ["tests"],
  "chart.js": ["components"],
  devalue: ["lib/fresh"],
  esbuild: ["lib/fresh"],
  fresh: ["routes", "islands", "components", "lib/server", "tests", "."],
  hyparquet: ["lib/store", "tests"],
  "hyparquet-writer": ["lib/store", "tests"],
  "playwright-core": ["tests", "lib/fresh"],
  preact: ["components", "islands", "routes", "lib/fresh", "tests"],
  "preact-render-to-string": ["lib/fresh", "tests"],
  zod: ["lib/job", "lib/store", "lib/server", "agent"],
};

/** Rooms that may speak to the machine. */
const MAY_USE_DENO = ["agent", "lib/admin", "lib/disk", "lib/store", "lib/server", "lib/fresh", "tests", "."];

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** Specifiers of its imports and re-exports. */
  readonly imports: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s+["']([^"']+)["']|(?:^|\n)import\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']/g;

function* modules(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (
      name.startsWith(".") || name.startsWith("_fresh") ||
      ["node_modules", "dist", "data", "demo-data"].includes(name)
    ) continue;
    const path = join(folder, name);
    if (isDirectory) yield* modules(path);
    else if (/\.tsx?$/.test(name)) yield path;
  }
}

function roomOf(path: string): string {
  const parts = path.split("/");
  if (parts.length === 1) return ".";
  if (path.startsWith("lib/fresh/tests/")) return "tests";
  return parts[0] === "lib" ? `lib/${parts[1]}` : parts[0];
}

const sources: readonly Source[] = [...modules(ROOT)].map((file) => {
  const path = relative(ROOT, file);
  const text = Deno.readTextFileSync(file);
  const imports = [...text.matchAll(IMPORT)].map(([, a, b, c]) => a ?? b ?? c);
  return { path, room: roomOf(path), text, imports };
});

Deno.test("imports go from the rim to the core, never upward", () => {
  const breaches: string[] = [];
  for (const { path, room, imports } of sources) {
    if (room === "tests") continue;
    assert.ok(room in MAY_IMPORT, `${path} lies in no room of the house`);
    for (const specifier of imports.filter((item) => item.startsWith("."))) {
      const target = roomOf(join(dirname(path), specifier));
      if (target !== room && !MAY_IMPORT[room].includes(target)) {
        breaches.push(`${path} imports ${specifier}`);
      }
    }
  }
  assert.deepEqual(breaches, []);
  assert.ok(sources.length > 100, "the walk found the sources");
});

Deno.test("every third party is named with those who may import it", () => {
  const breaches: string[] = [];
  for (const { path, room, imports } of sources) {
    for (const specifier of imports.filter((item) => !/^(\.|node:)/.test(item))) {
      const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
      const allowed = Object.hasOwn(THIRD_PARTIES, name) && [...THIRD_PARTIES[name], "tests"].includes(room);
      if (!allowed) breaches.push(`${path} imports ${specifier}`);
    }
  }
  assert.deepEqual(breaches, []);
  for (const file of ["deno.json", "lib/fresh/deno.json"]) {
    const { imports } = JSON.parse(Deno.readTextFileSync(join(ROOT, file)));
    for (const name of Object.keys(imports)) assert.ok(name in THIRD_PARTIES, `${file} names ${name}`);
  }
});

Deno.test("only chart_js.ts imports chart.js, so that no other page loads it", () => {
  const importers = sources.filter(({ imports }) => imports.includes("chart.js")).map(({ path }) => path);
  assert.deepEqual(importers, ["components/chart_js.ts"]);
  const eager = sources.filter(({ text }) =>
    /from\s+["'][^"']*\/chart_js\.ts["']/.test(text) && !/import type/.test(text)
  );
  assert.deepEqual(eager.filter(({ room }) => room !== "tests").map(({ path }) => path), []);
});

Deno.test("the cores do not speak to the machine, the clock or chance", () => {
  const forbidden = /\bDeno\.|\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)|\bcrypto\.random/;
  const breaches = sources.filter(({ room, text }) =>
    !MAY_USE_DENO.includes(room) && !["routes", "components", "islands"].includes(room) &&
    forbidden.test(text)
  );
  assert.deepEqual(breaches.map(({ path }) => path), []);
});

Deno.test("no file is longer than a room should be", () => {
  const long = sources.filter(({ room, text }) =>
    room !== "tests" && text.split("\n").length - 1 > MAX_LINES
  );
  assert.deepEqual(long.map(({ path }) => path), []);
});
