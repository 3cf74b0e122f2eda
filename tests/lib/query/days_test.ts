import assert from "node:assert/strict";
import type { DaySum } from "../../../lib/job/days.ts";
import { days } from "../../../lib/query/days.ts";
import { clusterOf, jobRecord, tableOf, utc } from "../../helpers.ts";
import { naiveJobs } from "./naive_jobs.ts";
import { caseSets } from "./random_cases.ts";
import { dataOfClusters } from "./random_data.ts";

const DAY = 86_400;

function naive(
  jobs: readonly { readonly End: number | null; readonly CPUHours: number | null }[],
  { start_s, end_s }: { readonly start_s: number; readonly end_s: number },
): readonly DaySum[] {
  const found: Record<string, { jobs: number; cpu_seconds: number }> = {};
  for (const { End, CPUHours } of jobs) {
    if (End === null || End < start_s || End >= end_s) continue;
    const sum = found[new Date(End * 1000).toISOString().slice(0, 10)] ??= { jobs: 0, cpu_seconds: 0 };
    sum.jobs++;
    sum.cpu_seconds += Math.round((CPUHours ?? 0) * 3600);
  }
  return Object.entries(found).sort().map(([day, sum]) => ({ day, ...sum }));
}

Deno.test("days() sums random records as the plain definition does", async () => {
  let filled = 0;
  for (const { clusters } of caseSets()) {
    const all_jobs = naiveJobs(clusters);
    for (const cluster of dataOfClusters(clusters).values()) {
      const jobs = all_jobs.filter(({ cluster: name }) => name === cluster.name);
      const ends = jobs.flatMap(({ End }) => End ?? []);
      const first = Math.floor(Math.min(...ends, utc("2024-01-01")) / DAY) * DAY;
      for (
        const range of [{ start_s: 0, end_s: 2 ** 32 }, { start_s: first + DAY, end_s: first + 30 * DAY }]
      ) {
        const found = await days(cluster, range);
        assert.deepEqual(found, naive(jobs, range));
        filled += found.length;
      }
    }
  }
  assert.ok(filled > 1000, `${filled}`);
});

Deno.test("days() answers from one snapshot: what comes later, also between two weeks, is not in it", async () => {
  const ended = (id: string, submit: string) =>
    jobRecord({
      JobID: id,
      Submit: utc(submit),
      Start: utc(submit),
      End: utc("2026-03-01T12:00"),
      AllocCPUS: 1,
    });
  const cluster = clusterOf([ended("1", "2026-01-01"), ended("2", "2026-02-20")]);
  const seen = { ...cluster, dataset: cluster.dataset.snapshot() };
  const range = { start_s: utc("2026-03-01"), end_s: utc("2026-03-02") };
  const later = tableOf([ended("3", "2026-02-28")]);
  const breathe = () => {
    cluster.dataset.apply(later, { plan: cluster.dataset.plan(later), received_s: 2 ** 32 });
    return undefined;
  };
  assert.deepEqual((await days(seen, { ...range, breathe })).map(({ jobs }) => jobs), [2]);
  assert.deepEqual((await days(cluster, range)).map(({ jobs }) => jobs), [3]);
});

Deno.test("days() copes with ends that lie far apart", async () => {
  const at = (id: string, End: number) => jobRecord({ JobID: id, Submit: utc("2026-01-01"), End });
  const cluster = clusterOf([at("1", 1), at("2", 2 ** 32 - 1), at("3", utc("2026-01-02"))]);
  const found = await days(cluster, { start_s: 0, end_s: 2 ** 33 });
  assert.deepEqual(found.map(({ day, jobs }) => [day, jobs]), [
    ["1970-01-01", 1],
    ["2026-01-02", 1],
    ["2106-02-07", 1],
  ]);
});
