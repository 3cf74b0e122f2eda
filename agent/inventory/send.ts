import { createHash } from "node:crypto";
import { INVENTORY_PATH, type WireInventory } from "../../lib/job/inventory.ts";
import type { Run } from "../run.ts";
import type { Pseudonyms } from "../slurm/pseudonym.ts";
import { AGENT } from "../version.ts";
import { gatherHardware, gatherInventory } from "./gather.ts";

/** After this long an inventory is sent, changed or not. */
const INTERVAL_S = 86_400;
/** How far beyond the last inventory events are asked for again: some come late into the database. */
const MARGIN_S = 2 * 86_400;

/** Posts a body to a path below the server's address, with all that goes wrong on the way. */
export type PostJson = (path: string, body: unknown) => Promise<unknown>;

/** What became of the inventory. */
export interface InventorySent {
  readonly sent: boolean;
  /** What the operator should know, one sentence each. */
  readonly notices: readonly string[];
  /** When the last inventory was sent, epoch seconds; null if none ever was. */
  readonly sent_s: number | null;
  /** Digest of the hardware that was sent last, to be handed in the next time; null if it is not known. */
  readonly digest: string | null;
}

/**
 * Sends an inventory of the cluster if the last one is a day old, or nodes or partitions have changed since.
 *
 * @param options `last_s` is when the last one was sent, epoch seconds, and `digest` what it came with; null if there
 *   was none; `pseudonyms` stand for users, null where their names may be sent
 * @throws what `post` throws: then nothing has been sent, and the next run tries again
 */
export async function sendInventory(
  run: Run,
  { last_s, digest, pseudonyms, post }: {
    readonly last_s: number | null;
    readonly digest: string | null;
    readonly pseudonyms: Pseudonyms | null;
    readonly post: PostJson;
  },
): Promise<InventorySent> {
  const at_s = run.world.now();
  const due = last_s === null || at_s - last_s >= INTERVAL_S || last_s > at_s;
  if (!due && (digest === null || digest === digestOf(await gatherHardware(run)))) {
    return { sent: false, notices: [], sent_s: last_s, digest };
  }
  const first_s = at_s - run.config.collection_window_days * 86_400;
  const since_s = last_s === null ? first_s : Math.min(last_s, at_s) - MARGIN_S;
  const { parts, events_from_s, partial, notices } = await gatherInventory(run, { since_s, pseudonyms });
  if (Object.keys(parts).length === 0) return { sent: false, notices, sent_s: last_s, digest };
  const body: WireInventory = {
    hostname: run.cluster,
    agent: AGENT,
    at: at_s,
    ...events_from_s !== null && { events_from: events_from_s },
    ...partial.length > 0 && { partial },
    ...parts,
  };
  const rejected = rejectedOf(await post(INVENTORY_PATH, body));
  return {
    sent: true,
    notices: rejected === null ? notices : [...notices, rejected],
    sent_s: at_s,
    digest: digestOf(parts),
  };
}

/** What of the hardware must have changed for an inventory to be worth sending: not how busy it is. */
function digestOf({ nodes, partitions }: Pick<WireInventory, "nodes" | "partitions">): string {
  const hardware = (nodes ?? []).map(({ state: _, reason: __, ...node }) => node);
  const limits = (partitions ?? []).map(({ state: _, ...partition }) => partition);
  return createHash("sha256").update(JSON.stringify([hardware, limits])).digest("hex");
}

/** What the server could not use, in words; null if it used everything. */
function rejectedOf(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null || !("rejected_count" in answer)) return null;
  const { rejected_count: count } = answer;
  if (typeof count !== "number" || count === 0) return null;
  const [first] = "rejected" in answer && Array.isArray(answer.rejected) ? answer.rejected : [];
  const example = first === undefined ? "" : `, the first: ${first.part} ${first.index}: ${first.reason}`;
  return `The server could not use ${count} ${count === 1 ? "entry" : "entries"} of the inventory${example}`;
}
