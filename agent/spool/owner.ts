import type { FileSystem } from "../../lib/disk/file_system.ts";

/** Whose a file is. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The owner of a folder; null where the system knows none. */
export async function ownerOf(folder: string): Promise<Owner | null> {
  const { uid, gid } = await Deno.stat(folder);
  return uid === null || gid === null ? null : { uid, gid };
}

/** A file system whose files and folders are for their owner alone, since they tell who ran which jobs. */
export function ownerOnly(disk: FileSystem): FileSystem {
  return {
    create: (path, { mode = 0o600 } = {}) => disk.create(path, { mode }),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    makeFolder: (path, { mode = 0o700 } = {}) => disk.makeFolder(path, { mode }),
    syncFolder: (path) => disk.syncFolder(path),
    freeBytes: (path) => disk.freeBytes(path),
  };
}

/**
 * A file system that gives all that is made in it to one owner, so that the service's user can go on with what a run
 * of root has left. For anybody but root it changes nothing.
 */
export function ownedBy(owner: Owner, disk: FileSystem): FileSystem {
  return {
    create: async (path, options) => {
      const file = await disk.create(path, options);
      try {
        await give(path, owner);
      } catch (error) {
        file.close();
        throw error;
      }
      return file;
    },
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    makeFolder: async (path, options) => {
      await disk.makeFolder(path, options);
      await give(path, owner);
    },
    syncFolder: (path) => disk.syncFolder(path),
    freeBytes: (path) => disk.freeBytes(path),
  };
}

/** Gives a file or folder to an owner, if it is another's and this user may. */
export async function give(path: string, { uid, gid }: Owner): Promise<void> {
  const now = await Deno.stat(path);
  if (now.uid === uid && now.gid === gid) return;
  await Deno.chown(path, uid, gid).catch((error) => {
    const harmless = error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable;
    if (!harmless) throw error;
  });
}
