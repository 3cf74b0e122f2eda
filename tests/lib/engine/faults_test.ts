/** Whichever call to the disk fails, and however: nothing acknowledged is lost, nothing is there twice. */
import assert from "node:assert/strict";
import type { Cluster } from "../../../lib/engine/cluster.ts";
import { untidyRuns } from "../../../lib/engine/merge_window.ts";
import { type Fault, FAULTS, FaultyDisk } from "../disk/faulty_disk.ts";
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

/** What is done on a disk that fails, and what must hold afterwards. */
interface Scene {
  readonly prepare: (stage: Stage) => Promise<void>;
  readonly act: (stage: Stage, disk: FaultyDisk) => Promise<void>;
  readonly check: (stage: Stage, cluster: Cluster) => void | Promise<void>;
}

/** Plays a scene again and again, each time with the next call failing, until none is left to fail. */
async function withEveryFault(sceneOf: (fault: Fault) => Scene, least_calls: number): Promise<void> {
  for (const fault of FAULTS) {
    for (let at = 0, failed = true; failed; at++) {
      await onStage(async (stage) => {
        const scene = sceneOf(fault);
        await scene.prepare(stage);
        const disk = new FaultyDisk(at, fault);
        await scene.act(stage, disk).catch((error: Error) => assert.match(error.message, /\w+ \w+/));
        failed = disk.failed;
        if (!failed) assert.ok(at >= least_calls, `only ${at} calls were made`);
        const again = await stage.open();
        try {
          await scene.check(stage, again);
          assert.deepEqual(
            [...filesIn(stage.folder), ...filesIn(`${stage.root}/alpha`)]
              .filter((name) => /\.tmp$|compaction/.test(name)),
            [],
            "nothing half-written is left",
          );
        } catch (error) {
          throw new Error(`${fault} in call ${at}`, { cause: error });
        }
      });
    }
  }
}

/** Batches over three weeks in which jobs come again, end, and change; some with a key. */
async function batches(stage: Stage): Promise<void> {
  const cluster = await stage.open();
  for (let batch = 0; batch < 5; batch++) {
    stage.now_ms += 1000;
    const Submit = NOW_S - (3 - batch % 3) * WEEK_S;
    await cluster.ingest(batchOf([
      job(batch, { Submit, Start: Submit + 5, End: Submit + 60 }),
      job(100, { Submit: NOW_S - WEEK_S, Start: NOW_S - WEEK_S + batch, End: null }),
      job(101, { State: `STATE${batch}` }),
    ], { idempotency: batch % 2 === 0 ? { key: `key-${batch}`, digest: `digest-${batch}` } : null }));
  }
}

/** Their files: the same for each play. */
const FILES = new Map<string, Uint8Array>();
await onStage(async (stage) => {
  await batches(stage);
  for (const name of filesIn(stage.folder)) FILES.set(name, Deno.readFileSync(`${stage.folder}/${name}`));
});

async function fill(stage: Stage): Promise<void> {
  stage.now_ms += 10_000;
  for (const [name, bytes] of FILES) await putFile(stage, name, { bytes, at_ms: NOW_MS });
}

function compactAll(cluster: Cluster): Promise<boolean> {
  return cluster.compact((all) => untidyRuns(all)[0] ?? null);
}

Deno.test("Cluster.ingest() loses no acknowledged job whichever call to the disk fails", async () => {
  await withEveryFault(() => {
    const sent: string[] = [];
    const acknowledged: string[] = [];
    return {
      prepare: () => Promise.resolve(),
      act: async (stage, disk) => {
        const cluster = await stage.open(disk);
        for (let id = 1; id <= 4; id++) {
          sent.push(String(id));
          await cluster.ingest(batchOf([job(id)])).then(() => acknowledged.push(String(id)), () => {});
        }
        const known = [...cluster.dataset.records()].map(({ JobID }) => JobID);
        assert.deepEqual(known, acknowledged, "memory holds what was acknowledged");
      },
      check: (stage, { dataset, set_aside }) => {
        const stored = [...dataset.records()].map(({ JobID }) => JobID);
        assert.equal(new Set(stored).size, stored.length);
        for (const id of acknowledged) assert.ok(stored.includes(id), `job ${id} was acknowledged`);
        for (const id of stored) assert.ok(sent.includes(id));
        assert.equal(set_aside.size, 0);
        assert.deepEqual(stage.notices.filter((text) => !text.includes("report could not")), []);
      },
    };
  }, 20);
});

