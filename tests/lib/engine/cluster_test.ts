import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { Cluster } from "../../../lib/engine/cluster.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { jobRecord } from "../../helpers.ts";
import { duckdb } from "../store/duckdb.ts";
import {
  batchOf,
  filesIn,
  idsOf,
  job,
  NOW_MS,
  NOW_S,
  onStage,
  putFile,
  recordsOf,
  segment,
} from "./stage.ts";

/** All that memory knows of a cluster. */
function stateOf({ dataset, report, fresh_until_s, files, set_aside }: Cluster) {
  const { first_event_s, last_event_s } = dataset;
  return {
    records: [...dataset.records()],
    first_event_s,
    last_event_s,
    fresh_until_s,
    report,
    files,
    set_aside: [...set_aside],
  };
}

/** The State of the job of this id. */
function stateOfJob({ dataset }: Cluster, id: string): string | null | undefined {
  return [...dataset.records()].find(({ JobID }) => JobID === id)?.State;
}

Deno.test("Cluster.ingest() stores jobs in memory and on disk; a restart finds the same", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    const random = createRandom(9);
    for (let batch = 0; batch < 15; batch++) {
      stage.now_ms += random.below(3) * 1000;
      const records = Array.from({ length: 1 + random.below(12) }, () => {
        const id = random.below(30);
        return random.below(3) > 0 ? job(id) : job(id, { End: null, State: "RUNNING" });
      });
      const rejected = random.below(4) === 0 ? [{ index: 0, job_id: "x", reason: "odd" }] : [];
      await cluster.ingest(batchOf(records, { rejected, agent: `agent/${batch}`, collected_until_s: NOW_S }));
    }
    const again = await stage.open();
    assert.ok(cluster.dataset.length > 20);
    assert.deepEqual(stateOf(again), stateOf(cluster));
    const before = again.dataset.generation;
    await again.refresh();
    assert.equal(again.dataset.generation, before, "nothing has changed");
    assert.deepEqual(stage.notices, []);
  });
});

Deno.test("Cluster.ingest() writes no file for a batch that changes nothing", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    assert.deepEqual(await cluster.ingest(batchOf([job(1), job(2)])), {
      accepted: 2,
      updated: 0,
      duplicates: 0,
    });
    assert.deepEqual(await cluster.ingest(batchOf([job(1), job(2)])), {
      accepted: 0,
      updated: 0,
      duplicates: 2,
    });
    assert.equal(cluster.files.length, 1);
    assert.equal(cluster.report.batches, 2);
    await cluster.ingest(batchOf([job(1), job(2, { State: "FAILED" })]));
    assert.equal(cluster.files.length, 2);
  });
});

Deno.test("Cluster.ingest() stores jobs once that come in several batches at the same time", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    const records = Array.from({ length: 50 }, (_, id) => job(id));
    const counts = await Promise.all(
      Array.from(
        { length: 8 },
        (_, i) => cluster.ingest(batchOf(i % 2 === 0 ? records : records.slice(0, 20))),
      ),
    );
    assert.equal(counts.reduce((sum, { accepted }) => sum + accepted, 0), 50);
    assert.equal(counts.reduce((sum, { duplicates }) => sum + duplicates, 0), 4 * 50 + 4 * 20 - 50);
    assert.deepEqual(idsOf(await stage.open()), idsOf(cluster));
    assert.equal(cluster.dataset.length, 50);
  });
});

Deno.test("Cluster.ingest() answers a repeated idempotency key as the first time, also after a restart", async () => {
  await onStage(async (stage) => {
    let cluster = await stage.open();
    const idempotency = { key: "k1", digest: "d1" };
    const first = await cluster.ingest(batchOf([job(1), job(2)], { idempotency }));
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await cluster.ingest(batchOf([job(1), job(2)], { idempotency })), first);
      await assert.rejects(
        () => cluster.ingest(batchOf([job(3)], { idempotency: { key: "k1", digest: "d2" } })),
        { name: "KeyReusedError", message: 'Idempotency-Key "k1" was used before for another batch' },
      );
      assert.deepEqual(idsOf(cluster), ["1", "2"]);
      assert.equal(cluster.report.batches, 1);
      cluster = await stage.open();
    }
  });
});

