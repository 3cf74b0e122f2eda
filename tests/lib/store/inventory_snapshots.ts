/** Snapshots and what is known after them, for the tests of the inventory. */
import { isOut } from "../../../lib/slurm/node_state.ts";
import type { InventoryEntry, Snapshot } from "../../../lib/job/inventory.ts";
import { EMPTY_INVENTORY, type Inventory } from "../../../lib/store/inventory.ts";
import { takeUpSnapshot } from "../../../lib/store/inventory_merge.ts";

/** A node with 4 CPUs that is idle, unless said otherwise. */
export function node(
  name: string,
  parts: Partial<InventoryEntry<"nodes">> = {},
): InventoryEntry<"nodes"> {
  return {
    name,
    cpus: 4,
    memory_bytes: 8 * 1024 ** 3,
    gpus: [],
    partitions: ["all"],
    state: "IDLE",
    reason: null,
    future: false,
    out: isOut(parts.state ?? "IDLE"),
    ...parts,
  };
}

/** An event of a node. */
export function event(
  name: string,
  start: number,
  end: number | null,
  parts: Partial<InventoryEntry<"events">> = {},
): InventoryEntry<"events"> {
  return { node: name, start, end, state: "DOWN", reason: null, ...parts };
}

/** What was seen at a moment. */
export function snapshot(
  at_s: number,
  parts: Snapshot["parts"],
  { events_from_s = null, partial = [] }: {
    readonly events_from_s?: number | null;
    readonly partial?: readonly (keyof Snapshot["parts"])[];
  } = {},
): Snapshot {
  return { at_s, agent: null, events_from_s, parts, partial: new Set(partial) };
}

/** What is known after snapshots came in this order. */
export function after(...snapshots: readonly Snapshot[]): Inventory {
  return snapshots.reduce(takeUpSnapshot, EMPTY_INVENTORY);
}

/** Periods as short texts: `a 0-10 4`, node, times and CPUs. */
export function periodsOf({ periods }: Inventory): string[] {
  return periods.map(({ node, from_s, until_s, shape }) =>
    `${node} ${from_s}-${until_s ?? ""} ${shape.cpus}`
  );
}

/** Events as short texts: `a 0-10`. */
export function eventsOf({ events }: Inventory): string[] {
  return events.map(({ node, start_s, end_s }) => `${node} ${start_s}-${end_s ?? ""}`);
}

/** Times for which nodes were seen to be out as short texts: `a 0-10`. */
export function outsOf({ outs }: Inventory): string[] {
  return outs.map(({ node, from_s, until_s }) => `${node} ${from_s}-${until_s ?? ""}`);
}
