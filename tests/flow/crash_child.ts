/**
 * A process that is killed by the crash tests: the services of a server without its pages. It opens a data folder,
 * tells what it sees, and stores batches while it merges files and moves weeks to the archive, much more often than
 * a server does. It ends by SIGKILL alone, of itself at a call to the disk or of whoever started it.
 */
import { mergeWindow } from "../../lib/engine/merge_window.ts";
import { createRandom } from "../../lib/demo/random.ts";
import { readConfig } from "../../lib/server/config.ts";
import { ingest } from "../../lib/server/ingest.ts";
import { openServices, type Services } from "../../lib/server/services.ts";
import { type Fault, FaultyDisk } from "../lib/disk/faulty_disk.ts";
import { CLUSTER, KEY, requestOf, SENDERS } from "./crash_batches.ts";
import type { Counts } from "./crash_model.ts";
import { type Phase, ReportingDisk } from "./crash_disk.ts";

/** What the process is to do. */
export interface ChildPlan {
  readonly root: string;
  readonly seed: number;
  readonly week: number;
  /** Batches to send before all others, one after the other. */
  readonly again: readonly number[];
  /** Number of the first new batch. */
  readonly next: number;
  /** What it does more of than of all else. */
  readonly focus: Phase;
  /** At which call to the disk it dies, counted from 0 in a phase; null for none. */
  readonly death: { readonly phase: Phase; readonly call: number; readonly fault: Fault } | null;
  /** Whether it only tells what it sees. */
  readonly look: boolean;
}

/** What the process tells, one line of JSON each. */
export type ChildEvent =
  | { readonly event: "disk"; readonly phase: Phase }
  | { readonly event: "notice" | "failed"; readonly text: string }
  | {
    readonly event: "open";
    /** Ids of the jobs that are shown, each with its version. */
    readonly jobs: readonly (readonly [number, number])[];
    readonly length: number;
    /** Names of the files that could not be read. */
    readonly set_aside: readonly string[];
  }
  | { readonly event: "sent"; readonly batch: number }
  | { readonly event: "stored"; readonly batch: number; readonly counts: Counts };

/** Then it has worked long enough. */
const MOST_BATCHES = 60;

const encoder = new TextEncoder();

function tell(event: ChildEvent): void {
  const bytes = encoder.encode(`${JSON.stringify(event)}\n`);
  for (let told = 0; told < bytes.length;) told += Deno.stdout.writeSync(bytes.subarray(told));
}

function die(): never {
  Deno.kill(Deno.pid, "SIGKILL");
  throw new Error("still alive");
}

async function work(plan: ChildPlan): Promise<void> {
  const random = createRandom(plan.seed);
  const faulty = new FaultyDisk(Infinity, plan.death?.fault ?? "death", { died: die });
  const disk = new ReportingDisk(faulty, (phase, call) => {
    tell({ event: "disk", phase });
    if (plan.death?.phase === phase && plan.death.call === call) faulty.failNext();
  });
  const services = await openServices({
    config: readConfig({ DATA_PATH: plan.root, API_KEYS: KEY, RETENTION_MONTHS: "1" }),
    log: (level, text) => tell({ event: level === "error" ? "failed" : "notice", text }),
    now_ms: Date.now,
    disk,
  });
  const { dataset, set_aside } = services.warehouse.cluster(CLUSTER);
  tell({
    event: "open",
    jobs: [...dataset.records()].map(({ JobID, JobName }) => [Number(JobID), Number(JobName?.slice(1))]),
    length: dataset.length,
    set_aside: [...set_aside.keys()],
  });
  disk.opened = true;
  if (plan.look) die();
  const pause = (phase: Phase) => {
    // A week can only be moved while no file of a batch holds jobs of it.
    const most_ms = plan.focus === phase ? 6 : phase === "ingest" && plan.focus !== "retention" ? 15 : 80;
    return new Promise((resolve) => setTimeout(resolve, random.below(most_ms)));
  };
  const compacting = async () => {
    for (;; await pause("compaction")) {
      const limits = {
        max_files: 2 + random.below(12),
        max_rows: 10_000,
        least_files: 2,
        wanted: () => true,
      };
      await services.warehouse.cluster(CLUSTER).compact((all) => mergeWindow(all, limits));
    }
  };
  const tidying = async () => {
    for (;; await pause("retention")) await services.warehouse.tidy();
  };
  const sending = async (sender: number) => {
    for (let batch = plan.next + sender; batch < plan.next + MOST_BATCHES; batch += SENDERS) {
      await pause("ingest");
      await send(services, { batch, week: plan.week });
      if (random.next() < 0.1) await send(services, { batch, week: plan.week });
    }
  };
  const compaction = compacting();
  for (const batch of plan.again) await send(services, { batch, week: plan.week });
  const senders = Array.from({ length: SENDERS }, (_, sender) => sending(sender));
  await Promise.race([compaction, tidying(), Promise.all(senders)]);
  die();
}

async function send(
  services: Services,
  { batch, week }: { readonly batch: number; readonly week: number },
): Promise<void> {
  tell({ event: "sent", batch });
  const counts = await ingest(requestOf(batch, { origin: "http://127.0.0.1", week }), services);
  tell({ event: "stored", batch, counts });
}

if (import.meta.main) {
  work(JSON.parse(Deno.args[0])).catch((error: Error) => {
    tell({ event: "failed", text: error.stack ?? error.message });
    die();
  });
}