Deno.test("Cluster.ingest() leaves newer versions as they are when a batch comes again, and takes what was lost", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    const parts = { idempotency: { key: "k1", digest: "d1" } };
    const first = await cluster.ingest(batchOf([job(1), job(2)], parts));
    await cluster.ingest(batchOf([job(1, { State: "FAILED" })]));
    const before = recordsOf(cluster);
    assert.deepEqual(await cluster.ingest(batchOf([job(1), job(2)], parts)), first);
    assert.deepEqual([recordsOf(cluster), filesIn(stage.folder).length], [before, 2]);
    // The key outlives the file, as it does if a file is damaged that is not the last of a merge.
    await Deno.remove(`${stage.folder}/${filesIn(stage.folder)[0]}`);
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["1"]);
    assert.deepEqual(await cluster.ingest(batchOf([job(1), job(2)], parts)), first);
    assert.deepEqual(recordsOf(cluster), before);
  });
});

Deno.test("Cluster.ingest() knows a job again after a restart whose JobIDRaw only one of two senders knows", async () => {
  const knowing = job(4, { JobID: "100_4", JobIDRaw: "104" });
  const other = job(4, { JobID: "100_4", JobIDRaw: "100_4", State: "COMPLETED" });
  for (const [first, last] of [[knowing, other], [other, knowing]]) {
    await onStage(async (stage) => {
      await (await stage.open()).ingest(batchOf([first]));
      const counts = await (await stage.open()).ingest(batchOf([last]));
      assert.deepEqual(counts, { accepted: 0, updated: 1, duplicates: 0 });
      const again = await stage.open();
      assert.deepEqual(stateOf(again).records, [last]);
      assert.equal((await again.ingest(batchOf([first]))).updated, 1);
      assert.deepEqual(stateOf(await stage.open()).records, [first]);
    });
  }
});

Deno.test("Cluster.ingest() knows what is in the folder though nobody has read it yet", async () => {
  await onStage(async (stage) => {
    await putFile(stage, "jobs_20260101_000000_000.parquet", { bytes: segment([job(1)], 0), at_ms: NOW_MS });
    const cluster = new Cluster({
      root: stage.root,
      name: "alpha",
      tz: "UTC",
      now_ms: () => NOW_MS,
      assertFolder: () => Promise.resolve(),
      notice: (text) => stage.notices.push(text),
    });
    assert.deepEqual(await cluster.ingest(batchOf([job(1), job(2)])), {
      accepted: 1,
      updated: 0,
      duplicates: 1,
    });
  });
});

Deno.test("Cluster.fresh_until_s is the newest event reported, never a time later than its report", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    assert.equal(cluster.fresh_until_s, null);
    await cluster.ingest(batchOf([job(1)]));
    assert.equal(cluster.fresh_until_s, job(1).End);
    await cluster.ingest(batchOf([job(2, { End: NOW_S + 86_400 })]));
    assert.equal(cluster.fresh_until_s, NOW_S);
    await cluster.ingest(batchOf([], { collected_until_s: NOW_S + 7200 }));
    assert.equal(cluster.fresh_until_s, NOW_S, "a sender's clock that runs ahead");
    stage.now_ms += 3_600_000;
    await cluster.ingest(batchOf([], { collected_until_s: NOW_S + 1800 }));
    assert.equal(cluster.fresh_until_s, NOW_S + 1800, "a quiet cluster that was looked at");
    assert.equal((await stage.open()).fresh_until_s, NOW_S + 1800);
  });
});

Deno.test("Cluster.refresh() takes up a file of another tool, times in the cluster's zone", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    await cluster.ingest(batchOf([job(1)]));
    await duckdb(
      `COPY (SELECT * FROM (VALUES ('77', TIMESTAMP '2024-07-01 12:00:00', 'x'), ('77.batch', TIMESTAMP '2024-07-01 12:00:00', 'y'))
       t("JobID", "Submit", "User")) TO '${stage.folder}/old.parquet' (FORMAT parquet)`,
    );
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["1", "77"]);
    const found = [...cluster.dataset.records()].find(({ JobID }) => JobID === "77");
    assert.equal(found?.Submit, Date.UTC(2024, 6, 1, 10) / 1000);
    assert.match(
      stage.notices.join(),
      /1 rows of old.parquet are no jobs; the first, row 1: JobID: is 77.batch/,
    );
    assert.deepEqual(idsOf(await stage.open()), ["1", "77"]);
  }, "Europe/Berlin");
});

