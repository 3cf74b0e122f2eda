import assert from "node:assert/strict";
import { SCHEMA_VERSION } from "../../../lib/store/segment.ts";
import { duckdb } from "../store/duckdb.ts";
import { batchOf, idsOf, job, NOW_MS, onStage, putFile, segment } from "./stage.ts";

const MINUTE_MS = 60_000;
const GOOD = "jobs_20260101_000000_000.parquet";
const BAD = "jobs_20260102_000000_000.parquet";

function filesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** A file of a later version: its version number is changed, its digest no longer matters. */
function newerSegment(): Uint8Array {
  const bytes = segment([job(9)], NOW_MS);
  const key = new TextEncoder().encode("schema_version");
  const at = bytes.findIndex((_, i) => key.every((byte, j) => bytes[i + j] === byte)) + key.length + 2;
  bytes[at] = String(SCHEMA_VERSION + 1).charCodeAt(0);
  return bytes;
}

Deno.test("Cluster sets a damaged file aside with a notice and goes on with the rest", async () => {
  await onStage(async (stage) => {
    const damaged = segment([job(2)], NOW_MS);
    damaged[100] ^= 1;
    const at_ms = NOW_MS - 2 * MINUTE_MS;
    await putFile(stage, GOOD, { bytes: segment([job(1)], NOW_MS), at_ms });
    await putFile(stage, BAD, { bytes: damaged, at_ms });
    const cluster = await stage.open();
    assert.deepEqual(idsOf(cluster), ["1"]);
    assert.deepEqual(filesIn(stage.folder), [GOOD]);
    assert.deepEqual(Deno.readFileSync(`${stage.root}/alpha/set-aside/${BAD}`), damaged, "kept as it was");
    const reason = "it is damaged: its bytes are not those that were written";
    assert.deepEqual([...cluster.set_aside], [[BAD, reason]]);
    assert.deepEqual(stage.notices, [`alpha: ${BAD} cannot be read: ${reason}`]);
    await cluster.ingest(batchOf([job(2), job(3)]));
    assert.deepEqual(
      Deno.readFileSync(`${stage.root}/alpha/set-aside/${BAD}`),
      damaged,
      "not replaced by a batch",
    );
    const again = await stage.open();
    assert.deepEqual(idsOf(again), ["1", "2", "3"]);
    assert.deepEqual([...again.set_aside.keys()], [BAD], "still shown after a restart");
    // Repaired and put back under its old name, it is read; what was set aside stays there.
    await putFile(stage, BAD, { bytes: segment([job(4)], NOW_MS), at_ms });
    await again.refresh();
    assert.deepEqual(idsOf(again), ["1", "2", "3", "4"]);
  });
});

Deno.test("Cluster waits for a young file that cannot be read yet, and reads it when it is whole", async () => {
  await onStage(async (stage) => {
    const whole = segment([job(1), job(2)], NOW_MS);
    const cluster = await stage.open();
    await cluster.ingest(batchOf([job(5)]));
    await putFile(stage, BAD, { bytes: whole.subarray(0, whole.length >> 1), at_ms: NOW_MS - 1000 });
    await cluster.refresh();
    const { generation } = cluster.dataset;
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["5"]);
    assert.deepEqual(filesIn(`${stage.root}/alpha/set-aside`), []);
    assert.equal(stage.notices.length, 1, "one notice however often it is looked at");
    assert.equal(cluster.dataset.generation, generation, "nothing is read again while nothing changes");
    await putFile(stage, BAD, { bytes: whole, at_ms: NOW_MS });
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["1", "2", "5"]);
    assert.deepEqual([...cluster.set_aside], []);
  });
});

Deno.test("Cluster sets a file aside that stays unreadable for a minute, and forgets one that is removed", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    for (const name of [BAD, "notes.parquet"]) {
      await putFile(stage, name, { bytes: new TextEncoder().encode("nothing"), at_ms: NOW_MS });
    }
    await cluster.refresh();
    assert.deepEqual([...cluster.set_aside.keys()].sort(), [BAD, "notes.parquet"]);
    await Deno.remove(`${stage.folder}/notes.parquet`);
    stage.now_ms += MINUTE_MS;
    await cluster.refresh();
    assert.deepEqual([...cluster.set_aside.keys()], [BAD]);
    assert.deepEqual([filesIn(stage.folder), filesIn(`${stage.root}/alpha/set-aside`)], [[], [BAD]]);
  });
});

Deno.test("Cluster leaves a file of a newer version where it is", async () => {
  await onStage(async (stage) => {
    await putFile(stage, GOOD, { bytes: newerSegment(), at_ms: NOW_MS - 10 * MINUTE_MS });
    await putFile(stage, BAD, { bytes: segment([job(1)], NOW_MS), at_ms: NOW_MS });
    const cluster = await stage.open();
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["1"]);
    assert.deepEqual(filesIn(stage.folder), [GOOD, BAD]);
    assert.match(cluster.set_aside.get(GOOD) ?? "", /schema version is 2.*needs a newer version/);
    assert.equal(stage.notices.length, 1);
    // With the newer version back, all is read.
    await putFile(stage, GOOD, { bytes: segment([job(9)], NOW_MS), at_ms: NOW_MS });
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["1", "9"]);
    assert.deepEqual([...cluster.set_aside], []);
  });
});

