import assert from "node:assert/strict";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { allocatedMemory, derive, gpuTypes } from "../../../lib/job/derive.ts";
import { jobRecord } from "../../helpers.ts";

const START = 1_700_000_000;
const HOUR = 3600;

function derived(fields: Partial<JobRecord>) {
  return derive(jobRecord({
    Submit: START - 600,
    Start: START,
    End: START + 2 * HOUR,
    AllocCPUS: 8,
    AllocGPUS: 2,
    AllocNodes: 1,
    ...fields,
  }));
}

/** Hours that a rate gives over the derived run. */
function hours({ run_start_s, run_end_s }: ReturnType<typeof derive>, rate: number): number {
  return rate * (run_end_s - run_start_s) / HOUR;
}

Deno.test("derive() gives the run, the wait and the rates of a job that ran", () => {
  assert.deepEqual(derived({}), {
    run_start_s: START,
    run_end_s: START + 2 * HOUR,
    never_ran_s: NaN,
    cpu_rate: 8,
    gpu_rate: 2,
    node_rate: 1,
    wall_rate: 1,
    wait_s: 600,
    elapsed_s: 2 * HOUR,
  });
});

Deno.test("derive() leaves suspended time out of the hours but not out of the run", () => {
  const job = derived({ ElapsedRaw: HOUR });
  assert.equal(job.run_end_s, START + 2 * HOUR);
  assert.equal(hours(job, job.cpu_rate), 8);
  assert.equal(hours(job, job.wall_rate), 1);
  assert.equal(job.elapsed_s, HOUR);
});

Deno.test("derive() never books more than the run, whatever the run time says", () => {
  const job = derived({ ElapsedRaw: 100 * HOUR });
  assert.equal(hours(job, job.cpu_rate), 16);
});

Deno.test("derive() lets a running job run on", () => {
  const job = derived({ End: null, ElapsedRaw: HOUR });
  assert.equal(job.run_end_s, Infinity);
  assert.equal(job.cpu_rate, 8);
  assert.equal(job.wait_s, 600);
  assert.equal(job.elapsed_s, NaN);
});

Deno.test("derive() books jobs cancelled while pending at their End, without run, hours or wait", () => {
  for (const fields of [{ Start: null }, { Start: START + 2 * HOUR, NodeList: "None assigned" }]) {
    const job = derived(fields);
    assert.equal(job.never_ran_s, START + 2 * HOUR);
    assert.deepEqual([job.run_start_s, job.run_end_s, job.wait_s, job.elapsed_s], [NaN, NaN, NaN, NaN]);
    assert.deepEqual([job.cpu_rate, job.gpu_rate, job.node_rate, job.wall_rate], [0, 0, 0, 0]);
  }
  const pending = derived({ Start: null, End: null });
  assert.deepEqual([pending.never_ran_s, pending.run_start_s], [NaN, NaN]);
});

Deno.test("derive() has no negative run or wait", () => {
  const backwards = derived({ End: START - HOUR, Submit: null });
  assert.equal(backwards.run_end_s, START);
  assert.equal(backwards.elapsed_s, 0);
  assert.equal(backwards.wait_s, NaN, "no submission, no wait");
  assert.equal(derived({ End: START, Submit: START + 5 }).wait_s, 0);
});

Deno.test("derive() takes hours from the sender where counts are unknown", () => {
  const job = derived({ AllocCPUS: null, AllocGPUS: null, CPUHours: 5, GPUHours: 1, AllocNodes: null });
  assert.equal(hours(job, job.cpu_rate), 5);
  assert.equal(hours(job, job.gpu_rate), 1);
  assert.equal(job.node_rate, 0);
  const zero = derived({ AllocCPUS: 0, CPUHours: 5 });
  assert.equal(hours(zero, zero.cpu_rate), 5);
});

Deno.test("derive() does not count the part of a resized job twice that its first record covers", () => {
  const first = derived({ End: START + HOUR });
  // Slurm repeats the Start of the job and sets Submit to the moment of the resize.
  const resized = { Submit: START + HOUR, AllocCPUS: 4 };
  for (const ElapsedRaw of [null, HOUR, 2 * HOUR]) {
    const second = derived({ ...resized, ElapsedRaw });
    assert.equal(second.run_start_s, START + HOUR);
    assert.equal(
      hours(first, first.cpu_rate) + hours(second, second.cpu_rate),
      8 + 4,
      `Elapsed ${ElapsedRaw}`,
    );
    assert.equal(hours(second, second.wall_rate), 1);
    assert.equal(second.elapsed_s, HOUR);
    assert.equal(second.wait_s, 0);
  }
  const by_hours = derived({ ...resized, AllocCPUS: null, CPUHours: 4 });
  assert.equal(hours(by_hours, by_hours.cpu_rate), 4);
});

Deno.test("gpuTypes() keeps the split by type and what has none", () => {
  const types = (AllocTRES: string | null, AllocGPUS: number | null = null) =>
    gpuTypes({ AllocTRES, AllocGPUS });
  assert.equal(types("cpu=4,gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1"), "a100=2,v100=1");
  assert.equal(types("gres/gpu=3,gres/gpu:a100=2"), "a100=2,untyped=1");
  assert.equal(types("gres/gpu:a100=2,gres/gpu:v100=0"), "a100=2");
  assert.equal(types("gres/gpu=4"), "untyped=4");
  assert.equal(types(null, 2), "untyped=2");
  assert.equal(types("gres/gpu:a100=2", 4), "a100=2,untyped=2");
  assert.equal(types("cpu=4,gres/gpumem=16G,gres/shard=3"), null);
  assert.equal(types(null, 0), null);
  assert.equal(types(null), null);
});

Deno.test("allocatedMemory() is mem= of AllocTRES, else ReqMem, else unknown", () => {
  const memory = (AllocTRES: string | null, ReqMem: number | null) => allocatedMemory({ AllocTRES, ReqMem });
  assert.equal(memory("billing=64,cpu=64,mem=62.50G,node=8", 1), 62.5 * 2 ** 30);
  assert.equal(memory("cpu=4,mem=4000M", null), 4000 * 2 ** 20);
  assert.equal(memory("cpu=4,gres/gpumem=16G", 5), 5, "memory of GPUs is none of the job");
  assert.equal(memory("cpu=4,node=1", 5), 5);
  assert.equal(memory("cpu=4,mem=", 5), 5);
  assert.equal(memory("cpu=4,mem=0", 5), 5);
  assert.equal(memory("cpu=4,mem=much", 5), 5);
  assert.equal(memory("cpu=4,mem=99999E", 5), 5, "more than can be counted");
  assert.equal(memory(null, 5), 5);
  assert.equal(memory(null, null), null);
});
