import type { Metafile } from "esbuild";
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { App } from "../app.ts";
import { Builder } from "../builder.ts";
import { staticFiles } from "../static_files.ts";

const TESTS = fileURLToPath(new URL(".", import.meta.url));
const FIXTURE = join(TESTS, "fixture");

/** Runs `test` with a project of the given files, in a directory that ends with it. */
async function withProject(
  files: Record<string, string>,
  test: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ dir: TESTS, prefix: ".project_" });
  try {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), content);
    }
    await test(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function withOutput(test: (out_dir: string) => Promise<void>): Promise<void> {
  const out_dir = await Deno.makeTempDir();
  try {
    await test(out_dir);
  } finally {
    await Deno.remove(out_dir, { recursive: true });
  }
}

/** Builds to disk without the line on the console. */
async function buildQuietly(builder: Builder) {
  const original = console.log;
  console.log = () => {};
  try {
    return await builder.build();
  } finally {
    console.log = original;
  }
}

Deno.test("Builder.build() writes a server that serves pages, islands and static files without a builder", async () => {
  await withOutput(async (outDir) => {
    await buildQuietly(new Builder({ root: FIXTURE, outDir }));
    const script = `
      const { default: server } = await import(${
      JSON.stringify(pathToFileURL(join(outDir, "server.js")).href)
    });
      const get = async (path) => await server.fetch(new Request("http://localhost" + path));
      const page = await get("/islands");
      const html = await page.text();
      const [, boot] = /<script type="module" src="([^"]+)"/.exec(html);
      const statuses = [];
      for (const path of ["/", boot, "/styles.css", "/nope"]) {
        const response = await get(path);
        statuses.push(response.status, response.headers.get("cache-control"));
        await response.body?.cancel();
      }
      console.log(JSON.stringify({ statuses, link: page.headers.get("link") }));`;
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      cwd: FIXTURE,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { statuses, link } = JSON.parse(new TextDecoder().decode(stdout));
    const lasting = "public, max-age=31536000, immutable";
    assert.deepEqual(statuses, [200, "no-store", 200, lasting, 200, "no-cache", 404, null]);
    assert.match(link, /<\/_fresh\/js\/Counter-\w+\.js>; rel="modulepreload"/);
  });
});

Deno.test("Builder.build() bundles exactly one preact and keeps dynamic imports apart", async () => {
  await withOutput(async (outDir) => {
    await buildQuietly(new Builder({ root: FIXTURE, outDir }));
    const metafile: Metafile = JSON.parse(await Deno.readTextFile(join(outDir, "metafile.json")));
    const inputs = Object.keys(metafile.inputs);
    assert.equal(inputs.filter((path) => /\/preact\/dist\/preact\.[\w.]+$/.test(path)).length, 1);
    assert.equal(inputs.filter((path) => /\/signals-core\/dist\//.test(path)).length, 1);
    assert.ok(
      !inputs.some((path) => /preact-render-to-string|lib\/fresh\/(app|render|builder)\.ts/.test(path)),
    );
    const outputs = Object.entries(metafile.outputs);
    const [heavy_path] = outputs.find(([, { inputs }]) => "components/heavy.ts" in inputs) ?? [""];
    assert.match(heavy_path, /heavy-[A-Z0-9]{8}\.js$/);
    const importers = outputs.flatMap(([, { imports }]) => imports.filter(({ path }) => path === heavy_path));
    assert.deepEqual(importers.map(({ kind }) => kind), ["dynamic-import"]);
  });
});

Deno.test("Builder.build() gives the same names to the same content", async () => {
  async function names(): Promise<string[]> {
    const app = new App().use(staticFiles()).fsRoutes();
    (await new Builder({ root: FIXTURE }).build({ snapshot: "memory" }))(app);
    const response = await app.handler()(new Request("http://localhost/islands"));
    return (await response.text()).match(/\/_fresh\/js\/[\w-]+\.js|__frsh_c=\w+/g) ?? [];
  }
  const [first, second] = await Promise.all([names(), names()]);
  assert.ok(first.length > 3);
  assert.deepEqual(first, second);
});

Deno.test("Builder.build() leaves out tests and hidden files, and needs no islands and no static files", async () => {
  const files = {
    "routes/index.ts": 'export const handler = () => new Response("index");',
    "routes/index_test.ts": 'throw new Error("loaded a test");',
    "routes/other.test.ts": 'throw new Error("loaded a test");',
    "routes/.hidden.ts": 'throw new Error("loaded a hidden file");',
    "routes/notes.md": "not a module",
    "static/.secret": "secret",
    "static/.well-known/x.txt": "known",
  };
  await withProject(files, async (root) => {
    const app = new App().use(staticFiles()).fsRoutes();
    (await new Builder({ root: pathToFileURL(root).href }).build({ snapshot: "memory" }))(app);
    const handler = app.handler();
    assert.equal(app.config.root, root);
    assert.equal(await (await handler(new Request("http://localhost/"))).text(), "index");
    assert.equal(await (await handler(new Request("http://localhost/.well-known/x.txt"))).text(), "known");
    assert.equal((await handler(new Request("http://localhost/.secret"))).status, 404);
  });
});

const REFUSED: readonly (readonly [string, string, string, RegExp])[] = [
  [
    "client navigation",
    "routes/_app.tsx",
    "export default () => <body f-client-nav />;",
    /_app\.tsx uses f-client-nav/,
  ],
  [
    "partials",
    "islands/A.tsx",
    'export default () => <a f-partial="/x" />;',
    /A\.tsx uses f-partial: partials/,
  ],
  [
    "islands among routes",
    "routes/(_islands)/A.tsx",
    "export default () => null;",
    /islands belong into islands\//,
  ],
  [
    "names that mean nothing",
    "routes/_500.tsx",
    "export default () => null;",
    /Cannot use routes\/_500\.tsx/,
  ],
  [
    "server code in islands",
    "islands/A.tsx",
    'import { App } from "fresh"; console.log(App);',
    /runs on the server only/,
  ],
  ["modules that do not parse", "islands/A.tsx", "export default <p;", /islands\/A\.tsx:1:/],
];

for (const [what, path, content, message] of REFUSED) {
  Deno.test(`Builder.build() refuses ${what}`, async () => {
    await withProject({ [path]: content }, async (root) => {
      await assert.rejects(new Builder({ root }).build({ snapshot: "memory" }), message);
    });
  });
}

Deno.test("Builder.build() to disk cannot be applied to an app of this process", async () => {
  await withProject({ "routes/index.ts": "export const handler = () => new Response();" }, async (root) => {
    const applySnapshot = await buildQuietly(new Builder({ root }));
    assert.throws(() => applySnapshot(new App()), /This build is on disk: serve its server\.js/);
  });
});

/**
 * Code that leaves in `names` the processes that a process started and that still run, as Linux tells them. A process
 * that was told to stop may take a moment to; one that was not lives as long as its parent.
 */
const CHILDREN = `
  let names = [];
  for (let look = 0; look < 100; look++) {
    names = [];
    for await (const { name } of Deno.readDir("/proc")) {
      const stat = /^[0-9]+$/.test(name) ? await Deno.readTextFile("/proc/" + name + "/stat").catch(() => "") : "";
      const [, child, state, parent] = /\\((.*)\\) (\\w) (\\d+)/.exec(stat) ?? [];
      if (Number(parent) === Deno.pid && state !== "Z") names.push(child);
    }
    if (names.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }`;

Deno.test("Builder.build() stops the bundler's process, also when a build fails beside it", async () => {
  await withProject({ "islands/A.tsx": "export default <p;" }, async (broken) => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `import { Builder } from "fresh/dev";
        await Promise.allSettled([
          new Builder({ root: ${JSON.stringify(broken)} }).build({ snapshot: "memory" }),
          new Builder({ root: ${JSON.stringify(FIXTURE)} }).build({ snapshot: "memory" }),
        ]).then((results) => console.log(results.map(({ status }) => status).join()));
        ${CHILDREN}
        console.log(JSON.stringify(names));`,
      ],
      cwd: FIXTURE,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n"), ["rejected,fulfilled", "[]"]);
  });
});
