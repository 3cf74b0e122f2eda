/**
 * One question has one answer: the tile, the chart, the table, the exports and the API agree, whatever is chosen.
 * All of it is asked as a browser asks, through the server's addresses.
 */
import assert from "node:assert/strict";
import { giveDemo } from "../demo_jobs.ts";
import { KEY, NOW_MS, type TestServer, withServer } from "../lib/server/test_server.ts";
import type { SeriesAnswer } from "../../lib/query/answers.ts";
import type { JobsModel } from "../../lib/pages/jobs.ts";
import { pathOf } from "../../lib/pages/links.ts";
import type { OverviewModel } from "../../lib/pages/overview.ts";
import type { UsageModel } from "../../lib/pages/usage.ts";
import { choose, type Filters, formatFilters } from "../../lib/view/filters.ts";
import { formatColumn, formatValue } from "../../lib/view/format.ts";
import {
  addsUp,
  type Dimension,
  DIMENSIONS,
  GROUPINGS,
  type MeasureName,
  measureOf,
  MEASURES,
} from "../../lib/view/measures.ts";
import { type KnownValues, type TruthQuestion, truthQuestions } from "./truth_questions.ts";
import { csvRows, islandProps, parquetRows } from "./read_answers.ts";

const QUESTIONS = 90;
/** Sums of the same hours in another order differ by rounding alone: 2^-53 for each of at most a million terms. */
const ROUNDING = 1e-9;

/** Asserts that two numbers are the same: whole ones exactly, sums of fractions up to rounding. */
function assertSame(actual: number | null, expected: number | null, what: string): void {
  if (actual === expected) return;
  assert.ok(actual !== null && expected !== null, `${what}: ${actual}, not ${expected}`);
  const whole = Number.isInteger(actual) && Number.isInteger(expected);
  const most = whole ? 0 : ROUNDING * Math.max(Math.abs(actual), Math.abs(expected), ROUNDING);
  assert.ok(Math.abs(actual - expected) <= most, `${what}: ${actual}, not ${expected}`);
}

/** Asserts that they add up to the total; unknown ones count nothing. */
function assertSum(parts: readonly (number | null)[], total: number | null, what: string): void {
  assertSame(parts.reduce<number>((sum, part) => sum + (part ?? 0), 0), total ?? 0, what);
}

function queryOf({ filters, by, measure }: TruthQuestion): string {
  return formatFilters({ ...filters, by, measure });
}

async function read<T>(server: TestServer, path: string): Promise<T> {
  const { status, body } = await server.json(path);
  assert.equal(status, 200, `${path}: ${JSON.stringify(body).slice(0, 200)}`);
  return body as unknown as T;
}

function seriesOf(server: TestServer, filters: Filters): Promise<SeriesAnswer> {
  return read(server, `/api/dashboard/series?${formatFilters(filters)}`);
}

async function text(server: TestServer, path: string): Promise<string> {
  const response = await server.fetch(path);
  assert.equal(response.status, 200, path);
  return await response.text();
}

/** A page, or the one that its address leads to because it is no canonical one. */
async function pageAt(server: TestServer, address: string): Promise<string> {
  const response = await server.fetch(address);
  const moved = response.headers.get("location");
  if (moved === null) return await response.text();
  await response.body?.cancel();
  return await text(server, moved);
}

/** Values that jobs have, by dimension, those with most CPU-hours first. */
async function knownValues(server: TestServer): Promise<KnownValues> {
  const values: Partial<Record<Dimension, readonly string[]>> = {};
  for (const dimension of DIMENSIONS) {
    const by = GROUPINGS.find((grouping) => grouping === dimension);
    const { series } = by === undefined
      ? { series: [] }
      : await read<SeriesAnswer>(server, `/api/dashboard/series?period=all&step=total&by=${by}`);
    values[dimension] = series.map(({ key }) => key).filter((key) => key !== "");
  }
  return values as KnownValues;
}

/** The API's own answers: the total is the same however it is split, and the sum where sums make sense. */
async function checkSeries(
  server: TestServer,
  { filters, by, measure }: TruthQuestion,
): Promise<SeriesAnswer> {
  const split = await seriesOf(server, { ...filters, by, measure });
  const whole = await seriesOf(server, { ...filters, measure });
  assertSame(whole.total, split.total, "total, not split and split");
  assertSame(whole.series[0]?.total ?? null, whole.total, "the only series and the total");
  const { additive } = measureOf(measure);
  if (additive) {
    for (const { key, values, total } of split.series) assertSum(values, total, `buckets of ${key}`);
    assertSum(whole.series[0]?.values ?? [], whole.total, "buckets");
  }
  if (addsUp(measureOf(measure), by)) {
    assertSum(split.series.map(({ total }) => total), split.total, "series");
  }
  return split;
}

