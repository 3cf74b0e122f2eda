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
 * So often a lock is tried, with so long a wait between: who gave it free may just be starting a program, and that holds
 * it as well for the moment until it runs.
 */
const TRIES = 10;
const BETWEEN_MS = 30;

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
    if (!await locks(file)) {
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

async function locks(file: Deno.FsFile): Promise<boolean> {
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === TRIES) return false;
    await new Promise((done) => setTimeout(done, BETWEEN_MS));
  }
  return true;
}
