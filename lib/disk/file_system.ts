/** The machine's file system as the store changes it: every call that can fail half-way is one of these. */
import { statfs } from "node:fs/promises";

/** A file open for writing. */
export interface WritableFile {
  /** Writes some of the bytes and tells how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Makes the content durable. */
  sync(): Promise<void>;
  close(): void;
}

/**
 * All that changes a data folder. Code of the store makes no change past it, so that a test can let every single
 * one fail.
 */
export interface FileSystem {
  /** Opens a file for writing, empty; one that is not there yet gets these permission bits. */
  create(path: string, options?: { readonly mode?: number }): Promise<WritableFile>;
  /** Moves a file, in place of the one of that name if there is one. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes a folder below one that exists, with these permission bits. */
  makeFolder(path: string, options?: { readonly mode?: number }): Promise<void>;
  /** Makes the names in a folder durable: a rename is on the disk only after this. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that this process may still write below a folder; Infinity where nobody can tell. */
  freeBytes(path: string): Promise<number>;
}

/** The file system of this machine. */
export const MACHINE: FileSystem = {
  create: async (path, { mode } = {}) => {
    const file = await Deno.open(path, { write: true, create: true, truncate: true, mode });
    return {
      write: (bytes) => file.write(bytes),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  rename: Deno.rename,
  remove: (path) => Deno.remove(path),
  makeFolder: (path, { mode } = {}) => Deno.mkdir(path, { mode }),
  syncFolder: async (path) => {
    const folder = await Deno.open(path, { read: true });
    try {
      await folder.sync();
    } finally {
      folder.close();
    }
  },
  freeBytes: async (path) => {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      // Some network file systems do not tell: then the writing itself will.
      return Infinity;
    }
  },
};