/** The usage page: its chart and its table are the API's answer. */
async function checkUsage(
  server: TestServer,
  { question, split }: { readonly question: TruthQuestion; readonly split: SeriesAnswer },
): Promise<void> {
  const { by, measure } = question;
  const { format } = measureOf(measure);
  const model = await read<UsageModel>(server, `/api/dashboard/view/usage?${queryOf(question)}`);
  const { figure, table } = model;
  if (figure === null) {
    assert.ok(model.notices.length > 0, "a page without a chart says why");
    return;
  }
  assert.ok(figure.kind !== "failed", "the chart could be made");
  const totals = new Map(split.series.map(({ key, total }) => [key, total]));
  assert.deepEqual(figure.buckets.map(({ start }) => start), split.buckets, "buckets of the chart");
  for (const { key, values, total } of figure.series) {
    const own = split.series.find((series) => series.key === key);
    if (own === undefined) continue;
    assert.deepEqual(values, own.values, `chart's series ${key}`);
    assert.equal(total, own.total, `chart's total of ${key}`);
  }
  if (addsUp(measureOf(measure), by)) {
    assertSum(figure.series.map(({ total }) => total), split.total, "the chart's series");
    assertSum(figure.series.flatMap(({ values }) => values), split.total, "the chart's bars");
  }
  if (table === null) {
    assert.equal(by, "none", "only a page that is not split has no table");
    return;
  }
  const listed = table.rows.map(({ key }) => totals.get(key) ?? null);
  const texts = formatColumn([...listed, split.total], format);
  assert.equal(table.footer[1], texts.at(-1), "last row of the table");
  table.rows.forEach(({ key, cells }, place) => {
    if (totals.has(key)) assert.equal(cells[1], texts[place], `the table's row ${key}`);
  });
  const keys = new Set(table.rows.map(({ key }) => key));
  const missing = table.left_out === "" ? [...totals.keys()].filter((key) => !keys.has(key)) : [];
  assert.deepEqual(missing, [], "rows that the table should have");
}

/** The exports hold the API's answer to the last digit. */
async function checkExports(
  server: TestServer,
  { question, split }: { readonly question: TruthQuestion; readonly split: SeriesAnswer },
): Promise<void> {
  const query = queryOf(question);
  const cell = (value: number | null) => value === null ? "" : String(value);
  const usage = csvRows(await text(server, `/api/export/usage.csv?${query}`)).slice(1);
  const totals = new Map(usage.map(([key, value]) => [key, value]));
  for (const { key, total } of split.series) {
    assert.equal(totals.get(guarded(key)), cell(total), `row ${key} of the usage export`);
  }
  const series = csvRows(await text(server, `/api/export/series.csv?${query}`)).slice(1);
  assert.deepEqual(
    series,
    split.series.flatMap(({ key, values, others = null }) =>
      split.buckets.map((start, bucket) => [start, guarded(key), cell(values[bucket]), cell(others)])
    ),
    "the series export",
  );
}

/** Files of Parquet hold the numbers of those of CSV, as numbers. */
async function checkParquet(server: TestServer, question: TruthQuestion): Promise<void> {
  const query = queryOf(question);
  for (const name of ["usage", "series"]) {
    const [, ...lines] = csvRows(await text(server, `/api/export/${name}.csv?${query}`));
    const rows = await parquetRows(await server.fetch(`/api/export/${name}.parquet?${query}`));
    assert.equal(rows.length, lines.length, `rows of ${name}`);
    rows.forEach((row, index) => {
      Object.values(row).forEach((value, column) => {
        if (typeof value === "string" || value instanceof Date) return;
        assert.equal(value === null ? "" : String(value), lines[index][column], `${name}, row ${index}`);
      });
    });
  }
}

/** Text that a spreadsheet would run stands behind an apostrophe. */
function guarded(key: string): string {
  return /^[=+\-@\t\r]/.test(key) ? `'${key}` : key;
}

/** Every tile of the overview is the total of its measure. */
async function checkTiles(server: TestServer, { filters }: TruthQuestion): Promise<void> {
  const model = await read<OverviewModel>(server, `/api/dashboard/view/overview?${formatFilters(filters)}`);
  for (const { label, value, href } of model.tiles) {
    const name = new URLSearchParams(href?.split("?")[1]).get("measure") ?? "cpu-hours";
    const measure = MEASURES.find((entry) => entry.name === name);
    if (measure === undefined) continue;
    const { total } = await seriesOf(server, {
      ...filters,
      measure: measure.name as MeasureName,
      // What is complete depends on the step.
      step: filters.complete ? filters.step : "total",
    });
    assert.equal(value, formatValue(total, measure.format, "short"), `tile ${label}`);
  }
}

/** A row of a table is what one gets by choosing it, percentiles too. */
async function checkChoice(
  server: TestServer,
  { question, split }: { readonly question: TruthQuestion; readonly split: SeriesAnswer },
): Promise<void> {
  const { filters, by, measure } = question;
  // A job on many nodes, with several types of GPU or sent to several partitions belongs to each of them.
  const sole = DIMENSIONS.find((dimension) => dimension === by && !["node", "gpu_type"].includes(by));
  if (sole === undefined) return;
  const rows = split.series.filter(({ key, others }) =>
    key !== "" && others === undefined && !key.includes(",")
  );
  for (const { key, total } of rows.slice(0, 2)) {
    const only = await seriesOf(server, { ...choose(filters, sole, [key]), measure });
    if (sole !== "partition") assertSame(only.total, total, `${sole} ${key} chosen, and its row`);
  }
}

