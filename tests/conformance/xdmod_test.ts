/** Our measures against what Open XDMoD expects of a real accounting log. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { WireJob } from "../../lib/job/batch.ts";
import type { Data } from "../../lib/query/data.ts";
import { series } from "../../lib/query/series.ts";
import { totals } from "../../lib/query/totals.ts";
import { DEFAULT_FILTERS, type Filters, type Step } from "../../lib/view/filters.ts";
import { type MeasureName, MEASURES } from "../../lib/view/measures.ts";
import { clusterOf, dataOf, readJob, utc } from "../helpers.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/xdmod-phillips", import.meta.url));
const NOW_S = utc("2017-02-01");

/** Columns of the log as the wire format calls them; those it does not know it passes over. */
const COLUMNS =
  "JobID JobIDRaw cluster Partition QOS Account Group gid User uid Submit Eligible Start End ElapsedRaw ExitCode State AllocNodes AllocCPUS reqcpus ReqMem ReqTRES AllocTRES Timelimit NodeList JobName"
    .split(" ");

/** Our name of each of their metrics, and how many of our units theirs has. */
const METRICS: Readonly<Record<string, readonly [name: MeasureName, units: number]>> = {
  active_person_count: ["users", 1],
  active_pi_count: ["groups", 1],
  avg_job_size_weighted_by_cpu_hours: ["size-mean-by-cpu-hours", 1],
  avg_processors: ["size-mean", 1],
  avg_waitduration_hours: ["wait-mean", 3600],
  expansion_factor: ["expansion-factor", 1],
  job_count: ["jobs-ended", 1],
  max_processors: ["size-max", 1],
  min_processors: ["size-min", 1],
  running_job_count: ["jobs-running", 1],
  started_job_count: ["jobs-started", 1],
  total_cpu_hours: ["cpu-hours", 1],
  total_gpu_hours: ["gpu-hours", 1],
  total_node_hours: ["node-hours", 1],
  total_waitduration_hours: ["wait-hours", 1],
  total_wallduration_hours: ["wall-hours", 1],
};

interface Expected {
  readonly total: number;
  readonly day: Readonly<Record<string, number>>;
}

async function readText(name: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(`${FOLDER}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function readLog(log: string): Data {
  const records = log.trimEnd().split("\n").map((line) => {
    const cells = line.split("|");
    const job: WireJob = Object.fromEntries(COLUMNS.map((name, i) => [name, cells[i]]));
    return readJob(JSON.parse(JSON.stringify(job)));
  });
  return dataOf(clusterOf(records, { name: "phillips" }));
}

function filtersOf(measure: MeasureName, step: Step): Filters {
  return { ...DEFAULT_FILTERS, from: "2016-12-22", to: "2017-01-01", tz: "UTC", measure, step };
}

function close(found: number, expected: number, what: string): void {
  const difference = Math.abs(found - expected);
  assert.ok(difference <= 1e-4 * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`);
}

const [log, expected_text] = await Promise.all([readText("phillips.log"), readText("expected.json")]);
const found = log === null || expected_text === null ? null : {
  data: readLog(log),
  expected: JSON.parse(expected_text) as Readonly<Record<string, Expected>>,
};
if (found === null) console.log("skipped: ../shared/data is not here (only in this project's own CI)");

/** Runs `body` where the log is; it is not part of the repository. */
function withLog(body: (data: Data, expected: Readonly<Record<string, Expected>>) => void): void {
  if (found !== null) body(found.data, found.expected);
}

Deno.test("series() and totals() agree with Open XDMoD on a real log, in total and on every day", () => {
  withLog((data, expected) => {
    for (const [metric, [name, units]] of Object.entries(METRICS)) {
      const { total, day } = expected[metric];
      const filters = filtersOf(name, "day");
      const { values } = series(data, filters, { now_s: NOW_S }).series[0];
      const { buckets } = series(data, filters, { now_s: NOW_S });
      assert.equal(buckets.length, 11);
      assert.equal(Object.keys(day).length, 11, metric);
      buckets.forEach((start, bucket) => {
        const date = start.slice(0, 10);
        close((values[bucket] ?? 0) / units, day[date], `${metric} on ${date}`);
      });
      const headline = totals(data, filters, { now_s: NOW_S, measures: [name] })[name];
      for (const sum of [series(data, filters, { now_s: NOW_S }).total, headline]) {
        close((sum ?? NaN) / units, total, metric);
      }
    }
  });
});

Deno.test("series() of a real log adds up to the same total by hour, day, week, month and year", () => {
  withLog((data) => {
    for (const { name } of MEASURES.filter(({ additive }) => additive)) {
      const { total } = series(data, filtersOf(name, "total"), { now_s: NOW_S });
      for (const step of ["hour", "day", "week", "month", "quarter", "year", "total"] as const) {
        const { values } = series(data, filtersOf(name, step), { now_s: NOW_S }).series[0];
        const sum = values.reduce<number>((all, value) => all + (value ?? 0), 0);
        assert.ok(
          Math.abs(sum - (total ?? NaN)) <= 1e-9 * Math.max(1, sum),
          `${name} by ${step}: ${sum}, not ${total}`,
        );
      }
    }
  });
});
