/** The measures as SQL over the table of jobs that duckdb_jobs.ts makes. */
import type { Basis } from "../../../lib/view/filters.ts";
import type { MeasureName } from "../../../lib/view/measures.ts";

const STARTS = `run_start_s >= from_s AND run_start_s < to_s`;
const ENDS = `ended AND run_end_s >= from_s AND run_end_s < to_s`;
const RUNS = `CASE WHEN run_start_s = run_end_s THEN run_start_s >= from_s AND run_start_s < to_s
  ELSE run_start_s < to_s AND run_end_s > from_s END`;
const WAITS = `CASE WHEN submit_s = wait_end_s THEN submit_s >= from_s AND submit_s < to_s
  ELSE submit_s < to_s AND wait_end_s > from_s END`;
const SECONDS = `greatest(0, least(run_end_s, to_s) - greatest(run_start_s, from_s))`;
const MOMENTS = {
  submit: "submit_s",
  start: "run_start_s",
  end: "(CASE WHEN ended THEN run_end_s END)",
} as const;
const GIB = 2 ** 30;

function hours(column: string, basis: Basis): string {
  if (basis === "prorated") return total(`${column} * ${SECONDS} * weight / 3600`, "ran");
  const moment = MOMENTS[basis];
  return total(
    `${column} * length_s * weight / 3600`,
    `ran AND ${moment} >= from_s AND ${moment} < to_s`,
  );
}

/** A sum that is 0 where there is nothing. */
function total(value: string, condition: string): string {
  return `coalesce(sum(${value}) FILTER (${condition}), 0)`;
}

/** One sum over another, unknown where there is nothing to divide by. */
function share(above: string, below: string, condition: string): string {
  return `sum(${above}) FILTER (${condition}) / nullif(sum(${below}) FILTER (${condition}), 0)`;
}

function depth(from: string, to: string): string {
  return `coalesce(sum(greatest(0, least(${to}, to_s, reported_s) - greatest(${from}, from_s)))
    FILTER (${from} IS NOT NULL), 0) / nullif(greatest(0, least(any_value(to_s), any_value(reported_s)) - any_value(from_s)), 0)`;
}

function count(condition: string): string {
  return `count(*) FILTER (${condition})`;
}

