/**
 * The folder of the data: `{root}/{cluster}/weekly-data/jobs_{timestamp}.parquet`, and beside them what the earlier
 * dashboard of this name left, `{root}/{cluster}/data/jobs_{year}.parquet`.
 */
import { basename, join } from "node:path";
import { CLUSTER_NAME } from "../job/batch.ts";
import {
  assertSpace,
  type DiskOptions,
  makeFolder,
  moveDurably,
  TEMPORARY,
  writeDurably,
} from "../disk/durable.ts";
import { batchName, ENDING, isYearly, nameTime } from "./file_names.ts";
import { MACHINE } from "../disk/file_system.ts";
import { SoundFileError } from "./segment.ts";

const SEGMENTS = "weekly-data";
const YEARS = "data";
const SET_ASIDE = "set-aside";
/** Holds what retention moved out of the clusters' folders; no cluster can be named so. */
export const ARCHIVE = "archive";

/** A file of jobs as the folder lists it. */
export interface SegmentFile {
  /** Its name in `weekly-data`, or `data/jobs_2024.parquet`. */
  readonly name: string;
  readonly bytes: number;
  readonly changed_ms: number;
}

/** Names of the clusters that have a folder, in alphabetical order; a root that does not exist has none. */
export async function listClusters(root: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of entries(root)) {
    if (!CLUSTER_NAME.test(entry.name) || entry.name === ARCHIVE) continue;
    // A cluster's folder may lie elsewhere, behind a link.
    if (entry.isDirectory || entry.isSymlink && await leadsTo(join(root, entry.name), "isDirectory")) {
      names.push(entry.name);
    }
  }
  return names.sort();
}

/**
 * The files of a cluster in the order in which they were received: by the time in the name, else of the file; those
 * of years before all others.
 */
export async function listSegments(root: string, cluster: string): Promise<readonly SegmentFile[]> {
  const weekly = await listFiles(segmentFolder(root, cluster), (name) => name.endsWith(ENDING));
  const yearly = await listFiles(join(root, cluster, YEARS), isYearly);
  return [...yearly.map((file) => ({ ...file, name: `${YEARS}/${file.name}` })), ...weekly];
}

async function listFiles(folder: string, isOurs: (name: string) => boolean): Promise<SegmentFile[]> {
  const files: SegmentFile[] = [];
  for await (const entry of entries(folder)) {
    if (!isOurs(entry.name)) continue;
    if (entry.isFile || entry.isSymlink && await leadsTo(join(folder, entry.name), "isFile")) {
      const file = await describeIfThere(folder, entry.name);
      if (file !== null) files.push(file);
    }
  }
  return files.sort((a, b) => receivedAt(a) - receivedAt(b) || (a.name < b.name ? -1 : 1));
}

/** What is said of a link whose target is missing, lies below a file, or is the link itself. */
const LEADS_NOWHERE = [Deno.errors.NotFound, Deno.errors.NotADirectory, Deno.errors.FilesystemLoop];

async function leadsTo(path: string, kind: "isDirectory" | "isFile"): Promise<boolean> {
  try {
    return (await Deno.stat(path))[kind];
  } catch (error) {
    if (LEADS_NOWHERE.some((thrown) => error instanceof thrown)) return false;
    throw error;
  }
}

/** When a file was received, epoch milliseconds: what files in `weekly-data` are ordered by. */
export function receivedAt({ name, changed_ms }: SegmentFile): number {
  return nameTime(name) || Math.floor(changed_ms);
}

/** A file of a cluster as the folder has it now. */
export function describeSegment(
  root: string,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): Promise<SegmentFile> {
  return describe(segmentFolder(root, cluster), name);
}

async function describe(folder: string, name: string): Promise<SegmentFile> {
  const { size, mtime } = await Deno.stat(join(folder, name));
  return { name, bytes: size, changed_ms: mtime?.getTime() ?? 0 };
}

