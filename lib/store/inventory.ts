/** What a cluster consists of, and consisted of: `{root}/{cluster}/inventory.json`. */
import { join } from "node:path";
import { z } from "zod";
import { assertSpace, type DiskOptions, makeFolder, writeDurably } from "../disk/durable.ts";
import { MACHINE } from "../disk/file_system.ts";
import { sealPieces, unseal } from "../disk/sealed.ts";
import { setAsideFile } from "./folder.ts";

const time = z.number();
const name = z.string();
const text = z.string().nullable();

const shapeSchema = z.strictObject({
  cpus: z.number(),
  memory_bytes: z.number().nullable(),
  gpus: z.array(z.tuple([name, z.number()])),
  partitions: z.array(name),
});

/** Times at which something was told last, epoch seconds; null before the first. */
const toldSchema = z.strictObject({
  nodes: time.nullable(),
  partitions: time.nullable(),
  events: time.nullable(),
  accounts: time.nullable(),
  users: time.nullable(),
});

const aboutSchema = z.strictObject({
  /** How many inventories were taken up: it differs after every change. */
  changes: z.number(),
  agent: text,
  told_s: toldSchema,
  /** From when on the nodes are known. */
  nodes_from_s: time.nullable(),
  /** When the nodes were looked at, in rising order; of very many the newest. */
  nodes_at_s: z.array(time),
  /** Which nodes were named at those of these moments at which nothing was said of others. */
  nodes_named: z.array(z.tuple([time, z.array(name)])).default([]),
  /** From when and up to when the events are complete. */
  events_from_s: time.nullable(),
  events_until_s: time.nullable(),
  /** The nodes as they were told last. */
  states: z.array(z.strictObject({ node: name, state: z.string(), reason: text })),
  partitions: z.array(z.strictObject({
    name,
    nodes: z.string(),
    cpus: z.number(),
    max_time_s: z.number().nullable(),
    state: z.string(),
  })),
  accounts: z.array(z.strictObject({
    account: name,
    parent: text,
    description: text,
    organization: text,
  })),
  users: z.array(z.strictObject({ user: name, accounts: z.array(name), full_name: text })),
});

const fileSchema = z.strictObject({
  version: z.literal(1),
  ...aboutSchema.shape,
  shapes: z.array(shapeSchema),
  /** Node, place of its shape, from, until. */
  periods: z.array(z.tuple([name, z.number(), time, time.nullable()])),
  /** Node, from, until. */
  outs: z.array(z.tuple([name, time, time.nullable()])).default([]),
  /** Node, start, end, state, reason. */
  events: z.array(z.tuple([name, time, time.nullable(), z.string(), text])),
});

/** What a node has. */
export type NodeShape = Readonly<z.infer<typeof shapeSchema>>;

/** A time of a node: [from_s, until_s), without an end for the present. */
export interface NodeSpan {
  readonly node: string;
  readonly from_s: number;
  readonly until_s: number | null;
}

/** A node for as long as it was the same. */
export interface NodePeriod extends NodeSpan {
  readonly shape: NodeShape;
}

/** A time for which a node was down, drained or in maintenance: [start_s, end_s), without an end while it lasts. */
export interface NodeEvent {
  readonly node: string;
  readonly start_s: number;
  readonly end_s: number | null;
  readonly state: string;
  readonly reason: string | null;
}

/** All that is known of a cluster's hardware and accounts; times in epoch seconds. */
export interface Inventory extends Readonly<z.infer<typeof aboutSchema>> {
  /** By node, then by time; those of one node do not overlap. */
  readonly periods: readonly NodePeriod[];
  /** For how long nodes were seen to be out, in the same order; what their events tell is more exact. */
  readonly outs: readonly NodeSpan[];
  /** By their start. */
  readonly events: readonly NodeEvent[];
}

export const EMPTY_INVENTORY: Inventory = {
  changes: 0,
  agent: null,
  told_s: { nodes: null, partitions: null, events: null, accounts: null, users: null },
  nodes_from_s: null,
  nodes_at_s: [],
  nodes_named: [],
  events_from_s: null,
  events_until_s: null,
  states: [],
  partitions: [],
  accounts: [],
  users: [],
  periods: [],
  outs: [],
  events: [],
};

