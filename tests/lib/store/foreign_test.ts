import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { recordAt } from "../../../lib/job/table.ts";
import { decodeForeign } from "../../../lib/store/foreign.ts";
import { openSegment, SegmentError } from "../../../lib/store/segment.ts";
import { utc, withFolder } from "../../helpers.ts";
import { duckdb } from "./duckdb.ts";

/** Reads what DuckDB makes of a query as the file of another tool. */
async function foreign(select: string, { zone = "UTC", options = "" } = {}) {
  let read: Awaited<ReturnType<typeof decodeForeign>> | undefined;
  await withFolder(async (folder) => {
    const path = `${folder}/old.parquet`;
    await duckdb(`COPY (${select}) TO '${path}' (FORMAT parquet${options})`);
    const opened = openSegment((await Deno.readFile(path)).buffer);
    assert.equal(opened.meta, null);
    read = await decodeForeign(opened, zone);
  });
  assert.ok(read !== undefined);
  const { table, rejected } = read;
  const records: JobRecord[] = Array.from({ length: table.length }, (_, row) => recordAt(table, row));
  return { records, rejected };
}

/** A row as the earlier dashboard of this name kept it: local times without a zone, columns derived from others. */
const OLD = `
  SELECT '12345' AS "JobID", 'alice' AS "User", 'physics' AS "Account", 'compute' AS "Partition",
    'COMPLETED' AS "State", 'normal' AS "QOS",
    TIMESTAMP '2024-07-01 12:00:00' AS "Submit", TIMESTAMP '2024-07-01 12:05:00' AS "Start",
    TIMESTAMP '2024-07-01 14:05:00' AS "End",
    TIMESTAMP '2024-07-01 00:00:00' AS "SubmitDay", '2024-07' AS "SubmitYearMonth", '2024-W27' AS "StartYearWeek",
    300.0::DOUBLE AS "WaitingTime", 8.0::DOUBLE AS "CPUHours", 0.0::DOUBLE AS "GPUHours",
    4::BIGINT AS "AllocCPUS", 0::BIGINT AS "AllocGPUS", 2::BIGINT AS "AllocNodes", 7200::BIGINT AS "Elapsed",
    ['node001', 'node002'] AS "NodeList"
  UNION ALL
  SELECT '12346', 'bob', NULL, 'gpu', 'CANCELLED by 7', NULL,
    TIMESTAMP '2024-12-01 12:00:00', NULL, TIMESTAMP '2024-12-01 12:30:00',
    TIMESTAMP '2024-12-01 00:00:00', '2024-12', NULL, NULL, 'NaN'::DOUBLE, 0.0, 0, 0, 0, 0, NULL`;

Deno.test("decodeForeign() reads the files of the earlier dashboard, times in the cluster's zone", async () => {
  for (const codec of ["snappy", "zstd", "uncompressed"]) {
    const { records: [first, second], rejected } = await foreign(OLD, {
      zone: "Europe/Berlin",
      options: `, COMPRESSION ${codec}`,
    });
    assert.deepEqual(rejected, []);
    assert.equal(first.JobID, "12345");
    assert.equal(first.Submit, utc("2024-07-01T10:00"), "summer time");
    assert.equal(first.End, utc("2024-07-01T12:05"));
    assert.equal(first.ElapsedRaw, 7200);
    assert.equal(first.AllocNodes, 2);
    assert.equal(first.NodeList, "node001,node002");
    assert.equal(first.CPUHours, 8);
    assert.equal(second.Submit, utc("2024-12-01T11:00"), "winter time");
    assert.deepEqual([second.Start, second.State, second.CancelledBy], [null, "CANCELLED", "7"]);
    assert.deepEqual([second.NodeList, second.Account], [null, null]);
  }
});

Deno.test("decodeForeign() reads node lists as text and numbers of other widths", async () => {
  const { records } = await foreign(`
    SELECT 77::BIGINT AS "JobID", 'n[1-4]' AS "NodeList", 4.0::DOUBLE AS "AllocCPUS", 3::SMALLINT AS "AllocGPUS",
      1719828000::BIGINT AS "Submit", '01:00:00' AS "Elapsed", 90::INTEGER AS "Timelimit"`);
  const [{ JobID, NodeList, AllocCPUS, AllocGPUS, AllocNodes, Submit, ElapsedRaw, TimelimitRaw }] = records;
  assert.deepEqual([JobID, NodeList, AllocCPUS, AllocGPUS, AllocNodes], ["77", "n[1-4]", 4, 3, 4]);
  assert.deepEqual([Submit, ElapsedRaw, TimelimitRaw], [1_719_828_000, 3600, 90]);
});

