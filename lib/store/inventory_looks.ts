import type { Inventory } from "./inventory.ts";

/** Most looks at the nodes that are remembered: an older inventory finds its place among them. */
const MAX_LOOKS = 400;
/** Most names of nodes that are remembered of the looks that named some nodes only. */
const MAX_NAMED = 200_000;

type Looks = Pick<Inventory, "nodes_from_s" | "nodes_at_s" | "nodes_named">;

/** A look at the nodes. */
export interface Look {
  /** Its moment, epoch seconds. */
  readonly at_s: number;
  /** The nodes that it named, if it says nothing of others; null if it was complete. */
  readonly named: ReadonlySet<string> | null;
}

/** Whether the place of a moment cannot be told any more: between the first of all looks and those remembered. */
export function isForgotten({ nodes_from_s, nodes_at_s }: Looks, at_s: number): boolean {
  return nodes_from_s !== null && at_s >= nodes_from_s && at_s < nodes_at_s[0];
}

/**
 * Up to when a look at a moment holds for a node, epoch seconds: up to the next one that names it or is complete. Null for
 * the newest.
 */
export function endsAfter(
  { nodes_from_s, nodes_at_s, nodes_named }: Looks,
  at_s: number,
): (node: string) => number | null {
  const named = new Map(nodes_named);
  const forgotten = nodes_from_s !== null && at_s < nodes_from_s && nodes_from_s < nodes_at_s[0];
  const complete_s = forgotten
    ? nodes_from_s
    : nodes_at_s.find((time_s) => time_s > at_s && !named.has(time_s)) ?? null;
  const sooner = new Map<string, number>();
  for (const [time_s, nodes] of nodes_named) {
    if (time_s <= at_s || complete_s !== null && time_s >= complete_s) continue;
    for (const node of nodes) if (!sooner.has(node)) sooner.set(node, time_s);
  }
  return (node) => sooner.get(node) ?? complete_s;
}

/** The looks with one more; of very many the newest. */
export function withLook(
  { nodes_from_s, nodes_at_s, nodes_named }: Looks,
  { at_s, named }: Look,
): Looks {
  const before = nodes_named.find(([time_s]) => time_s === at_s);
  const was_complete = before === undefined && nodes_at_s.includes(at_s);
  const others = nodes_named.filter(([time_s]) => time_s !== at_s);
  const all = named === null || was_complete
    ? others
    : [...others, [at_s, [...new Set([...before?.[1] ?? [], ...named])]] as [number, string[]]]
      .sort(([a], [b]) => a - b);
  let moments = [...new Set([...nodes_at_s, at_s])].sort((a, b) => a - b).slice(-MAX_LOOKS);
  let names = 0;
  const kept = all.toReversed().filter(([time_s, nodes]) => {
    names += nodes.length;
    if (names <= MAX_NAMED || nodes.length === 0) return true;
    moments = moments.filter((moment_s) => moment_s > time_s);
    return false;
  }).reverse();
  return {
    nodes_from_s: Math.min(nodes_from_s ?? at_s, at_s),
    nodes_at_s: moments,
    nodes_named: kept.filter(([time_s]) => time_s >= moments[0]),
  };
}
