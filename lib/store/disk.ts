/**
 * Files that survive a crash: what these functions have returned from is on the disk, and a reader sees a file
 * whole or not at all.
 */
import { dirname } from "node:path";

/** Ending of a file that is still being written; left over by a crash, it means nothing. */
export const TEMPORARY = ".tmp";

/**
 * Writes a file durably: to a temporary name beside it, fsync, rename, fsync of the folder. The folder must exist.
 *
 * @throws {Deno.errors.AlreadyExists} if `exclusive` is set and there is such a file
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  { exclusive = false }: { readonly exclusive?: boolean } = {},
): Promise<void> {
  if (exclusive && await exists(path)) throw new Deno.errors.AlreadyExists(`${path} exists already`);
  const temporary = path + TEMPORARY;
  try {
    const file = await Deno.open(temporary, { write: true, create: true, truncate: true });
    try {
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a folder and those above it, each durably. */
export async function makeFolder(path: string): Promise<void> {
  if (await exists(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await Deno.mkdir(path).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  await syncFolder(parent);
}

/** Moves a file into another folder durably. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  await Deno.rename(from, to);
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
}

/** Makes the names in a folder durable: a rename is on the disk only after this. */
async function syncFolder(path: string): Promise<void> {
  const folder = await Deno.open(path, { read: true });
  try {
    await folder.sync();
  } finally {
    folder.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