Deno.test("Cluster.compact() changes no answer whichever call to the disk fails", async () => {
  await withEveryFault((fault) => {
    let before: string[] = [];
    const state = (cluster: Cluster) => [...recordsOf(cluster), String(cluster.fresh_until_s)];
    return {
      prepare: async (stage) => {
        await fill(stage);
        before = state(await stage.open());
      },
      act: async (stage, disk) => {
        const cluster = await stage.open(disk);
        const done = await compactAll(cluster).catch(() => false);
        assert.deepEqual(state(cluster), before);
        if (fault === "death" || fault === "power cut") return;
        // The same process goes on: a batch is taken, and all is merged in the end.
        await cluster.ingest(batchOf([job(101, { State: "STATE4" })]));
        assert.deepEqual(state(cluster), before);
        if (!done) await compactAll(cluster);
        assert.equal(cluster.files.length, 4);
        await cluster.refresh();
        assert.deepEqual(state(cluster), before);
      },
      check: async (_, cluster) => {
        assert.deepEqual(state(cluster), before);
        assert.equal(cluster.set_aside.size, 0);
        const counts = await cluster.ingest(
          batchOf([job(4)], { idempotency: { key: "key-4", digest: "digest-4" } }),
        );
        assert.equal(counts.accepted + counts.updated + counts.duplicates, 3, "the answer of the first time");
        await assert.rejects(() =>
          cluster.ingest(batchOf([job(9)], { idempotency: { key: "key-2", digest: "another" } }))
        );
      },
    };
  }, 20);
});

Deno.test("Cluster.archive() keeps every job, shown or archived, whichever call to the disk fails", async () => {
  const before_s = NOW_S - WEEK_S / 2;
  await withEveryFault(() => {
    let all: string[] = [];
    return {
      prepare: async (stage) => {
        await fill(stage);
        const cluster = await stage.open();
        await compactAll(cluster);
        all = recordsOf(cluster);
      },
      act: async (stage, disk) => {
        const cluster = await stage.open(disk);
        await cluster.archive(before_s);
        assert.equal(cluster.dataset.length, all.length - 4);
      },
      check: async (stage, cluster) => {
        const shown = recordsOf(cluster);
        assert.equal(new Set(shown).size, shown.length);
        for (const name of filesIn(`${stage.root}/archive/alpha`)) {
          await Deno.copyFile(`${stage.root}/archive/alpha/${name}`, `${stage.folder}/${name}`);
        }
        await cluster.refresh();
        assert.deepEqual(recordsOf(cluster), all, "put back, they are all there");
      },
    };
  }, 5);
});

Deno.test("a damaged file is set aside or stays, whichever call to the disk fails", async () => {
  const damaged = segment([job(2)], NOW_MS);
  damaged[100] ^= 1;
  const name = "jobs_20260101_000000_000.parquet";
  await withEveryFault(() => ({
    prepare: async (stage) => {
      await putFile(stage, name, { bytes: damaged, at_ms: NOW_MS - 600_000 });
      await putFile(stage, "other.parquet", { bytes: segment([job(1)], NOW_MS), at_ms: NOW_MS });
    },
    act: async (stage, disk) => {
      const cluster = await stage.open(disk);
      assert.deepEqual(recordsOf(cluster).length, 1);
    },
    check: (stage, cluster) => {
      assert.equal(recordsOf(cluster).length, 1);
      assert.deepEqual([...cluster.set_aside.keys()], [name]);
      assert.deepEqual(Deno.readFileSync(`${stage.root}/alpha/set-aside/${name}`), damaged);
    },
  }), 4);
});

Deno.test("a start ends an unfinished compaction whichever call to the disk fails", async () => {
  // Where the process can have ended so that the record was left.
  const ends: number[] = [];
  for (let at = 0, failed = true; failed; at++) {
    await onStage(async (stage) => {
      await fill(stage);
      const disk = new FaultyDisk(at, "death");
      await compactAll(await stage.open(disk)).catch(() => {});
      failed = disk.failed;
      if (filesIn(`${stage.root}/alpha`).includes("compaction.json")) ends.push(at);
    });
  }
  assert.ok(ends.length > 8, "there are calls after the commit");
  for (const end of [ends[0], ends[ends.length >> 1], ends[ends.length - 1]]) {
    await withEveryFault(() => {
      let before: string[] = [];
      return {
        prepare: async (stage) => {
          await fill(stage);
          const cluster = await stage.open();
          before = recordsOf(cluster);
          await compactAll(await stage.open(new FaultyDisk(end, "death"))).catch(() => {});
          await Deno.writeTextFile(`${stage.folder}/half.parquet.tmp`, "half");
        },
        act: async (stage, disk) => {
          await stage.open(disk);
        },
        check: (_, cluster) => {
          assert.deepEqual(recordsOf(cluster), before);
          assert.equal(cluster.files.length, 4);
        },
      };
    }, 3);
  }
});
