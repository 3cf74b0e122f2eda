import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { type ColumnType, JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { encodeSegment, type SegmentMeta } from "../../../lib/store/segment.ts";
import { jobRecord, tableOf, withFolder } from "../../helpers.ts";
import { anyRecord } from "./any_record.ts";
import { plainColumns, writeGenerally } from "./general_path.ts";
import { duckdb } from "./duckdb.ts";

const META: SegmentMeta = {
  cluster: "alpha",
  received_ms: 1,
  idempotency: null,
  counts: { accepted: 0, updated: 0, duplicates: 0 },
};
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  time: "TIMESTAMP WITH TIME ZONE",
  count: "INTEGER",
  bytes: "BIGINT",
  seconds: "DOUBLE",
  minutes: "DOUBLE",
  hours: "DOUBLE",
  percent: "DOUBLE",
};

Deno.test("DuckDB finds in a segment the types that the column table declares", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    await Deno.writeFile(path, encodeSegment(tableOf([anyRecord(createRandom(1))]), META));
    const described = await duckdb(`DESCRIBE SELECT * FROM '${path}'`);
    assert.deepEqual(
      described.map(({ column_name, column_type }) => [column_name, column_type]),
      JOB_COLUMNS.map(({ name, type }) => [name, TYPES[type]]),
    );
    const [{ version }] = await duckdb(
      `SELECT decode(value) AS version FROM parquet_kv_metadata('${path}') WHERE decode(key) LIKE '%schema_version'`,
    );
    assert.equal(version, "1");
  });
});

Deno.test("DuckDB reads from a segment the values that were written", async () => {
  await withFolder(async (folder) => {
    const random = createRandom(2);
    const records = Array.from({ length: 700 }, () => anyRecord(random));
    const path = `${folder}/a.parquet`;
    await Deno.writeFile(path, encodeSegment(tableOf(records), META));
    const columns = JOB_COLUMNS.map(({ name, type }) =>
      type === "time"
        ? `epoch_ms("${name}") // 1000 AS "${name}"`
        // A NUL ends DuckDB's JSON text, and a byte order mark is lost on the way.
        : type === "text"
        ? `replace(replace("${name}", chr(0), '\\0'), chr(65279), '\\uFEFF') AS "${name}"`
        : `"${name}"`
    );
    const rows = await duckdb(`SELECT ${columns.join(", ")} FROM '${path}'`);
    assert.equal(rows.length, records.length);
    rows.forEach((row, index) => {
      for (const { name, type } of JOB_COLUMNS) {
        const expected = records[index][name];
        const found = row[name] === null || type === "text" ? row[name] : Number(row[name]);
        const written = typeof expected === "string"
          ? expected.replaceAll("\0", "\\0").replaceAll("\uFEFF", "\\uFEFF")
          : expected;
        assert.equal(found, written, `row ${index} ${name}`);
      }
    });
  });
});

Deno.test("DuckDB finds no row in a segment that differs from what another writer made of the same jobs", async () => {
  await withFolder(async (folder) => {
    const random = createRandom(3);
    const table = tableOf(Array.from({ length: 5000 }, () => anyRecord(random)));
    const [ours, theirs] = [`${folder}/ours.parquet`, `${folder}/theirs.parquet`];
    await Deno.writeFile(ours, encodeSegment(table, META));
    await Deno.writeFile(theirs, writeGenerally(plainColumns(table), { meta: META }));
    const [counts] = await duckdb(
      `SELECT (SELECT count(*) FROM '${ours}') AS all_rows,
         (SELECT count(*) FROM (SELECT * FROM '${ours}' EXCEPT ALL SELECT * FROM '${theirs}')) AS only_ours,
         (SELECT count(*) FROM (SELECT * FROM '${theirs}' EXCEPT ALL SELECT * FROM '${ours}')) AS only_theirs`,
    );
    assert.deepEqual(Object.values(counts).map(Number), [5000, 0, 0]);
  });
});

Deno.test("DuckDB finds rows of a segment by its statistics, and no others", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const random = createRandom(4);
    const records = Array.from({ length: 3000 }, () => anyRecord(random));
    await Deno.writeFile(path, encodeSegment(tableOf(records), META));
    const statistics = await duckdb(
      `SELECT path_in_schema AS name, stats_min_value AS least, stats_max_value AS greatest, stats_null_count AS unknown
       FROM parquet_metadata('${path}') ORDER BY column_id`,
    );
    assert.deepEqual(statistics.map(({ name }) => name), JOB_COLUMNS.map(({ name }) => name));
    for (const [at, { name, type }] of JOB_COLUMNS.entries()) {
      const { least, greatest, unknown } = statistics[at];
      assert.equal(
        Number(unknown),
        records.filter((record) => record[name] === null).length,
        `unknown ${name}`,
      );
      if (type === "text" || type === "time") continue;
      const values = records.flatMap((record) => record[name] === null ? [] : [Number(record[name])]);
      const extremes = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [
        Infinity,
        0,
      ]);
      // A least value of nought stands as -0, so that it is below both.
      assert.deepEqual([Number(least) + 0, Number(greatest)], extremes, name);
    }
    const { JobID, Start } = records.find((record) => record.Start !== null) ?? records[0];
    const [{ found }] = await duckdb(
      `SELECT count(*) AS found FROM '${path}' WHERE epoch("Start") = ${Start} AND "JobID" = '${
        JobID.replaceAll("'", "''")
      }'`,
    );
    assert.equal(Number(found), records.filter((job) => job.JobID === JobID && job.Start === Start).length);
  });
});

Deno.test("DuckDB reads codes of more texts than two bytes can tell apart", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const table = tableOf(
      Array.from(
        { length: 150_000 },
        (_, i) => jobRecord({ JobID: `${i}`, Submit: i, NodeList: `node${i % 70_000}` }),
      ),
    );
    await Deno.writeFile(path, encodeSegment(table, META));
    const [counts] = await duckdb(
      `SELECT count(*) AS jobs, count(DISTINCT "NodeList") AS lists,
         count(*) FILTER ("NodeList" = 'node' || ("JobID"::INT % 70000)) AS right_ones FROM '${path}'`,
    );
    assert.deepEqual(Object.values(counts).map(Number), [150_000, 70_000, 150_000]);
  });
});