Deno.test("Cluster.refresh() lets the latest record win though its file was found later", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    await cluster.ingest(batchOf([job(1, { State: "COMPLETED" })]));
    const older = segment([job(1, { State: "FAILED" }), job(2)], NOW_MS - 86_400_000);
    await putFile(stage, "jobs_20260101_000000_000.parquet", { bytes: older, at_ms: NOW_MS });
    await cluster.refresh();
    assert.equal(stateOfJob(cluster, "1"), "COMPLETED");
    assert.deepEqual(idsOf(cluster), ["1", "2"]);
    const newer = segment([job(1, { State: "TIMEOUT" })], NOW_MS + 86_400_000);
    await putFile(stage, "jobs_20260109_000000_000.parquet", { bytes: newer, at_ms: NOW_MS });
    await cluster.refresh();
    assert.equal(stateOfJob(cluster, "1"), "TIMEOUT");
    const { records } = stateOf(await stage.open());
    assert.deepEqual(records, stateOf(cluster).records);
  });
});

Deno.test("Cluster.refresh() lets the jobs of a removed or replaced file vanish", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    await cluster.ingest(batchOf([job(1)]));
    await cluster.ingest(batchOf([job(2)]));
    const [first, second] = cluster.files;
    await Deno.remove(`${stage.folder}/${first.name}`);
    const { generation } = cluster.dataset;
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["2"]);
    assert.ok(cluster.dataset.generation > generation);
    await putFile(stage, second.name, { bytes: segment([job(3), job(4)], NOW_MS), at_ms: NOW_MS });
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["3", "4"]);
    await Deno.remove(stage.folder, { recursive: true });
    await cluster.refresh();
    assert.deepEqual([idsOf(cluster), cluster.files], [[], []]);
  });
});

Deno.test("Cluster.ingest() leaves on disk what leads to the same jobs again, whatever led from one to the other", async () => {
  const at = (id: string, fields: Partial<JobRecord>) =>
    jobRecord({ JobID: id, Submit: NOW_S - 9000, ...fields });
  const run = { Start: NOW_S - 8950, State: "RUNNING" };
  const batches: readonly (readonly JobRecord[])[][] = [
    // An upgrade gave the job a SLUID, a requeue another submission, both within one batch.
    [[at("9", run)], [
      at("9", { ...run, SLUID: "sX" }),
      at("9", {
        SLUID: "sX",
        Submit: NOW_S - 8000,
        Start: NOW_S - 7900,
        End: NOW_S - 7000,
        State: "COMPLETED",
      }),
    ]],
    [[at("3_[5]", {})], [at("3_[2-5]", {}), at("3_5", run), at("3_[2-3]", {}), at("3_3", run)]],
    [[at("2_[2-5]", {}), at("2_[1]", {}), at("2_1", { End: NOW_S, State: "CANCELLED" })]],
  ];
  for (const story of batches) {
    await onStage(async (stage) => {
      const cluster = await stage.open();
      for (const records of story) await cluster.ingest(batchOf(records));
      const live = stateOf(cluster).records;
      assert.deepEqual(stateOf(await stage.open()).records, live, JSON.stringify(story[0][0]));
      const last = story[story.length - 1];
      const again = await cluster.ingest(batchOf(last));
      assert.deepEqual(again, { accepted: 0, updated: 0, duplicates: last.length }, "sent again");
      assert.deepEqual(stateOf(cluster).records, live);
    });
  }
});

Deno.test("Cluster.ingest() takes ten thousand runs of one job apart, without trying each with each", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    const runs = Array.from(
      { length: 10_000 },
      (_, i) => job(1, { Submit: null, Start: NOW_S - 20_000 + i, End: NOW_S }),
    );
    assert.equal((await cluster.ingest(batchOf(runs))).accepted, 10_000);
    assert.equal((await cluster.ingest(batchOf(runs))).duplicates, 10_000);
  });
});
