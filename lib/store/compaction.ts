/**
 * How several files become others without a moment in which a crash would lose or double a job. The new files are
 * written under temporary names; the record `{root}/{cluster}/compaction.json` is the point from which on they count;
 * what follows can be done again any number of times.
 */
import { join } from "node:path";
import { z } from "zod";
import {
  assertSpace,
  type DiskOptions,
  exists,
  TEMPORARY,
  writeDurably,
  writeSynced,
} from "../disk/durable.ts";
import { MACHINE } from "../disk/file_system.ts";
import { segmentFolder } from "./folder.ts";
import { seal, unseal } from "../disk/sealed.ts";
import { openSegment } from "./segment.ts";

const RECORD = "compaction.json";

/** Names that cannot lead out of the folder. */
const fileName = z.string().regex(/^(?!\.\.?$)[^/\0]+$/);
const recordSchema = z.object({
  outputs: z.array(
    z.object({ tmp: fileName, name: fileName }).readonly(),
  ).readonly(),
  replaces: z.array(fileName).readonly(),
}).strict();

/** Which files take the place of which. */
export type CompactionRecord = Readonly<z.infer<typeof recordSchema>>;

/** A compaction was begun and cannot be ended, as what it had written is not there; nothing was removed. */
export class UnfinishedCompactionError extends Error {
  override readonly name = "UnfinishedCompactionError";
}

/**
 * Writes a merged file under its temporary name, where it does not count yet.
 *
 * @returns the bytes as the disk gives them back
 * @throws {NoSpaceError} if the disk has no room for it
 */
export async function writeMerged(
  root: string,
  { cluster, name, bytes, disk = MACHINE }: DiskOptions & {
    readonly cluster: string;
    readonly name: string;
    readonly bytes: Uint8Array;
  },
): Promise<ArrayBuffer> {
  const folder = segmentFolder(root, cluster);
  await assertSpace(folder, { bytes: bytes.length, disk });
  const path = join(folder, name + TEMPORARY);
  await writeSynced(path, bytes, { disk });
  return (await Deno.readFile(path)).buffer;
}

/** Removes merged files that do not count yet, as far as possible. */
export async function dropMerged(
  root: string,
  { cluster, names, disk = MACHINE }: DiskOptions & {
    readonly cluster: string;
    readonly names: readonly string[];
  },
): Promise<void> {
  for (const name of names) {
    await disk.remove(join(segmentFolder(root, cluster), name + TEMPORARY)).catch(() => {});
  }
}

/**
 * Lets merged files take the place of others. If this fails, nobody knows which of them count, until
 * {@link finishCompaction} has been called.
 *
 * @param names of merged files, each written by {@link writeMerged}
 * @param replaces names of the files that they stand for, oldest first
 */
export async function commitMerged(
  root: string,
  { cluster, names, replaces, disk = MACHINE }: DiskOptions & {
    readonly cluster: string;
    readonly names: readonly string[];
    readonly replaces: readonly string[];
  },
): Promise<void> {
  const record: CompactionRecord = {
    outputs: names.map((name) => ({ tmp: name + TEMPORARY, name })),
    replaces,
  };
  // The names they have now must outlive the record.
  await disk.syncFolder(segmentFolder(root, cluster));
  const bytes = new TextEncoder().encode(seal(record));
  await writeDurably(join(root, cluster, RECORD), bytes, { disk });
  await finishCompaction(root, cluster, { disk });
}

/** The compaction that was begun and is not ended, or null. */
export async function unfinishedCompaction(root: string, cluster: string): Promise<CompactionRecord | null> {
  const path = join(root, cluster, RECORD);
  try {
    return recordSchema.parse(unseal(await Deno.readTextFile(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnfinishedCompactionError(`${path} cannot be read: ${reason}`, { cause: error });
  }
}

/**
 * Ends a compaction that was begun, if there is one.
 *
 * @throws {UnfinishedCompactionError} if its files are not there; then nothing is removed
 */
export async function finishCompaction(
  root: string,
  cluster: string,
  { disk = MACHINE }: DiskOptions = {},
): Promise<void> {
  const record = await unfinishedCompaction(root, cluster);
  if (record === null) return;
  const folder = segmentFolder(root, cluster);
  const names = new Set(record.outputs.map(({ name }) => name));
  for (const output of record.outputs) await assertSound({ root, cluster, output });
  for (const { tmp, name } of record.outputs) {
    if (await exists(join(folder, tmp))) await disk.rename(join(folder, tmp), join(folder, name));
  }
  await disk.syncFolder(folder);
  for (const name of record.replaces) {
    if (!names.has(name) && await exists(join(folder, name))) await disk.remove(join(folder, name));
  }
  await disk.syncFolder(folder);
  await disk.remove(join(root, cluster, RECORD));
  await disk.syncFolder(join(root, cluster));
}

async function assertSound(
  { root, cluster, output }: {
    readonly root: string;
    readonly cluster: string;
    readonly output: { readonly tmp: string; readonly name: string };
  },
): Promise<void> {
  const folder = segmentFolder(root, cluster);
  const path = join(folder, await exists(join(folder, output.tmp)) ? output.tmp : output.name);
  try {
    openSegment((await Deno.readFile(path)).buffer);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "is not there"
      : `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new UnfinishedCompactionError(
      `${join(root, cluster, RECORD)} says that files were merged into ${output.name}, which ${reason}. ` +
        "Nothing was removed: put that file back from a backup, or, if the files that were merged are still there, " +
        "remove the record",
      { cause: error },
    );
  }
}
