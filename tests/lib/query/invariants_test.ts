/** What must hold of every answer, whatever the jobs are and however they came. */
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { Dataset } from "../../../lib/engine/dataset.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { SeriesAnswer } from "../../../lib/query/answers.ts";
import type { JobTable } from "../../../lib/job/table.ts";
import { decodeSegment, encodeSegment, openSegment } from "../../../lib/store/segment.ts";
import type { ClusterData, Data } from "../../../lib/query/data.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import { totals } from "../../../lib/query/totals.ts";
import { type Choices, DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { addsUp, GROUPINGS, type MeasureName, measureOf } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, shuffled, tableOf, utc } from "../../helpers.ts";
import { addDays, JOB_MEASURES } from "./random_cases.ts";
import { type PlainCluster, randomClusters, randomData } from "./random_data.ts";

const NOW = { now_s: 0 };
const NO_COUNTS = { accepted: 0, updated: 0, duplicates: 0 };
const ALL = JOB_MEASURES.map(({ name }) => name);
const ADDITIVE = JOB_MEASURES.filter(({ additive }) => additive).map(({ name }) => name);
/** Zones with a day on which something happens to their clocks. */
const PLACES: readonly (readonly [tz: string, day: string])[] = [
  ["UTC", "2024-12-30"],
  ["America/New_York", "2024-11-03"],
  ["Asia/Kathmandu", "2024-07-15"],
  ["Australia/Lord_Howe", "2024-10-06"],
  ["Pacific/Apia", "2011-12-30"],
  ["Africa/Casablanca", "2024-04-14"],
];
const CHOICES: readonly (readonly [only: Partial<Choices>, not: Partial<Choices>])[] = [
  [{}, {}],
  [{ partition: ["gpu"], state: ["COMPLETED", "FAILED", "TIMEOUT"] }, {}],
  [{ cluster: ["alpha"] }, { account: ["O'Brien"], partition: ["cpu,gpu"] }],
];

function filtersOf([only, not]: (typeof CHOICES)[number], parts: Partial<Filters>): Filters {
  const none = DEFAULT_FILTERS.only;
  return { ...DEFAULT_FILTERS, only: { ...none, ...only }, not: { ...none, ...not }, ...parts };
}

function sum(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

/** Counts are the same number, sums of hours may be rounded otherwise. */
function same(
  found: number | null,
  expected: number | null,
  { name, what }: { name: MeasureName; what: string },
) {
  const exact = found === null || expected === null || measureOf(name).format === "count";
  const close = exact
    ? found === expected
    : Math.abs(found - expected) <= 1e-9 * Math.max(Math.abs(expected), Number.MIN_VALUE);
  assert.ok(close, `${name}, ${what}: ${found}, not ${expected}`);
}

Deno.test("the sums over hours, days, weeks and months are the total, in every zone, filtered or not", async () => {
  let values_seen = 0;
  for (const [tz, day] of PLACES) {
    const data = randomData(createRandom(day.length + tz.length), { jobs: 120, around_s: utc(day) });
    const range = { from: addDays(day, -20), to: addDays(day, 20), tz };
    for (const [number, chosen] of CHOICES.entries()) {
      for (const name of ADDITIVE) {
        const whole = (await totals(data, filtersOf(chosen, range), { ...NOW, measures: [name] }))[name] ??
          null;
        for (const step of ["hour", "day", "week", "month", "quarter", "year", "total"] as const) {
          const answer = await series(data, filtersOf(chosen, { ...range, measure: name, step }), NOW);
          const what = `${tz}, by ${step}, choice ${number}`;
          same(answer.total, whole, { name, what });
          same(sum(answer.series[0].values), whole, { name, what: `${what}, added up` });
          values_seen += answer.series[0].values.length;
        }
      }
    }
  }
  assert.ok(values_seen > 100_000);
});

Deno.test("the sums over keys are the whole wherever a measure adds up, in every bucket", async () => {
  for (const [tz, day] of PLACES) {
    const data = randomData(createRandom(day.length), { jobs: 100, around_s: utc(day) });
    const range = { from: addDays(day, -10), to: addDays(day, 10), tz, step: "week" } as const;
    for (const [number, chosen] of CHOICES.entries()) {
      for (const name of ADDITIVE) {
        const asked = filtersOf(chosen, { ...range, measure: name });
        const { series: [{ values }], total } = await series(data, asked, NOW);
        for (const by of GROUPINGS) {
          if (!addsUp(measureOf(name), by)) continue;
          const answer = await series(data, { ...asked, by }, NOW);
          const what = `${tz}, by ${by}, choice ${number}`;
          same(answer.total, total, { name, what });
          same(sum(answer.series.map((row) => row.total)), total, { name, what: `${what}, added up` });
          values.forEach((value, bucket) =>
            same(sum(answer.series.map((row) => row.values[bucket])), value, {
              name,
              what: `${what}, bucket ${bucket}`,
            })
          );
        }
      }
    }
  }
});

/** A dataset that took up these batches one after the other. */
function datasetOfTables(tables: readonly JobTable[]): Dataset {
  const dataset = new Dataset();
  for (const table of tables) {
    dataset.apply(table, { plan: dataset.plan(table), received_s: 2 ** 32 });
  }
  return dataset;
}

function dataOfBatches(
  clusters: readonly PlainCluster[],
  batchesOf: (records: readonly JobRecord[]) => readonly (readonly JobRecord[])[],
): Data {
  return dataOf(
    ...clusters.map(({ records, ...parts }) =>
      clusterOf([], { ...parts, dataset: datasetOfTables(batchesOf(records).map(tableOf)) })
    ),
  );
}

function split<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, i) => items.slice(i * size, (i + 1) * size),
  );
}

