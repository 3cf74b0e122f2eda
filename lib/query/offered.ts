/** What clusters offered over time, as the bottom of utilisation. */
import { Buckets } from "../engine/buckets.ts";
import { Spread } from "../engine/flow.ts";
import { Tally } from "../engine/tally.ts";
import type { NodePeriod, NodeShape } from "../store/inventory.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping } from "../view/measures.ts";
import { eachServing, type Span } from "./capacity.ts";
import type { ClusterData } from "./data.ts";
import type { SlotOf } from "./grouping.ts";

/** What of a node is counted: CPUs, GPUs, the node itself, bytes of memory. */
export type Offer = "cpu" | "gpu" | "node" | "mem";

/** Which capacity is asked for. */
export interface Offering {
  readonly buckets: Buckets;
  readonly by: Grouping;
  readonly filters: Pick<Filters, "only" | "not">;
  readonly slotOf: SlotOf;
}

/** Seconds × what was offered, null where it is not known. */
export interface Offered {
  readonly cell: (slot: number, bucket: number) => number | null;
  readonly total: (slot: number) => number | null;
  readonly all: number | null;
}

/** How much of something a node has. */
export function offerOf(offer: Offer, { cpus, gpus, memory_bytes }: NodeShape): number {
  switch (offer) {
    case "cpu":
      return cpus;
    case "gpu":
      return gpus.reduce((sum, [, count]) => sum + count, 0);
    case "node":
      return 1;
    case "mem":
      return memory_bytes ?? 0;
  }
}

/** The part of a span for which both a cluster's nodes and its jobs are known; null if there is none. */
export function knownSpan(
  { inventory, fresh_until_s }: ClusterData,
  { start_s, end_s }: { readonly start_s: number; readonly end_s: number },
): Span | null {
  const from_s = Math.max(start_s, inventory?.nodes_from_s ?? Infinity);
  const to_s = Math.min(end_s, fresh_until_s ?? -Infinity);
  return from_s < to_s ? [from_s, to_s] : null;
}

/** Whether the choice of partitions and nodes leaves a node; other choices leave all. */
export function isNodeChosen({ only, not }: Offering["filters"], node: string, shape: NodeShape): boolean {
  if (only.node.length > 0 && !only.node.includes(node) || not.node.includes(node)) return false;
  if (only.partition.length === 0 && not.partition.length === 0) return true;
  return shape.partitions.some((partition) => hasChosen({ only, not }, partition));
}

function hasChosen({ only, not }: Offering["filters"], partition: string): boolean {
  return (only.partition.length === 0 || only.partition.includes(partition)) &&
    !not.partition.includes(partition);
}

/** Whether values of a grouping have a capacity of their own: clusters, partitions and nodes do, and types of GPUs of GPUs. */
function hasOwn(by: Grouping, offer: Offer): boolean {
  return by === "cluster" || by === "partition" || by === "node" || by === "gpu_type" && offer === "gpu";
}

/**
 * What the clusters offered in each bucket, as far as it is known and reported: to each cluster, partition, node
 * or type of GPU its own, to each value of another grouping the whole. A node counts in each of its partitions, and once in all.
 */
export function offered(clusters: readonly ClusterData[], offer: Offer, offering: Offering): Offered {
  const { buckets, by, filters } = offering;
  const own = hasOwn(by, offer);
  const tally = new Tally(buckets);
  const spread = new Spread(tally);
  const known = new Map<number, Span>();
  let all_known = false;
  for (const cluster of clusters) {
    const { inventory } = cluster;
    const span = knownSpan(cluster, buckets);
    if (inventory === null || span === null) continue;
    const slotsOf = own ? slotsBy(cluster, offering) : () => [0];
    const rateIn = by === "gpu_type" && own ? typesBy(offering) : null;
    const there = new Set<number>(own ? [] : [0]);
    for (const period of inventory.periods) {
      if (isNodeChosen(filters, period.node, period.shape)) {
        for (const slot of slotsOf(period)) there.add(slot);
      }
    }
    for (const slot of there) known.set(slot, around(known.get(slot), span));
    all_known = true;
    eachServing(inventory, span, (period, start_s, end_s) => {
      if (!isNodeChosen(filters, period.node, period.shape)) return;
      const rate = offerOf(offer, period.shape);
      if (rate === 0) return;
      let first = true;
      for (const slot of slotsOf(period)) {
        const own_rate = rateIn === null ? rate : rateIn(slot, period.shape);
        spread.add(slot, start_s, end_s, own_rate, first ? rate : 0);
        first = false;
      }
      // What no slot is for is part of the whole.
      if (first) tally.all += rate * (end_s - start_s);
    });
  }
  spread.finish();
  const place = (slot: number) => own ? slot : 0;
  return {
    cell: (slot, bucket) => {
      const [from_s, to_s] = known.get(place(slot)) ?? [Infinity, -Infinity];
      const is_known = buckets.edges[bucket] < to_s && buckets.edges[bucket + 1] > from_s;
      return is_known ? tally.cell(place(slot), bucket) : null;
    },
    total: (slot) => known.has(place(slot)) ? tally.totals[place(slot)] ?? 0 : null,
    all: all_known ? tally.all : null,
  };
}

/** The slots that a node counts in. */
function slotsBy(
  { name }: ClusterData,
  { by, filters, slotOf }: Offering,
): (period: NodePeriod) => readonly number[] {
  const by_shape = new Map<NodeShape, readonly number[]>();
  const found = (keys: readonly string[]) => [...new Set(keys.map(slotOf))];
  if (by === "cluster") {
    const slots = found([name]);
    return () => slots;
  }
  if (by === "node") return ({ node }) => found([node]);
  if (by === "gpu_type") return ({ shape }) => found(shape.gpus.map(([type]) => type));
  return ({ shape }) => {
    const slots = by_shape.get(shape) ??
      found(shape.partitions.filter((partition) => hasChosen(filters, partition)));
    by_shape.set(shape, slots);
    return slots;
  };
}

/** How many GPUs a node has of the types that share a slot. */
function typesBy({ slotOf }: Offering): (slot: number, shape: NodeShape) => number {
  return (slot, { gpus }) =>
    gpus.reduce((sum, [type, count]) => sum + (slotOf(type) === slot ? count : 0), 0);
}

function around(span: Span | undefined, [from_s, to_s]: Span): Span {
  return span === undefined ? [from_s, to_s] : [Math.min(span[0], from_s), Math.max(span[1], to_s)];
}