Deno.test("decodeForeign() reads times of every resolution, with and without a zone", async () => {
  const times = ["TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS"];
  for (const type of times) {
    const { records } = await foreign(
      `SELECT '1' AS "JobID", ('2024-07-01 12:00:00.750')::${type} AS "Submit", ('1969-12-31 00:00:00')::${type} AS "x"`,
      { zone: "America/New_York" },
    );
    assert.equal(records[0].Submit, utc("2024-07-01T16:00"), type);
  }
  const zoned = await foreign(
    `SELECT '1' AS "JobID", TIMESTAMPTZ '2024-07-01 12:00:00.750+02' AS "Submit"`,
    { zone: "America/New_York" },
  );
  assert.equal(zoned.records[0].Submit, utc("2024-07-01T10:00"));
  const text = await foreign(`SELECT '1' AS "JobID", '2024-07-01T12:00:00' AS "Submit"`, {
    zone: "Europe/Berlin",
  });
  assert.equal(text.records[0].Submit, utc("2024-07-01T10:00"));
});

Deno.test("decodeForeign() rejects rows that are no jobs alone, with place, id and reason", async () => {
  const { records, rejected } = await foreign(`
    SELECT * FROM (VALUES ('1', TIMESTAMP '2024-01-01', 1.0), ('1.batch', TIMESTAMP '2024-01-01', 1.0),
      ('2', NULL, 1.0), ('3', TIMESTAMP '2024-01-01', -1.0), ('4', TIMESTAMP '2024-01-01', 2.0)) t("JobID", "Submit", "CPUHours")`);
  assert.deepEqual(records.map(({ JobID }) => JobID), ["1", "4"]);
  assert.deepEqual(rejected.map(({ index, job_id }) => [index, job_id]), [[1, "1.batch"], [2, "2"], [
    3,
    "3",
  ]]);
  assert.match(rejected[2].reason, /CPUHours: is -1/);
});

Deno.test("decodeForeign() reads files of many row groups, and of none", async () => {
  const { records } = await foreign(
    `SELECT CAST(i AS VARCHAR) AS "JobID", to_timestamp(1700000000 + i) AS "Submit", [CAST(i AS VARCHAR)] AS "NodeList"
     FROM range(10000) t(i)`,
    { options: ", ROW_GROUP_SIZE 2048" },
  );
  assert.equal(records.length, 10_000);
  assert.deepEqual(records.map(({ Submit }) => Submit), records.map((_, i) => 1_700_000_000 + i));
  assert.deepEqual([records[9999].JobID, records[9999].NodeList], ["9999", "9999"]);
  const empty = await foreign(`SELECT '1' AS "JobID", 5 AS "Submit" WHERE false`);
  assert.deepEqual(empty.records, []);
});

Deno.test("decodeForeign() passes over columns whose parts are named as ours", async () => {
  const { records } = await foreign(
    `SELECT '1' AS "JobID", 5 AS "Submit", {'User': 'mallory', 'element': 1} AS "extra"`,
  );
  assert.deepEqual([records[0].JobID, records[0].User], ["1", null]);
});

Deno.test("decodeForeign() refuses a file that holds no jobs", async () => {
  await assert.rejects(() => foreign(`SELECT 1 AS "a"`), {
    name: "SegmentError",
    message: "it has no column JobID: it holds no jobs",
  });
});

Deno.test("decodeForeign() never gives other jobs for a file that was cut", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/old.parquet`;
    await duckdb(`COPY (${OLD}) TO '${path}' (FORMAT parquet)`);
    const bytes = await Deno.readFile(path);
    for (let length = 0; length < bytes.length; length += 37) {
      await assert.rejects(
        async () => await decodeForeign(openSegment(bytes.slice(0, length).buffer), "UTC"),
        { name: "SegmentError" },
        `cut to ${length} of ${bytes.length}`,
      );
    }
  });
});

Deno.test("decodeForeign() fails in its own words only, whichever bit was flipped", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/old.parquet`;
    await duckdb(`COPY (${OLD}) TO '${path}' (FORMAT parquet)`);
    const whole = await Deno.readFile(path);
    const random = createRandom(8);
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const bytes = whole.slice();
      const at = random.below(bytes.length);
      bytes[at] ^= 1 << random.below(8);
      try {
        await decodeForeign(openSegment(bytes.buffer), "UTC");
      } catch (error) {
        refused++;
        assert.ok(error instanceof SegmentError, `byte ${at}: ${error}`);
      }
    }
    assert.ok(refused > 100, `${refused} of 1000 refused`);
  });
});
