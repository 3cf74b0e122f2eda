/** No promise is left that nobody handles: one would end the process. */
import assert from "node:assert/strict";
import { wireJob, withServer } from "./test_server.ts";

/** Runs `body` and gives what nobody handled meanwhile, and in the turns of the event loop after it. */
async function unhandled(body: () => Promise<void>): Promise<readonly string[]> {
  const found: string[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    found.push(String(event.reason));
  };
  addEventListener("unhandledrejection", note);
  try {
    await body();
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  } finally {
    removeEventListener("unhandledrejection", note);
  }
  return found;
}

const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "<script>",
  "a'b\"c",
  "the other 3",
  "(none)",
  "a,b",
  "\\",
];
const PAGES = [
  "/",
  "/usage",
  "/wait",
  "/durations",
  "/sizes",
  "/efficiency",
  "/nodes",
  "/jobs",
  "/clusters/alpha",
];

function jobs() {
  return NAMES.map((name, at) =>
    wireJob({ JobID: String(at + 1), User: name, Account: name, Partition: name, QOS: name, State: name })
  );
}

Deno.test("unhandled() would see one", async () => {
  assert.deepEqual(await unhandled(() => Promise.resolve(void Promise.reject(new Error("nobody's")))), [
    "Error: nobody's",
  ]);
});

Deno.test("no promise is left unhandled when every figure of a page fails", () =>
  withServer(async ({ fetch, ingest, services, logged }) => {
    await ingest({ hostname: "alpha", jobs: jobs() });
    // Dates and files are known, and every look at the jobs fails.
    const dataset = services.warehouse.clusters.get("alpha")?.dataset;
    for (const week of dataset?.weeks.values() ?? []) {
      Object.defineProperty(week, "runs", {
        get: () => {
          throw new Error("broken");
        },
      });
    }
    const found = await unhandled(async () => {
      for (const path of PAGES) await (await fetch(`${path}?period=7d`)).body?.cancel();
    });
    assert.deepEqual(found, []);
    assert.ok(logged.some((line) => line.startsWith("error")), "they did fail");
  }));

Deno.test("no promise is left unhandled when clients of pages, exports and batches leave, whatever names jobs have", () =>
  withServer(async ({ fetch, ingest }) => {
    const found = await unhandled(async () => {
      await ingest({ hostname: "alpha", jobs: jobs() });
      const paths = [...PAGES, "/api/dashboard/series", "/api/export/jobs.csv", "/api/export/usage.parquet"]
        .flatMap((path) => NAMES.map((name) => `${path}?period=7d&by=user&user=${encodeURIComponent(name)}`));
      await Promise.all([
        ...paths.map(async (path, at) => {
          const leaving = new AbortController();
          const asked = fetch(path, { signal: leaving.signal }).then((response) => response.body?.cancel());
          if (at % 3 === 0) leaving.abort();
          else if (at % 3 === 1) setTimeout(() => leaving.abort(), at % 20);
          await asked.catch(() => {});
        }),
        ...NAMES.map((name) => ingest({ hostname: "alpha", jobs: [wireJob({ JobID: name, User: name })] })),
      ]);
      const page = await fetch("/usage?period=7d&by=user");
      assert.equal(page.status, 200);
      assert.match(await page.text(), /__proto__/);
    });
    assert.deepEqual(found, []);
  }));
