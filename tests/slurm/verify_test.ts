/**
 * What the agent collects from a real Slurm, and that its check finds what is missing at a real server, and nothing else.
 * Needs root and Debian's Slurm packages, takes a minute, and is skipped where they are missing.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type SentAgain, verifyCommand, type VerifyParts } from "../../agent/commands/verify.ts";
import { startCommand } from "../../agent/slurm/command.ts";
import { active } from "../../agent/slurm/active.ts";
import { type Ask, collect, type Collected } from "../../agent/slurm/collect.ts";
import { openSacct, readWindow, type Sacct } from "../../agent/slurm/sacct.ts";
import { type Window, windowsOf } from "../../agent/slurm/windows.ts";
import type { Run } from "../../agent/run.ts";
import type { WireJob } from "../../lib/job/batch.ts";
import { all, fakeWorld } from "../agent/fakes.ts";
import { BULK_DAYS, type Cluster, obstacle, startCluster } from "./cluster.ts";
import { type Dashboard, startDashboard } from "./dashboard.ts";

const DAY = 86_400;
const BULK = { start: Date.UTC(2024, 11, 31) / 1000, end: Date.UTC(2025, 0, BULK_DAYS + 6) / 1000 };
const CLOCK = fileURLToPath(new URL("../agent/slurm/clock_child.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

function jobsIn(collected: readonly Collected[]): readonly WireJob[] {
  return collected.flatMap((found) => {
    assert.ok(found.kind === "job" || found.kind === "window", JSON.stringify(found));
    return found.kind === "job" ? [found.job] : [];
  });
}

function identities(jobs: readonly WireJob[]): readonly string[] {
  return jobs.map(({ JobIDRaw, Submit, Start, End }) => [JobIDRaw, Submit, Start, End].join(" ")).toSorted();
}

async function send(dashboard: Dashboard, cluster: Cluster, jobs: readonly WireJob[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += 2000) {
    const body = JSON.stringify({ hostname: cluster.name, jobs: jobs.slice(at, at + 2000) });
    const headers = { "Content-Type": "application/json", "X-API-Key": dashboard.key };
    const response = await fetch(`${dashboard.url}/api/data/ingest`, { method: "POST", headers, body });
    const { rejected_count } = await response.json();
    assert.deepEqual([response.status, rejected_count], [200, 0]);
  }
}

/** A check of a range against a server, two days from now, when today is over. */
async function check(
  { cluster, dashboard, sacct, range }: {
    readonly cluster: Cluster;
    readonly dashboard: Dashboard;
    readonly sacct: Sacct;
    readonly range: Window;
  },
) {
  const world = fakeWorld({ now: () => Math.floor(Date.now() / 1000) + 2 * DAY });
  const iso = (time_s: number) => new Date(time_s * 1000).toISOString().slice(0, 10);
  const options = { start_date: iso(range.start), end_date: iso(range.end - 1), dry_run: false };
  let sent = 0;
  const parts: VerifyParts = {
    origin_s: null,
    ask: (window, question) => readWindow(sacct, { window, question, steps: false }),
    get: async (path) => {
      const response = await fetch(dashboard.url + path, { headers: { "X-API-Key": dashboard.key } });
      assert.equal(response.status, 200);
      return { text: await response.text() };
    },
    send_again: async (windows): Promise<SentAgain> => {
      const jobs = jobsIn(await all(collect(windows, asking(sacct), { question: "overlapping" })));
      await send(dashboard, cluster, jobs);
      sent += jobs.length;
      return { failures: [], unreachable: null, refused: null };
    },
  };
  const status = await verifyCommand({ world, cluster: cluster.name, options } as unknown as Run, parts);
  return { status, sent, printed: world.printed, logged: world.logged };
}

function asking(sacct: Sacct): Ask {
  return (window, question) => readWindow(sacct, { window, question });
}

Deno.test("what ended on a real Slurm is collected once, and a check finds what a server lacks", async (t) => {
  const missing = await obstacle();
  if (missing !== null) {
    console.log(`skipped: ${missing}`);
    return;
  }
  const cluster = await startCluster();
  try {
    const dashboard = await startDashboard(cluster.name);
    try {
      await compare(t, { cluster, dashboard });
    } finally {
      await dashboard.stop();
    }
  } finally {
    await cluster.destroy();
  }
});

