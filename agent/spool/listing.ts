import { join } from "node:path";
import { TEMPORARY } from "../../lib/disk/durable.ts";
import type { FileSystem } from "../../lib/disk/file_system.ts";
import type { Log } from "../log.ts";
import { BATCH_NAME, DamagedBatchError, type Held, readHeader } from "./batch_file.ts";

/** The batches in a folder, in order; what a crash has left half-written or a disk has damaged goes, with a notice. */
export async function listBatches(
  folder: string,
  { disk, log }: { readonly disk: FileSystem; readonly log: Log },
): Promise<Held[]> {
  const found: Held[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const match = BATCH_NAME.exec(name);
    if (name.endsWith(TEMPORARY)) await disk.remove(path).catch(() => {});
    if (match === null) continue;
    try {
      found.push({ path, sequence: Number(match[1]), ...await readHeader(path) });
    } catch (error) {
      if (!(error instanceof DamagedBatchError)) throw error;
      log("warning", `${path} is damaged: it is dropped, and its time collected again`);
      await disk.remove(path).catch(() => {});
    }
  }
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}
