import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import type { SeriesAnswer } from "../../../lib/query/answers.ts";
import type { Data } from "../../../lib/query/data.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import type { CalendarStep } from "../../../lib/query/steps.ts";
import { totals } from "../../../lib/query/totals.ts";
import { BASES, DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { DIMENSIONS, GROUPINGS, type MeasureName, MEASURES } from "../../../lib/view/measures.ts";
import { utc } from "../../helpers.ts";
import { naiveJobs, naiveKeeps, naiveKeys, naiveMeasure, type Part, type Span } from "./naive.ts";
import { naiveBuckets, naiveSpan } from "./naive_calendar.ts";
import { randomData } from "./random_data.ts";

/** Days around which the clocks of these zones change. */
const PLACES: readonly (readonly [tz: string, day: string])[] = [
  ["UTC", "2024-12-30"],
  ["Europe/Berlin", "2024-03-31"],
  ["Europe/Berlin", "2024-10-27"],
  ["Pacific/Chatham", "2024-04-07"],
  ["Pacific/Chatham", "2024-09-29"],
  ["Australia/Lord_Howe", "2024-04-07"],
  ["Australia/Lord_Howe", "2024-10-06"],
  ["America/New_York", "2024-03-10"],
  ["America/New_York", "2024-11-03"],
];
const VALUES: Readonly<Record<(typeof DIMENSIONS)[number], readonly string[]>> = {
  cluster: ["alpha", "beta"],
  account: ["a1", "O'Brien", "__proto__"],
  user: ["u1", "u2", "u3"],
  partition: ["cpu", "gpu", "cpu,gpu"],
  qos: ["normal", "long"],
  state: ["COMPLETED", "FAILED", "RUNNING"],
};

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function randomFilters(random: Random, { tz, day }: { readonly tz: string; readonly day: string }): Filters {
  const step: CalendarStep = random.pick(["hour", "day", "day", "week", "month", "quarter", "year", "total"]);
  const length = step === "hour" ? 2 : 1 + random.below(45);
  const from = addDays(day, -random.below(length + 1));
  const choose = (one_in: number) =>
    Object.fromEntries(DIMENSIONS.map((dimension) => [
      dimension,
      VALUES[dimension].filter(() => random.below(one_in) === 0),
    ])) as unknown as Filters["only"];
  const none = DEFAULT_FILTERS.only;
  return {
    ...DEFAULT_FILTERS,
    only: random.below(3) === 0 ? choose(3) : none,
    not: random.below(4) === 0 ? choose(8) : none,
    from,
    to: addDays(from, length - 1),
    tz,
    step,
    basis: random.pick([...BASES, "prorated"]),
    by: random.pick(GROUPINGS),
  };
}

function same(found: number | null | undefined, expected: number | null, what: string): void {
  const close = found === expected ||
    typeof found === "number" && expected !== null &&
      Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(close, `${what}: ${found}, not ${expected}`);
}

/** Holds every number of an answer against the plain definitions. */
function check(data: Data, filters: Filters, name: MeasureName): SeriesAnswer {
  const { tz, from, to, basis, step } = filters;
  const what = `${name} ${JSON.stringify({ from, to, tz, step, basis, by: filters.by })}`;
  const answer = series(data, { ...filters, measure: name }, { now_s: 0 });
  const span = naiveSpan({ from: from ?? "", to: to ?? "", tz: tz ?? "" });
  const buckets = naiveBuckets(span, { tz: tz ?? "", step: answer.step });
  assert.equal(answer.buckets.length, buckets.length, `${what}: buckets`);
  answer.buckets.forEach((start, bucket) => {
    const start_s = Date.parse(start) / 1000;
    if (bucket > 0 || start_s > span.start_s) {
      assert.equal(start_s, buckets[bucket].start_s, `${what}: bucket ${bucket}`);
    }
  });
  const jobs = naiveJobs([...data.values()]).filter((job) => naiveKeeps(filters, job));
  const by_key = new Map<string, Part[]>();
  for (const job of jobs) {
    for (const [key, weight] of naiveKeys(job, filters.by ?? "none")) {
      by_key.set(key, [...by_key.get(key) ?? [], { job, weight }]);
    }
  }
  const measured = (parts: readonly Part[], within: Span) =>
    naiveMeasure(parts, name, { span: within, basis });
  const all = jobs.map((job) => ({ job, weight: 1 }));
  same(answer.total, measured(all, span), `${what}: total`);
  same(totals(data, filters, { now_s: 0, measures: [name] })[name], measured(all, span), `${what}: totals()`);
  const shown = new Map(answer.series.map((row) => [row.key, row]));
  assert.equal(shown.size, answer.series.length, `${what}: a key twice`);
  const ranked = ranking(data, filters, { now_s: 0, by: filters.by ?? "none", measures: [name] });
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
  assert.deepEqual(
    unknown,
    filters.by === "none" && jobs.length === 0 ? [""] : [],
    `${what}: keys without jobs`,
  );
  return answer;
}

/** Whether a key with this total need not be shown: a count of nothing is nothing, a wait of 0 s is a wait. */
function isNothing(name: MeasureName, total: number | null): boolean {
  return total === null || total === 0 && !/-(mean|p\d\d|min|max)$/.test(name);
}

Deno.test("series(), totals() and ranking() answer every measure as the plain definitions do", () => {
  let filled = 0;
  for (let seed = 0; seed < 312; seed++) {
    const random = createRandom(seed + 1);
    const [tz, day] = PLACES[seed % PLACES.length];
    const data = randomData(random, { jobs: 40 + random.below(200), around_s: utc(day) });
    const { name } = MEASURES[seed % MEASURES.length];
    if (check(data, randomFilters(random, { tz, day }), name).total) filled++;
  }
  assert.ok(filled > 200, `only ${filled} answers hold anything`);
});

Deno.test("series(), totals() and ranking() answer every measure by every grouping", () => {
  const data = randomData(createRandom(7), { jobs: 60, around_s: utc("2024-03-31") });
  const asked = {
    ...DEFAULT_FILTERS,
    from: "2024-03-11",
    to: "2024-04-20",
    tz: "UTC",
    step: "week",
  } as const;
  for (const { name } of MEASURES) for (const by of GROUPINGS) check(data, { ...asked, by }, name);
});

Deno.test("series() answers nothing where there are no jobs", () => {
  const none: Data = new Map();
  const empty = randomData(createRandom(1), { jobs: 0, around_s: utc("2024-03-31") });
  for (const data of [none, empty]) {
    for (const { name } of MEASURES) {
      for (const by of GROUPINGS) {
        check(
          data,
          { ...DEFAULT_FILTERS, from: "2024-03-29", to: "2024-04-02", tz: "UTC", step: "day", by },
          name,
        );
      }
    }
  }
});
