/** Jobs of a real cluster that change between collections, in all the ways that have led collectors astray. */
import assert from "node:assert/strict";
import { everyRecord, identity, type SacctRecord } from "./accounting.ts";
import type { Cluster } from "./cluster.ts";
import type { Dashboard } from "./dashboard.ts";
import { sameRecords } from "./same_records.ts";

const TRIES = 8;
const PATIENCE_TRIES = 150;

/** What the steps work with. */
export interface Changing {
  readonly cluster: Cluster;
  readonly dashboard: Dashboard;
  /** Runs the agent once. */
  readonly collect: () => Promise<void>;
  /** Jobs that ended without ever being eligible, which sacct lists by their id alone. */
  readonly never_eligible: readonly string[];
}

/** Collects again and again while jobs start, stop, come back and die; the server must always hold what sacct tells. */
export async function whileJobsChange(t: Deno.TestContext, given: Changing): Promise<void> {
  const { cluster } = given;
  const [alice, bob] = usersOf(cluster);
  const jobs = new Map<string, string>();
  const changing = {
    ...given,
    get never_eligible() {
      return [...given.never_eligible, ...jobs.values()];
    },
  };
  const submit = async (key: string, user: string, ...args: readonly string[]) => {
    const sbatch = ["sbatch", "--parsable", "-D", "/tmp", "-o", "/dev/null", ...args];
    jobs.set(key, (await cluster.run("runuser", "-u", user, "--", ...sbatch)).trim());
  };
  const id = (key: string) => jobs.get(key) ?? assert.fail(key);
  const sleep = ["--wrap", "sleep 900"];

  await t.step("jobs that run and wait, an array of which most waits", async () => {
    // The last task but one waits for the node: sacct shows the rest of the array as one record.
    await submit("array", alice, "-p", "debug", "-w", "node6", "--exclusive", "--array=1-4", ...sleep);
    await submit("requeued", alice, "-p", "cpu", "--requeue", ...sleep);
    await submit("suspended", bob, "-p", "cpu", ...sleep);
    await submit("node_fail", bob, "-p", "debug", "-w", "node5", "--no-requeue", ...sleep);
    await submit("het", alice, "-n1", "-p", "cpu", "--wrap", "sleep 900", ":", "-n2", "-p", "cpu");
    await submit("cancelled", alice, "-p", "debug", "-w", "node6", "--exclusive", ...sleep);
    await submit("held", bob, "--hold", ...sleep);
    for (const key of ["requeued", "suspended", "node_fail", "het"]) await shows(cluster, id(key), "RUNNING");
    await shows(cluster, id("array"), "RUNNING", "PENDING");
    await shows(cluster, id("cancelled"), "PENDING");
    await assertSame(changing);
  });

  await t.step("suspended, requeued, its node failed, cancelled by another before its start", async () => {
    await cluster.run("scontrol", "suspend", id("suspended"));
    await cluster.run("scontrol", "requeuehold", id("requeued"));
    await cluster.run("scontrol", "update", "nodename=node5", "state=down", "reason=test");
    await cluster.run("scancel", id("cancelled"));
    await cluster.run("scancel", `${id("array")}_1`);
    await cluster.run("scontrol", "release", id("held"));
    await shows(cluster, id("suspended"), "SUSPENDED");
    await shows(cluster, id("requeued"), "REQUEUED");
    await shows(cluster, id("node_fail"), "NODE_FAIL");
    await shows(cluster, id("cancelled"), "CANCELLED");
    await shows(cluster, id("array"), "CANCELLED", "RUNNING", "PENDING");
    await shows(cluster, id("held"), "RUNNING");
    await assertSame(changing);
  });

  await t.step("resumed, run again, the rest of the array run and cancelled", async () => {
    // It may have come back by itself.
    await cluster.run("scontrol", "update", "nodename=node5", "state=resume").catch(() => {});
    await cluster.run("scontrol", "resume", id("suspended"));
    await cluster.run("scontrol", "release", id("requeued"));
    await cluster.run("scancel", `${id("array")}_2`, id("het"));
    await shows(cluster, id("suspended"), "RUNNING");
    await shows(cluster, id("array"), "CANCELLED", "CANCELLED", "RUNNING", "PENDING");
    await assertSame(changing);
    await cluster.run("scancel", ...jobs.values());
    for (const key of ["suspended", "held", "het"]) await shows(cluster, id(key), "CANCELLED");
    await shows(cluster, id("array"), "CANCELLED", "CANCELLED", "CANCELLED", "CANCELLED");
    await assertSame(changing);
    const left = (await changing.dashboard.jobs(cluster.name)).filter(({ JobID, End }) =>
      End === null && [...jobs.values()].includes(String(JobID).split(/[_+]/)[0])
    );
    assert.deepEqual(left, []);
  });
}

/** Collects, and asserts that the server holds what sacct tells before and after, which must be the same for it to be fair. */
async function assertSame({ cluster, dashboard, collect, never_eligible }: Changing): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await aSecond();
    const before = await everyRecord(cluster, never_eligible);
    await collect();
    const after = await everyRecord(cluster, never_eligible);
    if (still(before) !== still(after)) continue;
    const found = await dashboard.jobs(cluster.name);
    const jobs = new Map(found.map((job) => [identity(job), job]));
    assert.equal(found.length, jobs.size);
    sameRecords(jobs, after);
    return;
  }
  assert.fail("The cluster does not come to rest");
}

/** Waits until what has ended just now has ended before the second in which the agent asks, as it wants. */
export function aSecond(): Promise<void> {
  return new Promise((done) => setTimeout(done, 1100));
}

/** The records as one text, without what changes by the second. */
function still(records: readonly SacctRecord[]): string {
  return records.map(({ ElapsedRaw: _, CPUTimeRAW: __, ...rest }) => JSON.stringify(rest)).toSorted().join(
    "\n",
  );
}

/** Waits until sacct shows each of these states among a job's records. */
async function shows(cluster: Cluster, id: string, ...states: readonly string[]): Promise<void> {
  let seen = "";
  for (let tries = 0; tries < PATIENCE_TRIES; tries++) {
    seen = await cluster.run("sacct", "-XPnD", "-j", id, "-o", "State");
    const found = seen.split("\n").map((state) => state.split(" ")[0]);
    const counts = (state: string, among: readonly string[]) => among.filter((one) => one === state).length;
    if (states.every((state) => counts(state, found) >= counts(state, states))) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(`Job ${id} shows ${JSON.stringify(seen)} instead of ${states.join(", ")}`);
}

function usersOf({ env }: Cluster): readonly string[] {
  return env.SLURM_TEST_USERS.split(" ");
}
