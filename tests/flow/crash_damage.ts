import type { Random } from "../../lib/demo/random.ts";
import { EMPTY_REPORT, readReport } from "../../lib/store/report.ts";
import { filesIn } from "../lib/engine/stage.ts";
import { CLUSTER } from "./crash_batches.ts";
import type { CountedFile, FolderAtRest } from "./crash_folder.ts";

/** A damaged file, as it lay there. */
export interface Damaged {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly archived: boolean;
}

/** What was done to a folder between two runs. */
export interface Damage {
  /** In words, for whoever reads that a round failed. */
  readonly text: string;
  /** The file that must be named from now on, if there is one. */
  readonly damaged?: Damaged;
  /** The records that were in it, if it counted. */
  readonly lost?: CountedFile;
  /** Puts back what nobody can do without; until then the cluster must not be touched. */
  readonly restore?: () => Promise<void>;
}

const NOTHING: Damage = { text: "nothing damaged" };
/** A file that was changed so long ago is not still being copied. */
const SETTLED_S = 120;

/** Damages something in a folder or leaves something behind in it, or does neither. */
export async function doDamage(
  root: string,
  { files, compaction }: FolderAtRest,
  random: Random,
): Promise<Damage> {
  if (compaction.length > 0 && random.next() < 0.3) {
    return await breakCompaction(random.pick(compaction), random);
  }
  const chance = random.next();
  const cluster = `${root}/${CLUSTER}`;
  if (chance < 0.35 || files.length === 0) return NOTHING;
  if (chance < 0.65) {
    // What was merged into others is about to be removed, and they are what must not be lost.
    const shown = files.filter(({ path, archived }) => !archived && !compaction.includes(path));
    return shown.length === 0 ? NOTHING : await breakJobs(random.pick(shown), random);
  }
  if (chance < 0.72) {
    const archived = files.filter((file) => file.archived);
    return archived.length === 0 ? NOTHING : await breakJobs(random.pick(archived), random);
  }
  if (chance < 0.8) {
    // One that was damaged before, and not yet seen by a process, stays as it is.
    const report = await readReport(root, CLUSTER).catch(() => EMPTY_REPORT);
    if (report === EMPTY_REPORT) return NOTHING;
    const path = `${cluster}/report.json`;
    const bytes = await spoil(path, { random, settled: true });
    return { text: `${path} damaged`, damaged: { name: "report.json", bytes, archived: false } };
  }
  const half = (await Deno.readFile(random.pick(files).path)).slice(0, -1 - random.below(40));
  if (chance < 0.85) {
    const name = `half_${random.below(1e6)}.parquet`;
    await Deno.writeFile(`${cluster}/weekly-data/${name}`, half);
    await settle(`${cluster}/weekly-data/${name}`);
    return { text: `${name} half-written`, damaged: { name, bytes: half, archived: false } };
  }
  const folders = [cluster, `${cluster}/weekly-data`, `${root}/archive/${CLUSTER}`]
    .filter((folder) => filesIn(folder).length > 0);
  const stray = `${random.pick(folders)}/${
    random.pick(["stray", "report.json", "jobs_20200101_000000_000.parquet"])
  }.tmp`;
  await Deno.writeFile(stray, half);
  return { text: `${stray} left behind` };
}

async function breakJobs(file: CountedFile, random: Random): Promise<Damage> {
  const settled = random.next() < 0.8;
  const bytes = await spoil(file.path, { random, settled });
  return {
    text: `${file.path} damaged${settled ? "" : " just now"}`,
    damaged: { name: file.name, bytes, archived: file.archived },
    lost: file,
  };
}

/** Damages the record of a compaction or what it has written: nothing may be removed until it is put back. */
async function breakCompaction(path: string, random: Random): Promise<Damage> {
  const before = await Deno.readFile(path);
  await spoil(path, { random, settled: true });
  return { text: `${path} damaged`, restore: () => Deno.writeFile(path, before) };
}

/** Cuts a file short, overwrites its end or flips a bit of it; text is left such that nobody can read it. */
async function spoil(
  path: string,
  { random, settled }: { readonly random: Random; readonly settled: boolean },
): Promise<Uint8Array> {
  const bytes = await Deno.readFile(path);
  const at = random.below(bytes.length);
  const kind = random.pick(["cut", "zeros", "flip"]);
  const spoilt = kind === "cut" ? bytes.slice(0, at) : bytes;
  if (kind === "zeros") spoilt.fill(0, Math.min(at, bytes.length - 20));
  if (kind === "flip") spoilt[at] ^= 1 << random.below(8);
  await Deno.writeFile(path, spoilt);
  if (settled) await settle(path);
  return spoilt;
}

async function settle(path: string): Promise<void> {
  const then = new Date(Date.now() - SETTLED_S * 1000);
  await Deno.utime(path, then, then);
}
