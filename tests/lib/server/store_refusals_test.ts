import assert from "node:assert/strict";
import { RESERVE_BYTES } from "../../../lib/disk/durable.ts";
import { type FileSystem, MACHINE } from "../../../lib/disk/file_system.ts";
import { type Json, wireJob, withServer } from "./test_server.ts";

function detailOf(body: Json): string {
  return String((body as { readonly detail: string }).detail);
}

Deno.test("a batch is refused with 507 while the disk could not hold it and the reserve, and nothing is written", async () => {
  let free = RESERVE_BYTES;
  const writes: string[] = [];
  const disk: FileSystem = {
    ...MACHINE,
    freeBytes: () => Promise.resolve(free),
    create: (path) => {
      writes.push(path);
      return MACHINE.create(path);
    },
  };
  await withServer(async ({ ingest, root }) => {
    const batch = { hostname: "alpha", jobs: [wireJob()] };
    const { status, body } = await ingest(batch);
    assert.equal(status, 507);
    assert.match(detailOf(body), /no space left: nothing of this request was stored/);
    assert.deepEqual(writes, []);
    assert.deepEqual([...Deno.readDirSync(root)].map(({ name }) => name), [".lock"]);
    free = RESERVE_BYTES + 1024 * 1024;
    assert.equal((await ingest(batch)).status, 200);
    free = RESERVE_BYTES - 1;
    assert.equal((await ingest(batch)).status, 200, "one that changes nothing needs no room");
    assert.equal((await ingest({ hostname: "alpha", jobs: [wireJob({ JobID: "2" })] })).status, 507);
  }, { disk });
});

Deno.test("a disk that fills up while a batch is written is a 507 as well, and the next batch is stored", async () => {
  let full = true;
  const disk: FileSystem = {
    ...MACHINE,
    create: async (path) => {
      const file = await MACHINE.create(path);
      if (!full) return file;
      return {
        ...file,
        write: async (bytes) => {
          await file.write(bytes.subarray(0, 10));
          throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
        },
      };
    },
  };
  await withServer(async ({ ingest, root }) => {
    const batch = { hostname: "alpha", jobs: [wireJob()] };
    assert.equal((await ingest(batch)).status, 507);
    assert.deepEqual([...Deno.readDirSync(`${root}/alpha/weekly-data`)], []);
    full = false;
    assert.equal((await ingest(batch)).status, 200);
  }, { disk });
});

Deno.test("no cluster can be named as the archive, and an unfinished compaction is a 503 in words", () =>
  withServer(async ({ ingest, root, services }) => {
    const refused = await ingest({ hostname: "archive", jobs: [wireJob()] });
    assert.equal(refused.status, 422);
    assert.match(detailOf(refused.body), /^No cluster can be named archive: the folder of that name holds/);
    await Deno.mkdir(`${root}/beta/weekly-data`, { recursive: true });
    const name = "jobs_20241031_120000_123_2024W44.parquet";
    const record = { outputs: [{ tmp: `${name}.tmp`, name }], replaces: ["a.parquet"] };
    await Deno.writeTextFile(`${root}/beta/compaction.json`, JSON.stringify(record));
    await services.warehouse.refresh();
    const { status, body } = await ingest({ hostname: "beta", jobs: [wireJob()] });
    assert.equal(status, 503);
    assert.match(detailOf(body), /2024W44.parquet, which is not there. Nothing was removed/);
    await Deno.remove(`${root}/beta/compaction.json`);
    assert.equal((await ingest({ hostname: "beta", jobs: [wireJob()] })).status, 200);
  }));
