import assert from "node:assert/strict";
import type { WireJob } from "../../../lib/job/batch.ts";
import { foldSteps, type JobOrUnread, STEP_FIELDS } from "../../../agent/slurm/record.ts";
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

/** Slurm prints `fs/disk` and the like as TRES lists of each step. */
function used(
  { ave = "", max = "", read = "", written = "", ...values }: Readonly<Record<string, string>>,
): Row {
  return {
    TRESUsageInAve: ave,
    TRESUsageInMax: max,
    TRESUsageInTot: read,
    TRESUsageOutTot: written,
    ElapsedRaw: "3600",
    TotalCPU: "00:00:00",
    ...values,
  };
}

Deno.test("foldSteps() takes MaxRSS and TotalCPU from the TRES of steps that have no more", async () => {
  const steps = [
    step("batch", used({ max: "cpu=00:00:01,mem=5000,pages=3", read: "cpu=00:00:10,mem=5000" })),
    step("0", used({ MaxRSS: "4K", max: "mem=9999999", read: "cpu=9-00:00:00", TotalCPU: "00:05.500" })),
  ];
  const folded = await job({ TotalCPU: "00:00:00" }, ...steps);
  assert.deepEqual([folded.MaxRSS, folded.TotalCPU], [5000, 15.5]);
  const { MaxRSS: _, TotalCPU: __, ...without } = steps[0];
  assert.equal((await job({ TotalCPU: "" }, without)).MaxRSS, 5000);
  assert.equal((await job({ TotalCPU: "" }, without)).TotalCPU, 10);
});

Deno.test("foldSteps() adds up what the steps read and wrote, in whole KiB", async () => {
  const steps = [
    step("batch", used({ read: "fs/disk=1000", written: "fs/disk=1" })),
    step("extern", used({ read: "fs/disk=24" })),
    step("0", used({ read: "energy=0,fs/disk=2.50M,mem=1", written: "energy=0" })),
  ];
  const folded = await job({}, ...steps);
  assert.deepEqual([folded.DiskRead, folded.DiskWrite], [1024 + 2.5 * 2 ** 20, 1024]);
  const silent = await job({}, step("batch", used({})));
  assert.deepEqual([silent.DiskRead, silent.DiskWrite], [null, null]);
  assert.equal((await job({}, step("batch", used({ read: "fs/disk=0" })))).DiskRead, 0);
});

Deno.test("foldSteps() averages GPU use over the run, and takes its maximum of all steps", async () => {
  const gpu = (util: number, mem: string) => `cpu=00:00:01,gres/gpumem=${mem},gres/gpuutil=${util},mem=5`;
  const waiting = step("batch", used({ ave: gpu(0, "0"), max: gpu(0, "0") }));
  const half = step("0", used({ ave: gpu(81, "1G"), max: gpu(170, "3G"), ElapsedRaw: "1800" }));
  const short = step("1", used({ ave: gpu(10, "1G"), max: gpu(12, "2G"), ElapsedRaw: "36" }));
  const values = async (...steps: readonly Row[]) => {
    const { GPUUtilAve, GPUUtilMax, GPUMemAve, GPUMemMax } = await job({}, ...steps);
    return [GPUUtilAve, GPUUtilMax, GPUMemAve, GPUMemMax];
  };
  assert.deepEqual(await values(waiting, half, short), [
    40.6,
    170,
    Math.ceil(0.51 * 2 ** 20) * 1024,
    3 * 2 ** 30,
  ]);
  // Two steps side by side use no more than the largest task.
  const whole = step("2", used({ ave: gpu(90, "1G"), max: gpu(100, "1G") }));
  assert.deepEqual(await values(whole, whole), [100, 100, 2 ** 30, 2 ** 30]);
  assert.deepEqual(await values(waiting), [0, 0, 0, 0]);
  assert.deepEqual(await values(step("batch", used({}))), [null, null, null, null]);
});

Deno.test("foldSteps() says nothing of the GPU use of a job without GPUs", async () => {
  const zero = "gres/gpumem=0,gres/gpuutil=0";
  const folded = await job({ AllocTRES: "cpu=4" }, step("batch", used({ ave: zero, max: zero })));
  assert.deepEqual([folded.GPUUtilAve, folded.GPUUtilMax, folded.GPUMemMax], [null, null, null]);
});

Deno.test("foldSteps() reads usage from a job's own row where sacct prints job and step in one (until 21.08)", async () => {
  const folded = await job({ ...used({ read: "fs/disk=4096", TotalCPU: "00:01.000" }), MaxRSS: "7M" });
  assert.deepEqual([folded.MaxRSS, folded.DiskRead, folded.TotalCPU], [7 * 2 ** 20, 4096, 1]);
});

Deno.test("foldSteps() sends no fields that are no columns", async () => {
  const folded = await job({ ...used({}), NTasks: "1" });
  for (const field of [...STEP_FIELDS, "NTasks"]) assert.equal(field in folded, false, field);
});

Deno.test("foldSteps() leaves out the steps of another run of the same job (mistake 11)", async () => {
  const first = { ...JOB, State: "REQUEUED", TotalCPU: "" };
  const step_of_first = step("batch", { ...used({}), MaxRSS: "2M", Start: JOB.Start, End: JOB.End });
  const step_of_second = step("batch", {
    ...used({}),
    MaxRSS: "9M",
    Start: "1767260000",
    End: "1767260100",
  });
  const found = await fold(first, step_of_first, step_of_second);
  assert.deepEqual(found.map((one) => "job" in one ? one.job.MaxRSS : one.unread.reason), [
    "A step of another run of its job",
    2 * 2 ** 20,
  ]);
  const second = { ...first, Submit: "1767259000", Start: "1767260000", End: "1767260100" };
  const both = await fold(first, step_of_first, second, step_of_second);
  assert.deepEqual(both.map((one) => "job" in one && one.job.MaxRSS), [2 * 2 ** 20, 9 * 2 ** 20]);
});

Deno.test("foldSteps() knows the steps of array tasks, of het components and of het steps", async () => {
  const rows: readonly (readonly [raw: string, id: string])[] = [
    ["71", "33_4"],
    ["71.batch", "33_4.batch"],
    ["124", "123+1"],
    ["124.0", "123+1.0"],
    ["124.0+1", "123+1.0+1"],
  ];
  const found = await fold(
    ...rows.map(([JobIDRaw, JobID]) => ({ ...JOB, ...used({ MaxRSS: "1K" }), JobIDRaw, JobID })),
  );
  assert.deepEqual(found.map((one) => "job" in one && [one.job.JobID, one.job.MaxRSS]), [
    ["33_4", 1024],
    ["123+1", 1024],
  ]);
});

Deno.test("foldSteps() gives a job as soon as the next one comes, and holds no others", async () => {
  let asked = 0;
  async function* endless() {
    for (let id = 1;; id++) {
      yield await Promise.resolve({ row: { ...JOB, JobIDRaw: String(id), JobID: String(id) } });
      yield { row: step("batch", { JobIDRaw: `${id}.batch`, MaxRSS: "1K" }) };
      asked = id;
    }
  }
  let given = 0;
  for await (const one of foldSteps(endless())) {
    assert.ok("job" in one && one.job.MaxRSS === 1024);
    given++;
    assert.ok(asked <= given, `${asked} jobs were read for ${given}`);
    if (given === 1000) break;
  }
  assert.equal(given, 1000);
});
