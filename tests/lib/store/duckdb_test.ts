import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { type ColumnType, JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { encodeSegment, type SegmentMeta } from "../../../lib/store/segment.ts";
import { tableOf, withFolder } from "../../helpers.ts";
import { anyRecord } from "./any_record.ts";
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
        // A NUL ends DuckDB's JSON text.
        : type === "text"
        ? `replace("${name}", chr(0), '\\0') AS "${name}"`
        : `"${name}"`
    );
    const rows = await duckdb(`SELECT ${columns.join(", ")} FROM '${path}'`);
    assert.equal(rows.length, records.length);
    rows.forEach((row, index) => {
      for (const { name, type } of JOB_COLUMNS) {
        const expected = records[index][name];
        const found = row[name] === null || type === "text" ? row[name] : Number(row[name]);
        const written = typeof expected === "string" ? expected.replaceAll("\0", "\\0") : expected;
        assert.equal(found, written, `row ${index} ${name}`);
      }
    });
  });
});
