/**
 * The whole way on a real Slurm: its sacct, our agent, our server, its API; compared with what sacct and sreport say
 * when asked directly, in other ways than the agent asks them. Needs root and Debian's Slurm packages, takes a minute
 * or two, and is skipped where they are missing.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import {
  everyRecord,
  identity,
  largestSteps,
  recentTexts,
  type SacctRecord,
  seconds,
  sreportByUser,
} from "./accounting.ts";
import { installAgent, type InstalledAgent } from "./agent.ts";
import { collectBulk } from "./bulk.ts";
import { aSecond, whileJobsChange } from "./changes.ts";
import { BULK_DAYS, type Cluster, obstacle, output, startCluster } from "./cluster.ts";
import { type Dashboard, type Job, startDashboard } from "./dashboard.ts";
import { RUNNING, sameRecords } from "./same_records.ts";

const BULK = ["backfill", "--start-date", "2024-12-31", "--end-date", `2025-01-${BULK_DAYS + 5}`];
/** Whole days inside the synthetic history: jobs reach over both ends. */
const INSIDE = { from: "2025-01-03", to: "2025-01-07", until: "2025-01-08" };
/** Jobs that sacct lists only when asked by id, though they ended: they were never eligible. */
const NEVER_ELIGIBLE = ["cancel_pending_self", "cancel_pending_root", "dep_killed"];

function idOf(cluster: Cluster, key: string): string {
  const id = cluster.jobs.get(key);
  assert.ok(id !== undefined, key);
  return id;
}

/** CPU- or GPU-seconds that a record stands for; a resized job's second record from its Submit on (see below). */
function usedSeconds(record: SacctRecord, count: number): number {
  const [submit, start] = [seconds(record.Submit), seconds(record.Start)];
  const counted_before = submit !== null && start !== null ? Math.max(0, submit - start) : 0;
  return count * Math.max(0, Number(record.ElapsedRaw) - counted_before);
}

function gpus({ AllocTRES }: SacctRecord): number {
  return Number(/gres\/gpu=(\d+)/.exec(AllocTRES)?.[1] ?? 0);
}

