/** The engine answers the page's questions, and what it costs to open, hold and refresh the data. */

import { Warehouse } from "../../lib/engine/warehouse.ts";
import type { Data } from "../../lib/query/data.ts";
import { facets } from "../../lib/query/facets.ts";
import { ranking } from "../../lib/query/ranking.ts";
import { series } from "../../lib/query/series.ts";
import { totals } from "../../lib/query/totals.ts";
import type { Filters } from "../../lib/view/filters.ts";
import { MAIN_DIMENSIONS } from "../../lib/view/measures.ts";
import {
  type Answers,
  CASES,
  differences,
  filtersOf,
  OTHERS,
  RANKINGS,
  SERIES,
  something,
  TOP,
  TOTALS,
} from "./cases.ts";
import { answer, type Findings, memory, noFindings, peak_bytes, task, timed } from "./child.ts";
import { measureExtras } from "./extras.ts";
import { NOW_S } from "./trace.ts";

const now_s = NOW_S;

/** All answers of a page, asked for at once as a page does. */
async function page(data: Data, filters: Filters) {
  const [all, over_time, ranked, choices] = await Promise.all([
    totals(data, filters, { now_s, measures: TOTALS }),
    Promise.all(
      SERIES.map(([measure, by]) => series(data, { ...filters, measure, by }, { now_s, top: TOP })),
    ),
    Promise.all(
      RANKINGS.map((by) => ranking(data, filters, { now_s, by, measures: ["cpu-hours", "jobs-ended"] })),
    ),
    facets(data, filters, { now_s }),
  ]);
  return { all, over_time, ranked, choices };
}

/** The answers of a page in the form that is compared. */
function answersOf({ all, over_time, ranked, choices }: Awaited<ReturnType<typeof page>>): Answers {
  const answers: Record<string, readonly (number | null)[]> = {};
  for (const name of TOTALS) answers[`total ${name}`] = [all[name] ?? null];
  for (const [at, [measure, by]] of SERIES.entries()) {
    for (const { key, values, others } of over_time[at].series) {
      answers[`series ${measure} ${by} ${others === undefined ? key : OTHERS}`] = values;
    }
  }
  for (const [at, by] of RANKINGS.entries()) {
    for (const { key, values } of ranked[at].rows) {
      answers[`ranking ${by} ${key}`] = [values["cpu-hours"] ?? null, values["jobs-ended"] ?? null];
    }
  }
  for (const by of MAIN_DIMENSIONS) {
    for (const { value, jobs } of choices[by]) answers[`facet ${by} ${value}`] = [jobs];
  }
  return something(answers);
}

/** The longest time for which nothing else could be done while `work` ran. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest_ms = 0;
  let last_ms = performance.now();
  const beat = () => {
    const time_ms = performance.now();
    longest_ms = Math.max(longest_ms, time_ms - last_ms);
    last_ms = time_ms;
  };
  const timer = setInterval(beat, 1);
  await work();
  beat();
  clearInterval(timer);
  return longest_ms;
}

async function open(root: string, jobs: number, { facts }: Findings): Promise<Warehouse> {
  const before = memory();
  const begin_ms = performance.now();
  const warehouse = await Warehouse.open({
    root,
    zone: () => "UTC",
    now_ms: () => now_s * 1000,
    notice: (text) => console.error(text),
  });
  facts.cold_start_s = (performance.now() - begin_ms) / 1000;
  const after = memory();
  facts.rss_bytes_per_job = (after.rss_bytes - before.rss_bytes) / jobs;
  facts.array_bytes_per_job = (after.array_bytes - before.array_bytes) / jobs;
  facts.heap_bytes_per_job = (after.heap_bytes - before.heap_bytes) / jobs;
  facts.cold_start_peak_bytes = peak_bytes();
  return warehouse;
}

const { root, jobs, cases, extras } = task<{
  readonly root: string;
  readonly jobs: number;
  readonly cases: readonly string[];
  readonly extras: readonly string[];
}>();
const findings = noFindings();
const warehouse = await open(root, jobs, findings);
let round = 0;
for (const asked of CASES.filter(({ name }) => cases.includes(name))) {
  const fresh = () => filtersOf(asked, round++);
  const begin_ms = performance.now();
  const first = await page(warehouse.clusters, filtersOf(asked, null));
  findings.facts[`${asked.name}: first_ms`] = performance.now() - begin_ms;
  findings.answers[asked.name] = answersOf(first);
  findings.timings[asked.name] = await timed(async () =>
    JSON.stringify(await page(warehouse.clusters, fresh()))
  );
  const again = await page(warehouse.clusters, fresh());
  const words = differences(answersOf(again), findings.answers[asked.name]);
  if (words.length > 0) {
    throw new Error(`${asked.name}: an exclusion of nobody changed the answer: ${words.join("; ")}`);
  }
  findings.facts[`${asked.name}: stall_ms`] = await longestStall(() => page(warehouse.clusters, fresh()));
}
findings.facts.rss_bytes_per_job_after_pages = memory().rss_bytes / jobs;
await measureExtras(warehouse, { root, extras, findings });
warehouse.close();
answer(findings);
