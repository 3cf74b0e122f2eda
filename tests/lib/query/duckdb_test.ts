import assert from "node:assert/strict";
import type { SeriesAnswer } from "../../../lib/query/answers.ts";
import { series } from "../../../lib/query/series.ts";
import { encodeSegment } from "../../../lib/store/segment.ts";
import { tableOf, withFolder } from "../../helpers.ts";
import { duckdb, type DuckRow } from "../store/duckdb.ts";
import { type ClusterFile, jobsSql, keysSql, whereSql } from "./duckdb_jobs.ts";
import { measureSql } from "./duckdb_measures.ts";
import { naiveBuckets, naiveSpan } from "./naive_calendar.ts";
import { naiveReported } from "./naive_jobs.ts";
import { type AskedFilters, type CaseSet, caseSets } from "./random_cases.ts";
import { dataOfClusters } from "./random_data.ts";

/** The number under which the whole range stands among the buckets. */
const WHOLE = -1;
const COUNTS = { accepted: 0, updated: 0, duplicates: 0 };

/** Writes the clusters of a set as Parquet files. */
async function writeSet({ clusters }: CaseSet, folder: string): Promise<readonly ClusterFile[]> {
  const files: ClusterFile[] = [];
  for (const { name, fresh_until_s, records } of clusters) {
    const path = `${folder}/${name}.parquet`;
    const meta = { cluster: name, received_ms: 0, idempotency: null, counts: COUNTS };
    await Deno.writeFile(path, encodeSegment(tableOf(records), meta));
    files.push({ name, path, fresh_until_s: fresh_until_s ?? 0 });
  }
  return files;
}

/** The statement that answers a question: a value for each key in each bucket and in the whole range. */
function questionSql(filters: AskedFilters, { id, reported_s }: { id: number; reported_s: number }): string {
  const span = naiveSpan(filters);
  const buckets = [[WHOLE, span] as const, ...naiveBuckets(span, filters).entries()];
  const edges = buckets.map(([bucket, { start_s, end_s }]) =>
    `(${bucket}, ${start_s}::DOUBLE, ${end_s}::DOUBLE)`
  );
  return `INSERT INTO answers SELECT ${id}, key, bucket, ${measureSql(filters.measure, filters.basis)}
    FROM (SELECT *, ${reported_s}::DOUBLE AS reported_s FROM jobs
        JOIN (${keysSql(filters)}) USING (job) CROSS JOIN (VALUES ${
    edges.join(", ")
  }) edges(bucket, from_s, to_s)
      WHERE ${whereSql(filters)})
    GROUP BY key, bucket`;
}

/** Holds an answer against the rows of SQL, each a key with the value in the whole range and in each bucket. */
function compare(answer: SeriesAnswer, rows: readonly DuckRow[], what: string): number {
  let compared = 0;
  const same = (found: number | null, value: unknown, where: string) => {
    const expected = value === null ? null : Number(value);
    const close = found === expected ||
      found !== null && expected !== null &&
        Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
    assert.ok(close, `${what}, ${where}: ${found}, by SQL ${expected}`);
    compared++;
  };
  const shown = new Map(answer.series.map((row) => [row.key, row]));
  for (const { key, values } of rows) {
    const [total, ...in_buckets] = values as readonly unknown[];
    const row = shown.get(String(key));
    if (row === undefined) {
      assert.ok(total === null || Number(total) === 0, `${what}: ${key} is missing, by SQL ${total}`);
      continue;
    }
    same(row.total, total, `${key} in all`);
    assert.equal(row.values.length, in_buckets.length, what);
    row.values.forEach((value, bucket) => same(value, in_buckets[bucket], `${key} in bucket ${bucket}`));
  }
  return compared;
}

Deno.test("DuckDB answers all 2,000 random questions alike, by SQL from the files", async () => {
  await withFolder(async (folder) => {
    const statements = ["CREATE TABLE answers (id INTEGER, key VARCHAR, bucket INTEGER, value DOUBLE)"];
    const asked: { readonly what: string; readonly answer: SeriesAnswer }[] = [];
    let number = 0;
    for (const set of caseSets()) {
      const set_folder = `${folder}/${number++}`;
      await Deno.mkdir(set_folder);
      statements.push(...jobsSql(await writeSet(set, set_folder)));
      const data = dataOfClusters(set.clusters);
      for (const filters of set.cases) {
        const reported_s = naiveReported(set.clusters, filters);
        // No cluster is left, so that nothing is reported.
        const known_s = reported_s === -Infinity ? 0 : reported_s;
        statements.push(questionSql(filters, { id: asked.length, reported_s: known_s }));
        const answer = await series(data, filters, { now_s: 0 });
        asked.push({ what: JSON.stringify(filters), answer });
      }
    }
    assert.equal(asked.length, 2000, "no question is left out: SQL can say them all");
    const rows = await duckdb(
      ...statements,
      `SELECT id, key, list(value ORDER BY bucket) AS values FROM answers GROUP BY id, key`,
    );
    const by_id = Map.groupBy(rows, ({ id }) => Number(id));
    const compared = asked.map(({ what, answer }, id) => compare(answer, by_id.get(id) ?? [], what));
    assert.ok(compared.filter((values) => values > 0).length > 1500, "most answers hold anything");
    assert.ok(compared.reduce((all, values) => all + values, 0) > 50_000, "many values were compared");
  });
});
