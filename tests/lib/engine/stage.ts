import { Cluster, type IncomingBatch } from "../../../lib/engine/cluster.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import type { FileSystem } from "../../../lib/disk/file_system.ts";
import { encodeSegment } from "../../../lib/store/segment.ts";
import { jobRecord, tableOf, withFolder } from "../../helpers.ts";

/** When the tests take place. */
export const NOW_MS = Date.UTC(2026, 0, 8, 12);
export const NOW_S = NOW_MS / 1000;

/** What the tests of a cluster play on. */
export interface Stage {
  readonly root: string;
  readonly folder: string;
  readonly notices: string[];
  now_ms: number;
  /** A cluster as a newly started server has it. */
  readonly open: (disk?: FileSystem) => Promise<Cluster>;
}

/** Runs `body` with a data folder, a clock and a cluster named alpha that can be opened again and again. */
export async function onStage(body: (stage: Stage) => Promise<void>, tz = "UTC"): Promise<void> {
  await withFolder(async (root) => {
    const stage: Stage = {
      root,
      folder: `${root}/alpha/weekly-data`,
      notices: [],
      now_ms: NOW_MS,
      open: async (disk) => {
        const cluster = new Cluster({
          root,
          disk,
          name: "alpha",
          tz,
          now_ms: () => stage.now_ms,
          assertFolder: () => Promise.resolve(),
          notice: (text) => stage.notices.push(text),
        });
        await cluster.refresh();
        return cluster;
      },
    };
    await body(stage);
  });
}

/** Records as a batch on its way in. */
export function batchOf(records: readonly JobRecord[], parts: Partial<IncomingBatch> = {}): IncomingBatch {
  return {
    table: tableOf(records),
    rejected: [],
    unread: [],
    agent: null,
    collected_until_s: null,
    idempotency: null,
    ...parts,
  };
}

/** A finished job of this id. */
export function job(id: number, fields: Partial<JobRecord> = {}): JobRecord {
  const Submit = NOW_S - 10_000 + id;
  return jobRecord({
    JobID: String(id),
    Submit,
    Start: Submit + 5,
    End: Submit + 500,
    AllocCPUS: 4,
    ...fields,
  });
}

/** Ids of the jobs in memory, sorted. */
export function idsOf({ dataset }: Cluster): string[] {
  return [...dataset.records()].map(({ JobID }) => JobID).sort();
}

/** All records in memory, in an order that does not depend on that of the rows. */
export function recordsOf({ dataset }: Cluster): string[] {
  return [...dataset.records()].map((record) => JSON.stringify(record)).sort();
}

/** Names in a folder, sorted; none if there is no such folder. */
export function filesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    return [];
  }
}

/** Puts a file into the cluster's folder as a person would, last changed at the time given. */
export async function putFile(
  stage: Stage,
  name: string,
  { bytes, at_ms }: { bytes: Uint8Array; at_ms: number },
) {
  await Deno.mkdir(stage.folder, { recursive: true });
  await Deno.writeFile(`${stage.folder}/${name}`, bytes);
  await Deno.utime(`${stage.folder}/${name}`, new Date(at_ms), new Date(at_ms));
}

/** Records as the bytes of a file received at the time given. */
export function segment(records: readonly JobRecord[], received_ms: number): Uint8Array {
  const counts = { accepted: records.length, updated: 0, duplicates: 0 };
  return encodeSegment(tableOf(records), { cluster: "alpha", received_ms, idempotency: null, counts });
}
