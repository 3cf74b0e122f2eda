import * as z from "zod";
import { countNodes } from "../slurm/node_list.ts";
import { isFuture, isOut } from "../slurm/node_state.ts";

/** Where an inventory is posted, below the server's address. */
export const INVENTORY_PATH = "/api/data/inventory";

/** Lists that an inventory may hold; one that is absent is not known, one that is empty is known to be empty. */
export const INVENTORY_PARTS = ["nodes", "partitions", "events", "accounts", "users"] as const;

export type InventoryPart = typeof INVENTORY_PARTS[number];

/** Slurm keeps times in 32 bits. */
const LATEST_S = 2 ** 32 - 1;
const NAME_CHARACTERS = 255;
const TEXT_CHARACTERS = 1000;
const STATE_CHARACTERS = 100;
/** A list of 100,000 nodes without a single range in it. */
const NODE_LIST_CHARACTERS = 2_000_000;
const GPU_TYPES = 100;
const NAMES = 1000;

const NAME = z.string("must be a text").min(1, "must not be empty")
  .max(NAME_CHARACTERS, `must be at most ${NAME_CHARACTERS} characters`)
  .regex(/^\P{Cc}*$/u, "must not hold control characters");
const STATE = z.string("must be a text").min(1, "must not be empty")
  .max(STATE_CHARACTERS, `must be at most ${STATE_CHARACTERS} characters`)
  .regex(/^[A-Z_+*~#!%$@^-]+$/i, "must be a state as Slurm writes it, like IDLE+DRAIN or DOWN*");
/** Free text, which is cut rather than refused. */
const TEXT = z.string("must be a text").transform((text) => text.slice(0, TEXT_CHARACTERS)).nullish()
  .transform((text) => text || null);
const TIME = z.int("must be epoch seconds").min(1, "must be epoch seconds")
  .max(LATEST_S, "must be epoch seconds, at most those of 2106");
const NAME_LIST = shortList<string>(NAMES).pipe(z.array(NAME));

/** A list that is not too long: what is wrong with each of millions of entries would be too much to say. */
function shortList<T>(most: number) {
  return z.custom<readonly T[]>(
    (value) => Array.isArray(value) && value.length <= most,
    `must be a list of at most ${most}`,
  );
}

function count(most: number) {
  const words = `must be a whole number from 0 to ${most}`;
  return z.int(words).min(0, words).max(most, words);
}

function isNodeList(text: string): boolean {
  try {
    return countNodes(text) >= 0;
  } catch {
    return false;
  }
}

/** GPUs by type, sorted; those of no named type are of type gpu. */
const GPUS = z.custom<Readonly<Record<string, number>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be an object of counts by type",
).transform((gpus, context) => {
  const entries = Object.entries(gpus);
  const sound = entries.length <= GPU_TYPES &&
    entries.every(([type, number]) =>
      type.length <= NAME_CHARACTERS && !/\p{Cc}/u.test(type) &&
      Number.isInteger(number) && number >= 0 && number <= 100_000
    );
  if (sound) return entries.filter(([, number]) => number > 0).sort(([a], [b]) => a < b ? -1 : 1);
  context.addIssue(`must be at most ${GPU_TYPES} counts by type, each from 0 to 100000`);
  return z.NEVER;
});

/** How each entry of a part is checked. */
export const INVENTORY_ENTRIES = {
  nodes: z.object({
    name: NAME,
    cpus: count(10_000_000),
    /** Of the configuration; null where it is not known. */
    memory_bytes: count(2 ** 53 - 1).nullable().default(null),
    gpus: GPUS.default([]),
    /** Null where only the partitions tell. */
    partitions: NAME_LIST.transform((names) => names.toSorted()).nullable().default(null),
    /** As Slurm prints it, with all its flags: `IDLE+DRAIN`. */
    state: STATE,
    reason: TEXT,
  }).transform((node) => ({ ...node, future: isFuture(node.state), out: isOut(node.state) })),
  partitions: z.object({
    name: NAME,
    /** In Slurm's notation: `node[01-10],gpu1`. */
    nodes: z.string("must be a list of nodes as Slurm writes it")
      .max(NODE_LIST_CHARACTERS, `must be at most ${NODE_LIST_CHARACTERS} characters`)
      .refine(isNodeList, "must be a list of at most 100000 nodes, like node[01-10],gpu1").default(""),
    cpus: count(1_000_000_000),
    /** The longest that a job may run; null without a limit. */
    max_time_s: count(LATEST_S).nullable().default(null),
    state: STATE,
  }),
  events: z.object({
    node: NAME,
    start: TIME,
    /** Null while it lasts. */
    end: TIME.nullable().default(null),
    state: STATE,
    reason: TEXT,
  }).refine(({ start, end }) => end === null || end >= start, {
    path: ["end"],
    error: "must not be before start",
  }),
  accounts: z.object({
    account: NAME,
    /** Null for the root of the tree. */
    parent: NAME.nullable().default(null),
    description: TEXT,
    organization: TEXT,
  }),
  users: z.object({
    user: NAME,
    accounts: NAME_LIST.default([]),
    full_name: TEXT,
  }),
} as const;

/** An entry as it is sent. */
export type WireEntry<P extends InventoryPart> = z.input<(typeof INVENTORY_ENTRIES)[P]>;

/** An entry that was checked. */
export type InventoryEntry<P extends InventoryPart> = Readonly<z.output<(typeof INVENTORY_ENTRIES)[P]>>;

/**
 * What an event is known by: its node and start. A reservation for maintenance, which may begin at the very moment at
 * which a node fails, is another one.
 */
export function eventKey(
  { node, start, state }: Pick<InventoryEntry<"events">, "node" | "start" | "state">,
): string {
  return `${start} ${state === "MAINT"} ${node}`;
}

/** Of two events with the same key the one that counts, whichever comes first: that which ends later. */
export function weightier(a: InventoryEntry<"events">, b: InventoryEntry<"events">): typeof a {
  const later = (b.end ?? Infinity) - (a.end ?? Infinity);
  if (later > 0 || later < 0) return later > 0 ? b : a;
  return b.state < a.state || b.state === a.state && (b.reason ?? "") < (a.reason ?? "") ? b : a;
}

/** Lists of an inventory as they are sent. */
export type WireParts = { readonly [P in InventoryPart]?: readonly WireEntry<P>[] };

/** Body of `POST /api/data/inventory`. */
export interface WireInventory extends WireParts {
  /** Name of the cluster. */
  readonly hostname: string;
  /** Name and version of the sender. */
  readonly agent?: string;
  /** Epoch seconds of the moment at which the cluster was looked at. */
  readonly at: number;
  /** Epoch seconds from which on the events are complete, those that had begun earlier and still lasted included. */
  readonly events_from?: number;
  /** Lists from which entries are missing: nothing is known of what they do not name. */
  readonly partial?: readonly InventoryPart[];
}

/** What stands around the lists. */
export const INVENTORY_HEAD = z.object({
  hostname: z.string("must be the name of the cluster"),
  agent: z.string("must be a text").transform((text) => text.slice(0, TEXT_CHARACTERS)).nullish(),
  at: TIME,
  events_from: TIME.nullish(),
  partial: shortList<InventoryPart>(INVENTORY_PARTS.length)
    .pipe(z.array(z.enum(INVENTORY_PARTS, `must be one of ${INVENTORY_PARTS.join(", ")}`))).default([]),
}, "the body must be one JSON object");

/** An inventory that was checked. */
export interface Snapshot {
  /** When the cluster was looked at, epoch seconds. */
  readonly at_s: number;
  readonly agent: string | null;
  /** From when on the events are complete, epoch seconds; null if they are not known to be. */
  readonly events_from_s: number | null;
  readonly parts: { readonly [P in InventoryPart]?: readonly InventoryEntry<P>[] };
  /** Lists from which entries are missing. */
  readonly partial: ReadonlySet<InventoryPart>;
}

/** An entry that cannot be used. */
export interface RejectedEntry {
  readonly part: InventoryPart;
  /** Its place in the list. */
  readonly index: number;
  readonly reason: string;
}

/** Answer to an inventory that was stored. */
export interface InventoryAnswer {
  readonly success: true;
  readonly message: string;
  readonly hostname: string;
  /** Entries that were taken up, by part; a part that was not sent is missing. */
  readonly stored: Readonly<Partial<Record<InventoryPart, number>>>;
  /** Entries that cannot be used; the first thousand, and how many there are. */
  readonly rejected: readonly RejectedEntry[];
  readonly rejected_count: number;
}
