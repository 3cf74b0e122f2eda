import assert from "node:assert/strict";
import { utc } from "../../helpers.ts";
import { filesIn, job, NOW_MS, segment } from "../engine/stage.ts";
import { duckdb } from "../store/duckdb.ts";
import { atDesk } from "./desk.ts";

/** The columns of a yearly file as pandas wrote it; `rows` are (JobID, User, State, Submit, Start, End, NodeList). */
function pandas(path: string, rows: string): string {
  return `COPY (
    SELECT "JobID", "User", 'physics' AS "Account", 'compute' AS "Partition", "State", 'normal' AS "QOS",
      "Submit"::TIMESTAMP_NS AS "Submit", "Start"::TIMESTAMP_NS AS "Start", "End"::TIMESTAMP_NS AS "End",
      date_trunc('day', "Submit"::TIMESTAMP) AS "SubmitDay", strftime("Submit"::TIMESTAMP, '%Y-%m') AS "SubmitYearMonth",
      epoch("Start"::TIMESTAMP - "Submit"::TIMESTAMP) / 3600 AS "WaitingTime [h]", 8.0 AS "CPUHours", 0.0 AS "GPUHours",
      4::BIGINT AS "AllocCPUS", 0::BIGINT AS "AllocGPUS", 1::BIGINT AS "AllocNodes", "NodeList",
      0::BIGINT AS "__index_level_0__"
    FROM (VALUES ${rows}) t("JobID", "User", "State", "Submit", "Start", "End", "NodeList")
  ) TO '${path}' (FORMAT parquet, COMPRESSION snappy)`;
}

async function replacedProject(folder: string): Promise<void> {
  for (const path of ["alpha/data", "alpha/weekly-data", "beta/data"]) {
    await Deno.mkdir(`${folder}/${path}`, { recursive: true });
  }
  await duckdb(
    pandas(
      `${folder}/alpha/data/jobs_2023.parquet`,
      `('1', 'ada', 'COMPLETED', '2023-07-01 12:00:00', '2023-07-01 12:05:00', '2023-07-01 14:05:00', ['n1', 'n2']),
       ('2', 'bob', 'RUNNING', '2023-12-31 23:00:00', '2023-12-31 23:05:00', NULL, ['n3']),
       ('2.batch', 'bob', 'RUNNING', '2023-12-31 23:00:00', '2023-12-31 23:05:00', NULL, ['n3'])`,
    ),
    pandas(
      `${folder}/alpha/data/jobs_2024.parquet`,
      `('2', 'bob', 'COMPLETED', '2023-12-31 23:00:00', '2023-12-31 23:05:00', '2024-01-01 10:00:00', 'n3'),
       ('3', 'eve', 'CANCELLED by 7', '2024-02-01 10:00:00', NULL, '2024-02-01 11:00:00', NULL)`,
    ),
    pandas(
      `${folder}/alpha/weekly-data/jobs_20241031_120000.parquet`,
      `('3', 'eve', 'FAILED', '2024-02-01 10:00:00', NULL, '2024-02-01 11:00:00', NULL),
       ('4', 'ada', 'COMPLETED', '2024-10-30 10:00:00', '2024-10-30 11:00:00', '2024-10-30 12:00:00', 'n[1-4]')`,
    ),
    pandas(
      `${folder}/beta/data/jobs_2024.parquet`,
      `('1', 'ada', 'COMPLETED', '2024-07-01 12:00:00', '2024-07-01 12:05:00', '2024-07-01 14:05:00', ['n1'])`,
    ),
  );
}

