import assert from "node:assert/strict";
import type { WireJob } from "../../../lib/job/batch.ts";
import { foldSteps, type JobOrUnread } from "../../../agent/slurm/record.ts";
import type { Row } from "../../../agent/slurm/rows.ts";
import { all } from "../fakes.ts";

const JOB: Row = {
  JobIDRaw: "12",
  JobID: "12",
  User: "alice",
  State: "COMPLETED",
  Submit: "1767250000",
  Eligible: "1767250000",
  Start: "1767250100",
  End: "1767253700",
  ElapsedRaw: "3600",
  TimelimitRaw: "120",
  AllocCPUS: "4",
  AllocNodes: "2",
  NodeList: "node[1-2]",
  AllocTRES: "billing=4,cpu=4,gres/gpu:a100=2,gres/gpu=2,mem=4000M,node=2",
  ReqMem: "4000M",
  MaxRSS: "",
  TotalCPU: "02:00:00",
  JobName: "train",
};

async function* given(rows: readonly Row[]) {
  for (const row of rows) yield await Promise.resolve({ row });
}

function fold(...rows: readonly Row[]): Promise<JobOrUnread[]> {
  return all(foldSteps(given(rows)));
}

async function job(change: Row, ...steps: readonly Row[]): Promise<WireJob> {
  const [found] = await fold({ ...JOB, ...change }, ...steps);
  assert.ok("job" in found);
  return found.job;
}

function step(name: string, values: Row): Row {
  return {
    ...JOB,
    JobIDRaw: `12.${name}`,
    JobID: `12.${name}`,
    User: "",
    AllocTRES: "cpu=4",
    ReqMem: "",
    ...values,
  };
}

Deno.test("foldSteps() gives a job the largest MaxRSS of its steps", async () => {
  const folded = await job(
    {},
    step("batch", { MaxRSS: "1000" }),
    step("0", { MaxRSS: "3000K" }),
    step("extern", {}),
  );
  assert.equal(folded.MaxRSS, 3_072_000);
  assert.equal((await job({}, step("batch", {}))).MaxRSS, null);
});

Deno.test("foldSteps() adds up TotalCPU where the job's own row has none", async () => {
  const steps = [
    step("batch", { TotalCPU: "00:00.100" }),
    step("0", { TotalCPU: "1-00:00:00" }),
    step("1", { TotalCPU: "00:00.2" }),
  ];
  assert.equal((await job({}, ...steps)).TotalCPU, 7200);
  assert.equal((await job({ TotalCPU: "00:00:00" }, ...steps)).TotalCPU, 86_400.3);
  assert.equal((await job({ TotalCPU: "" }, ...steps)).TotalCPU, 86_400.3);
  assert.equal((await job({ TotalCPU: "00:00:00" })).TotalCPU, 0);
});

Deno.test("foldSteps() computes GPUs and hours", async () => {
  const folded = await job({});
  assert.deepEqual([folded.AllocGPUS, folded.CPUHours, folded.GPUHours], [2, 4, 2]);
});

Deno.test("foldSteps() counts no time of a resized job's second record that the first one holds (mistake 23)", async () => {
  const folded = await job({ Submit: "1767251000" });
  assert.equal(folded.CPUHours, 4 * (3600 - 900) / 3600);
  assert.equal((await job({ Submit: "1767259999" })).CPUHours, 0);
});

Deno.test("foldSteps() takes ReqMem for the whole job, per CPU and per node as old versions print it", async () => {
  assert.equal((await job({})).ReqMem, 4000 * 2 ** 20);
  assert.equal((await job({ ReqMem: "1000Mc" })).ReqMem, 4000 * 2 ** 20);
  assert.equal((await job({ ReqMem: "1000Mn" })).ReqMem, 2000 * 2 ** 20);
  assert.equal((await job({ ReqMem: "1000Mn", AllocNodes: "" })).ReqMem, 2000 * 2 ** 20);
  assert.equal((await job({ ReqMem: "2147486648Mn" })).ReqMem, 12_000 * 2 ** 20);
  assert.equal((await job({ ReqMem: "" })).ReqMem, null);
});

Deno.test("foldSteps() keeps a job whose values are odd (mistake 1)", async () => {
  for (const Start of ["Unknown", "None", "", "soon"]) {
    const folded = await job({
      Start,
      End: "Unknown",
      State: "NEW_STATE",
      ElapsedRaw: "INVALID",
      TimelimitRaw: "UNLIMITED",
    });
    assert.equal(folded.JobID, "12");
    assert.equal(folded.State, "NEW_STATE");
    for (const field of ["Start", "End", "ElapsedRaw", "TimelimitRaw"]) {
      assert.equal(folded[field], null, field);
    }
    assert.equal(folded.CPUHours, 0);
  }
  assert.equal((await job({ ElapsedRaw: "4294967290" })).CPUHours, 0);
  assert.equal((await job({ TimelimitRaw: "Partition_Limit" })).TimelimitRaw, null);
  assert.equal((await job({ ReqMem: "lots", TotalCPU: "long" })).ReqMem, null);
});

Deno.test("foldSteps() keeps texts as sacct prints them", async () => {
  const folded = await job({ State: "CANCELLED by 1000", JobName: " a\nb|c ", NodeList: "None assigned" });
  assert.deepEqual([folded.State, folded.JobName, folded.NodeList], [
    "CANCELLED by 1000",
    " a\nb|c ",
    "None assigned",
  ]);
  assert.equal((await job({ JobName: "" })).JobName, null);
});

Deno.test("foldSteps() works with the fewer fields of other versions", async () => {
  const { MaxRSS: _, TotalCPU: __, ReqMem: ___, ...fewer } = JOB;
  const [found] = await fold(fewer);
  assert.ok("job" in found);
  assert.deepEqual([found.job.MaxRSS, found.job.TotalCPU, found.job.ReqMem], [null, null, null]);
});

Deno.test("foldSteps() counts what is no job, with the reason, and keeps the rest", async () => {
  const found = await fold(
    { ...JOB, JobIDRaw: "11.batch" },
    { ...JOB, JobIDRaw: "JobIDRaw" },
    JOB,
    { ...JOB, JobIDRaw: "13.0" },
    { ...JOB, JobIDRaw: "14" },
  );
  const reasons = found.map((one) => "job" in one ? one.job.JobIDRaw : one.unread.reason);
  assert.deepEqual(reasons, [
    "A step without its job",
    'Not a job id: "JobIDRaw"',
    "A step without its job",
    "12",
    "14",
  ]);
});
