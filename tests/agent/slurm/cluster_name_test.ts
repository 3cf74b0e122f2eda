import assert from "node:assert/strict";
import { clusterName } from "../../../agent/slurm/cluster_name.ts";
import { type Answer, fakeStart } from "../fakes.ts";

function slurm(scontrol: Answer, sacctmgr: Answer) {
  return fakeStart(({ program }) => program === "scontrol" ? scontrol : sacctmgr);
}

const CONFIG = "Configuration data\nClusterName             = alpha\nPrivateData             = none\n";

Deno.test("clusterName() asks slurmctld first", async () => {
  const { start, calls } = slurm({ stdout: CONFIG }, { stdout: "other\n" });
  assert.equal(await clusterName(start), "alpha");
  assert.equal(calls.length, 1);
});

Deno.test("clusterName() asks the database when slurmctld does not answer", async () => {
  const { start } = slurm({ code: 1, stderr: "Unable to contact slurm controller" }, { stdout: "beta\n" });
  assert.equal(await clusterName(start), "beta");
});

Deno.test("clusterName() does not choose among several and tells what was said", async () => {
  const { start } = slurm({ code: 1, stderr: "no controller" }, { stdout: "alpha\nbeta\n" });
  await assert.rejects(clusterName(start), (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, /no controller.*names no cluster, or several.*set "cluster_name"/s);
    return true;
  });
});

Deno.test("clusterName() refuses a name that cannot name a folder", async () => {
  const { start } = slurm({ stdout: "ClusterName = ../x\n" }, { code: 1 });
  await assert.rejects(clusterName(start), /cannot be used/);
});

Deno.test("clusterName() survives a host without Slurm", async () => {
  await assert.rejects(
    clusterName(() => {
      throw new Error("Cannot start it");
    }),
    /Cannot start it; Cannot start it/,
  );
});