/** The number of jobs is the same on their page, in their export and in the lists of the filters. */
async function checkJobs(server: TestServer, { filters }: TruthQuestion): Promise<void> {
  const query = formatFilters(filters);
  const model = await read<JobsModel>(server, `/api/dashboard/view/jobs?${query}`);
  const count = numberIn(model.count);
  const rows = csvRows(await text(server, `/api/export/jobs.csv?${query}`)).slice(1);
  assert.equal(rows.length, count, "jobs of the page and of the export");
  const lines = (await text(server, `/api/export/jobs.jsonl?${query}`)).split("\n").filter((line) =>
    line !== ""
  );
  assert.equal(lines.length, count, "lines of JSON");
  for (const name of ["cluster", "state"] as const) {
    if (filters.not[name].length > 0) continue;
    const facet = model.filter_bar.facets.find((entry) => entry.name === name);
    assert.ok(facet !== undefined && facet.more === 0, name);
    const chosen = filters.only[name].length > 0;
    const jobs = facet.values.filter(({ selected }) => selected || !chosen).map(({ jobs }) => numberIn(jobs));
    assertSum(jobs, count, `jobs in the list of values of ${name}`);
  }
}

function numberIn(text: string): number {
  const number = Number(text.replaceAll(",", ""));
  assert.ok(Number.isInteger(number), text);
  return number;
}

/** Hours of the nodes add up to those of the cluster. */
async function checkNodes(server: TestServer, { filters }: TruthQuestion): Promise<void> {
  for (const measure of ["cpu-hours", "gpu-hours", "node-hours"] as const) {
    const by_node = await seriesOf(server, { ...filters, by: "node", measure, step: "total" });
    const by_cluster = await seriesOf(server, { ...filters, by: "cluster", measure, step: "total" });
    assertSum(by_node.series.map(({ total }) => total), by_cluster.total, `${measure} of nodes`);
    assertSum(by_cluster.series.map(({ total }) => total), by_cluster.total, `${measure} of clusters`);
  }
}

Deno.test("one question has one answer: tile, chart, table, exports and API agree", async (t) => {
  await withServer(async (server) => {
    const options = { key: KEY, seed: 7, now_s: NOW_MS / 1000, jobs: 6000, months: 5 };
    await giveDemo(server.services, options);
    const questions = truthQuestions(QUESTIONS, await knownValues(server));
    const every = async (name: string, check: (question: TruthQuestion) => Promise<void>) => {
      await t.step(name, async () => {
        const wrong: string[] = [];
        for (const question of questions) {
          try {
            await check(question);
          } catch (error) {
            wrong.push(`${queryOf(question)}: ${error instanceof Error ? error.message : error}`);
          }
        }
        assert.deepEqual(wrong, []);
      });
    };
    await t.step("the questions are worth asking", async () => {
      let answered = 0;
      for (const { filters } of questions) {
        const { total } = await seriesOf(server, { ...filters, step: "total" });
        if ((total ?? 0) > 0) answered++;
      }
      assert.ok(answered >= 60, `${answered} of ${questions.length} have an answer`);
      assert.equal(new Set(questions.map(queryOf)).size, questions.length);
      assert.deepEqual(
        DIMENSIONS.filter((name) => !questions.some(({ filters }) => filters.only[name].length > 0)),
        [],
        "every dimension is chosen by",
      );
    });
    await every("chart, table and exports are the answer of the API", async (question) => {
      const split = await checkSeries(server, question);
      await checkUsage(server, { question, split });
      await checkExports(server, { question, split });
      await checkChoice(server, { question, split });
    });
    await t.step("Parquet holds what CSV holds", async () => {
      for (const question of questions.slice(0, 30)) await checkParquet(server, question);
    });
    await every("every tile is the total of its measure", (question) => checkTiles(server, question));
    await every(
      "jobs are as many on their page, in their export and in the filters' lists",
      (question) => checkJobs(server, question),
    );
    await every(
      "hours of the nodes add up to those of the clusters",
      (question) => checkNodes(server, question),
    );
    await t.step("a page's address and its view's address give the same model, once", async () => {
      for (const question of questions.slice(0, 24)) {
        for (const view of ["overview", "usage", "jobs"] as const) {
          const query = formatFilters(
            view === "usage" ? { ...question.filters, by: question.by } : question.filters,
          );
          const path = `/api/dashboard/view/${view}?${query}`;
          const model = await read<unknown>(server, path);
          const address = `${pathOf(view, question.filters)}?${query}`;
          const [shown] = islandProps(await pageAt(server, address), "model");
          assert.deepEqual(shown, model, address);
          const first = await server.fetch(path);
          const etag = first.headers.get("etag") ?? "";
          assert.ok(etag.length > 10);
          await first.body?.cancel();
          const again = await server.fetch(path, { headers: { "if-none-match": etag } });
          assert.equal(again.status, 304);
          assert.equal(await again.text(), "");
        }
      }
    });
  });
});
