import assert from "node:assert/strict";
import { type FolderLock, lockFolder } from "../../../lib/store/lock.ts";
import { withFolder } from "../../helpers.ts";

function isLost(lock: FolderLock): Promise<void> {
  return assert.rejects(() => lock.assertHeld(), {
    name: "FolderLostError",
    message: /is not the folder that this server opened: was it unmounted, moved or removed\?/,
  });
}

Deno.test("lockFolder() makes a missing folder and lets one at a time have it", async () => {
  await withFolder(async (parent) => {
    const root = `${parent}/not/yet`;
    const lock = await lockFolder(root);
    await lock.assertHeld();
    await assert.rejects(() => lockFolder(root), { name: "FolderInUseError" });
    lock.release();
    (await lockFolder(root)).release();
  });
});

Deno.test("assertHeld() notices a folder that was moved, removed or replaced, and one that is back", async () => {
  await withFolder(async (parent) => {
    const root = `${parent}/data`;
    const lock = await lockFolder(root);
    await Deno.rename(root, `${parent}/moved`);
    await isLost(lock);
    await Deno.mkdir(root);
    await isLost(lock);
    // Another folder that a server had open once.
    (await lockFolder(root)).release();
    await isLost(lock);
    await Deno.remove(root, { recursive: true });
    await Deno.rename(`${parent}/moved`, root);
    await lock.assertHeld();
    await Deno.remove(root, { recursive: true });
    await isLost(lock);
    lock.release();
  });
});

Deno.test("assertHeld() is content with the folder under another of its names", async () => {
  await withFolder(async (parent) => {
    await Deno.mkdir(`${parent}/disk`);
    await Deno.symlink(`${parent}/disk`, `${parent}/data`);
    const lock = await lockFolder(`${parent}/data`);
    await lock.assertHeld();
    await Deno.rename(`${parent}/disk`, `${parent}/disk-2`);
    await isLost(lock);
    await Deno.remove(`${parent}/data`);
    await Deno.symlink(`${parent}/disk-2`, `${parent}/data`);
    await lock.assertHeld();
    lock.release();
  });
});
