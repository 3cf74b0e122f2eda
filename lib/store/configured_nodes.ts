import { EMPTY_INVENTORY, type Inventory, type NodePeriod } from "./inventory.ts";

/**
 * What is known of a cluster with the nodes that its site has written down: these hold until its agent has looked at the
 * nodes for the first time, and for all time where there is no agent.
 */
export function withConfigured(
  inventory: Inventory | null,
  configured: readonly NodePeriod[],
): Inventory | null {
  if (configured.length === 0) return inventory;
  const known = inventory ?? EMPTY_INVENTORY;
  const end_s = known.nodes_from_s ?? Infinity;
  const before = configured.filter(({ from_s }) => from_s < end_s).map((period): NodePeriod => {
    const until_s = Math.min(period.until_s ?? Infinity, end_s);
    return { ...period, until_s: until_s === Infinity ? null : until_s };
  });
  if (before.length === 0) return inventory;
  return {
    ...known,
    nodes_from_s: Math.min(...before.map(({ from_s }) => from_s)),
    periods: [...before, ...known.periods].sort((a, b) =>
      a.node < b.node ? -1 : a.node > b.node ? 1 : a.from_s - b.from_s
    ),
  };
}
