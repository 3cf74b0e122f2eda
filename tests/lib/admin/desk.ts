import { run } from "../../../lib/admin/run.ts";
import { Warehouse } from "../../../lib/engine/warehouse.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { withFolder } from "../../helpers.ts";
import { batchOf, NOW_MS } from "../engine/stage.ts";

/** What a command printed, and how it would have ended. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** A data folder and the commands over it. */
export interface TestDesk {
  /** Holds the data folder and whatever else a test needs. */
  readonly folder: string;
  readonly root: string;
  readonly store: (...args: string[]) => Promise<Outcome>;
  /** Lets a server take these batches and stop. */
  readonly ingest: (cluster: string, ...batches: (readonly JobRecord[])[]) => Promise<void>;
  /** Ids of the jobs that a server would show, sorted. */
  readonly shown: (cluster: string) => Promise<string[]>;
}

/** Runs `body` with a data folder. */
export async function atDesk(body: (desk: TestDesk) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const root = `${folder}/data`;
    let now_ms = NOW_MS;
    const open = () =>
      Warehouse.open({ root, now_ms: () => now_ms++, notice: () => {}, zone: () => "Europe/Berlin" });
    await body({
      folder,
      root,
      store: async (...args) => {
        const chunks: Uint8Array[] = [];
        let said = "";
        const code = await run(args, {
          root,
          zone: () => "Europe/Berlin",
          now_ms: () => now_ms++,
          out: (data) => chunks.push(typeof data === "string" ? new TextEncoder().encode(data) : data),
          say: (text) => said += text,
        });
        return { code, out: await new Blob(chunks as BlobPart[]).text(), said };
      },
      ingest: async (cluster, ...batches) => {
        const warehouse = await open();
        for (const records of batches) await warehouse.cluster(cluster).ingest(batchOf(records));
        warehouse.close();
      },
      shown: async (cluster) => {
        const warehouse = await open();
        const { dataset } = warehouse.cluster(cluster);
        warehouse.close();
        return [...dataset.records()].map(({ JobID }) => JobID).sort();
      },
    });
  });
}
