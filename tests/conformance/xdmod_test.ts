/** Our measures against what Open XDMoD expects of a real accounting log. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Batch, IngestAnswer, WireJob } from "../../lib/job/batch.ts";
import type { SeriesAnswer } from "../../lib/query/answers.ts";
import type { Step } from "../../lib/view/filters.ts";
import type { Grouping, MeasureName } from "../../lib/view/measures.ts";
import { JOB_MEASURES } from "../lib/query/random_cases.ts";
import { withServer } from "../lib/server/test_server.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/data/xdmod-phillips", import.meta.url));
/** The days that the expected answers speak of. */
const RANGE = { from: "2016-12-22", to: "2017-01-01" };

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

/** CPUs of their cluster: the log does not say it, their job sizes in per cent of it do. */
const CPUS = 4000;

/** The value of a measure in the bucket looked at, of all jobs or of those of one key. */
type Value = (name: MeasureName, key?: { readonly by: Grouping; readonly key: string }) => number;

/** What the metrics below are derived from. */
const DERIVED_FROM: readonly MeasureName[] = [
  "cpu-hours",
  "gpu-hours",
  "node-hours",
  "wall-hours",
  "jobs-running",
  "size-mean",
  "size-mean-by-cpu-hours",
];

/** All jobs of the log that have GPUs: of no named type, two GPUs and twelve CPUs each. */
const WITH_GPUS = { by: "gpu_type", key: "untyped" } as const;

/** Their metrics that are no measures here, from measures that are; the hours are those of the bucket's whole length. */
const DERIVED: Readonly<Record<string, (value: Value, hours: number) => number>> = {
  active_resource_count: (value) => value("jobs-running", { by: "cluster", key: "phillips" }) > 0 ? 1 : 0,
  avg_cpu_hours: (value) => value("cpu-hours") / value("jobs-running"),
  avg_gpu_hours: (value) => value("gpu-hours") / value("jobs-running"),
  avg_node_hours: (value) => value("node-hours") / value("jobs-running"),
  avg_wallduration_hours: (value) => value("wall-hours") / value("jobs-running"),
  avg_gpus: (value) =>
    value("gpu-hours", WITH_GPUS) / value("wall-hours", WITH_GPUS) *
    value("jobs-running", WITH_GPUS) / value("jobs-running"),
  // As all of them are of one size, it makes no difference by what that is weighted.
  avg_job_size_weighted_by_gpu_hours: (value) => value("size-mean-by-cpu-hours", WITH_GPUS),
  normalized_avg_processors: (value) => value("size-mean") / CPUS * 100,
  utilization: (value, hours) => value("cpu-hours") / (CPUS * hours) * 100,
};

/** Their utilisation in total divides by the hours of a year and more, though the range has eleven days. */
const NOT_IN_TOTAL = ["utilization"];

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

/** The log as a batch of the public contract. */
function batchOf(log: string): Batch {
  const jobs = log.trimEnd().split("\n").map((line): WireJob => {
    const cells = line.split("|");
    return Object.fromEntries(COLUMNS.map((name, i) => [name, cells[i]]));
  });
  return { hostname: "phillips", jobs };
}

/** Theirs are rounded to four decimals, some to more. */
function close(found: number, expected: number, what: string): void {
  const difference = Math.abs(found - expected);
  assert.ok(difference <= 5.1e-5 * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`);
}

type Ask = (measure: MeasureName, step: Step, by?: Grouping) => Promise<SeriesAnswer>;

/** Runs `body` with a server that has the log, where the log is; it is not part of the repository. */
async function withLog(
  body: (ask: Ask, expected: Readonly<Record<string, Expected>>) => Promise<void>,
): Promise<void> {
  const [log, expected] = await Promise.all([readText("phillips.log"), readText("expected.json")]);
  if (log === null || expected === null) {
    console.log("skipped: ../shared/data is not here (only in this project's own CI)");
    return;
  }
  await withServer(async ({ ingest, fetch }) => {
    const batch = batchOf(log);
    const { status, body: answer } = await ingest(batch);
    assert.equal(status, 200);
    assert.equal((answer as unknown as IngestAnswer).accepted, batch.jobs.length);
    assert.equal(batch.jobs.length, 4285);
    await body(async (measure, step, by = "none") => {
      const query = new URLSearchParams({ cluster: "phillips", measure, step, by, tz: "UTC", ...RANGE });
      const response = await fetch(`/api/dashboard/series?${query}`);
      assert.equal(response.status, 200);
      return await response.json();
    }, JSON.parse(expected));
  });
}

Deno.test("ingest and the series endpoint agree with Open XDMoD on a real log, in total and on every day", () =>
  withLog(async (ask, expected) => {
    for (const [metric, [name, units]] of Object.entries(METRICS)) {
      const { total, day } = expected[metric];
      const answer = await ask(name, "day");
      assert.equal(answer.buckets.length, 11);
      assert.equal(Object.keys(day).length, 11, metric);
      answer.buckets.forEach((start, bucket) => {
        const date = start.slice(0, 10);
        close((answer.series[0].values[bucket] ?? 0) / units, day[date], `${metric} on ${date}`);
      });
      close((answer.total ?? NaN) / units, total, metric);
      close(((await ask(name, "total")).total ?? NaN) / units, total, `${metric} with step=total`);
    }
  }));

Deno.test("what Open XDMoD derives from its metrics follows from ours, in total and on every day", () =>
  withLog(async (ask, expected) => {
    const asked = new Map<string, SeriesAnswer>();
    for (const name of DERIVED_FROM) {
      for (const by of ["none", "cluster", "gpu_type"] as const) {
        asked.set(`${name} ${by}`, await ask(name, "day", by));
      }
    }
    const valueIn = (bucket: number | "total"): Value => (name, { by, key } = { by: "none", key: "" }) => {
      const row = asked.get(`${name} ${by}`)?.series.find((entry) => entry.key === key);
      return (bucket === "total" ? row?.total : row?.values[bucket]) ?? NaN;
    };
    for (const [metric, derive] of Object.entries(DERIVED)) {
      const { total, day } = expected[metric];
      Object.entries(day).forEach(([date, value], bucket) =>
        close(derive(valueIn(bucket), 24), value, `${metric} on ${date}`)
      );
      if (NOT_IN_TOTAL.includes(metric)) continue;
      close(derive(valueIn("total"), 11 * 24), total, metric);
    }
  }));

Deno.test("nothing that Open XDMoD expects is left out: it has totals and days of 25 metrics, no other steps or keys", () =>
  withLog((_, expected) => {
    assert.deepEqual(Object.keys(expected).sort(), [...Object.keys(METRICS), ...Object.keys(DERIVED)].sort());
    for (const [metric, entry] of Object.entries(expected)) {
      assert.deepEqual(Object.keys(entry).sort(), ["day", "total"], metric);
    }
    return Promise.resolve();
  }));

Deno.test("the series endpoint adds up to the same total by hour, day, week, month and year", () =>
  withLog(async (ask) => {
    // What this cluster could offer is not known.
    for (const { name } of JOB_MEASURES.filter(({ additive }) => additive)) {
      const { total } = await ask(name, "total");
      for (const step of ["hour", "day", "week", "month", "quarter", "year", "total"] as const) {
        // A measure of which there is nothing has one row of zeros.
        const { values } = (await ask(name, step)).series[0];
        const sum = values.reduce<number>((all, value) => all + (value ?? 0), 0);
        assert.ok(
          Math.abs(sum - (total ?? NaN)) <= 1e-9 * Math.max(1, sum),
          `${name} by ${step}: ${sum}, not ${total}`,
        );
      }
    }
  }));
