import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import type { Cluster } from "../../../lib/engine/cluster.ts";
import { type Candidate, isBatch, mergeWindow, untidyRuns } from "../../../lib/engine/merge_window.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { mergedWeek } from "../../../lib/store/file_names.ts";
import { anyRecord } from "../store/any_record.ts";
import { duckdb } from "../store/duckdb.ts";
import {
  batchOf,
  filesIn,
  job,
  NOW_MS,
  NOW_S,
  onStage,
  putFile,
  recordsOf,
  segment,
  type Stage,
} from "./stage.ts";

const WEEK_S = 7 * 86_400;

function all(candidates: readonly Candidate[]): readonly Candidate[] | null {
  return untidyRuns(candidates)[0] ?? null;
}

/** What nobody may notice. */
function answersOf(cluster: Cluster) {
  const { dataset: { length, first_event_s, last_event_s }, fresh_until_s, report } = cluster;
  return { records: recordsOf(cluster), length, first_event_s, last_event_s, fresh_until_s, report };
}

/** One of a few jobs in one of its states, over six weeks. */
function anyVersion(random: Random): JobRecord {
  const id = random.below(40);
  const Submit = NOW_S - (1 + id % 6) * WEEK_S;
  const Start = Submit + 60 * (1 + random.below(2));
  const fields: Partial<JobRecord>[] = [
    { Start: null, End: null, State: "PENDING" },
    { Start, End: null, State: "RUNNING" },
    { Start, End: Start + 3600, State: "COMPLETED" },
    { Start, End: Start + random.below(9) * WEEK_S, State: "FAILED" },
    { Submit: null, Start, End: Start + 60 },
    { Start, End: NOW_S + WEEK_S },
  ];
  // Some clusters know SLUIDs, and then of all their jobs.
  const SLUID = id < 30 ? null : `s00000000001${id}`;
  return job(id, { Submit, SLUID, ...random.pick(fields) });
}

async function foreignFile(stage: Stage, name: string): Promise<void> {
  await duckdb(
    `COPY (SELECT '7' AS "JobID", 1700000000 AS "Submit", 'other' AS "User")
     TO '${stage.folder}/${name}' (FORMAT parquet)`,
  );
}

Deno.test("compaction changes no answer, neither at once nor after a restart nor to a batch sent again", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    await onStage(async (stage) => {
      const random = createRandom(seed);
      let cluster = await stage.open();
      const sent: {
        readonly records: readonly JobRecord[];
        readonly key: string;
        readonly counts: unknown;
      }[] = [];
      for (let step = 0; step < 40; step++) {
        stage.now_ms += random.below(3) * 40_000;
        const records = Array.from({ length: 1 + random.below(8) }, () => anyVersion(random));
        const key = `key-${step}`;
        const batch = batchOf(records, { idempotency: { key, digest: key }, agent: "agent/1" });
        const counts = await cluster.ingest(batch);
        // One that changes nothing leaves no file that could remember its key.
        if (counts.accepted + counts.updated > 0) sent.push({ records, key, counts });
        if (random.below(15) === 0) {
          await putFile(stage, `${stage.now_ms}.parquet`, {
            bytes: segment([anyVersion(random)], stage.now_ms),
            at_ms: stage.now_ms,
          });
          await cluster.refresh();
        }
        const before = answersOf(cluster);
        const limits = { max_files: 2 + random.below(12), max_rows: 200, least_files: 2, wanted: isBatch };
        const choose = random.below(10) === 0
          ? all
          : (files: readonly Candidate[]) => mergeWindow(files, limits);
        if (random.below(4) === 0 && await cluster.compact(choose)) {
          const { generation } = cluster.dataset;
          assert.deepEqual(answersOf(cluster), before);
          await cluster.refresh();
          assert.equal(cluster.dataset.generation, generation, "merged files are no change from outside");
          cluster = await stage.open();
          assert.deepEqual(answersOf(cluster), before, `seed ${seed} step ${step}`);
        }
      }
      const before = answersOf(cluster);
      while (await cluster.compact(all));
      assert.ok(cluster.files.length <= 9, `${cluster.files.length} files`);
      assert.ok(cluster.files.every(({ name }) => mergedWeek(name) !== null));
      cluster = await stage.open();
      assert.deepEqual(answersOf(cluster), before);
      for (const { records, key, counts } of sent) {
        const again = await cluster.ingest(batchOf(records, { idempotency: { key, digest: key } }));
        assert.deepEqual(again, counts);
      }
      assert.equal(cluster.report.batches, before.report.batches);
      assert.deepEqual(stage.notices, []);
    });
  }
});

