import { join } from "node:path";
import { type DiskOptions, makeFolder } from "../disk/durable.ts";
import { lockFile } from "../disk/lock.ts";

/** Another process has the data folder open for writing. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/** The data folder is not the one that was locked: it was unmounted, moved or removed. */
export class FolderLostError extends Error {
  override readonly name = "FolderLostError";
}

/** A held lock. */
export interface FolderLock {
  /**
   * Makes sure that the folder is still the one that was locked.
   *
   * @throws {FolderLostError} if it is not
   */
  assertHeld(): Promise<void>;
  /** Gives the folder free; the end of the process does so as well, however it comes. */
  release(): void;
}

/**
 * Makes a data folder if there is none and locks it for this process.
 *
 * @throws {FolderInUseError} if another process holds the lock
 */
export async function lockFolder(root: string, options: DiskOptions = {}): Promise<FolderLock> {
  await makeFolder(root, options);
  const locked = await lockFile(join(root, ".lock"));
  if (locked === null) {
    throw new FolderInUseError(
      `${root} is in use by another server: stop it, or set DATA_PATH to another folder`,
    );
  }
  return {
    assertHeld: async () => {
      if (await locked.isThere()) return;
      throw new FolderLostError(
        `${root} is not the folder that this server opened: was it unmounted, moved or removed? ` +
          "Nothing is stored until it is back; restart the server if the folder was replaced on purpose",
      );
    },
    release: locked.release,
  };
}
