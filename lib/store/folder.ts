/** The folder of the data: `{root}/{cluster}/weekly-data/jobs_{timestamp}.parquet`. */
import { join } from "node:path";
import { CLUSTER_NAME } from "../job/batch.ts";
import { makeFolder, moveDurably, TEMPORARY, writeDurably } from "./disk.ts";
import { SoundFileError } from "./segment.ts";

const SEGMENTS = "weekly-data";
const SET_ASIDE = "set-aside";
const ENDING = ".parquet";

/** A file of jobs as the folder lists it. */
export interface SegmentFile {
  readonly name: string;
  readonly bytes: number;
  readonly changed_ms: number;
}

/** Names of the clusters that have a folder, in alphabetical order; a root that does not exist has none. */
export async function listClusters(root: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of entries(root)) {
    if (!CLUSTER_NAME.test(entry.name)) continue;
    // A cluster's folder may lie elsewhere, behind a link.
    if (entry.isDirectory || entry.isSymlink && await leadsTo(join(root, entry.name), "isDirectory")) {
      names.push(entry.name);
    }
  }
  return names.sort();
}

/** The files of a cluster in the order in which they were received: by the time in the name, else of the file. */
export async function listSegments(root: string, cluster: string): Promise<readonly SegmentFile[]> {
  const files: SegmentFile[] = [];
  const folder = segmentFolder(root, cluster);
  for await (const entry of entries(folder)) {
    if (!entry.name.endsWith(ENDING)) continue;
    if (entry.isFile || entry.isSymlink && await leadsTo(join(folder, entry.name), "isFile")) {
      files.push(await describe(folder, entry.name));
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

function receivedAt({ name, changed_ms }: SegmentFile): number {
  return nameTime(name) || Math.floor(changed_ms);
}

async function describe(folder: string, name: string): Promise<SegmentFile> {
  const { size, mtime } = await Deno.stat(join(folder, name));
  return { name, bytes: size, changed_ms: mtime?.getTime() ?? 0 };
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
    return (await Deno.readFile(join(segmentFolder(root, cluster), name))).buffer;
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
 */
export async function addSegmentFile(
  root: string,
  { cluster, bytes, now_ms, after }: {
    readonly cluster: string;
    readonly bytes: Uint8Array;
    readonly now_ms: number;
    readonly after: SegmentFile | null;
  },
): Promise<SegmentFile> {
  const folder = segmentFolder(root, cluster);
  await makeFolder(folder);
  for (let time_ms = Math.max(now_ms, after === null ? 0 : receivedAt(after) + 1);; time_ms++) {
    const name = segmentName(time_ms);
    try {
      await writeDurably(join(folder, name), bytes, { exclusive: true });
      return await describe(folder, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

/** Moves a file that cannot be read out of the way, into the cluster's `set-aside`, beside those already there. */
export async function setAside(
  root: string,
  { cluster, name }: { readonly cluster: string; readonly name: string },
) {
  const taken = await listSetAside(root, cluster);
  let free = name;
  for (let copy = 2; taken.includes(free); copy++) free = `${name}.${copy}`;
  await moveDurably(join(segmentFolder(root, cluster), name), join(root, cluster, SET_ASIDE, free));
}

/** Names of the files of a cluster that were set aside. */
export async function listSetAside(root: string, cluster: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of entries(join(root, cluster, SET_ASIDE))) names.push(entry.name);
  return names.sort();
}

/** Removes what a crash left half-written. Only the one writer of the folder may call it. */
export async function removeLeftovers(root: string, cluster: string): Promise<void> {
  for (const folder of [join(root, cluster), segmentFolder(root, cluster)]) {
    for await (const entry of entries(folder)) {
      if (entry.isFile && entry.name.endsWith(TEMPORARY)) await Deno.remove(join(folder, entry.name));
    }
  }
}

function segmentFolder(root: string, cluster: string): string {
  if (!CLUSTER_NAME.test(cluster)) throw new TypeError(`${JSON.stringify(cluster)} is no name of a cluster`);
  return join(root, cluster, SEGMENTS);
}

/** `jobs_20241031_120000_123.parquet`: UTC with milliseconds, so that names sort by time. */
function segmentName(time_ms: number): string {
  const digits = new Date(time_ms).toISOString().replace(/\D/g, "");
  return `jobs_${digits.slice(0, 8)}_${digits.slice(8, 14)}_${digits.slice(14)}${ENDING}`;
}

function nameTime(name: string): number {
  const match = /^jobs_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)(?:_(\d{3}))?/.exec(name);
  if (!match) return 0;
  const [, year, month, day, hour, minute, second, ms] = match;
  const time_ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms ?? "000"}Z`);
  return Number.isNaN(time_ms) ? 0 : time_ms;
}

async function* entries(folder: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