Deno.test("Cluster.compact() names a file by the newest batch in it and its week, and never like another", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    const add = async (id: number) => {
      stage.now_ms += 1000;
      await cluster.ingest(
        batchOf([job(id), job(id + 1000, { Submit: NOW_S - WEEK_S, Start: null, End: null })]),
      );
    };
    await add(1);
    await add(2);
    assert.equal(await cluster.compact(all), true);
    const merged = ["jobs_20260108_120002_000_2026W01.parquet", "jobs_20260108_120002_000_2026W02.parquet"];
    assert.deepEqual(cluster.files.map(({ name }) => name), merged);
    assert.deepEqual(filesIn(stage.folder), merged);
    assert.equal(await cluster.compact(all), false, "there is nothing left to do");
    assert.equal(await cluster.compact((files) => files), true, "the same files again");
    assert.deepEqual(filesIn(stage.folder), [
      "jobs_20260108_120002_000_2026W01_2.parquet",
      "jobs_20260108_120002_000_2026W02_2.parquet",
    ]);
    await add(3);
    assert.equal(cluster.files.at(-1)?.name, "jobs_20260108_120003_000.parquet");
    stage.now_ms -= 3_600_000;
    await add(4);
    assert.equal(
      cluster.files.at(-1)?.name,
      "jobs_20260108_120003_001.parquet",
      "though the clock goes back",
    );
    assert.deepEqual(recordsOf(await stage.open()), recordsOf(cluster));
    assert.deepEqual(filesIn(`${stage.root}/alpha`), ["report.json", "weekly-data"]);
  });
});

Deno.test("Cluster.compact() leaves files of other tools, newer versions and links to years as they are", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    const state = (id: number, State: string) => cluster.ingest(batchOf([job(id, { State })]));
    for (const name of ["A", "B"]) {
      stage.now_ms += 1000;
      await state(1, name);
    }
    stage.now_ms += 1000;
    await foreignFile(stage, "jobs_20260108_120003_000.parquet");
    const foreign = Deno.readFileSync(`${stage.folder}/jobs_20260108_120003_000.parquet`);
    await cluster.refresh();
    for (const name of ["C", "D"]) {
      stage.now_ms += 1000;
      await state(1, name);
    }
    const before = answersOf(cluster);
    while (await cluster.compact(all));
    assert.deepEqual(filesIn(stage.folder), [
      "jobs_20260108_120002_000_2026W02.parquet",
      "jobs_20260108_120003_000.parquet",
      "jobs_20260108_120005_000_2026W02.parquet",
    ]);
    assert.deepEqual(Deno.readFileSync(`${stage.folder}/jobs_20260108_120003_000.parquet`), foreign);
    assert.deepEqual(answersOf(cluster), before);
    assert.deepEqual(answersOf(await stage.open()), before);
  });
});

Deno.test("Cluster.compact() waits while a file has come or gone by other means", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    for (let id = 1; id <= 3; id++) await cluster.ingest(batchOf([job(id)]));
    const at_ms = NOW_MS + 5000;
    await putFile(stage, "jobs_20260108_130000_000.parquet", { bytes: segment([job(9)], NOW_MS), at_ms });
    assert.equal(await cluster.compact(all), false);
    await cluster.refresh();
    assert.equal(await cluster.compact(all), true);
    assert.equal(cluster.dataset.length, 4);
    assert.equal(cluster.files.length, 1);
  });
});

