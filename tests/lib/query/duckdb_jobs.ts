/** Jobs, their runs and their keys as SQL over the columns of the Parquet files. */
import type { Filters } from "../../../lib/view/filters.ts";
import { type Dimension, DIMENSIONS, type Grouping } from "../../../lib/view/measures.ts";
import type { AskedFilters } from "./random_cases.ts";
import { ACCOUNT_PATHS, NODE_LISTS } from "./random_data.ts";

/** One cluster's file, and up to when it has reported. */
export interface ClusterFile {
  readonly name: string;
  readonly path: string;
  readonly fresh_until_s: number;
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const HELD = `CASE WHEN said = '' THEN "ReqMem"
  ELSE said::DOUBLE * CASE unit WHEN 'K' THEN 1024 WHEN 'M' THEN 1024 ** 2 WHEN 'G' THEN 1024 ** 3 END END`;

function rate(count: string, hours: string | null): string {
  const sent = hours === null ? "0" : `CASE WHEN end_s > run_start_s THEN coalesce(${hours}, 0) * 3600 /
    (end_s - run_start_s) ELSE 0 END`;
  return `CASE WHEN ${count} > 0 THEN ${count} * share ELSE ${sent} END`;
}

/** Statements that make the tables `jobs` (runs, rates and times) and `keys` (job, grouping, key and weight). */
export function jobsSql(files: readonly ClusterFile[]): readonly string[] {
  const read = files.map(({ name, path, fresh_until_s }) =>
    `SELECT ${quoted(name)} AS cluster, ${fresh_until_s}::DOUBLE AS fresh_s, * FROM ${quoted(path)}`
  );
  return [
    `CREATE OR REPLACE TABLE raw AS SELECT row_number() OVER () AS job, * FROM (${read.join(" UNION ALL ")})`,
    `CREATE OR REPLACE TABLE jobs AS
      WITH times AS (
        SELECT *, epoch("Submit") AS submit_s, epoch("Eligible") AS eligible_s, epoch("Start") AS start_s,
          epoch("End") AS end_s, "Start" IS NOT NULL AND "NodeList" IS DISTINCT FROM 'None assigned' AS ran,
          coalesce(regexp_extract("AllocTRES", '(?:^|,)mem=([0-9.]+)([KMG])', 1), '') AS said,
          regexp_extract("AllocTRES", '(?:^|,)mem=([0-9.]+)([KMG])', 2) AS unit
        FROM raw),
      runs AS (
        SELECT *, CASE WHEN NOT ran THEN NULL
            WHEN submit_s > start_s AND (end_s IS NULL OR submit_s < end_s) THEN submit_s ELSE start_s END AS run_start_s
        FROM times),
      ends AS (
        SELECT *, CASE WHEN ran THEN greatest(run_start_s, coalesce(end_s, fresh_s)) END AS run_end_s FROM runs),
      shares AS (
        SELECT *, run_end_s - run_start_s AS length_s, CASE WHEN end_s IS NULL OR run_end_s = run_start_s THEN 1
            ELSE least(1, coalesce("ElapsedRaw" / (run_end_s - run_start_s), 1)) END AS share
        FROM ends)
      SELECT *, ran AND end_s IS NOT NULL AS ended, 
        CASE WHEN ran AND submit_s IS NOT NULL THEN greatest(0, start_s - submit_s) END AS wait_s,
        CASE WHEN ran AND eligible_s IS NOT NULL THEN greatest(0, start_s - eligible_s) END AS planned_s,
        CASE WHEN end_s IS NULL THEN length_s
          WHEN run_start_s = start_s THEN coalesce("ElapsedRaw", length_s)
          ELSE least(coalesce("ElapsedRaw", length_s), length_s) END AS elapsed_s,
        ${rate('"AllocCPUS"', '"CPUHours"')} AS cpu_rate, ${rate('"AllocGPUS"', '"GPUHours"')} AS gpu_rate,
        ${rate('"AllocNodes"', null)} AS node_rate, share AS wall_rate, ${HELD} AS held,
        coalesce("State", '') IN ('FAILED', 'NODE_FAIL', 'OUT_OF_MEMORY', 'TIMEOUT') AS failed,
        CASE WHEN submit_s IS NOT NULL THEN
          greatest(submit_s, CASE WHEN ran THEN start_s ELSE coalesce(end_s, fresh_s) END) END AS wait_end_s
      FROM shares`,
    `CREATE OR REPLACE TABLE keys AS ${KEYS}`,
  ];
}

function classes(value: string, borders: readonly (readonly [key: string, up_to: number])[], last: string) {
  const when = borders.map(([key, up_to]) => `WHEN ${value} <= ${up_to} THEN ${quoted(key)}`);
  return `CASE WHEN ${value} IS NULL THEN '' ${when.join(" ")} ELSE ${quoted(last)} END`;
}

/** Steps of 5 % of the share that jobs that ended used, 100 % in the last step. */
function uses(given: string, used: string, { beyond = ">", known = "true" } = {}) {
  const share = `((${used})::DOUBLE / (${given})::DOUBLE)`;
  const step = `least(19, floor(${share} * 20))::INTEGER * 5`;
  return `CASE WHEN NOT ended OR NOT coalesce(${known}, false) OR NOT coalesce((${given}) > 0, false) OR (${used}) IS NULL THEN ''
    WHEN ${share} ${beyond} 1 THEN '>100' ELSE (${step}) || '-' || (${step} + 5) END`;
}

const LENGTHS: readonly (readonly [string, number])[] = [
  ["<= 1 min", 60],
  ["<= 10 min", 600],
  ["<= 1 h", 3600],
  ["<= 4 h", 4 * 3600],
  ["<= 12 h", 12 * 3600],
  ["<= 1 d", 86_400],
  ["<= 2 d", 2 * 86_400],
  ["<= 7 d", 7 * 86_400],
];
const SIZES: readonly (readonly [string, number])[] = [
  ["1", 1],
  ["2-4", 4],
  ["5-16", 16],
  ["17-64", 64],
  ["65-256", 256],
  ["257-1024", 1024],
];

/** Groupings of which a job has one key. */
const KEY: Readonly<Record<Exclude<Grouping, "gpu_type" | "node" | "account_tree">, string>> = {
  none: "''",
  cluster: "cluster",
  account: '"Account"',
  user: '"User"',
  partition: '"Partition"',
  qos: '"QOS"',
  state: '"State"',
  group: '"Group"',
  wckey: '"WCKey"',
  reservation: '"Reservation"',
  size_class: classes('nullif("AllocCPUS", 0)', SIZES, ">1024"),
  wait_class: classes("wait_s", [["<= 1 s", 1], ["<= 10 s", 10], ...LENGTHS], "> 7 d"),
  elapsed_class: classes("CASE WHEN ended THEN elapsed_s END", LENGTHS, "> 7 d"),
  cpu_use_class: uses('"AllocCPUS" * elapsed_s', '"TotalCPU"'),
  mem_use_class: uses("held", '"MaxRSS"', { known: "elapsed_s > 0" }),
  limit_use_class: uses('"TimelimitRaw" * 60', "elapsed_s", { beyond: ">=" }),
  gpu_use_class: uses("100", 'least(100, "GPUUtilAve")', {
    // DuckDB's least() passes over NULL.
    known: 'elapsed_s > 0 AND "AllocGPUS" > 0 AND "GPUUtilAve" IS NOT NULL',
  }),
  account_1: `regexp_extract("Account", '^[-_./]*[^-_./]+')`,
  account_2: `regexp_extract("Account", '^[-_./]*[^-_./]+([-_./]+[^-_./]+)?')`,
};

const NODES = Object.entries(NODE_LISTS).flatMap(([list, nodes]) =>
  nodes.map((node) => `(${quoted(list)}, ${quoted(node)}, 1.0::DOUBLE / ${nodes.length})`)
);

const KEYS = [
  ...Object.entries(KEY).map(([by, key]) =>
    `SELECT job, ${quoted(by)} AS grouping, coalesce(${key}, '') AS key, 1::DOUBLE AS weight FROM jobs`
  ),
  `SELECT job, 'node', coalesce(node, ''), coalesce(weight, 1)
    FROM jobs LEFT JOIN (VALUES ${NODES.join(", ")}) nodes(list, node, weight) ON "NodeList" = list`,
  `SELECT job, 'gpu_type', type, number / sum(number) OVER (PARTITION BY job) FROM (
    SELECT job, unnest(regexp_extract_all("AllocTRES", 'gres/gpu:(\\w+)=(\\d+)', 1)) AS type,
      unnest(regexp_extract_all("AllocTRES", 'gres/gpu:(\\w+)=(\\d+)', 2))::DOUBLE AS number FROM jobs)`,
  // No jobs of the random ones have some GPUs of a type and others of none.
  `SELECT job, 'gpu_type', CASE WHEN "AllocGPUS" > 0 THEN 'untyped' ELSE '' END, 1 FROM jobs
    WHERE NOT coalesce(contains("AllocTRES", 'gres/gpu:'), false)`,
].join(" UNION ALL ");

/** The values that filters may name, of those dimensions of which they are not just the key of a grouping. */
const LISTS: Readonly<Partial<Record<Dimension, string>>> = {
  partition: `CASE WHEN "Partition" IS NULL THEN [''] ELSE
    list_prepend("Partition", list_transform(string_split("Partition", ','), part -> trim(part))) END`,
  gpu_type:
    `CASE WHEN contains("AllocTRES", 'gres/gpu:') THEN regexp_extract_all("AllocTRES", 'gres/gpu:(\\w+)=', 1)
    WHEN "AllocGPUS" > 0 THEN ['untyped'] ELSE [''] END`,
  node: `CASE "NodeList" ${
    Object.entries(NODE_LISTS).map(([list, nodes]) => `WHEN ${quoted(list)} THEN ${listSql(nodes)}`).join(" ")
  } ELSE [''] END`,
  account_tree: `CASE cluster || ':' || "Account" ${
    Object.entries(ACCOUNT_PATHS).map(([account, path]) =>
      `WHEN ${quoted(`alpha:${account}`)} THEN ${listSql(path)}`
    ).join(" ")
  } ELSE [coalesce("Account", '')] END`,
};

function listSql(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

/** The condition that the filters' choices are. */
export function whereSql({ only, not }: Filters): string {
  const has = (dimension: Dimension, values: readonly string[]) => {
    const list = LISTS[dimension] ?? `[coalesce(${KEY[dimension as keyof typeof KEY]}, '')]`;
    return `list_has_any(${list}, ${listSql(values)})`;
  };
  const terms = DIMENSIONS.flatMap((dimension) => [
    ...only[dimension].length > 0 ? [has(dimension, only[dimension])] : [],
    ...not[dimension].length > 0 ? [`NOT ${has(dimension, not[dimension])}`] : [],
  ]);
  return terms.length === 0 ? "true" : terms.join(" AND ");
}

/** The jobs with the key of a grouping that each has; by the tree of accounts it depends on those chosen in it. */
export function keysSql({ by, only: { account_tree } }: AskedFilters): string {
  if (by !== "account_tree") return `SELECT * FROM keys WHERE grouping = ${quoted(by)}`;
  const chosen = listSql(account_tree);
  // The account below the first chosen one of the path, or below its end.
  return `SELECT job, path[greatest(1, coalesce(list_position(
        list_transform(path, account -> list_contains(${chosen}::VARCHAR[], account)), true), len(path)) - 1)] AS key,
      1::DOUBLE AS weight FROM (SELECT job, ${LISTS.account_tree} AS path FROM jobs)`;
}
