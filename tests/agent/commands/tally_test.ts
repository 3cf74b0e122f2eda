import assert from "node:assert/strict";
import type { WireJob } from "../../../lib/job/batch.ts";
import { count, daysOf, lines, newTally, statesOf, totalOf } from "../../../agent/commands/tally.ts";

const T = Date.UTC(2026, 0, 8, 23, 59, 59) / 1000;
const JOBS: readonly WireJob[] = [
  { User: "bob", State: "COMPLETED", End: T, CPUHours: 1.5, GPUHours: 0 },
  { User: "bob", State: "FAILED", End: T, CPUHours: 2, GPUHours: 1 },
  { User: "ann", State: "CANCELLED by 7", End: T + 1, CPUHours: 0, GPUHours: 0 },
  { User: null, State: "TIMEOUT", End: T + 1, CPUHours: 1000, GPUHours: null },
  { User: "ann", State: "RUNNING", End: null, CPUHours: 4, GPUHours: 0 },
];

function tallyOf(jobs: readonly WireJob[]) {
  const tally = newTally();
  for (const job of jobs) count(tally, job);
  return tally;
}

Deno.test("count() adds jobs to the UTC day in which they ended, and to the total", () => {
  const tally = tallyOf(JOBS);
  assert.deepEqual(daysOf(tally), [
    { day: "2026-01-08", jobs: 2, users: 1, cpu_hours: 3.5, gpu_hours: 1, failed: 1 },
    { day: "2026-01-09", jobs: 2, users: 1, cpu_hours: 1000, gpu_hours: 0, failed: 1 },
    { day: "not ended", jobs: 1, users: 1, cpu_hours: 4, gpu_hours: 0, failed: 0 },
  ]);
  assert.deepEqual(totalOf(tally), { jobs: 5, users: 2, cpu_hours: 1007.5, gpu_hours: 1, failed: 2 });
  assert.deepEqual(statesOf(tallyOf([...JOBS, JOBS[2]])), [
    ["CANCELLED", 2],
    ["COMPLETED", 1],
    ["FAILED", 1],
    ["TIMEOUT", 1],
    ["RUNNING", 1],
  ]);
});

Deno.test("lines() aligns numbers to the right", () => {
  assert.deepEqual(lines(tallyOf(JOBS)), [
    "day         jobs  users  CPU-hours  GPU-hours  failed",
    "2026-01-08     2      1        3.5        1.0       1",
    "2026-01-09     2      1     1000.0        0.0       1",
    "not ended      1      1        4.0        0.0       0",
    "total          5      2     1007.5        1.0       2",
    "",
    "states: COMPLETED 1, FAILED 1, CANCELLED 1, TIMEOUT 1, RUNNING 1",
  ]);
  assert.deepEqual(lines(newTally()).slice(1), [
    "total     0      0        0.0        0.0       0",
    "",
    "states: none",
  ]);
});
