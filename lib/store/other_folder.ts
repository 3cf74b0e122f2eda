/** Folders that are not ours: what an import reads. */
import { join } from "node:path";
import { ENDING, nameTime } from "./file_names.ts";
import { SoundFileError } from "./segment.ts";

/** A Parquet file anywhere. */
export interface OtherFile {
  readonly path: string;
  /** The time in its name, else when it was last changed. */
  readonly received_ms: number;
}

/** All Parquet files below a folder, by the time in the name, else of the file. */
export async function listParquet(folder: string): Promise<readonly OtherFile[]> {
  const files: OtherFile[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) files.push(...await listParquet(path));
    else if (name.endsWith(ENDING)) {
      const { isFile, mtime } = await Deno.stat(path);
      if (isFile) files.push({ path, received_ms: nameTime(name) ?? mtime?.getTime() ?? 0 });
    }
  }
  return files.sort((a, b) => a.received_ms - b.received_ms || (a.path < b.path ? -1 : 1));
}

/**
 * The bytes of a file.
 *
 * @throws {SoundFileError} if it may not be read, or its disk fails
 */
export async function readOtherFile(path: string): Promise<ArrayBuffer> {
  try {
    return (await Deno.readFile(path)).buffer;
  } catch (error) {
    throw new SoundFileError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Whether two paths lead to the same folder. */
export async function isSameFolder(a: string, b: string): Promise<boolean> {
  const real = (path: string) => Deno.realPath(path).catch(() => path);
  return await real(a) === await real(b);
}
