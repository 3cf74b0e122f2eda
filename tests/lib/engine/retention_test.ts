import assert from "node:assert/strict";
import { retentionCutoff } from "../../../lib/engine/retention.ts";
import { Warehouse } from "../../../lib/engine/warehouse.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { utc, withFolder } from "../../helpers.ts";
import { duckdb } from "../store/duckdb.ts";
import { batchOf, filesIn, idsOf, job } from "./stage.ts";

const HOUR_MS = 3_600_000;

/** A warehouse with a clock, opened again and again, its refresh timer played by hand. */
async function onWarehouse(
  body: (stage: {
    readonly root: string;
    readonly notices: string[];
    now_ms: number;
    months: number | null;
    warehouse: Warehouse;
    readonly reopen: () => Promise<void>;
    readonly tick: () => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await withFolder(async (root) => {
    const notices: string[] = [];
    const open = () =>
      Warehouse.open({
        root,
        now_ms: () => stage.now_ms,
        notice: (text) => notices.push(text),
        zone: () => "UTC",
        retention_months: stage.months,
      });
    const stage = {
      root,
      notices,
      now_ms: utc("2026-03-31T12:00") * 1000,
      months: 1 as number | null,
      warehouse: null as unknown as Warehouse,
      reopen: async () => {
        // Should it not open, that is to be told, and not that it was closed twice.
        const before = stage.warehouse;
        stage.warehouse = null as unknown as Warehouse;
        before?.close();
        stage.warehouse = await open();
      },
      tick: async () => {
        await stage.warehouse.refresh();
        await stage.warehouse.tidy();
      },
    };
    await stage.reopen();
    try {
      await body(stage);
    } finally {
      stage.warehouse?.close();
    }
  });
}

/** A job of an hour that was submitted on this day. */
function jobOn(id: number, day: string, fields: Partial<JobRecord> = {}): JobRecord {
  const Submit = utc(`${day}T08:00`);
  return job(id, { Submit, Start: Submit + 60, End: Submit + 3660, ...fields });
}

Deno.test("retentionCutoff() goes back by the calendar, at most to the end of the month", () => {
  const cutoff = (day: string, months: number) => retentionCutoff(utc(day) * 1000, months);
  assert.equal(cutoff("2026-03-31", 1), utc("2026-02-28"));
  assert.equal(cutoff("2026-01-15", 1), utc("2025-12-15"));
  assert.equal(cutoff("2026-01-15", 24), utc("2024-01-15"));
});

Deno.test("Warehouse.tidy() moves whole weeks to the archive once all of their jobs ended long enough ago", async () => {
  await onWarehouse(async (stage) => {
    const alpha = stage.warehouse.cluster("alpha");
    await alpha.ingest(batchOf([
      jobOn(1, "2026-01-05"),
      jobOn(2, "2026-01-11"),
      // Ended only in March, or not at all: their weeks stay.
      jobOn(3, "2026-01-12", { End: utc("2026-03-02") }),
      jobOn(4, "2026-01-12"),
      jobOn(5, "2026-01-19", { End: null, State: "RUNNING" }),
      jobOn(6, "2026-01-19"),
      jobOn(7, "2026-01-26", { Start: null }),
      jobOn(8, "2026-03-30"),
    ]));
    await stage.tick();
    assert.deepEqual(idsOf(alpha), ["3", "4", "5", "6", "8"]);
    const fresh_until_s = alpha.fresh_until_s;
    assert.deepEqual(stage.notices, [
      "alpha: 3 jobs of 2 weeks (2026W02, 2026W05) were moved to archive/alpha in the data folder, 2 files: not shown any more",
    ]);
    const archive = `${stage.root}/archive/alpha`;
    const archived = filesIn(archive);
    assert.deepEqual(archived.map((name) => name.slice(-15)), ["2026W02.parquet", "2026W05.parquet"]);
    const rows = await duckdb(`SELECT "JobID" FROM '${archive}/*.parquet' ORDER BY 1`);
    assert.deepEqual(rows.map(({ JobID }) => JobID), ["1", "2", "7"]);

    await stage.reopen();
    await stage.tick();
    const again = stage.warehouse.cluster("alpha");
    assert.deepEqual(idsOf(again), ["3", "4", "5", "6", "8"]);
    assert.equal(again.fresh_until_s, fresh_until_s);
    assert.deepEqual([...stage.warehouse.clusters.keys()], ["alpha"], "the archive is no cluster");
    assert.equal(stage.notices.length, 1, "nothing is said while nothing is moved");

    // Put back by hand a week is shown again, until the next time.
    await Deno.rename(`${archive}/${archived[0]}`, `${stage.root}/alpha/weekly-data/${archived[0]}`);
    await stage.warehouse.refresh();
    assert.deepEqual(idsOf(again), ["1", "2", "3", "4", "5", "6", "8"]);
    await stage.tick();
    assert.deepEqual([idsOf(again), filesIn(archive)], [["3", "4", "5", "6", "8"], archived]);
    // What is archived is not archived twice; what changed since is archived beside the file of its week.
    await again.ingest(batchOf([jobOn(1, "2026-01-05"), jobOn(2, "2026-01-11")]));
    await stage.tick();
    assert.deepEqual([idsOf(again), filesIn(archive)], [["3", "4", "5", "6", "8"], archived]);
    await again.ingest(batchOf([jobOn(1, "2026-01-05"), jobOn(2, "2026-01-11", { State: "FAILED" })]));
    await stage.tick();
    assert.deepEqual(idsOf(again), ["3", "4", "5", "6", "8"]);
    assert.equal(filesIn(archive).length, 3);
    const after = await duckdb(`SELECT "JobID" FROM '${archive}/*.parquet' ORDER BY 1`);
    assert.deepEqual(after.map(({ JobID }) => JobID), ["1", "2", "2", "7"]);
    stage.now_ms = utc("2026-05-30") * 1000;
    await stage.tick();
    assert.deepEqual(idsOf(again), ["5", "6"], "a running job keeps its week whatever its age");
  });
});

Deno.test("Warehouse.tidy() archives nothing unless it was told to", async () => {
  await onWarehouse(async (stage) => {
    stage.months = null;
    await stage.reopen();
    await stage.warehouse.cluster("alpha").ingest(batchOf([jobOn(1, "2001-01-05")]));
    await stage.tick();
    assert.deepEqual(idsOf(stage.warehouse.cluster("alpha")), ["1"]);
    assert.deepEqual(filesIn(stage.root), [".lock", "alpha"]);
  });
});

Deno.test("Warehouse.tidy() leaves weeks of which a file of another tool holds jobs", async () => {
  await onWarehouse(async (stage) => {
    const alpha = stage.warehouse.cluster("alpha");
    await alpha.ingest(batchOf([jobOn(1, "2026-01-05"), jobOn(2, "2026-01-13")]));
    await duckdb(
      `COPY (SELECT '9' AS "JobID", TIMESTAMP '2026-01-06 10:00:00' AS "Submit", TIMESTAMP '2026-01-06 12:00:00' AS "End")
       TO '${stage.root}/alpha/weekly-data/other.parquet' (FORMAT parquet)`,
    );
    await stage.tick();
    assert.deepEqual(idsOf(alpha), ["1", "9"]);
    await stage.tick();
    assert.equal(stage.notices.length, 1);
  });
});

Deno.test("Warehouse.tidy() merges batches when there are enough of them and none has come for a while", async () => {
  await onWarehouse(async (stage) => {
    const alpha = stage.warehouse.cluster("alpha");
    const add = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await alpha.ingest(batchOf([jobOn(i, "2026-03-30", { State: `${stage.now_ms} ${i}` })]));
      }
    };
    await add(23);
    stage.now_ms += HOUR_MS;
    await stage.tick();
    assert.equal(alpha.files.length, 23, "too few");
    await add(1);
    await stage.tick();
    assert.equal(alpha.files.length, 24, "a batch has just come");
    stage.now_ms += HOUR_MS;
    await stage.tick();
    assert.equal(alpha.files.length, 1);
    await add(200);
    await stage.tick();
    assert.ok(alpha.files.length < 200, "so many are merged though a batch has just come");
    stage.now_ms += HOUR_MS;
    const before = idsOf(alpha);
    await stage.tick();
    assert.ok(alpha.files.length < 24, `${alpha.files.length} files`);
    await stage.reopen();
    assert.deepEqual(idsOf(stage.warehouse.cluster("alpha")), before);
    assert.deepEqual(stage.notices, []);
  });
});

Deno.test("Warehouse.tidy() says what went wrong with one cluster and goes on with the next", async () => {
  await onWarehouse(async (stage) => {
    for (const name of ["alpha", "beta"]) {
      await stage.warehouse.cluster(name).ingest(batchOf([jobOn(1, "2026-01-05"), jobOn(2, "2026-03-30")]));
    }
    await Deno.mkdir(`${stage.root}/archive`);
    await Deno.writeTextFile(`${stage.root}/archive/alpha`, "a file where the folder should be");
    await stage.tick();
    assert.match(stage.notices[0], /^alpha: its files could not be tidied up: ./);
    assert.match(stage.notices[1], /^beta: 1 job of 1 week \(2026W02\) was moved/);
    assert.deepEqual(idsOf(stage.warehouse.cluster("alpha")), ["1", "2"], "still shown");
    assert.deepEqual(idsOf(stage.warehouse.cluster("beta")), ["2"]);
  });
});
