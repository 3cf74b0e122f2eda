import assert from "node:assert/strict";
import {
  commitMerged,
  dropMerged,
  finishCompaction,
  unfinishedCompaction,
  writeMerged,
} from "../../../lib/store/compaction.ts";
import { RESERVE_BYTES } from "../../../lib/disk/durable.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { encodeSegment } from "../../../lib/store/segment.ts";
import { jobRecord, tableOf, withFolder } from "../../helpers.ts";

const cluster = "alpha";

function bytesOf(id: string): Uint8Array {
  const counts = { accepted: 1, updated: 0, duplicates: 0 };
  return encodeSegment(tableOf([jobRecord({ JobID: id, Submit: 1 })]), {
    cluster,
    received_ms: 1,
    idempotency: null,
    counts,
  });
}

function filesIn(root: string): string[] {
  return [...Deno.readDirSync(`${root}/alpha/weekly-data`)].map(({ name }) => name).sort();
}

async function withFiles(body: (root: string) => Promise<void>): Promise<void> {
  await withFolder(async (root) => {
    await Deno.mkdir(`${root}/alpha/weekly-data`, { recursive: true });
    for (const name of ["a.parquet", "b.parquet"]) {
      await Deno.writeFile(`${root}/alpha/weekly-data/${name}`, bytesOf(name));
    }
    await body(root);
  });
}

Deno.test("commitMerged() lets merged files take the place of others, one of the same name too", async () => {
  await withFiles(async (root) => {
    for (const name of ["b.parquet", "c.parquet"]) {
      const bytes = bytesOf(`new ${name}`);
      const written = await writeMerged(root, { cluster, name, bytes });
      assert.deepEqual(new Uint8Array(written), bytes);
    }
    assert.deepEqual(filesIn(root), ["a.parquet", "b.parquet", "b.parquet.tmp", "c.parquet.tmp"]);
    const names = ["b.parquet", "c.parquet"];
    await commitMerged(root, { cluster, names, replaces: ["a.parquet", "b.parquet"] });
    assert.deepEqual(filesIn(root), names);
    assert.deepEqual(Deno.readFileSync(`${root}/alpha/weekly-data/b.parquet`), bytesOf("new b.parquet"));
    assert.equal(await unfinishedCompaction(root, cluster), null);
    await finishCompaction(root, cluster);
  });
});

Deno.test("finishCompaction() can be called again wherever it was broken off", async () => {
  await withFiles(async (root) => {
    const folder = `${root}/alpha/weekly-data`;
    const record = {
      outputs: ["c.parquet", "d.parquet"].map((name) => ({ tmp: `${name}.tmp`, name })),
      replaces: ["a.parquet", "b.parquet"],
    };
    await Deno.writeTextFile(`${root}/alpha/compaction.json`, JSON.stringify(record));
    assert.deepEqual(await unfinishedCompaction(root, cluster), record);
    // One had got its name, the other not yet; one of those before was removed.
    await Deno.writeFile(`${folder}/c.parquet`, bytesOf("c"));
    await Deno.writeFile(`${folder}/d.parquet.tmp`, bytesOf("d"));
    await Deno.remove(`${folder}/a.parquet`);
    await finishCompaction(root, cluster);
    assert.deepEqual(filesIn(root), ["c.parquet", "d.parquet"]);
    assert.deepEqual([...Deno.readDirSync(`${root}/alpha`)].map(({ name }) => name), ["weekly-data"]);
  });
});

Deno.test("finishCompaction() changes nothing if a bit of its record was flipped, though it names other files then", async () => {
  await withFiles(async (root) => {
    await writeMerged(root, { cluster, name: "c.parquet", bytes: bytesOf("c") });
    const disk = { ...MACHINE, remove: () => Promise.reject(new Error("the process has ended")) };
    await assert.rejects(() =>
      commitMerged(root, { cluster, names: ["c.parquet"], replaces: ["a.parquet"], disk })
    );
    const path = `${root}/alpha/compaction.json`;
    const flipped = (await Deno.readTextFile(path)).replace("a.parquet", "b.parquet");
    await Deno.writeTextFile(path, flipped);
    const before = filesIn(root);
    await assert.rejects(() => finishCompaction(root, cluster), {
      name: "UnfinishedCompactionError",
      message: `${path} cannot be read: it is damaged: its content is not what was written`,
    });
    assert.deepEqual([filesIn(root), await Deno.readTextFile(path)], [before, flipped]);
  });
});

Deno.test("writeMerged() writes nothing where there is no room, and dropMerged() leaves what counts", async () => {
  await withFiles(async (root) => {
    const disk = { ...MACHINE, freeBytes: () => Promise.resolve(RESERVE_BYTES) };
    const bytes = bytesOf("c");
    await assert.rejects(() => writeMerged(root, { cluster, name: "c.parquet", bytes, disk }), {
      name: "NoSpaceError",
    });
    assert.deepEqual(filesIn(root), ["a.parquet", "b.parquet"]);
    await writeMerged(root, { cluster, name: "b.parquet", bytes });
    await dropMerged(root, { cluster, names: ["b.parquet", "never-written.parquet"] });
    assert.deepEqual(filesIn(root), ["a.parquet", "b.parquet"]);
  });
});
