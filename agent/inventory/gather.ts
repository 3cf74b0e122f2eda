import type { InventoryPart, WireParts } from "../../lib/job/inventory.ts";
import type { Run } from "../run.ts";
import type { Pseudonyms } from "../slurm/pseudonym.ts";
import { gatherAccounts } from "./gather_accounts.ts";
import { gatherEvents } from "./gather_events.ts";
import { ask } from "./ask.ts";
import { parseNodes, parseSinfo, SINFO_FORMAT, type WireNode } from "./nodes.ts";
import { newNotes, type Notes, taken } from "./notes.ts";
import { parsePartitions } from "./partitions.ts";

/** What Slurm tells of a cluster, and what it did not tell, for the operator. */
export interface GatheredInventory {
  readonly parts: WireParts;
  /** Epoch seconds from which on the events are complete; null where they are not. */
  readonly events_from_s: number | null;
  readonly partial: readonly InventoryPart[];
  readonly notices: readonly string[];
}

/**
 * Asks Slurm for everything of an inventory. What it refuses is left out with one notice, the rest goes on.
 *
 * @param options `since_s` is from when on events are wanted, epoch seconds; `pseudonyms` stand for users, null where
 *   their names may be sent
 */
export async function gatherInventory(
  run: Run,
  { since_s, pseudonyms }: { readonly since_s: number; readonly pseudonyms: Pseudonyms | null },
): Promise<GatheredInventory> {
  const notes = newNotes();
  const { nodes, partitions } = await gatherHardware(run, notes);
  const { events, events_from_s } = await gatherEvents(run, { since_s, notes });
  const { accounts, users } = await gatherAccounts(run, notes);
  const parts = { nodes, partitions, events, accounts, users };
  const known = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  return { parts: pseudonyms === null ? known : withoutNames(known, pseudonyms), events_from_s, ...notes };
}

/** Nodes and partitions as they are now. */
export async function gatherHardware(
  { world }: Pick<Run, "world">,
  notes: Notes = newNotes(),
): Promise<Pick<WireParts, "nodes" | "partitions">> {
  const { start, user } = world;
  const partitions = await ask(start, "scontrol", ["--all", "show", "partition", "--oneliner"]);
  return {
    nodes: await gatherNodes(world, notes),
    partitions: taken("partitions", partitions, { parse: parsePartitions, user, notes }),
  };
}

async function gatherNodes(
  { start, user }: Run["world"],
  notes: Notes,
): Promise<readonly WireNode[] | undefined> {
  const said = await ask(start, "scontrol", ["--all", "show", "node", "--oneliner"]);
  const options = { user, notes, least: 1 };
  if ("stdout" in said) return taken("nodes", said, { parse: parseNodes, ...options });
  const instead = await ask(start, "sinfo", ["-a", "-N", "-h", "-o", SINFO_FORMAT]);
  return taken("nodes", "stdout" in instead ? instead : said, { parse: parseSinfo, ...options });
}

/** Users are left out, and free texts, which may name people; an account of a user's own gets their pseudonym. */
function withoutNames(parts: WireParts, pseudonyms: Pseudonyms): WireParts {
  const { users, ...rest } = parts;
  const names = new Set((users ?? []).map(({ user }) => user.toLowerCase()));
  // The name of every cluster's first account, and nobody's.
  names.delete("root");
  const named = (account: string) => pseudonyms.account(account, names);
  return {
    ...rest,
    ...parts.nodes && { nodes: parts.nodes.map((node) => ({ ...node, reason: null })) },
    ...parts.events && { events: parts.events.map((event) => ({ ...event, reason: null })) },
    ...parts.accounts && {
      accounts: parts.accounts.map(({ account, parent }) => ({
        account: named(account),
        parent: typeof parent === "string" ? named(parent) : parent,
      })),
    },
  };
}
