import type { Collected } from "../slurm/collect.ts";
import type { Window } from "../slurm/windows.ts";
import { SpoolError } from "../spool/spool.ts";
import type { Handle } from "./handle.ts";
import { type BatchLimits, type Packed, Packer, type PackerOptions } from "./pack.ts";
import type { Source } from "./walk.ts";

/** So early nothing was over, and nothing is settled. */
const NEVER_S = 0;

/** After so long what was read is written, however little it is. */
const LONGEST_UNKEPT_S = 10;

/** What a gathering works with. */
export interface GatherOptions {
  readonly handle: Handle;
  readonly source: Source;
  /** Whether the jobs that run and wait now are sent as well. */
  readonly active?: boolean;
  readonly limits?: BatchLimits;
  /** Told of every window that was read, with the jobs in it. */
  readonly onWindow?: (window: Window, jobs: number) => void;
}

/** What became of a gathering. */
export interface Gathered {
  /** Jobs collected and kept, or sent. */
  readonly jobs: number;
  /** Jobs read for which there was no room. */
  readonly left: number;
  /** Rows of sacct that could not be read as jobs. */
  readonly unread: number;
  /** Jobs that the server read and rejected in the whole run, those from earlier runs included. */
  readonly rejected: number;
  /** What could not be collected, in words. */
  readonly failures: readonly string[];
  /** Batches that the server refuses, from this run and earlier ones. */
  readonly set_aside: number;
  /** Whether jobs may be hidden from this user, so that all of the time is to be read again. */
  readonly hidden: boolean;
  /** Why the server was not reached, in words; null if it was. */
  readonly unreachable: string | null;
  /** Why the server takes nothing of this agent, in words; null if it does. */
  readonly refused: string | null;
  /** Why collecting or keeping account of it stopped, in words; null if it did not. */
  readonly spool_full: string | null;
}

/**
 * Collects the jobs of some windows and sends them: what waits from earlier runs first; then each batch is written
 * durably and sent before the next is packed, so that disk and memory stay small. While the server is gone, collecting
 * goes on into the spool; when the spool is full, collecting stops, and sending goes on. In the end the server is told
 * how far the accounting was seen.
 */
export async function gather(
  windows: readonly Window[],
  { handle, source, active = false, limits, onWindow = () => {} }: GatherOptions,
): Promise<Gathered> {
  const { run: { world, cluster }, folder, courier } = handle;
  const { spool } = folder;
  const failures: string[] = [];
  let jobs = 0;
  let read = 0;
  let unread = 0;
  let spool_full: string | null = null;
  const read_s = source.settles ? world.now() : NEVER_S;
  const options: PackerOptions = { cluster, kind: "finished", read_s, limits, ...world };

  await courier.deliver();
  try {
    await walk();
    if (active) await look();
  } catch (error) {
    if (!(error instanceof SpoolError)) throw error;
    spool_full = error.message;
    world.log("warning", spool_full);
  }
  await courier.deliver();
  await courier.tell();
  const { stopped } = courier;
  return {
    jobs,
    left: read - jobs,
    unread,
    rejected: courier.rejected,
    failures,
    set_aside: spool.aside.length,
    hidden: !source.settles,
    unreachable: stopped?.kind === "unreachable" ? stopped.message : null,
    refused: stopped?.kind === "refused" ? stopped.message : null,
    spool_full: spool_full ?? courier.trouble,
  };

  async function walk(): Promise<void> {
    const packer = new Packer(options);
    const ends = new Set(windows.map(({ end }) => end));
    let kept_s = world.now();
    for await (const found of source.walk(windows)) {
      if (found.kind === "job") {
        if (packer.isFullFor(found.job)) await keep(await packer.take({ sequence: spool.next }));
        packer.add(found.job);
        read++;
      } else if (found.kind === "unread") {
        if (packer.addUnread(found.row)) unread++;
      } else if (found.kind === "window") {
        packer.complete(found.window, { sequence: spool.next, whole: ends.has(found.window.end) });
        onWindow(found.window, found.jobs);
        // A run may be ended at any time: what is done must not wait for a batch to fill.
        if (world.now() - kept_s >= LONGEST_UNKEPT_S) {
          await keep(await packer.take({ sequence: spool.next }));
          kept_s = world.now();
        }
      } else failed(found);
    }
    if (!packer.empty) await keep(await packer.take({ sequence: spool.next }));
  }

  /** Writes a batch and sends it; sending makes room where the spool is full. */
  async function keep({ batch, body }: Packed): Promise<void> {
    await spool.write(batch, body);
    jobs += batch.jobs;
    await courier.deliver();
  }

  async function look(): Promise<void> {
    const now_s = world.now();
    const packer = new Packer({ ...options, kind: "active", read_s: now_s });
    const before = read;
    await spool.writeActive(packed());
    jobs += read - before;

    async function* packed(): AsyncGenerator<Packed> {
      for await (const found of source.active(now_s)) {
        if (found.kind === "failure") failed(found);
        else if (found.kind === "unread" && packer.addUnread(found.row)) unread++;
        if (found.kind !== "job") continue;
        if (packer.isFullFor(found.job)) yield await packer.take({ sequence: 0 });
        packer.add(found.job);
        read++;
      }
      if (!packer.empty) yield await packer.take({ sequence: 0 });
    }
  }

  function failed({ words }: Collected & { readonly kind: "failure" }): void {
    failures.push(words);
    world.log("warning", `Not collected: ${words}`);
  }
}
