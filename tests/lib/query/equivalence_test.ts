import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import type { SeriesAnswer } from "../../../lib/query/answers.ts";
import type { Data } from "../../../lib/query/data.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import { totals } from "../../../lib/query/totals.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { DIMENSIONS, GROUPINGS, type MeasureName, measureOf } from "../../../lib/view/measures.ts";
import { utc } from "../../helpers.ts";
import { naiveMeasure, type Part } from "./naive.ts";
import { naiveBuckets, naiveSpan } from "./naive_calendar.ts";
import { type NaiveJob, naiveJobs, naiveKeeps, naiveKeys, naiveReported, type Span } from "./naive_jobs.ts";
import { type AskedFilters, CASES_PER_SET, caseSets, JOB_MEASURES, SETS, VALUES } from "./random_cases.ts";
import { dataOfClusters, type PlainCluster, randomClusters } from "./random_data.ts";

const NOW = { now_s: 0 };

function same(found: number | null | undefined, expected: number | null, what: string): void {
  const close = found === expected ||
    typeof found === "number" && expected !== null &&
      Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(close, `${what}: ${found}, not ${expected}`);
}

/** Jobs, as they are and as the engine has them. */
interface Held {
  readonly clusters: readonly PlainCluster[];
  readonly all_jobs: readonly NaiveJob[];
  readonly data: Data;
}

function held(clusters: readonly PlainCluster[]): Held {
  return { clusters, all_jobs: naiveJobs(clusters), data: dataOfClusters(clusters) };
}

/** Holds every number of an answer against the plain definitions. */
async function check({ clusters, all_jobs, data }: Held, filters: AskedFilters): Promise<SeriesAnswer> {
  const { measure: name, basis, step, tz, by } = filters;
  const { only, not, from, to } = filters;
  const what = `${name} ${JSON.stringify({ from, to, tz, step, basis, by, only, not })}`;
  const answer = await series(data, filters, NOW);
  const span = naiveSpan(filters);
  const buckets = naiveBuckets(span, filters);
  assert.equal(answer.buckets.length, buckets.length, `${what}: buckets`);
  answer.buckets.forEach((start, bucket) => {
    const start_s = Date.parse(start) / 1000;
    if (bucket > 0 || start_s > span.start_s) {
      assert.equal(start_s, buckets[bucket].start_s, `${what}: bucket ${bucket}`);
    }
  });
  const jobs = all_jobs.filter((job) => naiveKeeps(filters, job));
  const by_key = new Map<string, Part[]>();
  for (const job of jobs) {
    for (const [key, weight] of naiveKeys(job, by, only.account_tree)) {
      by_key.set(key, [...by_key.get(key) ?? [], { job, weight }]);
    }
  }
  const reported_s = naiveReported(clusters, filters);
  const measured = (parts: readonly Part[], within: Span) =>
    naiveMeasure(parts, name, { span: within, basis, reported_s });
  const whole = measured(jobs.map((job) => ({ job, weight: 1 })), span);
  same(answer.total, whole, `${what}: total`);
  same((await totals(data, filters, { ...NOW, measures: [name] }))[name], whole, `${what}: totals()`);
  const shown = new Map(answer.series.map((row) => [row.key, row]));
  assert.equal(shown.size, answer.series.length, `${what}: a key twice`);
  const ranked = await ranking(data, filters, { ...NOW, by, measures: [name] });
  same(ranked.totals[name], whole, `${what}: total of ranking()`);
  for (const [key, parts] of by_key) {
    const row = shown.get(key);
    const total = measured(parts, span);
    const position = ranked.rows.find((entry) => entry.key === key);
    same(position?.values[name] ?? 0, total ?? 0, `${what}: ranking of ${key}`);
    if (row === undefined) {
      assert.ok(isNothing(name, total), `${what}: ${key} is missing, its total is ${total}`);
      continue;
    }
    same(row.total, total, `${what}: total of ${key}`);
    buckets.forEach((bucket, i) =>
      same(row.values[i], measured(parts, bucket), `${what}: ${key} in bucket ${i}`)
    );
  }
  const unknown = [...shown.keys()].filter((key) => !by_key.has(key));
  assert.deepEqual(unknown, by === "none" && jobs.length === 0 ? [""] : [], `${what}: keys without jobs`);
  return answer;
}

