import assert from "node:assert/strict";
import {
  assertSpace,
  makeFolder,
  moveDurably,
  RESERVE_BYTES,
  writeDurably,
} from "../../../lib/disk/durable.ts";
import { type FileSystem, MACHINE } from "../../../lib/disk/file_system.ts";
import { FolderInUseError, lockFolder } from "../../../lib/store/lock.ts";
import { withFolder } from "../../helpers.ts";

const BYTES = new TextEncoder().encode("content");

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("writeDurably() writes and replaces a file whole", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "something longer than the content");
    await writeDurably(`${folder}/a`, BYTES);
    assert.equal(await Deno.readTextFile(`${folder}/a`), "content");
    assert.deepEqual(filesIn(folder), ["a"]);
  });
});

Deno.test("writeDurably() leaves no half-written file behind when it fails", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/taken/inside`, { recursive: true });
    // A file cannot take the place of a folder: writing succeeds, the last move fails.
    await assert.rejects(() => writeDurably(`${folder}/taken`, BYTES));
    assert.deepEqual(filesIn(folder), ["taken"]);
    await assert.rejects(() => writeDurably(`${folder}/missing/a`, BYTES), Deno.errors.NotFound);
    assert.deepEqual(filesIn(folder), ["taken"]);
  });
});

Deno.test("writeDurably() does not touch a file that is there if it must be new", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "old");
    await assert.rejects(
      () => writeDurably(`${folder}/a`, BYTES, { exclusive: true }),
      Deno.errors.AlreadyExists,
    );
    assert.equal(await Deno.readTextFile(`${folder}/a`), "old");
    assert.deepEqual(filesIn(folder), ["a"]);
  });
});

Deno.test("makeFolder() makes the folders above as well, and may find them made", async () => {
  await withFolder(async (folder) => {
    await Promise.all([makeFolder(`${folder}/a/b/c`), makeFolder(`${folder}/a/b/d`)]);
    await makeFolder(`${folder}/a/b/c`);
    assert.deepEqual(filesIn(`${folder}/a/b`), ["c", "d"]);
  });
});

Deno.test("moveDurably() moves a file to another disk as well, and what is there of it is whole", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "content");
    const disk: FileSystem = {
      ...MACHINE,
      rename: (from, to) => {
        if (from !== `${folder}/a`) return MACHINE.rename(from, to);
        throw Object.assign(new Error("Invalid cross-device link (os error 18)"), { code: "EXDEV" });
      },
    };
    await moveDurably(`${folder}/a`, `${folder}/other/a`, { disk });
    assert.deepEqual([filesIn(folder), filesIn(`${folder}/other`)], [["other"], ["a"]]);
    assert.equal(await Deno.readTextFile(`${folder}/other/a`), "content");
  });
});

Deno.test("assertSpace() asks for room for the bytes and the reserve, and says how much there is", async () => {
  await withFolder(async (folder) => {
    const withFree = (free: number) => ({ ...MACHINE, freeBytes: () => Promise.resolve(free) });
    const bytes = 5 * 1024 * 1024;
    await assertSpace(folder, { bytes });
    await assertSpace(folder, { bytes, disk: withFree(bytes + RESERVE_BYTES) });
    await assertSpace(folder, { bytes, disk: withFree(Infinity) });
    await assert.rejects(() => assertSpace(folder, { bytes, disk: withFree(bytes + RESERVE_BYTES - 1) }), {
      name: "NoSpaceError",
      code: "ENOSPC",
      message:
        `${folder} has 68 MiB free, 69 MiB are needed: make room on its disk, or move the folder to a larger one`,
    });
  });
});

Deno.test("the machine tells how much is free on a disk, and that nobody knows where there is none", async () => {
  await withFolder(async (folder) => {
    const free = await MACHINE.freeBytes(folder);
    assert.ok(free > 0 && free < Infinity, String(free));
    assert.equal(await MACHINE.freeBytes(`${folder}/nothing`), Infinity);
  });
});

/** Tries to lock the folder in a process of its own and tells the name of the error, if any. */
async function lockElsewhere(folder: string): Promise<string> {
  const module = new URL("../../../lib/store/lock.ts", import.meta.url).href;
  const code = `import { lockFolder } from ${JSON.stringify(module)};
    try { await lockFolder(Deno.args[0]); console.log("locked"); }
    catch (error) { console.log(error.name + ": " + error.message); }`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", code, "--", folder],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("lockFolder() refuses a second process until the first gives the folder free", async () => {
  await withFolder(async (parent) => {
    const folder = `${parent}/data`;
    const lock = await lockFolder(folder);
    await assert.rejects(() => lockFolder(folder), FolderInUseError);
    const refused = await lockElsewhere(folder);
    assert.equal(
      refused,
      `FolderInUseError: ${folder} is in use by another server: stop it, or set DATA_PATH to another folder`,
    );
    lock.release();
    assert.equal(await lockElsewhere(folder), "locked");
    (await lockFolder(folder)).release();
  });
});
