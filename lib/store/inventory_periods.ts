import type { InventoryEntry } from "../job/inventory.ts";
import type { Inventory, NodePeriod, NodeShape, NodeSpan } from "./inventory.ts";
import { endsAfter, isForgotten, withLook } from "./inventory_looks.ts";

/** Most periods that are kept: those of 5,000 nodes that change each week for years. */
const MAX_PERIODS = 500_000;
/** Most times that are kept for which nodes were seen to be out. */
const MAX_OUTS = 200_000;
/** Nodes between two breaks. */
const STRIDE = 1000;

type Nodes = Pick<Inventory, "periods" | "outs" | "nodes_from_s" | "nodes_at_s" | "nodes_named">;
type Work<T> = Generator<void, T, void>;

/** Nodes as they were seen at a moment, epoch seconds. */
export interface SeenNodes {
  readonly at_s: number;
  readonly nodes: readonly InventoryEntry<"nodes">[];
  /** Whether nodes that are not named are gone; else nothing is known of them. */
  readonly complete: boolean;
}

/**
 * What is known of nodes with one more look at them. Each look holds until the next one that names the node or is
 * complete, in whatever order they come: an older one changes only what lies before the look that follows it.
 */
export function* lookedAtNodes(known: Nodes, { at_s, nodes, complete }: SeenNodes): Work<Nodes> {
  if (isForgotten(known, at_s)) return known;
  const endOf = endsAfter(known, at_s);
  const named = new Map(nodes.map((node) => [node.name, node]));
  const shapeOf = shapes(known.periods);
  const look = { at_s, endOf, named, complete };
  const periods = yield* spread<NodePeriod>(known.periods, {
    ...look,
    // A node that is only planned is not there.
    seen: (node, span) => node.future ? null : { ...span, shape: shapeOf(node) },
    same: (a, b) => a.shape === b.shape,
  });
  const outs = yield* spread<NodeSpan>(known.outs, {
    ...look,
    seen: (node, span) => node.out ? span : null,
    same: () => true,
  });
  const looks = withLook(known, { at_s, named: complete ? null : new Set(named.keys()) });
  return bounded({ periods, outs: newest(outs, MAX_OUTS), ...looks });
}

/** Spans of nodes with those of a look among them, by node, then by time. */
function* spread<S extends NodeSpan>(
  known: readonly S[],
  { at_s, endOf, named, complete, seen, same }: {
    readonly at_s: number;
    readonly endOf: (node: string) => number | null;
    readonly named: ReadonlyMap<string, InventoryEntry<"nodes">>;
    readonly complete: boolean;
    readonly seen: (node: InventoryEntry<"nodes">, span: NodeSpan) => S | null;
    readonly same: (a: S, b: S) => boolean;
  },
): Work<readonly S[]> {
  const by_node = new Map<string, S[]>();
  for (const [at, span] of known.entries()) {
    if (at % STRIDE === 0) yield;
    const list = by_node.get(span.node);
    if (list === undefined) by_node.set(span.node, [span]);
    else list.push(span);
  }
  const spans: S[] = [];
  for (const [at, name] of [...new Set([...by_node.keys(), ...named.keys()])].sort().entries()) {
    if (at % STRIDE === 0) yield;
    const before = by_node.get(name) ?? [];
    const node = named.get(name);
    if (node === undefined && !complete) {
      for (const span of before) spans.push(span);
      continue;
    }
    const until_s = endOf(name);
    const found = node === undefined ? null : seen(node, { node: name, from_s: at_s, until_s });
    const all = [...without(before, at_s, until_s), ...found === null ? [] : [found]];
    for (const span of merged(all.sort((a, b) => a.from_s - b.from_s), same)) spans.push(span);
  }
  return spans;
}

/** Gives the shape of a node, one object for all nodes that have the same. */
function shapes(periods: readonly NodePeriod[]): (node: InventoryEntry<"nodes">) => NodeShape {
  const known = new Map<string, NodeShape>();
  for (const shape of new Set(periods.map((period) => period.shape))) known.set(keyOf(shape), shape);
  return ({ cpus, memory_bytes, gpus, partitions }) => {
    const shape: NodeShape = { cpus, memory_bytes, gpus, partitions: partitions ?? [] };
    const key = keyOf(shape);
    const same = known.get(key) ?? shape;
    known.set(key, same);
    return same;
  };
}

function keyOf({ cpus, memory_bytes, gpus, partitions }: NodeShape): string {
  return JSON.stringify([cpus, memory_bytes, gpus, partitions]);
}

/** Spans with [from_s, until_s) cut out of them. */
function without<S extends NodeSpan>(
  spans: readonly S[],
  from_s: number,
  until_s: number | null,
): readonly S[] {
  return spans.flatMap((span) => {
    const before = span.from_s < from_s
      ? [{ ...span, until_s: Math.min(span.until_s ?? from_s, from_s) }]
      : [];
    const after = until_s !== null && (span.until_s === null || span.until_s > until_s)
      ? [{ ...span, from_s: Math.max(span.from_s, until_s) }]
      : [];
    return [...before, ...after];
  });
}

/** Spans in their order, those made one that touch and are the same. */
function merged<S extends NodeSpan>(spans: readonly S[], same: (a: S, b: S) => boolean): readonly S[] {
  const whole: S[] = [];
  for (const span of spans) {
    const last = whole.at(-1);
    if (last !== undefined && last.until_s === span.from_s && same(last, span)) {
      whole[whole.length - 1] = { ...last, until_s: span.until_s };
    } else whole.push(span);
  }
  return whole;
}

/** Forgets the oldest where there is too much: then the nodes are known from a later time on. */
function bounded({ periods, nodes_from_s, nodes_at_s, ...rest }: Nodes): Nodes {
  if (periods.length <= MAX_PERIODS) return { periods, nodes_from_s, nodes_at_s, ...rest };
  const ends = periods.flatMap(({ until_s }) => until_s ?? []).sort((a, b) => a - b);
  const from_s = ends[Math.min(ends.length - 1, periods.length - (MAX_PERIODS >> 1))] ?? nodes_at_s[0];
  const kept = periods.filter(({ until_s }) => until_s === null || until_s > from_s)
    .map((period) => ({ ...period, from_s: Math.max(period.from_s, from_s) }));
  return {
    ...rest,
    periods: newest(kept, MAX_PERIODS),
    nodes_from_s: from_s,
    nodes_at_s: nodes_at_s.filter((time_s) => time_s >= from_s),
    nodes_named: rest.nodes_named.filter(([time_s]) => time_s >= from_s),
  };
}

/** At most so many spans in their order: those that ended first are left out, then those that began first. */
function newest<S extends NodeSpan>(spans: readonly S[], most: number): readonly S[] {
  if (spans.length <= most) return spans;
  const oldest = spans.toSorted((a, b) =>
    (a.until_s ?? Infinity) - (b.until_s ?? Infinity) || a.from_s - b.from_s
  );
  const dropped = new Set(oldest.slice(0, spans.length - most));
  return spans.filter((span) => !dropped.has(span));
}