/** The SQL of a measure, over rows of jobs with their `weight` and the `from_s` and `to_s` of a bucket. */
export function measureSql(name: MeasureName, basis: Basis): string {
  const work = `"AllocCPUS" * elapsed_s`;
  const quantile = (value: string, condition: string) =>
    `quantile_disc(${value}, 0.${name.slice(-2)}) FILTER (${condition})`;
  switch (name) {
    case "cpu-hours":
      return hours("cpu_rate", basis);
    case "gpu-hours":
      return hours("gpu_rate", basis);
    case "node-hours":
      return hours("node_rate", basis);
    case "wall-hours":
      return hours("wall_rate", basis);
    case "mem-hours":
      return hours(`coalesce(held, 0) / ${GIB} * wall_rate`, basis);
    case "cpu-utilisation":
    case "gpu-utilisation":
    case "node-utilisation":
    case "mem-utilisation":
    case "cpu-hours-capacity":
    case "gpu-hours-capacity":
    case "node-hours-capacity":
      return "NULL";
    case "jobs-submitted":
      return count("submit_s >= from_s AND submit_s < to_s");
    case "jobs-started":
      return count(STARTS);
    case "jobs-ended":
      return count(ENDS);
    case "jobs-never-ran":
      return count("NOT ran AND end_s >= from_s AND end_s < to_s");
    case "jobs-running":
      return count(RUNS);
    case "running-mean":
      return depth("run_start_s", "run_end_s");
    case "jobs-pending":
      return count(WAITS);
    case "pending-mean":
      return depth("submit_s", "wait_end_s");
    case "users":
      return `count(DISTINCT "User") FILTER (${RUNS})`;
    case "accounts":
      return `count(DISTINCT "Account") FILTER (${RUNS})`;
    case "groups":
      return `count(DISTINCT "Group") FILTER (${RUNS})`;
    case "size-mean":
      return `avg("AllocCPUS") FILTER (${RUNS})`;
    case "size-min":
      return `min("AllocCPUS") FILTER (${RUNS})`;
    case "size-max":
      return `max("AllocCPUS") FILTER (${RUNS})`;
    case "size-mean-by-cpu-hours":
      return share(
        `coalesce("AllocCPUS", cpu_rate) * cpu_rate * ${SECONDS} * weight`,
        `cpu_rate * ${SECONDS} * weight`,
        "ran",
      );
    case "expansion-factor":
      return share(
        `CASE WHEN elapsed_s > 0 THEN (elapsed_s + coalesce(wait_s, 0)) / elapsed_s ELSE 1 END *
          node_rate * ${SECONDS} * weight`,
        `node_rate * ${SECONDS} * weight`,
        "ran",
      );
    case "wait-hours":
      return total("wait_s * weight / 3600", STARTS);
    case "wait-mean":
      return `avg(wait_s) FILTER (${STARTS})`;
    case "wait-p25":
    case "wait-p50":
    case "wait-p75":
    case "wait-p90":
    case "wait-p95":
    case "wait-p99":
      return quantile("wait_s", STARTS);
    case "wait-max":
      return `max(wait_s) FILTER (${STARTS})`;
    case "planned-mean":
      return `avg(planned_s) FILTER (${STARTS})`;
    case "planned-p50":
    case "planned-p90":
    case "planned-p95":
    case "planned-p99":
      return quantile("planned_s", STARTS);
    case "elapsed-mean":
      return `avg(elapsed_s) FILTER (${ENDS})`;
    case "elapsed-p25":
    case "elapsed-p50":
    case "elapsed-p75":
    case "elapsed-p90":
    case "elapsed-p95":
    case "elapsed-p99":
      return quantile("elapsed_s", ENDS);
    case "elapsed-max":
      return `max(elapsed_s) FILTER (${ENDS})`;
    case "cpu-efficiency":
      return share(`"TotalCPU"`, work, `${ENDS} AND "TotalCPU" IS NOT NULL AND ${work} > 0`);
    case "cpu-hours-idle":
      return total(`greatest(0, ${work} - "TotalCPU") * weight / 3600`, `${ENDS} AND "TotalCPU" IS NOT NULL`);
    case "gpu-efficiency":
      return share(
        `least(100, "GPUUtilAve") / 100 * "AllocGPUS" * elapsed_s`,
        `"AllocGPUS" * elapsed_s`,
        `${ENDS} AND "GPUUtilAve" IS NOT NULL AND "AllocGPUS" * elapsed_s > 0`,
      );
    case "gpu-hours-idle":
      return total(
        `(1 - least(100, "GPUUtilAve") / 100) * "AllocGPUS" * elapsed_s * weight / 3600`,
        `${ENDS} AND "GPUUtilAve" IS NOT NULL`,
      );
    case "mem-efficiency":
      return share(
        `"MaxRSS" * elapsed_s`,
        "held * elapsed_s",
        `${ENDS} AND "MaxRSS" IS NOT NULL AND held > 0`,
      );
    case "mem-hours-idle":
      return total(
        `greatest(0, held - "MaxRSS") * elapsed_s * weight / 3600 / ${GIB}`,
        `${ENDS} AND held IS NOT NULL AND "MaxRSS" IS NOT NULL`,
      );
    case "time-limit-use":
      return share("elapsed_s", `"TimelimitRaw" * 60`, `${ENDS} AND "TimelimitRaw" > 0`);
    case "jobs-failed":
      return count(`${ENDS} AND failed`);
    case "success-share":
      return share(`(coalesce("State", '') = 'COMPLETED')::INT`, "1", ENDS);
    case "failed-share":
      return share("failed::INT", "1", ENDS);
    case "cpu-hours-failed":
      return total("cpu_rate * length_s * weight / 3600", `${ENDS} AND failed`);
    case "gpu-hours-failed":
      return total("gpu_rate * length_s * weight / 3600", `${ENDS} AND failed`);
    case "failed-share-by-cpu-hours":
      return share("failed::INT * cpu_rate * length_s", "cpu_rate * length_s", ENDS);
  }
}