/** What was known of a job while it ran, and while it waited. */
function earlier(record: JobRecord): readonly JobRecord[] {
  const { Submit, Start, End } = record;
  if (Start === null || End === null || Start === End) return [];
  const running = { ...record, End: null, ElapsedRaw: null, State: "RUNNING", TotalCPU: null, MaxRSS: null };
  const waiting = { ...running, Start: null, NodeList: null, AllocCPUS: 0, State: "PENDING" };
  return Submit === null ? [running] : [waiting, running];
}

/** An answer without the order of its rows, which rounding may turn. */
function byKey({ series: rows }: SeriesAnswer) {
  return new Map(rows.map((row) => [row.key, row]));
}

async function sameAnswers(found: Data, expected: Data, { what, day }: { what: string; day: string }) {
  const random = createRandom(day.length);
  for (const name of ALL) {
    const asked: Filters = {
      ...filtersOf(random.pick(CHOICES), {}),
      ...{ from: addDays(day, -15), to: addDays(day, 15), tz: "America/New_York" },
      ...{ measure: name, by: random.pick(GROUPINGS), step: random.pick(["day", "week"] as const) },
    };
    const [one, other] = [await series(found, asked, NOW), await series(expected, asked, NOW)];
    const where = `${what}, by ${asked.by}`;
    same(one.total, other.total, { name, what: where });
    const [rows, expected_rows] = [byKey(one), byKey(other)];
    assert.deepEqual([...rows.keys()].sort(), [...expected_rows.keys()].sort(), `${name}, ${where}`);
    for (const [key, { total, values }] of expected_rows) {
      same(rows.get(key)?.total ?? null, total, { name, what: `${where}, ${key}` });
      values.forEach((value, bucket) =>
        same(rows.get(key)?.values[bucket] ?? null, value, {
          name,
          what: `${where}, ${key}, bucket ${bucket}`,
        })
      );
    }
  }
}

Deno.test("no answer changes with batches sent twice, split or in another order", async () => {
  for (const [seed, [, day]] of PLACES.entries()) {
    const random = createRandom(seed + 1);
    const clusters = randomClusters(random, { jobs: 100, around_s: utc(day) });
    const once = dataOfBatches(clusters, (records) => [records]);
    const ways: Readonly<
      Record<string, (records: readonly JobRecord[]) => readonly (readonly JobRecord[])[]>
    > = {
      "sent twice": (records) => [records, records],
      "sent twice, the second time in part": (records) => [records, records.slice(20, 60)],
      "twice in one batch": (records) => [[...records, ...records]],
      "in batches of seven": (records) => split(records, 7),
      "one by one": (records) => split(records, 1),
      "in another order": (records) => [shuffled(records, random)],
      "in another order, in batches": (records) => split(shuffled(records, random), 11),
      "first as they waited and ran": (records) => [records.flatMap(earlier), records],
      "mixed with what was known earlier": (records) =>
        split(shuffled([...records.flatMap(earlier), ...records], random), 9),
    };
    for (const [what, batchesOf] of Object.entries(ways)) {
      await sameAnswers(dataOfBatches(clusters, batchesOf), once, { what, day });
    }
  }
});

