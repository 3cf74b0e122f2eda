import assert from "node:assert/strict";
import { parseConfig } from "../../../agent/config.ts";
import { dryRun } from "../../../agent/commands/dry_run.ts";
import { parseOptions } from "../../../agent/options.ts";
import type { Collected } from "../../../agent/slurm/collect.ts";
import { fakeWorld } from "../fakes.ts";

const T = Date.UTC(2026, 0, 8) / 1000;
const RANGE = { start: T, end: T + 86_400 };

async function* found(...all: readonly Collected[]): AsyncGenerator<Collected> {
  for (const one of all) yield await Promise.resolve(one);
}

function job(id: number): Collected {
  const values = { User: "ann", State: "COMPLETED", End: T + id, CPUHours: 1, GPUHours: 0 };
  return { kind: "job", job: { JobID: String(id), ...values } };
}

async function run(args: readonly string[], ...all: readonly Collected[]) {
  const world = fakeWorld({ fetch: () => assert.fail("a dry run sends nothing") });
  const config = parseConfig('{"api_url":"https://x.org","api_key":"k"}', "c");
  const options = parseOptions(["--dry-run", ...args]);
  const status = await dryRun(found(...all), {
    run: { world, config, options, cluster: "alpha" },
    range: RANGE,
  });
  return { status, text: world.printed.join("\n"), logged: world.logged };
}

Deno.test("dryRun() prints the days, the states and that nothing was sent", async () => {
  const { status, text } = await run([], job(1), job(2), { kind: "window", window: RANGE, jobs: 2 });
  assert.equal(status, 0);
  assert.equal(
    text,
    `cluster: alpha
time: 2026-01-08T00:00:00Z to 2026-01-09T00:00:00Z

day         jobs  users  CPU-hours  GPU-hours  failed
2026-01-08     2      1        2.0        0.0       0
total          2      1        2.0        0.0       0

states: COMPLETED 2

2 jobs would have been sent; nothing was sent or written (dry run)`,
  );
});

Deno.test("dryRun() shows the first jobs and the windows with --verbose", async () => {
  const all = [1, 2, 3, 4].map(job);
  const { text, logged } = await run(["--verbose"], ...all, { kind: "window", window: RANGE, jobs: 4 });
  assert.deepEqual([...text.matchAll(/"JobID": "(\d)"/g)].map(([, id]) => id), ["1", "2", "3"]);
  assert.deepEqual(logged, ["2026-01-08T00:00:00Z to 2026-01-09T00:00:00Z: 4 jobs"]);
  assert.ok(!(await run([], ...all)).text.includes('"JobID"'));
});

Deno.test("dryRun() shows rows that are no jobs and time that failed, with status 1", async () => {
  const unread = (n: number): Collected => ({
    kind: "unread",
    row: { line: `row ${n}\tx`, reason: "Not a row" },
  });
  const rows = Array.from({ length: 25 }, (_, i) => unread(i));
  const { status, text } = await run([], ...rows);
  assert.equal(status, 1);
  assert.match(text, /could not be read as jobs: 25\n {2}Not a row: "row 0\\tx"\n/);
  assert.match(text, /"row 19\\tx"\n {2}and 5 more\n/);
  const failure: Collected = { kind: "failure", ...{ window: RANGE }, words: "00:00 to 01:00: refused" };
  const failed = await run([], failure, job(1));
  assert.equal(failed.status, 1);
  assert.match(failed.text, /Time that could not be read: 1\n {2}00:00 to 01:00: refused\n\n1 job would/);
});

Deno.test("dryRun() prints one JSON object with --json", async () => {
  const row = { line: "Hello", reason: "Not a row" };
  const { status, text } = await run(["--json"], job(1), { kind: "unread", row });
  assert.equal(status, 1);
  const sums = { jobs: 1, users: 1, cpu_hours: 1, gpu_hours: 0, failed: 0 };
  assert.deepEqual(JSON.parse(text), {
    cluster: "alpha",
    range: { from: "2026-01-08T00:00:00Z", until: "2026-01-09T00:00:00Z" },
    totals: sums,
    states: { COMPLETED: 1 },
    days: [{ day: "2026-01-08", ...sums }],
    rejected_count: 1,
    rejected: [row],
    problems: [],
  });
  const verbose = JSON.parse((await run(["--json", "--verbose"], job(1))).text);
  assert.equal(verbose.first_jobs[0].JobID, "1");
});
