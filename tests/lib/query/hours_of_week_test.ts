import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { hoursOfWeek } from "../../../lib/query/hours_of_week.ts";
import { totals } from "../../../lib/query/totals.ts";
import { UnanswerableError } from "../../../lib/query/unanswerable.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { naiveHoursOfWeek } from "./naive_extra.ts";
import { naiveJobs, naiveKeeps, naiveReported } from "./naive_jobs.ts";
import { caseSets, JOB_MEASURES } from "./random_cases.ts";
import { dataOfClusters, randomData } from "./random_data.ts";

const NOW = { now_s: 0 };
const ASKED = JOB_MEASURES.filter(({ name, additive }) =>
  additive || name === "running-mean" || name === "pending-mean"
);

function close(found: number | null, expected: number | null, what: string): void {
  const same = found === expected ||
    found !== null && expected !== null &&
      Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(same, `${what}: ${found}, not ${expected}`);
}

Deno.test("hoursOfWeek() answers random questions as the plain definitions do", async () => {
  let number = 0;
  let filled = 0;
  for (const { clusters, cases } of caseSets()) {
    const all_jobs = naiveJobs(clusters);
    const data = dataOfClusters(clusters);
    for (const random_filters of cases.slice(0, 5)) {
      const measure = ASKED[number++ % ASKED.length].name;
      const filters = { ...random_filters, measure, by: null };
      const answer = await hoursOfWeek(data, filters, NOW);
      const reported_s = naiveReported(clusters, filters);
      const jobs = all_jobs.filter((job) => naiveKeeps(filters, job));
      const { from, to, tz, basis } = filters;
      const what = `${measure} ${from} ${to} ${tz} ${basis}`;
      naiveHoursOfWeek(jobs, { filters: { ...random_filters, measure }, measure, reported_s })
        .forEach(({ value, range_s, known_s }, hour) => {
          close(answer.values[hour], value, `${what}: hour ${hour}`);
          assert.equal(answer.range_s[hour], range_s, `${what}: seconds of hour ${hour}`);
          assert.equal(answer.reported_s[hour], known_s, `${what}: reported seconds of hour ${hour}`);
        });
      const total = (await totals(data, filters, { ...NOW, measures: [measure] }))[measure];
      close(answer.total, total ?? null, `${what}: total`);
      if (answer.values.some((value) => value !== null && value > 0)) filled++;
    }
  }
  assert.equal(number, 100);
  assert.ok(filled > 50, `${filled} answers hold anything`);
});

/** One CPU held from Saturday to Tuesday around the end of summer time. */
const autumn = dataOf(clusterOf([
  jobRecord({ Submit: utc("2024-10-25"), Start: utc("2024-10-25"), End: utc("2024-10-29"), AllocCPUS: 1 }),
], { tz: "Europe/Berlin" }));

Deno.test("hoursOfWeek() counts an hour that the clock shows twice as two and one that it skips as none", async () => {
  const sunday = (day: string) =>
    hoursOfWeek(autumn, { ...DEFAULT_FILTERS, measure: "cpu-hours", from: day, to: day }, NOW);
  const long = await sunday("2024-10-27");
  assert.equal(long.range_s[6 * 24 + 2], 7200);
  assert.deepEqual(long.values.slice(6 * 24, 6 * 24 + 4), [1, 1, 2, 1]);
  assert.equal(long.total, 25);
  assert.deepEqual(long.values.slice(0, 6 * 24), new Array(6 * 24).fill(null));
  const short = await sunday("2024-03-31");
  assert.deepEqual(short.range_s.slice(6 * 24, 6 * 24 + 4), [3600, 3600, 0, 3600]);
  assert.deepEqual(short.values.slice(6 * 24, 6 * 24 + 4), [0, 0, null, 0]);
});

Deno.test("hoursOfWeek() splits an hour in the middle of which the clock is set", async () => {
  const filters = { ...DEFAULT_FILTERS, from: "2024-09-29", to: "2024-09-29", tz: "Pacific/Chatham" };
  const { range_s } = await hoursOfWeek(autumn, filters, NOW);
  assert.deepEqual(range_s.slice(6 * 24, 6 * 24 + 6), [3600, 3600, 2700, 900, 3600, 3600]);
});

Deno.test("hoursOfWeek() takes a mean over what is reported, be it a part of an hour", async () => {
  const runs = jobRecord({ Submit: utc("2024-05-06T08:30"), Start: utc("2024-05-06T08:30"), AllocCPUS: 1 });
  const data = dataOf(clusterOf([runs], { fresh_until_s: utc("2024-05-06T10:15") }));
  const filters = {
    ...DEFAULT_FILTERS,
    measure: "running-mean",
    from: "2024-05-06",
    to: "2024-05-06",
  } as const;
  const { values, reported_s, range_s, total, of } = await hoursOfWeek(data, filters, NOW);
  assert.deepEqual(values.slice(7, 12), [0, 0.5, 1, 1, null]);
  assert.deepEqual([range_s.slice(9, 12), reported_s.slice(9, 12)], [[3600, 3600, 3600], [3600, 900, 0]]);
  assert.deepEqual([of, total], ["mean", 1.75 / 10.25]);
});

Deno.test("hoursOfWeek() of many years is the sum over its parts", async () => {
  const data = randomData(createRandom(5), { jobs: 200, around_s: utc("2019-09-10") });
  const ask = (from: string, to: string) =>
    hoursOfWeek(data, { ...DEFAULT_FILTERS, measure: "wall-hours", from, to, tz: "Europe/Berlin" }, NOW);
  const whole = await ask("2014-01-01", "2025-12-31");
  const parts = [await ask("2014-01-01", "2019-09-09"), await ask("2019-09-10", "2025-12-31")];
  assert.equal(whole.range_s.reduce((all, seconds) => all + seconds), utc("2026-01-01") - utc("2014-01-01"));
  whole.values.forEach((value, hour) => {
    close(value, (parts[0].values[hour] ?? 0) + (parts[1].values[hour] ?? 0), `hour ${hour}`);
    assert.equal(whole.range_s[hour], parts[0].range_s[hour] + parts[1].range_s[hour]);
  });
  assert.ok(Number(whole.total) > 1000);
});

Deno.test("hoursOfWeek() refuses in words what does not add up, and a split", async () => {
  const refused = async (parts: Partial<typeof DEFAULT_FILTERS>, field: string) => {
    await assert.rejects(hoursOfWeek(autumn, { ...DEFAULT_FILTERS, ...parts }, NOW), (error) => {
      assert.ok(error instanceof UnanswerableError);
      assert.equal(error.field, field);
      return error.message.startsWith(`${field}=`);
    });
  };
  await refused({ measure: "wait-p50" }, "measure");
  await refused({ measure: "users" }, "measure");
  await refused({ by: "user" }, "by");
  assert.equal((await hoursOfWeek(autumn, { ...DEFAULT_FILTERS, by: "none" }, NOW)).measure, "cpu-hours");
});
