import { join } from "node:path";
import { type LockedFile, lockFile } from "../../lib/disk/lock.ts";

/** Another run of the agent works with the folder. */
export class AnotherRunError extends Error {
  override readonly name = "AnotherRunError";
}

/**
 * Locks the state folder for this run, and leaves the number of its process in the file for whoever comes second.
 *
 * @throws {AnotherRunError} if another run holds the lock
 */
export async function lockRun(folder: string, { pid }: { readonly pid: number }): Promise<LockedFile> {
  const path = join(folder, "lock");
  const locked = await lockFile(path, { mode: 0o600 });
  if (locked === null) throw new AnotherRunError(`Another run works with ${folder}${await holder(path)}`);
  // It is a courtesy: a full disk must not keep a run from sending.
  await writePid(locked.file, pid).catch(() => {});
  return locked;
}

async function writePid(file: Deno.FsFile, pid: number): Promise<void> {
  await file.truncate();
  await file.write(new TextEncoder().encode(`${pid}\n`));
}

async function holder(path: string): Promise<string> {
  const pid = (await Deno.readTextFile(path).catch(() => "")).trim();
  return /^\d+$/.test(pid) ? `: process ${pid}` : "";
}