Deno.test("no answer changes with a restart, when the files are read again", async () => {
  for (const [seed, [, day]] of PLACES.entries()) {
    const clusters = randomClusters(createRandom(seed + 1), { jobs: 100, around_s: utc(day) });
    const restarted: ClusterData[] = [];
    for (const { records, ...parts } of clusters) {
      const tables: JobTable[] = [];
      for (const batch of split([...records.flatMap(earlier), ...records], 40)) {
        const meta = { cluster: parts.name, received_ms: 0, idempotency: null, counts: NO_COUNTS };
        const bytes = Uint8Array.from(encodeSegment(tableOf(batch), meta));
        tables.push(await decodeSegment(openSegment(bytes.buffer)));
      }
      restarted.push(clusterOf([], { ...parts, dataset: datasetOfTables(tables) }));
    }
    const once = dataOfBatches(clusters, (records) => [records]);
    await sameAnswers(dataOf(...restarted), once, { what: "after a restart", day });
  }
});

Deno.test("where there is nothing, counts and hours are 0, all else is unknown, and nothing is NaN", async () => {
  const empty = randomClusters(createRandom(1), { jobs: 0, around_s: utc("2024-03-31") });
  const range = { from: "2024-03-28", to: "2024-04-02", tz: "Europe/Berlin" };
  const nobody = filtersOf([{ user: ["nobody"] }, {}], range);
  const before = filtersOf([{}, {}], { ...range, from: "1999-01-01", to: "1999-02-01" });
  const jobs = randomData(createRandom(2), { jobs: 50, around_s: utc("2024-03-31") });
  const asked: readonly (readonly [Data, Filters])[] = [
    [dataOfBatches(empty, (records) => [records]), filtersOf([{}, {}], range)],
    [jobs, nobody],
    [jobs, before],
  ];
  for (const [data, filters] of asked) {
    const found = await totals(data, filters, { ...NOW, measures: ALL });
    for (const name of ALL) {
      const { format } = measureOf(name);
      const nothing =
        format === "count" && name !== "size-min" && name !== "size-max" || format === "hours" ||
          name === "running-mean" || name === "pending-mean"
          ? 0
          : null;
      assert.equal(found[name], nothing, `${name} in all`);
      for (const by of GROUPINGS) {
        const answer = await series(data, { ...filters, measure: name, by, step: "day" }, NOW);
        assert.equal(answer.total, nothing, `${name} by ${by}`);
        if (by === "none") {
          assert.deepEqual(new Set(answer.series[0].values), new Set([nothing]), `${name} by day`);
        } else assert.deepEqual(answer.series, [], `${name} by ${by}`);
      }
    }
    const { rows } = await ranking(data, filters, { ...NOW, by: "account", measures: ALL });
    assert.deepEqual(rows, []);
  }
});

Deno.test("no answer holds a number that is none, whatever is asked of jobs that are odd", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const data = randomData(createRandom(seed), { jobs: 40, around_s: utc("2024-03-31") });
    for (const name of ALL) {
      for (const by of GROUPINGS) {
        const filters = filtersOf([{}, {}], {
          ...{ from: "2024-02-01", to: "2024-05-31", tz: "UTC" },
          ...{ measure: name, by, step: "week" },
        });
        const { series: rows, total } = await series(data, filters, NOW);
        const values = [total, ...rows.flatMap((row) => [row.total, ...row.values])];
        const odd = values.filter((value) => value !== null && !(Number.isFinite(value) && value >= 0));
        assert.deepEqual(odd, [], `${name} by ${by}`);
      }
    }
  }
});
