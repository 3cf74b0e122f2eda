/**
 * What users of a real Slurm see of each other's jobs where slurmdbd hides them and limits queries, and whether the
 * agent knows. Needs root and Debian's Slurm packages, takes half a minute, and is skipped where they are missing.
 */
import assert from "node:assert/strict";
import { collect } from "../../agent/slurm/collect.ts";
import { type StartCommand, startCommand } from "../../agent/slurm/command.ts";
import { accountingPolicy, OwnJobs } from "../../agent/slurm/private_data.ts";
import { openSacct, readWindow } from "../../agent/slurm/sacct.ts";
import { windowsOf } from "../../agent/slurm/windows.ts";
import { all } from "../agent/fakes.ts";
import { withFolder } from "../helpers.ts";
import { BULK_DAYS, type Cluster, obstacle, startCluster } from "./cluster.ts";

const DAY = 86_400;
const HISTORY = { start: Date.UTC(2024, 11, 31) / 1000, end: Date.UTC(2025, 0, BULK_DAYS + 6) / 1000 };

/** Slurm's commands as a user runs them who is not root. */
async function commandsOf(
  user: string,
  { cluster, folder }: { readonly cluster: Cluster; readonly folder: string },
) {
  for (const program of ["sacct", "sacctmgr"]) {
    const script =
      `#!/bin/sh\nexec setpriv --reuid ${user} --regid ${user} --init-groups /usr/bin/${program} "$@"\n`;
    await Deno.writeTextFile(`${folder}/${program}`, script, { mode: 0o755 });
  }
  const calls: string[] = [];
  const start: StartCommand = (command) => {
    calls.push(command.args.join(" "));
    return startCommand(command, { ...cluster.env, PATH: `${folder}:${cluster.env.PATH}` });
  };
  return { start, calls };
}

/** What the agent learns when this user runs it. */
function seenBy(user: string, cluster: Cluster) {
  const seen = { users: new Set<unknown>(), jobs: 0, calls: 0, policy: {}, warning: null as string | null };
  return withFolder(async (folder) => {
    const { start, calls } = await commandsOf(user, { cluster, folder });
    seen.policy = await accountingPolicy(start, user);
    const own = new OwnJobs(user);
    const sacct = await openSacct({
      start,
      log: (line) => assert.fail(line),
      random: Math.random,
      job_names: false,
      cached: null,
      watch: (job) => own.add(job),
    });
    const before = calls.length;
    const windows = windowsOf(HISTORY, DAY);
    for (
      const found of await all(
        collect(windows, (window, question) => readWindow(sacct, { window, question })),
      )
    ) {
      assert.notEqual(found.kind, "failure");
      if (found.kind !== "job") continue;
      seen.jobs++;
      seen.users.add(found.job.User);
    }
    seen.calls = calls.length - before;
    seen.warning = own.warning;
  }).then(() => seen);
}

Deno.test("the agent knows what a real slurmdbd hides from its user, and stays within its time range", async (t) => {
  const missing = await obstacle();
  if (missing !== null) {
    console.log(`skipped: ${missing}`);
    return;
  }
  const cluster = await startCluster({ dbd_extra: "PrivateData=jobs\nMaxQueryTimeRange=12:00:00" });
  const days = (HISTORY.end - HISTORY.start) / DAY;
  try {
    const [alice, , carol, dave] = cluster.users;

    await t.step("an ordinary user sees its own jobs only, in windows of half a day", async () => {
      const { policy, users, jobs, calls, warning } = await seenBy(alice, cluster);
      assert.deepEqual(policy, { hides_jobs: true, coordinates: [], max_query_s: 12 * 3600 });
      assert.deepEqual([...users], [alice]);
      assert.ok(jobs > 100);
      assert.equal(calls, 1 + 2 * days, "the width that is refused is tried once");
      assert.match(warning ?? "", new RegExp(`jobs that sacct lists are ${alice}'s own`));
    });

    await t.step("a coordinator sees the jobs of its account, too", async () => {
      const { policy, users } = await seenBy(dave, cluster);
      assert.deepEqual(policy, { hides_jobs: true, coordinates: ["physics"], max_query_s: 12 * 3600 });
      assert.ok(users.size > 1);
    });

    await t.step("an operator sees all jobs, in windows of a day", async () => {
      await cluster.run("sacctmgr", "-i", "modify", "user", carol, "set", "adminlevel=operator");
      const { policy, users, jobs, calls, warning } = await seenBy(carol, cluster);
      assert.deepEqual(policy, { hides_jobs: false, coordinates: [], max_query_s: null });
      assert.deepEqual([...users].toSorted(), [...cluster.users].toSorted());
      assert.ok(jobs >= 5000);
      assert.equal(calls, days);
      assert.equal(warning, null);
    });
  } finally {
    await cluster.destroy();
  }
});
