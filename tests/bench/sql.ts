/** The page's questions in SQL, and the tables they are asked of. */
import { type Case, type Ranked, RANKINGS } from "./cases.ts";
import { NOW_S } from "./trace.ts";

/** Text columns by the name that the questions use, with their column in the files. */
export const TEXTS: Readonly<Record<Ranked, string>> = {
  account: "Account",
  user: "User",
  partition: "Partition",
  state: "State",
  qos: "QOS",
};

/** What is derived of a job before any question is asked: in a view over the files, once and for all in memory. */
export function derivedColumns(textOf: (by: Ranked) => string): string {
  return `
    ${RANKINGS.map((by) => `${textOf(by)} AS "${by}"`).join(", ")},
    epoch("Submit")::INTEGER AS submit_s,
    coalesce(epoch("End"), ${NOW_S})::INTEGER AS last_s,
    "Start" IS NOT NULL AND "NodeList" IS DISTINCT FROM 'None assigned' AS ran,
    epoch("Start")::INTEGER AS start_s,
    epoch("End")::INTEGER AS end_s,
    (epoch("Start") - epoch("Submit"))::INTEGER AS wait_s,
    "ElapsedRaw" AS elapsed_s,
    CASE WHEN "End" IS NULL OR "End" <= "Start" THEN 1
      ELSE least(1, "ElapsedRaw" / (epoch("End") - epoch("Start"))) END / 3600 AS share_h,
    "AllocCPUS" * share_h AS cpu_rate,
    "AllocGPUS" * share_h AS gpu_rate,
    "AllocNodes" * share_h AS node_rate`;
}

/** The statements of one page, by what they answer. */
export interface PageSql {
  readonly hours: string;
  readonly events: string;
  readonly by_account: string;
  readonly by_state: string;
  readonly waits: string;
  readonly elapsed: string;
  readonly users: string;
  readonly rankings: string;
  readonly facets: string;
  /** The facet that is not narrowed by its own choice. */
  readonly account_facet: string | null;
}

/** A table of the edges of a case's buckets. */
export function edgesSql({ edges }: Case): string {
  const rows = edges.slice(0, -1).map((edge, bucket) => `(${bucket}, ${edge}, ${edges[bucket + 1]})`);
  return `CREATE OR REPLACE TABLE edges AS SELECT * FROM (VALUES ${rows.join(", ")}) t(bucket, from_s, to_s)`;
}

/** Writes down the page of a case; the zone is UTC. */
export function pageSql({ edges, step, account }: Case): PageSql {
  const from = edges[0];
  const to = edges[edges.length - 1];
  const bucketOf = (time: string) =>
    `date_diff('${step}', make_timestamp(${from}000000), make_timestamp((${time})::BIGINT * 1000000))`;
  const within = (time: string) => `${time} >= ${from} AND ${time} < ${to}`;
  const chosen = account === null ? "true" : `account = '${account}'`;
  const present = `submit_s < ${to} AND last_s >= ${from}`;
  // Most runs lie in one bucket; only the others are joined with the buckets, which is slow.
  const runs = `runs AS (
    SELECT *, greatest(start_s, ${from}) AS begin_s, least(last_s, ${to}) AS finish_s
    FROM jobs WHERE ran AND start_s < ${to} AND last_s > ${from} AND ${chosen}),
    placed AS (SELECT *, ${bucketOf("begin_s")} AS first, ${bucketOf("finish_s - 1")} AS last FROM runs)`;
  const parts = (columns: string, values: readonly string[]) => `
    SELECT first AS bucket, ${[
    columns,
    ...values.map((value) => `${value} * (finish_s - begin_s) AS ${value}`),
  ]}
    FROM placed WHERE first = last
    UNION ALL
    SELECT bucket, ${[
    columns,
    ...values.map((value) => `${value} * (least(finish_s, to_s) - greatest(begin_s, from_s)) AS ${value}`),
  ]}
    FROM placed JOIN edges ON begin_s < to_s AND finish_s > from_s WHERE first < last`;
  const sets = (names: readonly string[]) =>
    `GROUPING SETS (${names.map((name) => `("${name}")`).join(", ")})`;
  const grouped = (names: readonly Ranked[]) =>
    `CASE ${names.map((by) => `WHEN grouping("${by}") = 0 THEN '${by}'`).join(" ")} END AS which,
      coalesce(${names.map((by) => `"${by}"::VARCHAR`).join(", ")}) AS key`;
  const other = RANKINGS.filter((by) => account === null || by !== "account");
  return {
    hours: `WITH ${runs}
      SELECT sum(cpu_rate * (finish_s - begin_s)) AS "cpu-hours", sum(gpu_rate * (finish_s - begin_s)) AS "gpu-hours",
        sum(node_rate * (finish_s - begin_s)) AS "node-hours",
        count(DISTINCT "user") AS users, count(DISTINCT account) AS accounts FROM runs`,
    events: `SELECT
        count(*) FILTER (${within("submit_s")}) AS "jobs-submitted",
        count(*) FILTER (ran AND ${within("start_s")}) AS "jobs-started",
        count(*) FILTER (ran AND ${within("end_s")}) AS "jobs-ended",
        count(*) FILTER (NOT ran AND ${within("end_s")}) AS "jobs-never-ran",
        quantile_disc(wait_s, [0.5, 0.9, 0.95, 0.99]) FILTER (ran AND ${within("start_s")}) AS waits,
        quantile_disc(elapsed_s, [0.5, 0.95]) FILTER (ran AND ${within("end_s")}) AS elapsed
      FROM jobs WHERE ${chosen}`,
    by_account: `WITH ${runs}
      SELECT bucket, account, sum(cpu_rate) AS cpu, sum(gpu_rate) AS gpu
      FROM (${parts("account", ["cpu_rate", "gpu_rate"])}) GROUP BY bucket, account`,
    by_state: `SELECT ${bucketOf("end_s")} AS bucket, state, count(*) AS n
      FROM jobs WHERE ran AND ${within("end_s")} AND ${chosen} GROUP BY bucket, state`,
    waits: `SELECT ${bucketOf("start_s")} AS bucket, quantile_disc(wait_s, [0.5, 0.9, 0.95, 0.99]) AS q
      FROM jobs WHERE ran AND ${within("start_s")} AND ${chosen} GROUP BY bucket`,
    elapsed: `SELECT ${bucketOf("end_s")} AS bucket, quantile_disc(elapsed_s, [0.5, 0.95]) AS q
      FROM jobs WHERE ran AND ${within("end_s")} AND ${chosen} GROUP BY bucket`,
    users: `WITH ${runs} SELECT bucket, count(DISTINCT "user") AS n FROM (${
      parts('"user"', [])
    }) GROUP BY bucket`,
    rankings: `SELECT ${grouped(RANKINGS)},
        sum(cpu_rate * greatest(0, least(last_s, ${to}) - greatest(start_s, ${from}))) AS hours,
        count(*) FILTER (${within("end_s")}) AS ended
      FROM jobs WHERE ran AND start_s < ${to} AND last_s >= ${from} AND ${chosen} GROUP BY ${sets(RANKINGS)}`,
    facets: `SELECT ${grouped(other)}, count(*) AS n FROM jobs WHERE ${present} AND ${chosen} GROUP BY ${
      sets(other)
    }`,
    account_facet: account === null
      ? null
      : `SELECT account, count(*) AS n FROM jobs WHERE ${present} GROUP BY account`,
  };
}