/** Whether a key with this total need not be shown: a count of nothing is nothing, a wait of 0 s is a wait. */
function isNothing(name: MeasureName, total: number | null): boolean {
  if (total === null) return true;
  const { format, booked_by } = measureOf(name);
  const something = format === "duration" || format === "share" || name === "size-min" || name === "size-max";
  return total === 0 && (!something || booked_by === "overlap" && format !== "count");
}

function hasValue({ measure, series: rows }: SeriesAnswer): boolean {
  return rows.some(({ values }) => values.some((value) => !isNothing(measure, value)));
}

Deno.test("series(), totals() and ranking() answer 2,000 random questions as the plain definitions do", async () => {
  const asked = new Map<string, number>();
  const filled = new Map<string, number>();
  const count = (counts: Map<string, number>, ...names: string[]) => {
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  for (const { clusters, cases } of caseSets()) {
    const set = held(clusters);
    for (const filters of cases) {
      const { measure, by, step, basis } = filters;
      const names = ["all", measure, `by ${by}`, `step ${step}`, `basis ${basis}`];
      count(asked, ...names);
      if (hasValue(await check(set, filters))) count(filled, ...names);
    }
  }
  assert.equal(asked.get("all"), SETS * CASES_PER_SET);
  assert.equal(asked.get("all"), 2000);
  for (const name of [...JOB_MEASURES.map(({ name }) => name), ...GROUPINGS.map((by) => `by ${by}`)]) {
    const [times, with_values] = [asked.get(name) ?? 0, filled.get(name) ?? 0];
    assert.ok(times >= 20, `${name} was asked for ${times} times only`);
    assert.ok(with_values > times / 3, `${with_values} of ${times} answers of ${name} hold anything`);
  }
});

Deno.test("series(), totals() and ranking() answer every measure by every grouping", async () => {
  const set = held(randomClusters(createRandom(7), { jobs: 60, around_s: utc("2024-03-31") }));
  const range = { from: "2024-03-11", to: "2024-04-20", tz: "UTC", step: "week" } as const;
  for (const { name: measure } of JOB_MEASURES) {
    for (const by of GROUPINGS) await check(set, { ...DEFAULT_FILTERS, ...range, by, measure });
  }
});

Deno.test("series(), totals() and ranking() answer every measure for every dimension chosen and left out", async () => {
  const set = held(randomClusters(createRandom(8), { jobs: 60, around_s: utc("2024-03-31") }));
  const range = { from: "2024-03-11", to: "2024-04-20", tz: "UTC", step: "week" } as const;
  let number = 0;
  for (const { name: measure } of JOB_MEASURES) {
    for (const dimension of DIMENSIONS) {
      // Every second value of the dimension, those or the others.
      const values = VALUES[dimension].filter((_, place) => place % 2 === 0);
      const chosen = { ...DEFAULT_FILTERS.only, [dimension]: values };
      const side = number++ % 2 === 0 ? { only: chosen } : { not: chosen };
      const by = GROUPINGS[number % GROUPINGS.length];
      await check(set, { ...DEFAULT_FILTERS, ...range, ...side, by, measure });
    }
  }
});

Deno.test("series(), totals() and ranking() answer nothing where there are no jobs", async () => {
  const empty = randomClusters(createRandom(1), { jobs: 0, around_s: utc("2024-03-31") });
  const range = { from: "2024-03-29", to: "2024-04-02", tz: "UTC", step: "day" } as const;
  for (const set of [held([]), held(empty)]) {
    for (const { name: measure } of JOB_MEASURES) {
      for (const by of GROUPINGS) await check(set, { ...DEFAULT_FILTERS, ...range, by, measure });
    }
  }
});