Deno.test("Cluster reads gzip and brotli, and leaves a file of a codec it does not know where it is", async () => {
  await onStage(async (stage) => {
    await putFile(stage, GOOD, { bytes: segment([job(1)], NOW_MS), at_ms: NOW_MS });
    const write = (id: string, codec: string) =>
      `COPY (SELECT '${id}' AS "JobID", 1700000000 AS "Submit", 'alice' AS "User" FROM range(50) t(i))
       TO '${stage.folder}/${codec}.parquet' (FORMAT parquet, COMPRESSION ${codec})`;
    await duckdb(write("2", "gzip"), write("3", "brotli"), write("4", "lz4_raw"), write("5", "snappy"));
    const long_ago = new Date(NOW_MS - 10 * MINUTE_MS);
    for (const name of filesIn(stage.folder)) await Deno.utime(`${stage.folder}/${name}`, long_ago, long_ago);
    const cluster = await stage.open();
    assert.deepEqual(idsOf(cluster), ["1", "2", "3", "5"]);
    const reason = "it is compressed with LZ4_RAW, which cannot be read: write it with zstd, snappy or gzip";
    assert.deepEqual([...cluster.set_aside], [["lz4_raw.parquet", reason]]);
    await cluster.refresh();
    assert.deepEqual(stage.notices, [`alpha: lz4_raw.parquet cannot be read: ${reason}`]);
    assert.ok(filesIn(stage.folder).includes("lz4_raw.parquet"));
    await duckdb(write("4", "lz4_raw").replace("COMPRESSION lz4_raw", "COMPRESSION zstd"));
    await cluster.refresh();
    assert.deepEqual([idsOf(cluster), [...cluster.set_aside]], [["1", "2", "3", "4", "5"], []]);
  });
});

Deno.test("Cluster loads the rest, with a notice, where a damaged file cannot be set aside", async () => {
  await onStage(async (stage) => {
    const at_ms = NOW_MS - 10 * MINUTE_MS;
    await putFile(stage, BAD, { bytes: new TextEncoder().encode("nothing"), at_ms });
    await putFile(stage, GOOD, { bytes: segment([job(1)], NOW_MS), at_ms });
    await putFile(stage, "zz.parquet", { bytes: segment([job(2)], NOW_MS), at_ms });
    await Deno.writeTextFile(`${stage.root}/alpha/set-aside`, "a file where the folder should be");
    const cluster = await stage.open();
    assert.deepEqual(idsOf(cluster), ["1", "2"]);
    assert.deepEqual([...cluster.set_aside.keys()], [BAD]);
    const said = stage.notices.join("\n");
    assert.match(said, /^alpha: the files set aside could not be listed: ./m);
    assert.match(said, new RegExp(`^alpha: ${BAD} could not be set aside: .`, "m"));
    assert.ok(filesIn(stage.folder).includes(BAD));
    await cluster.ingest(batchOf([job(3)]));
    await cluster.refresh();
    assert.deepEqual(idsOf(cluster), ["1", "2", "3"]);
    await Deno.remove(`${stage.root}/alpha/set-aside`);
    await cluster.refresh();
    assert.deepEqual(filesIn(`${stage.root}/alpha/set-aside`), [BAD], "as soon as it can be");
    assert.deepEqual(idsOf(await stage.open()), ["1", "2", "3"]);
  });
});

Deno.test("Cluster starts and takes batches though its report can be neither read nor written", async () => {
  await onStage(async (stage) => {
    await putFile(stage, GOOD, { bytes: segment([job(1)], NOW_MS), at_ms: NOW_MS });
    await Deno.mkdir(`${stage.root}/alpha/report.json/not-empty`, { recursive: true });
    const cluster = await stage.open();
    assert.deepEqual(idsOf(cluster), ["1"]);
    assert.equal((await cluster.ingest(batchOf([job(2)]))).accepted, 1);
    assert.equal(stage.notices.length, 2);
    assert.match(stage.notices[0], /^alpha: report\.json cannot be read, its counts begin anew: ./);
    assert.match(stage.notices[1], /^alpha: the report could not be written: ./);
    assert.equal(cluster.report.batches, 1, "it is known as long as the server runs");
    assert.deepEqual(idsOf(await stage.open()), ["1", "2"]);
    assert.deepEqual(
      filesIn(`${stage.root}/alpha`),
      ["report.json", "weekly-data"],
      "nothing half-written is left",
    );
  });
});

Deno.test("Cluster names a damaged report, keeps it aside and begins a new one", async () => {
  await onStage(async (stage) => {
    await (await stage.open()).ingest(batchOf([job(1)]));
    const path = `${stage.root}/alpha/report.json`;
    const bytes = await Deno.readFile(path);
    bytes[12] ^= 1;
    await Deno.writeFile(path, bytes);
    const cluster = await stage.open();
    assert.match(stage.notices[0], /^alpha: report\.json cannot be read, its counts begin anew: ./);
    assert.deepEqual([...cluster.set_aside.keys()], ["report.json"]);
    assert.deepEqual(Deno.readFileSync(`${stage.root}/alpha/set-aside/report.json`), bytes);
    await cluster.ingest(batchOf([job(2)]));
    assert.deepEqual([(await stage.open()).report.batches, stage.notices.length], [1, 1]);
  });
});

Deno.test("Cluster removes what a crash left half-written before it reads", async () => {
  await onStage(async (stage) => {
    await putFile(stage, `${GOOD}.tmp`, { bytes: new Uint8Array(9), at_ms: NOW_MS });
    const cluster = await stage.open();
    assert.deepEqual([filesIn(stage.folder), idsOf(cluster), stage.notices], [[], [], []]);
  });
});

Deno.test("Cluster takes up the next change though one before failed", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    await Deno.writeTextFile(`${stage.root}/alpha`, "a file where the folder should be");
    await assert.rejects(() => cluster.ingest(batchOf([job(1)])));
    assert.equal(cluster.dataset.length, 0, "not in memory what is not on the disk");
    await Deno.remove(`${stage.root}/alpha`);
    assert.equal((await cluster.ingest(batchOf([job(1)]))).accepted, 1);
    assert.deepEqual(idsOf(await stage.open()), ["1"]);
  });
});