/** A cluster's inventory is damaged. */
export class InventoryError extends Error {
  override readonly name = "InventoryError";
}

/**
 * Reads a cluster's inventory; null if there is none.
 *
 * @throws {InventoryError} if its content is not what was written
 */
export async function readInventory(root: string, cluster: string): Promise<Inventory | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(inventoryPath(root, cluster));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    return decoded(text);
  } catch (error) {
    throw new InventoryError(error instanceof SyntaxError ? error.message : "it is no inventory", {
      cause: error,
    });
  }
}

/**
 * Writes a cluster's inventory durably: after a crash there is the old one or the new one.
 *
 * @throws {NoSpaceError} if the disk has no room for it
 */
export async function writeInventory(
  root: string,
  cluster: string,
  { inventory, disk = MACHINE, breathe = () => undefined }: DiskOptions & {
    readonly inventory: Inventory;
    /** Called between pieces of the work: gives others a turn when it is due. */
    readonly breathe?: () => Promise<void> | undefined;
  },
): Promise<void> {
  const bytes = await encoded(inventory, breathe);
  await makeFolder(join(root, cluster), { disk });
  await assertSpace(join(root, cluster), { bytes: bytes.length, disk });
  await writeDurably(inventoryPath(root, cluster), bytes, { disk });
}

/** Moves a damaged inventory into the cluster's `set-aside`. */
export function setInventoryAside(
  root: string,
  cluster: string,
  { disk = MACHINE }: DiskOptions = {},
): Promise<void> {
  return setAsideFile(root, { cluster, path: inventoryPath(root, cluster), disk });
}

/** Rows of the file that are written between two breaks. */
const STRIDE = 5000;

/**
 * The text of the file, sealed as `seal()` does it, but in pieces: in all they may be tens of megabytes, and others
 * have their turn between two of them.
 */
async function encoded(
  { periods, outs, events, ...about }: Inventory,
  breathe: () => Promise<void> | undefined,
): Promise<Uint8Array> {
  const places = new Map<NodeShape, number>();
  for (const { shape } of periods) if (!places.has(shape)) places.set(shape, places.size);
  const { version, ...rest } = { version: 1, ...about, shapes: [...places.keys()] };
  const pieces = [`{"version":${version},${JSON.stringify(rest).slice(1, -1)},"periods":[`];
  const write = async <T>(rows: readonly T[], columns: (row: T) => readonly unknown[]) => {
    for (let at = 0; at < rows.length; at += STRIDE) {
      await breathe();
      const text = JSON.stringify(rows.slice(at, at + STRIDE).map(columns)).slice(1, -1);
      pieces.push(at === 0 ? text : `,${text}`);
    }
  };
  await write(periods, ({ node, from_s, until_s, shape }) => [node, places.get(shape), from_s, until_s]);
  pieces.push('],"outs":[');
  await write(outs, ({ node, from_s, until_s }) => [node, from_s, until_s]);
  pieces.push('],"events":[');
  await write(events, ({ node, start_s, end_s, state, reason }) => [node, start_s, end_s, state, reason]);
  pieces.push("]");
  return await sealPieces(pieces, breathe);
}

function decoded(text: string): Inventory {
  const { version: _, shapes, periods, outs, events, ...about } = fileSchema.parse(unseal(text));
  return {
    ...about,
    periods: periods.map(([node, place, from_s, until_s]) => {
      const shape = shapes[place];
      if (shape === undefined) throw new SyntaxError(`it has no shape ${place}`);
      return { node, from_s, until_s, shape };
    }),
    outs: outs.map(([node, from_s, until_s]) => ({ node, from_s, until_s })),
    events: events.map(([node, start_s, end_s, state, reason]) => ({ node, start_s, end_s, state, reason })),
  };
}

function inventoryPath(root: string, cluster: string): string {
  return join(root, cluster, "inventory.json");
}