Deno.test("a folder of the earlier dashboard is read where it lies, each job once, those of years first", async () => {
  await atDesk(async ({ root, store, shown }) => {
    await replacedProject(root);
    assert.deepEqual([await shown("alpha"), await shown("beta")], [["1", "2", "3", "4"], ["1"]]);
    const { out } = await store("export", "alpha", "--format", "jsonl");
    const jobs = out.trim().split("\n").map((line) => JSON.parse(line));
    const told = jobs.map(({ JobID, State, Submit, End, NodeList }) => [JobID, State, Submit, End, NodeList]);
    assert.deepEqual(told, [
      ["1", "COMPLETED", "2023-07-01T10:00:00Z", "2023-07-01T12:05:00Z", "n1,n2"],
      ["2", "COMPLETED", "2023-12-31T22:00:00Z", "2024-01-01T09:00:00Z", "n3"],
      ["3", "FAILED", "2024-02-01T09:00:00Z", "2024-02-01T10:00:00Z", null],
      ["4", "COMPLETED", "2024-10-30T09:00:00Z", "2024-10-30T11:00:00Z", "n[1-4]"],
    ]);
    const { code, out: checked } = await store("check", "alpha");
    assert.equal(code, 1);
    assert.match(checked, /alpha: 1 rows of data\/jobs_2023.parquet are no jobs/);
    assert.match(checked, /^alpha +3 +0 +0 +3 /m);
    assert.deepEqual(filesIn(`${root}/alpha/data`), ["jobs_2023.parquet", "jobs_2024.parquet"]);
  });
});

Deno.test("import stores the jobs of the earlier dashboard for good; done twice it stores them once", async () => {
  await atDesk(async ({ folder, root, store, shown, ingest }) => {
    const old = `${folder}/old`;
    await replacedProject(old);
    const first = await store("import", old);
    assert.equal(first.code, 1, "a row was rejected");
    assert.equal(
      first.out,
      "alpha: 7 rows in 3 files, 4 jobs: 4 accepted, 0 updated, 0 known already; 1 rows rejected\n" +
        "  rejected: row 2 of alpha/data/jobs_2023.parquet: JobID: is 2.batch: a step, not a job\n" +
        "beta: 1 rows in 1 files, 1 jobs: 1 accepted, 0 updated, 0 known already; 0 rows rejected\n",
    );
    const files = filesIn(`${root}/alpha/weekly-data`);
    const again = await store("import", old);
    assert.match(
      again.out,
      /^alpha: 7 rows in 3 files, 4 jobs: 0 accepted, 0 updated, 4 known already; 1 rows/,
    );
    assert.deepEqual(filesIn(`${root}/alpha/weekly-data`), files);
    assert.equal(files.length, 4, "one a week");
    await Deno.remove(old, { recursive: true });
    assert.deepEqual([await shown("alpha"), await shown("beta")], [["1", "2", "3", "4"], ["1"]]);
    assert.equal((await store("check")).code, 0);
    // What is reported later wins, as ever.
    const Submit = utc("2024-10-30T09:00");
    await ingest("alpha", [job(4, { Submit, Start: Submit + 3600, End: Submit + 7200, State: "TIMEOUT" })]);
    assert.deepEqual(await shown("alpha"), ["1", "2", "3", "4"]);
  });
});

Deno.test("import takes all Parquet files below a folder for one cluster, and says which it cannot read", async () => {
  await atDesk(async ({ folder, store, shown }) => {
    const other = `${folder}/other`;
    await Deno.mkdir(`${other}/deep/er`, { recursive: true });
    await duckdb(pandas(
      `${other}/deep/er/a.parquet`,
      `('1', 'ada', 'COMPLETED', '2024-07-01 12:00:00', '2024-07-01 12:05:00', '2024-07-01 14:05:00', 'n1')`,
    ));
    await Deno.writeFile(`${other}/jobs_20260101_000000.parquet`, segment([job(2), job(3)], NOW_MS));
    await Deno.writeTextFile(`${other}/notes.parquet`, "nothing");
    const needs = await store("import", other);
    assert.equal(needs.code, 2);
    assert.match(needs.said, /holds no clusters.*: name the cluster with --cluster if the files/);
    const { code, out } = await store("import", other, "--cluster", "gamma");
    assert.equal(code, 1);
    assert.match(out, /^gamma: 3 rows in 3 files, 3 jobs: 3 accepted, 0 updated/);
    assert.match(out, /^ {2}cannot be read: notes.parquet: no Parquet file/m);
    assert.deepEqual(await shown("gamma"), ["1", "2", "3"]);
    assert.deepEqual(filesIn(other), ["deep", "jobs_20260101_000000.parquet", "notes.parquet"]);
  });
});

Deno.test("import refuses the data folder itself", async () => {
  await atDesk(async ({ root, store, ingest }) => {
    await ingest("alpha", [job(1)]);
    const { code, said } = await store("import", `${root}/../data`);
    assert.equal(code, 2);
    assert.match(said, /is the data folder itself: what lies in it is read already/);
  });
});
