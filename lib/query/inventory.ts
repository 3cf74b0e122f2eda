import { isOut, isServing } from "../slurm/node_state.ts";
import type { Inventory, NodeShape } from "../store/inventory.ts";
import type { Filters } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { type Capacity, capacity } from "./capacity.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { nameMask } from "./masked_names.ts";
import { rangeOf } from "./range.ts";

/** Most rows of each list of an answer, and most characters of it. */
const MAX_ROWS = 10_000;
const MAX_CHARACTERS = 4_000_000;
/** Rows between two breaks. */
const STRIDE = 1000;

/** What there is of everything. */
export interface HardwareTotals {
  readonly nodes: number;
  /** Nodes that are down, drained or in maintenance. */
  readonly nodes_out: number;
  readonly cpus: number;
  readonly gpus: number;
  readonly gpus_by_type: readonly (readonly [type: string, count: number])[];
  /** Of the nodes whose memory is known. */
  readonly memory_bytes: number;
}

/** A node as it was seen last. */
export interface NodeRow extends NodeShape {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly out: boolean;
  /** Since when it is known to be like this, epoch seconds. */
  readonly since_s: number;
}

/** Answer of `GET /api/dashboard/inventory`. It names no users; of long lists it has the first rows and their count. */
export interface InventoryView {
  readonly cluster: string;
  readonly range: Range;
  /** When each list was told last, epoch seconds; null if it never was. */
  readonly told_s: Inventory["told_s"] | null;
  readonly nodes: readonly NodeRow[];
  readonly nodes_count: number;
  readonly partitions: Inventory["partitions"];
  readonly partitions_count: number;
  readonly totals: HardwareTotals | null;
  readonly capacity: Capacity;
  /** Times in the range for which nodes were out, newest first. */
  readonly events: Inventory["events"];
  readonly events_count: number;
  readonly accounts: Inventory["accounts"];
  readonly accounts_count: number;
}

/** What a cluster consists of now, what it offered in a range and when which nodes were out. */
export async function inventoryView(
  data: Data,
  { cluster, filters, now_s, breathe = () => undefined }:
    & { readonly cluster: ClusterData; readonly filters: Filters }
    & Asked,
): Promise<InventoryView> {
  const { inventory, name } = cluster;
  const range = rangeOf(data, { ...filters, only: { ...filters.only, cluster: [name] } }, now_s);
  const to_s = Math.min(range.end_s, now_s);
  const events = (inventory?.events ?? []).filter(({ start_s, end_s, state }) =>
    start_s < range.end_s && (end_s ?? Infinity) > range.start_s && !isServing(state)
  );
  await breathe();
  const masked = nameMask(cluster);
  const nodes = presentNodes(inventory, now_s);
  const partitions = inventory?.partitions ?? [];
  const accounts = inventory?.accounts ?? [];
  return {
    cluster: name,
    range,
    told_s: inventory?.told_s ?? null,
    nodes: await shown(nodes, { row: (node) => ({ ...node, reason: masked(node.reason) }), breathe }),
    nodes_count: nodes.length,
    partitions: await shown(partitions, { row: (partition) => partition, breathe }),
    partitions_count: partitions.length,
    totals: hardwareTotals(inventory, now_s),
    capacity: capacity(inventory, { from_s: range.start_s, to_s }),
    events: await shown(events.slice(-MAX_ROWS).reverse(), {
      row: (event) => ({ ...event, reason: masked(event.reason) }),
      breathe,
    }),
    events_count: events.length,
    accounts: await shown(accounts, {
      row: (account) => ({
        ...account,
        description: masked(account.description),
        organization: masked(account.organization),
      }),
      breathe,
    }),
    accounts_count: accounts.length,
  };
}

/** The first rows of a list as they are told, as far as they fit into an answer. */
async function shown<T>(
  rows: readonly T[],
  { row, breathe }: { readonly row: (row: T) => T; readonly breathe: () => Promise<void> | undefined },
): Promise<T[]> {
  const told: T[] = [];
  let characters = 0;
  for (const [at, one] of rows.slice(0, MAX_ROWS).entries()) {
    if (at % STRIDE === 0) await breathe();
    const next = row(one);
    characters += JSON.stringify(next).length;
    if (characters > MAX_CHARACTERS) break;
    told.push(next);
  }
  return told;
}

/** Everything that is there now; null if the nodes are not known. */
export function hardwareTotals(inventory: Inventory | null, now_s: number): HardwareTotals | null {
  if (inventory === null || inventory.nodes_from_s === null) return null;
  const nodes = presentNodes(inventory, now_s);
  const sum = (of: (node: NodeRow) => number) => nodes.reduce((total, node) => total + of(node), 0);
  const by_type = new Map<string, number>();
  for (const { gpus } of nodes) {
    for (const [type, count] of gpus) by_type.set(type, (by_type.get(type) ?? 0) + count);
  }
  return {
    nodes: nodes.length,
    nodes_out: sum(({ out }) => out ? 1 : 0),
    cpus: sum(({ cpus }) => cpus),
    gpus: sum(({ gpus }) => gpus.reduce((total, [, count]) => total + count, 0)),
    gpus_by_type: [...by_type].sort(([a], [b]) => a < b ? -1 : 1),
    memory_bytes: sum(({ memory_bytes }) => memory_bytes ?? 0),
  };
}

/** When anything was told last, epoch seconds; null if nothing ever was. */
export function lastTold(inventory: Inventory | null): number | null {
  const times = Object.values(inventory?.told_s ?? {}).filter((time_s) => time_s !== null);
  return times.length === 0 ? null : Math.max(...times);
}

/** The nodes that are there now. */
export function presentNodes(inventory: Inventory | null, now_s: number): readonly NodeRow[] {
  if (inventory === null) return [];
  const states = new Map(inventory.states.map((node) => [node.node, node]));
  // A reservation for maintenance shows in the state of its nodes only a while after it has begun (seen in 22.05).
  const out = new Set<string>();
  // Questions are asked as of the last full minute, which what was told just now may be younger than.
  const at_s = Math.max(now_s, lastTold(inventory) ?? 0);
  for (const { node, start_s, end_s, state } of inventory.events) {
    if (start_s > at_s) break;
    if ((end_s ?? Infinity) > at_s && !isServing(state)) out.add(node);
  }
  return inventory.periods.filter(({ until_s }) => until_s === null).map(({ node, from_s, shape }) => {
    const { state = "UNKNOWN", reason = null } = states.get(node) ?? {};
    return { name: node, ...shape, state, reason, out: isOut(state) || out.has(node), since_s: from_s };
  });
}