/** Null for a file that was removed or renamed since it was listed. */
async function describeIfThere(folder: string, name: string): Promise<SegmentFile | null> {
  try {
    return await describe(folder, name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * The bytes of a file of a cluster, null if it is not there any more.
 *
 * @throws {SoundFileError} if the file may not be read, or its disk fails
 */
export async function readSegmentFile(
  root: string,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): Promise<ArrayBuffer | null> {
  try {
    return (await Deno.readFile(segmentPath(root, { cluster, name }))).buffer;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new SoundFileError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Writes a new file of a cluster durably, under a name later than that of every file it has.
 *
 * @param after the newest file, or null
 * @returns the new file
 * @throws {NoSpaceError} if the disk has no room for it
 */
export async function addSegmentFile(
  root: string,
  { cluster, bytes, now_ms, after, disk = MACHINE }: DiskOptions & {
    readonly cluster: string;
    readonly bytes: Uint8Array;
    readonly now_ms: number;
    readonly after: SegmentFile | null;
  },
): Promise<SegmentFile> {
  const folder = segmentFolder(root, cluster);
  if (await leadsTo(folder, "isDirectory")) await assertSpace(folder, { bytes: bytes.length, disk });
  else {
    await assertSpace(root, { bytes: bytes.length, disk });
    await makeFolder(folder, { disk });
  }
  for (let time_ms = Math.max(now_ms, after === null ? 0 : receivedAt(after) + 1);; time_ms++) {
    const name = batchName(time_ms);
    try {
      await writeDurably(join(folder, name), bytes, { exclusive: true, disk });
      return await describe(folder, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** Moves a file of jobs that cannot be read out of the way, as {@link setAsideFile} does. */
export function setAside(
  root: string,
  { cluster, name, disk }: DiskOptions & { readonly cluster: string; readonly name: string },
): Promise<void> {
  return setAsideFile(root, { cluster, path: segmentPath(root, { cluster, name }), disk });
}

/** Moves a file that cannot be read into the cluster's `set-aside`, beside those already there. */
export async function setAsideFile(
  root: string,
  { cluster, path, disk = MACHINE }: DiskOptions & { readonly cluster: string; readonly path: string },
): Promise<void> {
  const taken = await listSetAside(root, cluster);
  let free = basename(path);
  for (let copy = 2; taken.includes(free); copy++) free = `${basename(path)}.${copy}`;
  await moveDurably(path, join(root, cluster, SET_ASIDE, free), { disk });
}

/** Moves a file into the folder of what is not shown any more, `{root}/archive/{cluster}`. */
export async function archiveSegment(
  root: string,
  { cluster, name, disk = MACHINE }: DiskOptions & { readonly cluster: string; readonly name: string },
): Promise<void> {
  const taken = (await listArchived(root, cluster)).map((file) => file.name);
  const stem = basename(name, ENDING);
  let free = basename(name);
  for (let copy = 2; taken.includes(free); copy++) free = `${stem}_${copy}${ENDING}`;
  await moveDurably(segmentPath(root, { cluster, name }), join(root, ARCHIVE, cluster, free), { disk });
}

/** The files of a cluster that retention has moved away, in the order in which they were received. */
export function listArchived(root: string, cluster: string): Promise<readonly SegmentFile[]> {
  return listFiles(join(root, ARCHIVE, cluster), (name) => name.endsWith(ENDING));
}

/** The bytes of an archived file. */
export async function readArchived(
  root: string,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): Promise<ArrayBuffer> {
  return (await Deno.readFile(join(root, ARCHIVE, cluster, name))).buffer;
}

/** Names of the files of a cluster that were set aside. */
export async function listSetAside(root: string, cluster: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of entries(join(root, cluster, SET_ASIDE))) names.push(entry.name);
  return names.sort();
}

/** Removes what a crash left half-written. Only the one writer of the folder may call it. */
export async function removeLeftovers(
  root: string,
  cluster: string,
  { disk = MACHINE }: DiskOptions = {},
): Promise<void> {
  for (const { path } of await listLeftovers(root, cluster)) await disk.remove(path);
}

/** A file that was not written to the end, or is just being written. */
export interface Leftover {
  readonly path: string;
  readonly changed_ms: number;
}

/** The files of a cluster that were not written to the end, or are just being written. */
export async function listLeftovers(root: string, cluster: string): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const folder of [join(root, cluster), segmentFolder(root, cluster), join(root, ARCHIVE, cluster)]) {
    for await (const { name, isFile } of entries(folder)) {
      if (!isFile || !name.endsWith(TEMPORARY)) continue;
      const file = await describeIfThere(folder, name);
      if (file !== null) found.push({ path: join(folder, name), changed_ms: file.changed_ms });
    }
  }
  return found;
}

/** Folder of a cluster's files. */
export function segmentFolder(root: string, cluster: string): string {
  if (!CLUSTER_NAME.test(cluster)) throw new TypeError(`${JSON.stringify(cluster)} is no name of a cluster`);
  return join(root, cluster, SEGMENTS);
}

/** Path of a file of a cluster. */
export function segmentPath(
  root: string,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): string {
  const folder = segmentFolder(root, cluster);
  return name.startsWith(`${YEARS}/`) ? join(root, cluster, name) : join(folder, name);
}

async function* entries(folder: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