async function compare(
  t: Deno.TestContext,
  { cluster, dashboard }: { readonly cluster: Cluster; readonly dashboard: Dashboard },
): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const recent = { start: Math.floor(now / DAY) * DAY - DAY, end: Math.floor(now / DAY) * DAY + DAY };
  const sacct = await openSacct({
    start: (command) => startCommand(command, cluster.env),
    log: (line) => assert.fail(line),
    random: Math.random,
    job_names: true,
    cached: null,
  });
  let jobs: readonly WireJob[] = [];
  let history: readonly WireJob[] = [];

  await t.step("both questions find the same records, of all states that end one", async () => {
    jobs = jobsIn(await all(collect(windowsOf(recent, DAY), asking(sacct))));
    history = jobsIn(await all(collect(windowsOf(BULK, DAY), asking(sacct))));
    for (const [range, found] of [[recent, jobs], [BULK, history]] as const) {
      const other = collect(windowsOf(range, DAY), asking(sacct), { question: "overlapping" });
      assert.deepEqual(identities(jobsIn(await all(other))), identities(found));
    }
    const states = new Set(jobs.map(({ State }) => String(State).split(" ")[0]));
    for (
      const state of [
        "CANCELLED",
        "COMPLETED",
        "DEADLINE",
        "FAILED",
        "NODE_FAIL",
        "PREEMPTED",
        "REQUEUED",
        "RESIZING",
      ]
    ) {
      assert.ok(states.has(state), state);
    }
    for (const key of ["cancel_pending_self", "cancel_pending_root", "dep_killed"]) {
      assert.ok(jobs.some(({ JobIDRaw }) => String(JobIDRaw) === cluster.jobs.get(key)), key);
    }
    assert.ok(history.length >= 5000);
    assert.equal(new Set(identities(history)).size, history.length);
  });

  await t.step("windows that meet at the very second a job ends take it once", async () => {
    const ends = history.slice(0, 40).map(({ End }) => Number(End)).toSorted((a, b) => a - b);
    const edges = [...new Set([BULK.start, ...ends, BULK.end])];
    const windows = edges.slice(1).map((end, i) => ({ start: edges[i], end }));
    const found = jobsIn(await all(collect(windows, asking(sacct))));
    assert.deepEqual(identities(found), identities(history));
  });

  await t.step("the zone of the agent's process changes nothing", async () => {
    const range = { start: BULK.start, end: BULK.start + 4 * DAY };
    const ends = history.flatMap(({ End }) => Number(End) < range.end ? [Number(End)] : []).toSorted();
    assert.ok(ends.length > 500);
    for (const zone of ["America/New_York", "Asia/Kolkata", "Pacific/Chatham"]) {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--config", CONFIG, CLOCK, JSON.stringify([range])],
        env: { ...cluster.env, TZ: zone, SLURM_TIME_FORMAT: "relative", SACCT_FORMAT: "User" },
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)).ends.toSorted(), ends, zone);
    }
  });

  await t.step(
    "a check of what was sent finds no difference, with jobs that run and wait at the server",
    async () => {
      await send(dashboard, cluster, [...jobs, ...history]);
      const running = await all(active(asking(sacct), Math.floor(Date.now() / 1000)));
      assert.ok(jobsIn(running).some(({ State }) => State === "RUNNING"));
      assert.ok(jobsIn(running).some(({ State }) => State === "PENDING"));
      await send(dashboard, cluster, jobsIn(running));
      for (const range of [recent, BULK]) {
        const { status, printed, sent } = await check({ cluster, dashboard, sacct, range });
        assert.deepEqual([status, sent, printed.length], [0, 0, 1], printed.join("\n"));
      }
    },
  );

  await t.step(
    "jobs that end and are requeued in the meantime are found missing, sent, and then all is there",
    async () => {
      const id = cluster.jobs.get("running") ?? "";
      await cluster.run("scancel", id);
      await ended(cluster, id);
      const { status, sent, printed } = await check({ cluster, dashboard, sacct, range: recent });
      assert.equal(status, 0, printed.join("\n"));
      assert.ok(sent > jobs.length);
      assert.equal(printed.length, 3, "one day differed");
    },
  );

  await t.step("a server that lacks jobs gets those of the days that differ", async () => {
    const other = await startDashboard(cluster.name);
    try {
      const days = new Set(history.map(({ End }) => Math.floor(Number(End) / DAY)));
      const [first, second] = [...days].toSorted();
      const lost = (job: WireJob) => [first, second].includes(Math.floor(Number(job.End) / DAY));
      await send(other, cluster, history.filter((job, i) => !(lost(job) && i % 3 === 0)));
      const { status, printed, sent } = await check({ cluster, dashboard: other, sacct, range: BULK });
      assert.equal(status, 0, printed.join("\n"));
      assert.equal(printed.length, 4, "two days differed");
      assert.equal(sent, history.filter(lost).length);
      assert.equal((await other.jobs(cluster.name)).length, history.length);
      await send(other, cluster, [{ ...history[0], JobID: "9999999", JobIDRaw: "9999999" }]);
      const more = await check({ cluster, dashboard: other, sacct, range: BULK });
      assert.equal(more.status, 0);
      assert.ok(more.logged.some((line) => line.includes("purged")));
    } finally {
      await other.stop();
    }
  });
}

async function ended(cluster: Cluster, id: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (!(await cluster.run("sacct", "-XPn", "-j", id, "-o", "End")).includes("Unknown")) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`Job ${id} does not end`);
}
