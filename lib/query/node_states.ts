import type { ClusterData } from "./data.ts";
import { presentNodes } from "./inventory.ts";
import { nameMask } from "./masked_names.ts";

/** How a node is now. */
export interface NodeState {
  readonly state: string;
  /** Whether it takes no jobs. */
  readonly out: boolean;
  /** Why it is out, without names of users; null for no reason given. */
  readonly reason: string | null;
  /** Since when it has been out, epoch seconds; null for unknown, and for a node in service. */
  readonly since_s: number | null;
}

/** How each node of a cluster is now that is there. */
export function nodeStates(cluster: ClusterData, now_s: number): ReadonlyMap<string, NodeState> {
  const masked = nameMask(cluster);
  // Of several events that last, the newest tells best why.
  const last = new Map<string, { readonly start_s: number; readonly reason: string | null }>();
  for (const event of cluster.inventory?.events ?? []) {
    if (event.start_s <= now_s && (event.end_s ?? Infinity) > now_s) last.set(event.node, event);
  }
  return new Map(
    presentNodes(cluster.inventory, now_s).map(({ name, state, out, reason }) => {
      const event = out ? last.get(name) : undefined;
      const why = out ? masked(reason ?? event?.reason ?? null) : null;
      return [name, { state, out, reason: why, since_s: event?.start_s ?? null }];
    }),
  );
}
