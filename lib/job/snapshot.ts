import type * as z from "zod";
import { countNodes, expandNodeList } from "../slurm/node_list.ts";
import {
  eventKey,
  INVENTORY_ENTRIES,
  INVENTORY_HEAD,
  INVENTORY_PARTS,
  type InventoryEntry,
  type InventoryPart,
  type RejectedEntry,
  type Snapshot,
  weightier,
} from "./inventory.ts";

/** Most entries of a list. */
export const MAX_ENTRIES = 200_000;
/** Most nodes that the lists of all partitions may name together, when they are written out. */
const MAX_MEMBERSHIPS = 1_000_000;
/** How many of the rejected entries are named. */
const NAMED_REJECTED = 1000;
/** How much of what is wrong with an entry is said. */
const SHOWN_ISSUES = 5;
/** Entries between two breaks. */
const STRIDE = 1000;

/** A name for which an entry stands; a list may have it once, or, if it is of events, one of them counts. */
const NAMES = {
  nodes: ({ name }: InventoryEntry<"nodes">) => name,
  partitions: ({ name }: InventoryEntry<"partitions">) => name,
  events: eventKey,
  accounts: ({ account }: InventoryEntry<"accounts">) => account,
  users: ({ user }: InventoryEntry<"users">) => user,
} as const;

/** What a body holds. */
export interface ReadSnapshot {
  readonly hostname: string;
  readonly snapshot: Snapshot;
  /** The first thousand entries that cannot be used, and how many there are. */
  readonly rejected: readonly RejectedEntry[];
  readonly rejected_count: number;
}

/** A body that is no inventory at all. */
export class NoInventoryError extends Error {
  override readonly name = "NoInventoryError";
}

/**
 * The name of the cluster that a body is about, before anything else of it is read.
 *
 * @throws {NoInventoryError} if it names none
 */
export function hostnameOf(body: unknown): string {
  return headOf(body).hostname;
}

/**
 * Reads the body of an inventory. Entries that cannot be used are left out one by one with the reason; the list then
 * counts as one from which entries are missing.
 *
 * @param breathe called now and then: gives others a turn when it is due
 * @throws {NoInventoryError} if it is none, with all that is wrong around the lists
 */
export async function readSnapshot(
  body: unknown,
  breathe: () => Promise<void> | undefined = () => undefined,
): Promise<ReadSnapshot> {
  const { hostname, at, agent, events_from, partial } = headOf(body);
  const given = body as Readonly<Partial<Record<InventoryPart, unknown>>>;
  const rejected: RejectedEntry[] = [];
  const incomplete = new Set<InventoryPart>(partial);
  let rejected_count = 0;
  const reject = (part: InventoryPart, index: number, reason: string) => {
    incomplete.add(part);
    if (rejected_count++ < NAMED_REJECTED) rejected.push({ part, index, reason });
  };

  async function read<P extends InventoryPart>(part: P): Promise<readonly InventoryEntry<P>[] | undefined> {
    const list = given[part];
    if (list === undefined || list === null) return undefined;
    if (!Array.isArray(list)) throw new NoInventoryError(`${part} must be a list`);
    if (list.length > MAX_ENTRIES) {
      throw new NoInventoryError(`${part} holds ${list.length} entries but at most ${MAX_ENTRIES} are taken`);
    }
    const schema: z.ZodType<InventoryEntry<P>> = INVENTORY_ENTRIES[part] as never;
    const nameOf: (entry: InventoryEntry<P>) => string = NAMES[part] as never;
    const places = new Map<string, number>();
    const entries: InventoryEntry<P>[] = [];
    for (const [index, entry] of list.entries()) {
      if (index % STRIDE === 0) await breathe();
      const result = schema.safeParse(entry);
      if (!result.success) {
        reject(part, index, wordsOf(result.error));
        continue;
      }
      const place = places.get(nameOf(result.data));
      if (place === undefined) places.set(nameOf(result.data), entries.push(result.data) - 1);
      // A node that fails while it is drained has two events of one start.
      else if (part === "events") {
        entries[place] = weightier(entries[place] as never, result.data as never) as never;
      } else reject(part, index, `${part} names it before`);
    }
    return entries.length === 0 && list.length > 0 ? undefined : entries;
  }

  const partitions = await read("partitions");
  const members = memberships(partitions ?? []);
  const nodes = (await read("nodes"))?.map((node) =>
    node.partitions === null ? { ...node, partitions: members.get(node.name)?.toSorted() ?? [] } : node
  );
  const parts = {
    nodes,
    partitions,
    events: await read("events"),
    accounts: await read("accounts"),
    users: await read("users"),
  };
  const known = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
  if (Object.keys(known).length === 0 && rejected_count === 0) {
    throw new NoInventoryError(`the body holds none of ${INVENTORY_PARTS.join(", ")}`);
  }
  const snapshot: Snapshot = {
    at_s: at,
    agent: agent ?? null,
    events_from_s: events_from ?? null,
    parts: known,
    partial: incomplete,
  };
  return { hostname, snapshot, rejected, rejected_count };
}

function headOf(body: unknown): z.infer<typeof INVENTORY_HEAD> {
  const head = INVENTORY_HEAD.safeParse(body);
  if (head.success) return head.data;
  throw new NoInventoryError(wordsOf(head.error));
}

/** The partitions of each node, by the partitions' own lists. */
function memberships(
  partitions: readonly InventoryEntry<"partitions">[],
): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  let left = MAX_MEMBERSHIPS;
  for (const { name, nodes } of partitions) {
    left -= countNodes(nodes);
    if (left < 0) return members;
    for (const node of new Set(expandNodeList(nodes))) {
      const known = members.get(node);
      if (known === undefined) members.set(node, [name]);
      else known.push(name);
    }
  }
  return members;
}

function wordsOf(error: z.ZodError): string {
  return error.issues.slice(0, SHOWN_ISSUES).map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`
  )
    .join("; ");
}