function close(actual: number, expected: number, what: string): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`);
}

/** Compares hours by name with seconds by name; names without use may be left out. */
function sameHours(
  hours: Readonly<Record<string, number>>,
  { expected, what }: { readonly expected: Readonly<Record<string, number>>; readonly what: string },
): void {
  assert.ok(Object.values(expected).some((used) => used > 0), `${what}: nothing to compare`);
  for (const name of new Set([...Object.keys(hours), ...Object.keys(expected)])) {
    close((hours[name] ?? 0) * 3600, expected[name] ?? 0, `${what} of ${name}`);
  }
}

Deno.test("a real Slurm's jobs arrive complete, once, and with its own totals", async (t) => {
  const missing = await obstacle();
  if (missing !== null) {
    console.log(`skipped: ${missing}`);
    return;
  }
  const cluster = await startCluster();
  try {
    const dashboard = await startDashboard(cluster.name);
    const agent = await installAgent(cluster, dashboard);
    try {
      await compare(t, { cluster, dashboard, agent });
    } finally {
      await agent.remove();
      await dashboard.stop();
    }
  } finally {
    await cluster.destroy();
  }
});

async function compare(
  t: Deno.TestContext,
  { cluster, dashboard, agent }: {
    readonly cluster: Cluster;
    readonly dashboard: Dashboard;
    readonly agent: InstalledAgent;
  },
): Promise<void> {
  const run = async (...args: readonly string[]) => {
    const ended = await agent.run(...args);
    assert.equal(ended.code, 0, ended.log);
    return ended;
  };
  let told: ReadonlyMap<string, string> = new Map();
  let expected: readonly SacctRecord[] = [];
  let jobs: ReadonlyMap<string, Job> = new Map();

  await t.step("the agent sends the last week and the history", async () => {
    told = await recentTexts(cluster);
    const recent = await run();
    const history = await run(...BULK);
    expected = await everyRecord(cluster, NEVER_ELIGIBLE.map((key) => idOf(cluster, key)));
    const { length } = expected;
    assert.deepEqual([recent.accepted + history.accepted, recent.rejected + history.rejected], [length, 0]);
  });

  await t.step("every record of sacct is there once, no other is", async () => {
    const found = await dashboard.jobs(cluster.name);
    jobs = new Map(found.map((job) => [identity(job), job]));
    assert.equal(found.length, jobs.size);
    assert.deepEqual([...jobs.keys()].toSorted(), expected.map(identity).toSorted());
    assert.ok(expected.length > 5000);
  });

  await t.step("ids, names, states, times and resources are sacct's", () => {
    sameRecords(jobs, expected);
    const states = new Set(expected.map(({ State }) => State.split(" ")[0]));
    const shown = [
      "COMPLETED",
      "FAILED",
      "CANCELLED",
      "TIMEOUT",
      "NODE_FAIL",
      "PREEMPTED",
      "REQUEUED",
      "RESIZING",
      "DEADLINE",
    ];
    assert.deepEqual(shown.filter((state) => !states.has(state)), []);
  });

  await t.step("CPU- and GPU-hours of each record are sacct's", () => {
    for (const record of expected.filter(({ State }) => !RUNNING.has(State))) {
      const job = jobs.get(identity(record));
      // CPUTimeRAW is CPUs × ElapsedRaw. Of a resized job both records begin at the first Start, so that sacct and sreport
      // count the time before the resize twice; we count the second record from its own Submit, the resize.
      const cpu_seconds = usedSeconds(record, Number(record.AllocCPUS));
      assert.ok(cpu_seconds <= Number(record.CPUTimeRAW));
      close(Number(job?.CPUHours) * 3600, cpu_seconds, `CPU-seconds of ${identity(record)}`);
      close(
        Number(job?.GPUHours) * 3600,
        usedSeconds(record, gpus(record)),
        `GPU-seconds of ${identity(record)}`,
      );
    }
  });

  await t.step("totals by user and account are sums of sacct's records", async () => {
    // The synthetic history has neither running nor resized jobs: here all three definitions agree to the second.
    const history = expected.filter(({ JobIDRaw }) => Number(JobIDRaw) > 1_000_000);
    for (const field of ["User", "Account"] as const) {
      const sums = { cpu: {} as Record<string, number>, gpu: {} as Record<string, number> };
      for (const record of history) {
        sums.cpu[record[field]] = (sums.cpu[record[field]] ?? 0) + Number(record.CPUTimeRAW);
        sums.gpu[record[field]] = (sums.gpu[record[field]] ?? 0) + gpus(record) * Number(record.ElapsedRaw);
      }
      const query = { cluster: cluster.name, by: field.toLowerCase(), from: "2024-12-01", to: "2025-03-01" };
      for (const measure of ["cpu", "gpu"] as const) {
        const hours = await dashboard.totals({ ...query, measure: `${measure}-hours` });
        sameHours(hours, { expected: sums[measure], what: `${measure}-seconds by ${field}` });
      }
    }
  });

  await t.step("totals of some days by user are sreport's, to the second", async () => {
    const days = { start: INSIDE.from, end: INSIDE.until };
    for (const [measure, tres] of [["cpu-hours", "cpu"], ["gpu-hours", "gres/gpu"]] as const) {
      const hours = await dashboard.totals({
        cluster: cluster.name,
        measure,
        by: "user",
        from: INSIDE.from,
        to: INSIDE.to,
      });
      sameHours(hours, {
        expected: await sreportByUser(cluster, { tres, ...days }),
        what: `${tres} in sreport`,
      });
    }
  });

  await t.step("odd job names arrive as they are", async () => {
    const odd = [...cluster.jobs].filter(([key]) => key.startsWith("n_"));
    assert.ok(odd.length > 15);
    for (const [key, id] of odd) {
      const name = await cluster.run("sacct", "-XPn", "-j", id, "-o", "JobName");
      const job = [...jobs.values()].find(({ JobIDRaw }) => JobIDRaw === id);
      assert.equal(job?.JobName, name.replace(/\n$/, ""), key);
    }
  });

  await t.step("the largest MaxRSS of the steps is the job's", async () => {
    const largest = await largestSteps(cluster);
    assert.ok(largest.has(idOf(cluster, "memory")));
    // sacct without -D shows the last run of a requeued job alone.
    const last = new Map(
      [...jobs.values()].toSorted((a, b) => (seconds(a.Submit) ?? 0) - (seconds(b.Submit) ?? 0))
        .map((job) => [String(job.JobIDRaw), job]),
    );
    for (const [id, bytes] of largest) assert.equal(last.get(id)?.MaxRSS ?? 0, bytes, id);
  });

  await t.step("sent again, nothing changes but what sacct tells otherwise than before", async () => {
    const { accepted, updated, rejected } = await run();
    const now = await dashboard.jobs(cluster.name);
    const told_now = await recentTexts(cluster);
    const changed = now.filter((job) => !isDeepStrictEqual(job, jobs.get(identity(job)))).map(identity);
    assert.deepEqual([accepted, updated, rejected], [0, changed.length, 0]);
    assert.equal(now.length, expected.length);
    assert.deepEqual(changed.filter((id) => told.get(id) === told_now.get(id)), []);
    const running = expected.filter(({ State }) => State === "RUNNING").map(identity);
    assert.ok(running.length > 0);
    assert.deepEqual(running.filter((id) => !changed.includes(id)), []);
    const again = await run(...BULK);
    assert.deepEqual([again.accepted, again.updated, again.rejected], [0, 0, 0]);
    const compared = await run("verify", "--start-date", INSIDE.from, "--end-date", INSIDE.to);
    assert.match(compared.log, /^5 days compared, 0 differ$/m);
  });

  await t.step("a job that ends and one that is cancelled while held come with the next run", async () => {
    const [running, held] = [idOf(cluster, "running"), idOf(cluster, "held")];
    assert.ok(![...jobs.values()].some(({ JobIDRaw }) => JobIDRaw === held));
    await cluster.run("scancel", running, held);
    await ended(cluster, [running, held]);
    await aSecond();
    const { accepted } = await run();
    assert.equal(accepted, 1);
    const now = await dashboard.jobs(cluster.name);
    for (const id of [running, held]) {
      const states = now.filter(({ JobIDRaw }) => JobIDRaw === id).map((
        { State, End },
      ) => [State, End !== null]);
      assert.deepEqual(states, [["CANCELLED", true]]);
    }
  });

  const never_eligible = [...NEVER_ELIGIBLE, "held"].map((key) => idOf(cluster, key));
  await whileJobsChange(t, {
    cluster,
    dashboard,
    never_eligible,
    collect: async () => {
      await run();
    },
  });

  await t.step("a hundred thousand records", () => collectBulk({ cluster, dashboard, agent }));
}

async function ended(cluster: Cluster, ids: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const ends = await output("sacct", {
      args: ["-XPn", "-j", ids.join(","), "-o", "End"],
      env: cluster.env,
    });
    if (!ends.includes("Unknown")) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`Jobs ${ids.join(", ")} do not end`);
}
