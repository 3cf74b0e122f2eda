/**
 * Files that survive a crash: what these functions have returned from is on the disk, and a reader sees a file
 * whole or not at all.
 */
import { dirname } from "node:path";
import { type FileSystem, MACHINE } from "./file_system.ts";

/** Ending of a file that is still being written; left over by a crash, it means nothing. */
export const TEMPORARY = ".tmp";

/** Stays free on the disk, for the report, for notices of other programs and for whoever has to clear it up. */
export const RESERVE_BYTES = 64 * 1024 * 1024;
const MIB = 1024 * 1024;

/** How the changes are made; the machine's own file system unless said otherwise. */
export interface DiskOptions {
  readonly disk?: FileSystem;
}

/** How a file is written; its permission bits, as far as the process lets them through. */
export interface FileOptions extends DiskOptions {
  readonly mode?: number;
}

/** The disk has no room for what should be written; nothing was. */
export class NoSpaceError extends Error {
  override readonly name = "NoSpaceError";
  readonly code = "ENOSPC";
}

/**
 * Makes sure that there is room for some bytes and the reserve.
 *
 * @param folder an existing folder on the disk in question
 * @throws {NoSpaceError} if there is not
 */
export async function assertSpace(
  folder: string,
  { bytes, disk = MACHINE }: DiskOptions & { readonly bytes: number },
): Promise<void> {
  const free = await disk.freeBytes(folder);
  if (free >= bytes + RESERVE_BYTES) return;
  throw new NoSpaceError(
    `${folder} has ${Math.floor(free / MIB)} MiB free, ${
      Math.ceil((bytes + RESERVE_BYTES) / MIB)
    } MiB are needed: ` +
      "make room on its disk, or move the folder to a larger one",
  );
}

/**
 * Writes a file durably: to a temporary name beside it, fsync, rename, fsync of the folder. The folder must exist.
 *
 * @throws {Deno.errors.AlreadyExists} if `exclusive` is set and there is such a file
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  { exclusive = false, disk = MACHINE, mode }: FileOptions & { readonly exclusive?: boolean } = {},
): Promise<void> {
  if (exclusive && await exists(path)) throw new Deno.errors.AlreadyExists(`${path} exists already`);
  const temporary = path + TEMPORARY;
  try {
    await writeSynced(temporary, bytes, { disk, mode });
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw error;
  }
  await disk.syncFolder(dirname(path));
}

/** Writes a file and makes its content durable, though not yet its name. */
export async function writeSynced(
  path: string,
  bytes: Uint8Array,
  { disk = MACHINE, mode }: FileOptions = {},
): Promise<void> {
  const file = await disk.create(path, { mode });
  try {
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.sync();
  } finally {
    file.close();
  }
}

/** Makes a folder and those above it, each durably. */
export async function makeFolder(path: string, { disk = MACHINE }: DiskOptions = {}): Promise<void> {
  if (await exists(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent, { disk });
  await disk.makeFolder(path).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  await disk.syncFolder(parent);
}

/** Moves a file into another folder durably, which may be on another disk. */
export async function moveDurably(
  from: string,
  to: string,
  { disk = MACHINE }: DiskOptions = {},
): Promise<void> {
  await makeFolder(dirname(to), { disk });
  try {
    await disk.rename(from, to);
    await disk.syncFolder(dirname(to));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    await writeDurably(to, await Deno.readFile(from), { disk });
    await disk.remove(from);
  }
  await disk.syncFolder(dirname(from));
}

/** Whether there is a file or folder of this name. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
