import assert from "node:assert/strict";
import { makeFolder, writeDurably } from "../../../lib/store/disk.ts";
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
