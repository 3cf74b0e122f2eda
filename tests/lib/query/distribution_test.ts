import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import {
  distribution,
  type DistributionAnswer,
  DISTRIBUTIONS,
  type SpreadAnswer,
} from "../../../lib/query/distribution.ts";
import { totals } from "../../../lib/query/totals.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { GROUPINGS } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { naiveMeasure, type Part } from "./naive.ts";
import { naiveCounted, naiveGroups, naiveSpread } from "./naive_extra.ts";
import { naiveSpan } from "./naive_calendar.ts";
import { naiveJobs, naiveKeeps } from "./naive_jobs.ts";
import { caseSets } from "./random_cases.ts";
import { dataOfClusters, randomData } from "./random_data.ts";

const NOW = { now_s: 0 };

function close(found: number, expected: number, what: string): void {
  assert.ok(
    Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected)),
    `${what}: ${found}, not ${expected}`,
  );
}

function check(
  { classes }: DistributionAnswer,
  found: SpreadAnswer,
  { expected: { values, counts, cpu_hours, ...means }, what }: {
    readonly expected: ReturnType<typeof naiveSpread>;
    readonly what: string;
  },
): void {
  const { length } = values;
  assert.equal(found.jobs, length, `${what}: jobs`);
  classes.forEach(({ key }, place) => {
    assert.equal(found.counts[place], counts.get(key) ?? 0, `${what}: ${key}`);
    close(found.cpu_hours[place], cpu_hours.get(key) ?? 0, `${what}: hours of ${key}`);
  });
  assert.equal(found.unknown, counts.get("") ?? 0, `${what}: unknown`);
  close(found.unknown_cpu_hours, cpu_hours.get("") ?? 0, `${what}: hours of unknown`);
  const quantile = (percent: number) => values.find((_, i) => (i + 1) * 100 >= percent * length) ?? null;
  const { min, p25, p50, p75, p90, p95, p99, max, ecdf } = found;
  assert.deepEqual(
    [min, p25, p50, p75, p90, p95, p99, max],
    [0, 25, 50, 75, 90, 95, 99, 100].map(quantile),
    `${what}: quantiles`,
  );
  for (const name of ["mean", "mean_by_cpu_hours"] as const) {
    assert.equal(found[name] === null, means[name] === null, `${what}: ${name}`);
    close(found[name] ?? 0, means[name] ?? 0, `${what}: ${name}`);
  }
  const distinct = [...new Set(values)];
  assert.ok(ecdf.length <= 200);
  if (distinct.length <= 200) assert.deepEqual(ecdf.map(([value]) => value), distinct, `${what}: points`);
  for (const [value, share] of ecdf) {
    assert.equal(share, values.filter((other) => other <= value).length / length, `${what}: up to ${value}`);
  }
}

Deno.test("distribution() answers random questions as the plain definitions do", async () => {
  let number = 0;
  const filled = new Map<string, number>();
  for (const { clusters, cases } of caseSets()) {
    const all_jobs = naiveJobs(clusters);
    const data = dataOfClusters(clusters);
    for (const random_filters of cases.slice(0, 18)) {
      const by = GROUPINGS[number % GROUPINGS.length];
      const of = DISTRIBUTIONS[Math.floor(number++ / GROUPINGS.length) % DISTRIBUTIONS.length];
      const filters = { ...random_filters, by };
      const what = `${of} by ${by} ${JSON.stringify(filters)}`;
      const answer = await distribution(data, filters, { ...NOW, of });
      const span = naiveSpan(filters);
      const jobs = naiveCounted(all_jobs.filter((job) => naiveKeeps(filters, job)), of, span);
      const gpuHours = (parts: readonly Part[]) =>
        naiveMeasure(parts, "gpu-hours", { span, basis: filters.basis, reported_s: 0 }) ?? 0;
      const parts = jobs.map((job) => ({ job, weight: 1 }));
      check(answer, answer.all, { expected: naiveSpread(parts, { ...answer, span }), what });
      const groups = by === "none" ? [] : naiveGroups(jobs, filters, of === "gpus" ? gpuHours : undefined);
      assert.deepEqual(
        answer.groups.map(({ key, others }) => others === undefined ? key : others),
        groups.map(({ key, others }) => key ?? others),
        `${what}: groups`,
      );
      groups.forEach(({ parts }, i) =>
        check(answer, answer.groups[i], {
          expected: naiveSpread(parts, { ...answer, span }),
          what: `${what}: group ${i}`,
        })
      );
      if (answer.all.jobs > 2) filled.set(of, (filled.get(of) ?? 0) + 1);
    }
  }
  assert.equal(number, 360);
  for (const kind of DISTRIBUTIONS) assert.ok((filled.get(kind) ?? 0) > 20, `${filled.get(kind)} of ${kind}`);
});

Deno.test("distribution() adds up to what the measures of the same jobs say", async () => {
  const data = randomData(createRandom(3), { jobs: 1500, around_s: utc("2024-05-15") });
  const filters = { ...DEFAULT_FILTERS, from: "2024-05-01", to: "2024-05-31", tz: "UTC" };
  const counted = { start: "jobs-started", end: "jobs-ended", overlap: "jobs-running" } as const;
  for (const kind of DISTRIBUTIONS) {
    const answer = await distribution(data, filters, { ...NOW, of: kind });
    const { all } = answer;
    const basis = answer.basis === "overlap" ? "prorated" : answer.basis;
    const count = counted[answer.basis as keyof typeof counted];
    const measured = await totals(data, { ...filters, basis }, {
      ...NOW,
      measures: [
        count,
        "cpu-hours",
        "wait-p90",
        "planned-p95",
        "elapsed-p95",
        "size-max",
      ],
    });
    assert.equal(all.jobs + all.unknown, measured[count]);
    const hours = all.cpu_hours.reduce((sum, value) => sum + value, all.unknown_cpu_hours);
    close(hours, measured["cpu-hours"] ?? NaN, kind);
    if (kind === "wait") assert.equal(all.p90, measured["wait-p90"]);
    if (kind === "elapsed") assert.equal(all.p95, measured["elapsed-p95"]);
    if (kind === "planned") assert.equal(all.p95, measured["planned-p95"]);
    if (kind === "size") assert.equal(all.max, measured["size-max"]);
  }
});

Deno.test("distribution() of nothing has no values, and of one job its own", async () => {
  const filters = { ...DEFAULT_FILTERS, from: "2024-05-01", to: "2024-05-01" };
  const times = {
    Submit: utc("2024-05-01T00:00"),
    Start: utc("2024-05-01T01:00"),
    End: utc("2024-05-01T03:00"),
  };
  const one = dataOf(clusterOf([jobRecord({ ...times, AllocCPUS: 4 })]));
  const none = await distribution(dataOf(), filters, { ...NOW, of: "wait" });
  assert.deepEqual([none.all.jobs, none.all.ecdf, none.all.p50, none.groups], [0, [], null, []]);
  const { all, classes, unit } = await distribution(one, filters, { ...NOW, of: "wait" });
  const place = classes.findIndex(({ key }) => key === "<= 1 h");
  assert.deepEqual([all.jobs, all.counts[place], all.cpu_hours[place], all.ecdf], [1, 1, 8, [[3600, 1]]]);
  assert.deepEqual([all.min, all.p50, all.max, unit], [3600, 3600, 3600, "s"]);
  assert.deepEqual(classes.at(-1), { key: "> 7 d", up_to: null });
});
