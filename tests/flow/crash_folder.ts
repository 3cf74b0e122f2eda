/** What is in a data folder while no process has it open, read without the engine. */
import { jobsIn } from "../../lib/engine/read_jobs.ts";
import { textAt } from "../../lib/job/table.ts";
import { SegmentError } from "../../lib/store/segment.ts";
import { filesIn } from "../lib/engine/stage.ts";
import { CLUSTER, type Row } from "./crash_batches.ts";

/** A file of jobs that counts. */
export interface CountedFile {
  readonly path: string;
  /** As the folder lists it. */
  readonly name: string;
  readonly archived: boolean;
  readonly rows: readonly Row[];
  /** Idempotency keys of its batches. */
  readonly keys: readonly string[];
}

/** A data folder at rest. */
export interface FolderAtRest {
  readonly files: readonly CountedFile[];
  /** Paths of files of jobs that cannot be read. */
  readonly unreadable: readonly string[];
  /** Paths of what a begun compaction has written, and of its record; none without one. */
  readonly compaction: readonly string[];
}

/** Reads a folder; what a begun compaction replaces does not count, what it has written does. */
export async function readFolder(root: string): Promise<FolderAtRest> {
  const weekly = `${root}/${CLUSTER}/weekly-data`;
  const archive = `${root}/archive/${CLUSTER}`;
  const names = filesIn(weekly);
  const counted = new Map(names.filter(isSegment).map((name) => [name, `${weekly}/${name}`]));
  const compaction: string[] = [];
  const record = `${root}/${CLUSTER}/compaction.json`;
  if (filesIn(`${root}/${CLUSTER}`).includes("compaction.json")) {
    const { outputs, replaces }: {
      readonly outputs: readonly { readonly tmp: string; readonly name: string }[];
      readonly replaces: readonly string[];
    } = JSON.parse(await Deno.readTextFile(record));
    for (const name of replaces) counted.delete(name);
    for (const { tmp, name } of outputs) {
      counted.set(name, `${weekly}/${names.includes(tmp) ? tmp : name}`);
    }
    compaction.push(record, ...outputs.flatMap(({ name }) => counted.get(name) ?? []));
  }
  const files: CountedFile[] = [];
  const unreadable: string[] = [];
  const found = [
    ...[...counted].map(([name, path]) => ({ name, path, archived: false })),
    ...filesIn(archive).filter(isSegment)
      .map((name) => ({ name, path: `${archive}/${name}`, archived: true })),
  ];
  for (const file of found) {
    try {
      files.push({ ...file, ...await contentOf(file.path) });
    } catch (error) {
      if (!(error instanceof SegmentError)) throw error;
      unreadable.push(file.path);
    }
  }
  return { files, unreadable, compaction };
}

async function contentOf(path: string): Promise<Pick<CountedFile, "rows" | "keys">> {
  const { table, meta } = await jobsIn((await Deno.readFile(path)).buffer, { tz: "UTC", changed_ms: 0 });
  const rows = Array.from({ length: table.length }, (_, row) => ({
    id: Number(table.ids.JobID.text(row)),
    version: Number(textAt(table, "JobName", row)?.slice(1)),
  }));
  const own = meta === null || meta.idempotency === null ? [] : [meta.idempotency.key];
  return { rows, keys: [...own, ...meta?.merged?.keys.map(({ key }) => key) ?? []] };
}

function isSegment(name: string): boolean {
  return name.endsWith(".parquet");
}