Deno.test("Cluster.compact() refuses a file that was damaged since, changes nothing, and does not try again", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    for (let id = 1; id <= 3; id++) await cluster.ingest(batchOf([job(id)]));
    const [, { name }] = cluster.files;
    const path = `${stage.folder}/${name}`;
    const { mtime } = Deno.statSync(path);
    const bytes = Deno.readFileSync(path);
    bytes[100] ^= 1;
    await Deno.writeFile(path, bytes);
    await Deno.utime(path, mtime ?? 0, mtime ?? 0);
    const before = filesIn(stage.folder);
    await assert.rejects(() => cluster.compact(all), {
      name: "SegmentError",
      message: "it is damaged: its bytes are not those that were written",
    });
    assert.deepEqual(filesIn(stage.folder), before);
    assert.equal(cluster.dataset.length, 3, "memory has all of them");
    assert.equal(await cluster.compact(all), false);
  });
});

Deno.test("a start refuses an unfinished compaction whose files are missing, and removes nothing", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    for (let id = 1; id <= 2; id++) await cluster.ingest(batchOf([job(id)]));
    const before = filesIn(stage.folder);
    const name = "jobs_20260108_120000_001_2026W02.parquet";
    const record = { outputs: [{ tmp: `${name}.tmp`, name }], replaces: before };
    const path = `${stage.root}/alpha/compaction.json`;
    await Deno.writeTextFile(path, JSON.stringify(record));
    const refused = {
      name: "UnfinishedCompactionError",
      message: new RegExp(`merged into ${name}, which is not there. Nothing was removed: put that file back`),
    };
    await assert.rejects(() => stage.open(), refused);
    await Deno.writeTextFile(`${stage.folder}/${name}`, "half");
    await assert.rejects(() => stage.open(), { message: /cannot be read: no Parquet file/ });
    await Deno.remove(`${stage.folder}/${name}`);
    assert.deepEqual(filesIn(stage.folder), before);
    await Deno.writeTextFile(path, "{}");
    await assert.rejects(() => stage.open(), { message: /compaction.json cannot be read: / });
    await Deno.remove(path);
    assert.equal((await stage.open()).dataset.length, 2);
  });
});

Deno.test("DuckDB finds in a merged file the types and the jobs of the batches", async () => {
  await onStage(async (stage) => {
    const random = createRandom(5);
    const cluster = await stage.open();
    const [single] = [segment([anyRecord(random)], NOW_MS)];
    for (let batch = 0; batch < 4; batch++) {
      const records = Array.from({ length: 50 }, (_, i) => ({
        ...anyRecord(random),
        JobID: String(batch * 50 + i),
        JobIDRaw: String(batch * 50 + i),
        SLUID: null,
        Submit: NOW_S - i % 3 * WEEK_S,
      }));
      await cluster.ingest(batchOf(records));
    }
    await cluster.compact(all);
    assert.equal(cluster.files.length, 3);
    await Deno.writeFile(`${stage.root}/single.parquet`, single);
    const types = async (path: string) =>
      (await duckdb(`DESCRIBE SELECT * FROM '${path}'`)).map(({ column_name, column_type }) => [
        column_name,
        column_type,
      ]);
    assert.deepEqual(await types(`${stage.folder}/*.parquet`), await types(`${stage.root}/single.parquet`));
    const [{ jobs, submitted, cpus }] = await duckdb(
      `SELECT count(DISTINCT "JobID") AS jobs, sum(epoch_ms("Submit")) // 1000 AS submitted,
              sum("AllocCPUS")::DOUBLE AS cpus FROM '${stage.folder}/*.parquet'`,
    );
    const records = [...cluster.dataset.records()];
    const sum = (name: "Submit" | "AllocCPUS") =>
      records.reduce((all, { [name]: value }) => all + (value ?? 0), 0);
    assert.deepEqual([Number(jobs), Number(submitted), Number(cpus)], [
      200,
      sum("Submit"),
      sum("AllocCPUS"),
    ]);
  });
});
