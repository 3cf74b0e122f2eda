/** DuckDB answers the page's questions: over the files, or from a table in memory with ENUM columns. */
import { DuckDBInstance } from "@duckdb/node-api";
import { type Answers, type Case, CASES, CLUSTER, largest, RANKINGS, something, TOTALS } from "./cases.ts";
import { answer, memory, noFindings, task, timed } from "./child.ts";
import { derivedColumns, edgesSql, type PageSql, pageSql, TEXTS } from "./sql.ts";

type Row = Readonly<Record<string, unknown>>;
type Rows = Readonly<Record<keyof PageSql, readonly Row[]>>;

const { root, jobs, cases, where } = task<{
  readonly root: string;
  readonly jobs: number;
  readonly cases: readonly string[];
  readonly where: "parquet" | "memory";
}>();
const files = `read_parquet('${root}/${CLUSTER}/weekly-data/*.parquet')`;
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();

async function ask(sql: string) {
  return await connection.runAndReadAll(sql);
}

async function load(): Promise<void> {
  await ask("SET TimeZone = 'UTC'");
  if (where === "parquet") {
    await ask(`CREATE VIEW jobs AS SELECT ${derivedColumns((by) => `"${TEXTS[by]}"`)} FROM ${files}`);
    return;
  }
  for (const by of RANKINGS) {
    await ask(
      `CREATE TYPE ${by}_text AS ENUM (SELECT DISTINCT "${TEXTS[by]}" FROM ${files} WHERE "${
        TEXTS[by]
      }" IS NOT NULL ORDER BY 1)`,
    );
  }
  await ask(
    `CREATE TABLE jobs AS SELECT ${derivedColumns((by) => `"${TEXTS[by]}"::${by}_text`)} FROM ${files}`,
  );
}

/** Runs all statements of a page; what they give is read but not yet made into objects. */
async function runAll(sql: PageSql) {
  const results: Partial<Record<keyof PageSql, Awaited<ReturnType<typeof ask>>>> = {};
  for (const [name, statement] of Object.entries(sql) as [keyof PageSql, string | null][]) {
    if (statement !== null) results[name] = await ask(statement);
  }
  return results;
}

function number(value: unknown): number {
  return Number(value ?? 0);
}

/** The answers of a page in the form that is compared. */
function answersOf(rows: Rows, { edges }: Case): Answers {
  const answers: Record<string, readonly (number | null)[]> = {};
  const count = edges.length - 1;
  const series = <T>(from: readonly Row[], valueOf: (row: Row) => T, none: T): T[] => {
    const values = new Array<T>(count).fill(none);
    for (const row of from) values[number(row.bucket)] = valueOf(row);
    return values;
  };
  const [hours] = rows.hours;
  const [events] = rows.events;
  const listed = (value: unknown, at: number) => value === null ? null : number((value as unknown[])[at]);
  for (const name of TOTALS) {
    if (name in hours || name in events) answers[`total ${name}`] = [number(hours[name] ?? events[name])];
  }
  for (const [at, percent] of [50, 90, 95, 99].entries()) {
    answers[`total wait-p${percent}`] = [listed(events.waits, at)];
    answers[`series wait-p${percent} none `] = series(rows.waits, ({ q }) => listed(q, at), null);
  }
  for (const [at, percent] of [50, 95].entries()) {
    answers[`total elapsed-p${percent}`] = [listed(events.elapsed, at)];
    answers[`series elapsed-p${percent} none `] = series(rows.elapsed, ({ q }) => listed(q, at), null);
  }
  for (const what of ["cpu", "gpu"] as const) {
    const by_account = Map.groupBy(rows.by_account, ({ account }) => String(account));
    const accounts = new Map(
      [...by_account].map(([account, list]) => [account, series(list, (row) => number(row[what]), 0)]),
    );
    for (const [key, values] of largest(accounts)) answers[`series ${what}-hours account ${key}`] = values;
    answers[`series ${what}-hours cluster ${CLUSTER}`] = Array.from(
      { length: count },
      (_, bucket) => accounts.values().reduce((sum, values) => sum + values[bucket], 0),
    );
  }
  for (const [state, list] of Map.groupBy(rows.by_state, (row) => String(row.state))) {
    answers[`series jobs-ended state ${state}`] = series(list, ({ n }) => number(n), 0);
  }
  answers["series users none "] = series(rows.users, ({ n }) => number(n), 0);
  for (const { which, key, hours, ended } of rows.rankings) {
    answers[`ranking ${which} ${key}`] = [number(hours), number(ended)];
  }
  let present = 0;
  for (const { which, key, n } of rows.facets) {
    answers[`facet ${which} ${key}`] = [number(n)];
    if (which === "state") present += number(n);
  }
  for (const { account, n } of rows.account_facet) answers[`facet account ${account}`] = [number(n)];
  answers[`facet cluster ${CLUSTER}`] = [present];
  return answers;
}

const findings = noFindings();
const before = memory();
await load();
if (where === "memory") {
  findings.facts.duckdb_bytes_per_job = (memory().rss_bytes - before.rss_bytes) / jobs;
}
const [{ version }] = (await ask("SELECT version() AS version")).getRowObjectsJson();
findings.version = String(version);
for (const asked of CASES.filter(({ name, tz }) => cases.includes(name) && tz === "UTC")) {
  await ask(edgesSql(asked));
  const sql = pageSql(asked);
  const results = await runAll(sql);
  const rows = Object.fromEntries(
    Object.keys(sql).map((name) => [name, results[name as keyof PageSql]?.getRowObjectsJson() ?? []]),
  ) as unknown as Rows;
  findings.answers[asked.name] = something(answersOf(rows, asked));
  findings.timings[asked.name] = await timed(() => runAll(sql), { warm: true });
}
answer(findings);
