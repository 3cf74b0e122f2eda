import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { Data } from "../../../lib/query/data.ts";
import { series } from "../../../lib/query/series.ts";
import { TooManyBucketsError } from "../../../lib/query/steps.ts";
import { totals } from "../../../lib/query/totals.ts";
import { BASES, DEFAULT_FILTERS, type Filters, STEPS } from "../../../lib/view/filters.ts";
import type { MeasureName } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { JOB_MEASURES } from "./random_cases.ts";
import { randomData } from "./random_data.ts";

const HOURS: readonly MeasureName[] = ["cpu-hours", "gpu-hours", "node-hours", "wall-hours"];
const DAY = "2024-03-31";
const WEEKS: Partial<Filters> = { from: "2024-03-13", to: "2024-04-20", tz: "Europe/Berlin" };

async function ask(data: Data, filters: Partial<Filters>, top?: number) {
  return await series(data, { ...DEFAULT_FILTERS, ...filters }, {
    now_s: utc(DAY),
    ...top === undefined ? {} : { top },
  });
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

function close(found: number | null, expected: number | null, what: string): void {
  const tolerance = 1e-9 * Math.max(1, Math.abs(expected ?? 0));
  assert.ok(Math.abs((found ?? NaN) - (expected ?? NaN)) <= tolerance, `${what}: ${found}, not ${expected}`);
}

function data(seed: number, jobs = 300): Data {
  return randomData(createRandom(seed), { jobs, around_s: utc(DAY) });
}

function one(fields: Partial<JobRecord>, fresh_until_s?: number): Data {
  const record = jobRecord({ Submit: utc(DAY), AllocCPUS: 1, NodeList: "n1", AllocNodes: 1, ...fields });
  return dataOf(clusterOf([record], fresh_until_s === undefined ? {} : { fresh_until_s }));
}

Deno.test("series() adds up to the same total by hour, day, week, month, quarter and year", async () => {
  const jobs = data(1);
  for (const { name } of JOB_MEASURES.filter(({ additive }) => additive)) {
    for (const basis of BASES) {
      const asked = { ...WEEKS, measure: name, basis };
      const expected = (await ask(jobs, { ...asked, step: "total" })).total;
      close(
        (await totals(jobs, { ...DEFAULT_FILTERS, ...asked }, { now_s: 0, measures: [name] }))[name] ?? null,
        expected,
        name,
      );
      for (const step of STEPS) {
        const answer = await ask(jobs, { ...asked, step });
        close(answer.total, expected, `${name} ${step}`);
        close(sum(answer.series[0].values), expected, `${name} by ${step} on ${basis}`);
      }
    }
  }
});

Deno.test("series() counts the same jobs submitted whatever the step, also at the ends of the range", async () => {
  const jobs = data(2);
  const counts: (number | null)[] = [];
  for (const step of STEPS) {
    counts.push((await ask(jobs, { ...WEEKS, measure: "jobs-submitted", step })).total);
  }
  assert.equal(new Set(counts).size, 1, String(counts));
});

Deno.test("series() spreads the hours of a job over its nodes and GPU types: their sums are the cluster's", async () => {
  const jobs = data(3);
  for (const measure of HOURS) {
    for (const basis of BASES) {
      for (const by of ["node", "gpu_type", "user", "partition", "cluster"] as const) {
        const answer = await ask(jobs, { ...WEEKS, measure, by, basis, step: "day" });
        close(sum(answer.series.map(({ total }) => total)), answer.total, `${measure} by ${by} on ${basis}`);
        const whole = (await ask(jobs, { ...WEEKS, measure, basis, step: "day" })).series[0].values;
        answer.buckets.forEach((_, bucket) => {
          close(
            sum(answer.series.map(({ values }) => values[bucket])),
            whole[bucket],
            `${measure} by ${by}, bucket ${bucket}`,
          );
        });
      }
    }
  }
});

Deno.test("series() books half the hours of a two-node job on each node", async () => {
  const jobs = one({ Start: utc(DAY), End: utc(DAY) + 7200, AllocCPUS: 8, NodeList: "rack1-node[01-02]" });
  const { series: rows } = await ask(jobs, { from: DAY, to: DAY, by: "node", measure: "cpu-hours" });
  assert.deepEqual(rows.map(({ key, total }) => [key, total]), [["rack1-node01", 8], ["rack1-node02", 8]]);
});

Deno.test("series() keeps the split by GPU type and whatever has none", async () => {
  const AllocTRES = "cpu=4,gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1,gres/gpumem=16G";
  const jobs = one({ Start: utc(DAY), End: utc(DAY) + 3600, AllocGPUS: 3, AllocTRES });
  const { series: rows } = await ask(jobs, { from: DAY, to: DAY, by: "gpu_type", measure: "gpu-hours" });
  assert.deepEqual(rows.map(({ key, total }) => [key, total]), [["a100", 2], ["v100", 1]]);
});

Deno.test("series() has totals of users and percentiles that are no sums or means of the buckets", async () => {
  const records = [0, 1, 2, 3].flatMap((day) =>
    Array.from({ length: day + 1 }, (_, i) => {
      const Submit = utc("2024-03-25") + day * 86_400;
      const Start = Submit + 600 * (i + 1) * (day + 1);
      return jobRecord({
        JobID: `${day}${i}`,
        User: i % 2 ? "a" : "b",
        Submit,
        Start,
        End: Start + 60,
        NodeList: "n",
      });
    })
  );
  const jobs = dataOf(clusterOf(records));
  const range = { from: "2024-03-25", to: "2024-03-28", step: "day" } as const;
  const users = await ask(jobs, { ...range, measure: "users" });
  assert.deepEqual([users.series[0].values, users.total], [[1, 2, 2, 2], 2]);
  const waits = await ask(jobs, { ...range, measure: "wait-p50" });
  assert.deepEqual(waits.series[0].values, [600, 1200, 3600, 4800]);
  // Of ten waits the fifth: 600 1200 1800 2400 2400 | 3600 4800 5400 7200 9600.
  assert.equal(waits.total, 2400);
});

Deno.test("series() counts a running job up to the newest report, and marks what is not yet reported", async () => {
  const fresh_until_s = utc("2024-03-30T06:00");
  const jobs = one({ Submit: utc("2024-03-29"), Start: utc("2024-03-29"), AllocCPUS: 2 }, fresh_until_s);
  const asked = { from: "2024-03-28", to: "2024-04-01", step: "day", measure: "cpu-hours" } as const;
  const answer = await ask(jobs, asked);
  assert.deepEqual(answer.series[0].values, [0, 48, 12, 0, 0]);
  assert.equal(answer.incomplete_from, "2024-03-30T00:00:00Z");
  assert.deepEqual((await ask(jobs, { ...asked, measure: "jobs-running" })).series[0].values, [
    0,
    1,
    1,
    0,
    0,
  ]);
  assert.equal((await ask(jobs, { ...asked, to: "2024-03-29" })).incomplete_from, null);
  assert.equal((await ask(jobs, { ...asked, step: "total" })).incomplete_from, "2024-03-28T00:00:00Z");
  assert.equal((await ask(new Map(), asked)).incomplete_from, null);
});

Deno.test("series() is complete only as far as all clusters have reported, but for one silent for a week", async () => {
  const late = (name: string, day: string) => clusterOf([], { name, fresh_until_s: utc(day) });
  const asked = { from: "2024-03-01", to: "2024-03-31", step: "day" } as const;
  const incomplete = async (...days: string[]) =>
    (await ask(dataOf(...days.map((day, i) => late(`c${i}`, day))), asked)).incomplete_from;
  assert.equal(await incomplete("2024-03-20", "2024-03-18"), "2024-03-18T00:00:00Z");
  assert.equal(await incomplete("2024-03-20", "2024-03-10"), "2024-03-20T00:00:00Z");
  assert.equal(await incomplete("2024-04-20", "2024-02-10"), null);
});

Deno.test("series() has null where there is nothing to measure and 0 where nothing was used", async () => {
  const jobs = one({ Submit: utc("2024-03-29"), Start: utc("2024-03-29"), End: utc("2024-03-29") });
  const value = async (measure: MeasureName) => {
    const { series: [{ values }], total } = await ask(jobs, {
      from: "2024-03-28",
      to: "2024-03-29",
      step: "day",
      measure,
    });
    return [...values, total];
  };
  assert.deepEqual(await value("wait-p95"), [null, 0, 0]);
  assert.deepEqual(await value("wait-mean"), [null, 0, 0]);
  assert.deepEqual(await value("size-max"), [null, 1, 1], "a job of no length counts where it starts");
  assert.deepEqual(await value("expansion-factor"), [null, null, null]);
  assert.deepEqual(await value("cpu-hours"), [0, 0, 0]);
  assert.deepEqual(await value("jobs-ended"), [0, 1, 1]);
});

Deno.test("series() shows keys with a wait of 0 s, and leaves out those without any", async () => {
  const run = (JobID: string, User: string, fields: Partial<JobRecord> = {}) =>
    jobRecord({
      JobID,
      User,
      Submit: utc(DAY),
      Start: utc(DAY),
      End: utc(DAY) + 60,
      AllocCPUS: 1,
      ...fields,
    });
  const jobs = dataOf(clusterOf([
    run("1", "at once"),
    run("2", "later", { Start: utc(DAY) + 30 }),
    run("3", "never", { Start: null }),
  ]));
  const keys = async (measure: MeasureName) =>
    (await ask(jobs, { from: DAY, to: DAY, by: "user", measure })).series.map(({ key }) => key);
  assert.deepEqual(await keys("wait-p50"), ["later", "at once"]);
  assert.deepEqual(await keys("jobs-never-ran"), ["never"]);
  assert.deepEqual(await keys("cpu-hours"), ["at once", "later"]);
});

Deno.test("series() folds all but the largest into a last row, which adds up", async () => {
  const jobs = data(5, 900);
  for (const { name, additive } of JOB_MEASURES) {
    const asked = { ...WEEKS, measure: name, by: "user", step: "week" } as const;
    const full = await ask(jobs, asked);
    assert.ok(full.series.length > 4, name);
    const cut = await ask(jobs, asked, 3);
    assert.equal(cut.series.length, 4, name);
    assert.equal(cut.series[3].others, full.series.length - 3, name);
    assert.equal(cut.total, full.total, name);
    for (const row of cut.series.slice(0, 3)) {
      assert.deepEqual(row, full.series.find(({ key }) => key === row.key), name);
    }
    if (!additive) continue;
    assert.deepEqual(cut.series.slice(0, 3), full.series.slice(0, 3), name);
    close(sum(cut.series.map(({ total }) => total)), full.total, name);
  }
  // Distinct users of the rest are counted, not added.
  const accounts = await ask(jobs, { ...WEEKS, measure: "users", by: "account", step: "total" }, 1);
  assert.ok((accounts.series[1].total ?? 0) <= 7);
});

Deno.test("series() refuses more values than an answer can hold, by the keys that there are", async () => {
  const many = Array.from(
    { length: 300 },
    (_, i) =>
      jobRecord({
        JobID: String(i),
        User: `u${i}`,
        Submit: utc(DAY),
        Start: utc(DAY),
        End: utc(DAY) + 60,
        AllocCPUS: 1,
      }),
  );
  const asked = {
    from: "2023-05-01",
    to: "2024-04-30",
    step: "hour",
    measure: "cpu-hours",
    by: "user",
  } as const;
  await assert.rejects(() => ask(dataOf(clusterOf(many)), asked), (error) => {
    assert.ok(error instanceof TooManyBucketsError);
    assert.equal(error.message, "step=hour by user gives too many values: use a wider step or fewer days");
    return true;
  });
  assert.equal((await ask(dataOf(clusterOf(many.slice(0, 5))), asked)).series.length, 5);
  assert.equal((await ask(dataOf(clusterOf(many)), asked, 5)).series.length, 6);
});
