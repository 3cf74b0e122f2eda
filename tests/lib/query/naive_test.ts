/** The plain definitions against examples worked out by hand. */
import assert from "node:assert/strict";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { type Basis, DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import type { MeasureName } from "../../../lib/view/measures.ts";
import { jobRecord, utc } from "../../helpers.ts";
import { naiveMeasure } from "./naive.ts";
import { naiveBuckets, naiveSpan } from "./naive_calendar.ts";
import { type NaiveJob, naiveKeys, naiveReported } from "./naive_jobs.ts";

const DAY = utc("2024-03-31");
const HOUR = 3600;
const GIB = 2 ** 30;

/** A job of two CPUs that waits an hour from 1:00, runs from 2:00 to 6:00, and is done. */
function job(fields: Partial<NaiveJob> = {}): NaiveJob {
  return {
    ...jobRecord({
      Submit: DAY + HOUR,
      Start: DAY + 2 * HOUR,
      End: DAY + 6 * HOUR,
      State: "COMPLETED",
      NodeList: "n1",
      AllocCPUS: 2,
      AllocNodes: 1,
    }),
    cluster: "alpha",
    fresh_until_s: DAY + 24 * HOUR,
    ...fields,
  };
}

function value(
  jobs: readonly NaiveJob[],
  name: MeasureName,
  { from = 0, to = 24, reported = 24, basis = "prorated" as Basis, weight = 1 } = {},
): number | null {
  return naiveMeasure(jobs.map((one) => ({ job: one, weight })), name, {
    span: { start_s: DAY + from * HOUR, end_s: DAY + to * HOUR },
    basis,
    reported_s: DAY + reported * HOUR,
  });
}

Deno.test("naive hours are spread over the run without suspended time, or booked whole", () => {
  const suspended = job({ ElapsedRaw: 3 * HOUR, AllocTRES: "cpu=2,mem=62.50G", ReqMem: GIB });
  assert.equal(value([suspended], "cpu-hours"), 6);
  assert.equal(value([suspended], "wall-hours", { from: 4, to: 5 }), 0.75);
  assert.equal(value([suspended], "mem-hours"), 187.5);
  assert.equal(value([suspended], "mem-hours", { from: 2, to: 4, weight: 0.5 }), 187.5 / 4);
  assert.equal(value([job({ ReqMem: 3 * GIB })], "mem-hours"), 12);
  assert.equal(value([job()], "mem-hours"), 0);
  assert.equal(value([job()], "cpu-hours", { from: 5, to: 6, basis: "start" }), 0);
  assert.equal(value([job()], "cpu-hours", { from: 2, to: 3, basis: "start" }), 8);
});

Deno.test("naive planned times are from Eligible to Start, never below zero, of jobs that have both", () => {
  const jobs = [
    job({ Eligible: DAY + 2 * HOUR - 100 }),
    job({ Eligible: DAY + 2 * HOUR - 500 }),
    job({ Eligible: DAY + 3 * HOUR }),
    job({ Eligible: null }),
    job({ Eligible: DAY, NodeList: "None assigned" }),
  ];
  assert.equal(value(jobs, "planned-mean"), 200);
  assert.equal(value(jobs, "planned-p50"), 100);
  assert.equal(value(jobs, "planned-p95"), 500);
  assert.equal(value(jobs, "planned-p90", { from: 3 }), null);
});

Deno.test("naive efficiencies divide what was used by what was given, over jobs of which both are known", () => {
  const used = [
    job({ TotalCPU: 2 * HOUR }),
    job({ TotalCPU: 12 * HOUR, AllocCPUS: 1 }),
    job({ TotalCPU: null }),
    job({ TotalCPU: HOUR, AllocCPUS: 0 }),
    job({ TotalCPU: HOUR, End: null }),
  ];
  assert.equal(value(used, "cpu-efficiency"), 14 / 12);
  assert.equal(value(used, "cpu-hours-idle"), 6, "what one job overran is not taken from another");
  assert.equal(value(used, "cpu-hours-idle", { weight: 0.5 }), 3);
  assert.equal(value(used, "cpu-efficiency", { weight: 0.5 }), 14 / 12);
  const held = [
    job({ ReqMem: 4 * GIB, MaxRSS: GIB }),
    job({ ReqMem: 2 * GIB, MaxRSS: 3 * GIB, End: DAY + 4 * HOUR }),
    job({ ReqMem: null, MaxRSS: GIB }),
    job({ ReqMem: GIB, MaxRSS: null }),
  ];
  assert.equal(value(held, "mem-efficiency"), (4 + 6) / (16 + 4));
  assert.equal(value(held, "mem-hours-idle"), 12);
  const limited = [job({ TimelimitRaw: 480 }), job({ TimelimitRaw: 0 }), job({ TimelimitRaw: null })];
  assert.equal(value(limited, "time-limit-use"), 0.5);
  for (const name of ["cpu-efficiency", "mem-efficiency", "time-limit-use"] as const) {
    assert.equal(value([], name), null);
    assert.equal(value([job()], name, { to: 6 }), null, "ends with the bucket, so in the next");
  }
});

Deno.test("naive failures are jobs that ran and ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT", () => {
  const states = ["FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT", "COMPLETED", "CANCELLED", "PREEMPTED"];
  const jobs = [
    ...states.map((State) => job({ State, AllocGPUS: 1 })),
    job({ State: "FAILED", NodeList: "None assigned" }),
    job({ State: "COMPLETED", AllocCPUS: 1 }),
  ];
  assert.equal(value(jobs, "jobs-failed"), 4);
  assert.equal(value(jobs, "failed-share"), 0.5);
  assert.equal(value(jobs, "cpu-hours-failed"), 32);
  assert.equal(value(jobs, "gpu-hours-failed"), 16);
  assert.equal(value(jobs, "failed-share-by-cpu-hours"), 32 / 60);
  assert.equal(value(jobs, "cpu-hours-failed", { from: 2, to: 6 }), 0, "whole where they end");
  assert.equal(value([], "failed-share"), null);
  assert.equal(value([], "jobs-failed"), 0);
});

Deno.test("naive queues hold a job from submission to start, to its end if it never ran, else until now", () => {
  const never = { Start: null, NodeList: null };
  const jobs = [
    job(),
    job({ ...never, End: DAY + 4 * HOUR, State: "CANCELLED" }),
    job({ ...never, End: null, State: "PENDING", fresh_until_s: DAY + 8 * HOUR }),
    job({ Start: DAY + HOUR }),
    job({ Submit: null }),
  ];
  const waiting = (from: number) => value(jobs, "jobs-pending", { from, to: from + 1 });
  assert.deepEqual([0, 1, 2, 3, 4, 7, 8].map(waiting), [0, 4, 2, 2, 1, 1, 0]);
  assert.equal(value(jobs, "jobs-pending"), 4);
  assert.equal(value(jobs, "pending-mean"), (1 + 3 + 7) / 24);
  assert.equal(value(jobs, "pending-mean", { from: 1, to: 3 }), (1 + 2 + 2) / 2);
});

Deno.test("naive averages over time speak of the time that is reported, and of no other", () => {
  const jobs = [job({ ElapsedRaw: HOUR }), job({ End: null, fresh_until_s: DAY + 20 * HOUR })];
  assert.equal(value(jobs, "running-mean", { from: 2, to: 8 }), (4 + 6) / 6);
  assert.equal(value(jobs, "running-mean", { from: 4, to: 24, reported: 10 }), (2 + 6) / 6);
  assert.equal(value(jobs, "running-mean", { from: 10, reported: 10 }), null);
  assert.equal(value([], "running-mean"), 0);
  assert.equal(value([], "pending-mean", { reported: -Infinity }), null);
});

Deno.test("naive classes and names of a job", () => {
  const key = (
    by: Parameters<typeof naiveKeys>[1],
    fields: Partial<JobRecord> = {},
  ) => [...naiveKeys(job(fields), by).keys()];
  assert.deepEqual(
    [null, 0, 1, 4, 5, 65, 1024, 1025].map((AllocCPUS) => key("size_class", { AllocCPUS })[0]),
    ["", "", "1", "2-4", "5-16", "65-256", "257-1024", ">1024"],
  );
  assert.deepEqual(key("wait_class"), ["<= 1 h"]);
  assert.deepEqual(key("wait_class", { Submit: DAY + 3 * HOUR }), ["<= 1 s"]);
  assert.deepEqual(key("wait_class", { Start: null }), [""]);
  assert.deepEqual(key("elapsed_class"), ["<= 4 h"]);
  assert.deepEqual(key("elapsed_class", { ElapsedRaw: 5 }), ["<= 1 min"]);
  assert.deepEqual(key("elapsed_class", { End: null }), [""]);
  assert.deepEqual(key("group", { Group: "staff" }), ["staff"]);
  assert.deepEqual(key("wckey"), [""]);
  assert.deepEqual(key("reservation", { Reservation: "course" }), ["course"]);
  const two = naiveKeys(job({ AllocTRES: "gres/gpu=3,gres/gpu:a100=2", AllocGPUS: 3 }), "gpu_type");
  assert.deepEqual([...two], [["a100", 2 / 3], ["untyped", 1 / 3]]);
});

Deno.test("naiveReported() is the oldest report of the clusters chosen, but for one silent for a week", () => {
  const late = (name: string, fresh_until_s: number | null) => ({
    name,
    tz: "UTC",
    fresh_until_s,
    records: [],
    inventory: null,
  });
  const ago = (days: number) => DAY - days * 24 * HOUR;
  const clusters = [late("a", ago(0)), late("b", ago(3)), late("c", ago(7)), late("d", null)];
  const chosen = (...cluster: string[]) =>
    naiveReported(clusters, { ...DEFAULT_FILTERS, only: { ...DEFAULT_FILTERS.only, cluster } });
  assert.equal(chosen(), DAY - 3 * 24 * HOUR);
  assert.equal(chosen("a"), DAY);
  assert.equal(chosen("c", "b"), DAY - 7 * 24 * HOUR);
  assert.equal(chosen("d"), -Infinity);
});

Deno.test("naiveBuckets() finds short, long and skipped days by the clock alone", () => {
  const lengths = (tz: string, from: string, to: string) =>
    naiveBuckets(naiveSpan({ from, to, tz }), { tz, step: "day" }).map(({ start_s, end_s }) =>
      (end_s - start_s) / HOUR
    );
  assert.deepEqual(lengths("Europe/Berlin", "2024-03-30", "2024-04-01"), [24, 23, 24]);
  assert.deepEqual(lengths("Australia/Lord_Howe", "2024-10-05", "2024-10-07"), [24, 23.5, 24]);
  assert.deepEqual(lengths("Pacific/Apia", "2011-12-29", "2011-12-31"), [24, 24]);
  assert.deepEqual(lengths("Africa/Casablanca", "2024-04-13", "2024-04-15"), [24, 23, 24]);
  assert.deepEqual(lengths("America/New_York", "2024-11-02", "2024-11-03"), [24, 25]);
  const day = { start_s: DAY, end_s: DAY + 24 * HOUR };
  assert.deepEqual(naiveBuckets(day, { tz: "UTC", step: "total" }), [day]);
});
