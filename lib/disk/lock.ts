/** Locks on files: the end of the process that holds one gives it free, however it comes. */

/** A file that is locked for this process. */
export interface LockedFile {
  /** The open file; nobody else writes to it while it is locked. */
  readonly file: Deno.FsFile;
  /** Whether the path still leads to the file that was locked. */
  isThere(): Promise<boolean>;
  release(): void;
}

/**
 * Locks a file, which is made with these permission bits if there is none; null if another process holds the lock. Its
 * folder must exist.
 */
export async function lockFile(
  path: string,
  { mode }: { readonly mode?: number } = {},
): Promise<LockedFile | null> {
  const file = await Deno.open(path, { write: true, create: true, mode });
  try {
    if (!await file.tryLock(true)) {
      file.close();
      return null;
    }
  } catch (error) {
    file.close();
    throw error;
  }
  const locked = await file.stat();
  return {
    file,
    isThere: async () => {
      const there = await Deno.stat(path).catch(() => null);
      return there !== null && there.dev === locked.dev && there.ino === locked.ino;
    },
    release: () => file.close(),
  };
}
