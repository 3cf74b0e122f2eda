import assert from "node:assert/strict";
import { lockFile } from "../../../lib/disk/lock.ts";
import { withFolder } from "../../helpers.ts";

Deno.test("lockFile() lets one at a time have a file", async () => {
  await withFolder(async (folder) => {
    const first = await lockFile(`${folder}/lock`);
    assert.ok(first !== null && await first.isThere());
    assert.equal(await lockFile(`${folder}/lock`), null);
    first.release();
    const second = await lockFile(`${folder}/lock`);
    assert.ok(second !== null);
    second.release();
  });
});

Deno.test("lockFile() waits a moment for a lock that is just given free", async () => {
  await withFolder(async (folder) => {
    const first = await lockFile(`${folder}/lock`);
    setTimeout(() => first?.release(), 20);
    const second = await lockFile(`${folder}/lock`);
    assert.ok(second !== null);
    second.release();
  });
});
