import { join } from "node:path";
import { makeFolder } from "./disk.ts";

/** Another process has the data folder open for writing. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/** A held lock. */
export interface FolderLock {
  /** Gives the folder free; the end of the process does so as well, however it comes. */
  release(): void;
}

/**
 * Makes a data folder if there is none and locks it for this process.
 *
 * @throws {FolderInUseError} if another process holds the lock
 */
export async function lockFolder(root: string): Promise<FolderLock> {
  await makeFolder(root);
  const file = await Deno.open(join(root, ".lock"), { write: true, create: true });
  const locked = await file.tryLock(true);
  if (!locked) {
    file.close();
    throw new FolderInUseError(
      `${root} is in use by another server: stop it, or set DATA_PATH to another folder`,
    );
  }
  return { release: () => file.close() };
}
