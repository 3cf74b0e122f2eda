import { isServing } from "../slurm/node_state.ts";
import type { Inventory, NodePeriod } from "../store/inventory.ts";
import { GIB, HOUR_S } from "../view/units.ts";

/** What is asked: [from_s, to_s) in epoch seconds, of all nodes, those of a partition, or one. */
export interface CapacityQuestion {
  readonly from_s: number;
  readonly to_s: number;
  readonly partition?: string;
  readonly node?: string;
}

/** Hours that could be used. */
export interface CapacityHours {
  readonly node_hours: number;
  readonly cpu_hours: number;
  readonly gpu_hours: number;
  /** GiB-hours of the nodes whose memory is known. */
  readonly memory_gib_hours: number;
}

/** Capacity of a range, and for which part of it it is known. */
export interface Capacity {
  /** Hours of what was there and not out, from `known_from_s` on if that is later; null if nothing is known of the range. */
  readonly available: CapacityHours | null;
  /** Hours of what was there but down, drained or in maintenance. */
  readonly out: CapacityHours | null;
  /** From when on the nodes are known, epoch seconds; null if they are not. Before it nothing is said. */
  readonly known_from_s: number | null;
  /** When they were looked at last: after it they are taken to be as they were. */
  readonly known_until_s: number | null;
  /** From when up to when it is known which nodes were out; outside they are taken to be as they were seen last. */
  readonly events_from_s: number | null;
  readonly events_until_s: number | null;
}

/**
 * Hours of CPUs, GPUs, memory and nodes that a cluster offered: what each node had for as long as it had it, less the time
 * for which it was down, drained, in maintenance or only planned. A node that several events have out at a time is out once.
 */
export function capacity(
  inventory: Inventory | null,
  { from_s, to_s, partition, node }: CapacityQuestion,
): Capacity {
  const known_from_s = inventory?.nodes_from_s ?? null;
  const bounds = {
    known_from_s,
    known_until_s: inventory?.told_s.nodes ?? null,
    events_from_s: inventory?.events_from_s ?? null,
    events_until_s: inventory?.events_until_s ?? null,
  };
  if (inventory === null || known_from_s === null || to_s <= known_from_s || to_s <= from_s) {
    return { available: null, out: null, ...bounds };
  }
  const outOf = outages(inventory);
  const available = new Sum();
  const out = new Sum();
  for (const period of inventory.periods) {
    if (node !== undefined && period.node !== node) continue;
    if (partition !== undefined && !period.shape.partitions.includes(partition)) continue;
    const start_s = Math.max(period.from_s, from_s);
    const end_s = Math.min(period.until_s ?? to_s, to_s);
    if (end_s <= start_s) continue;
    const out_s = overlap(outOf.get(period.node) ?? NO_SPANS, start_s, end_s);
    available.add(period, end_s - start_s - out_s);
    out.add(period, out_s);
  }
  return { available: available.hours, out: out.hours, ...bounds };
}

/** Seconds of nodes, added up. */
class Sum {
  #node_s = 0;
  #cpu_s = 0;
  #gpu_s = 0;
  #gib_s = 0;

  add({ shape: { cpus, gpus, memory_bytes } }: NodePeriod, seconds: number): void {
    this.#node_s += seconds;
    this.#cpu_s += cpus * seconds;
    for (const [, count] of gpus) this.#gpu_s += count * seconds;
    this.#gib_s += (memory_bytes ?? 0) / GIB * seconds;
  }

  get hours(): CapacityHours {
    return {
      node_hours: this.#node_s / HOUR_S,
      cpu_hours: this.#cpu_s / HOUR_S,
      gpu_hours: this.#gpu_s / HOUR_S,
      memory_gib_hours: this.#gib_s / HOUR_S,
    };
  }
}

/** [start, end) in epoch seconds. */
export type Span = readonly [start_s: number, end_s: number];

/** A question may be asked for each of hundreds of buckets: the outages of an inventory are put in order once. */
const OUTAGES = new WeakMap<Inventory, ReadonlyMap<string, readonly Span[]>>();

/**
 * When each node was out: in order, without overlaps. Where its events are not known to be complete, it was out from a
 * look that saw it so to the next one, too.
 */
function outages(inventory: Inventory): ReadonlyMap<string, readonly Span[]> {
  const known = OUTAGES.get(inventory);
  if (known !== undefined) return known;
  const { events, outs, events_from_s, events_until_s } = inventory;
  const spans = new Map<string, Span[]>();
  const add = (node: string, start_s: number, end_s: number) => {
    if (end_s <= start_s) return;
    const list = spans.get(node);
    if (list === undefined) spans.set(node, [[start_s, end_s]]);
    else list.push([start_s, end_s]);
  };
  // slurmctld notes it as an event, too, when power saving puts a node to sleep.
  const serving = new Map<string, boolean>();
  for (const { node, start_s, end_s, state } of events) {
    const serves = serving.get(state) ?? isServing(state);
    serving.set(state, serves);
    if (!serves) add(node, start_s, end_s ?? Infinity);
  }
  for (const { node, from_s, until_s } of outs) {
    add(node, from_s, Math.min(until_s ?? Infinity, events_from_s ?? Infinity));
    if (events_until_s !== null) add(node, Math.max(from_s, events_until_s), until_s ?? Infinity);
  }
  const ordered = new Map([...spans].map(([node, list]) => [node, withoutOverlaps(list)]));
  OUTAGES.set(inventory, ordered);
  return ordered;
}

function withoutOverlaps(spans: readonly Span[]): readonly Span[] {
  const whole: Span[] = [];
  for (const [start_s, end_s] of spans.toSorted(([a], [b]) => a - b)) {
    const last = whole.at(-1);
    if (last !== undefined && start_s <= last[1]) {
      whole[whole.length - 1] = [last[0], Math.max(last[1], end_s)];
    } else whole.push([start_s, end_s]);
  }
  return whole;
}

const NO_SPANS: readonly Span[] = [];

/** Tells of each node for as long as it served within a span and was the same: what it had, and from when to when. */
export function eachServing(
  inventory: Inventory,
  [from_s, to_s]: Span,
  visit: (period: NodePeriod, start_s: number, end_s: number) => void,
): void {
  const outOf = outages(inventory);
  for (const period of inventory.periods) {
    const end_s = Math.min(period.until_s ?? to_s, to_s);
    let start_s = Math.max(period.from_s, from_s);
    for (const [out_s, back_s] of outOf.get(period.node) ?? NO_SPANS) {
      if (out_s >= end_s) break;
      if (out_s > start_s) visit(period, start_s, out_s);
      start_s = Math.max(start_s, back_s);
    }
    if (end_s > start_s) visit(period, start_s, end_s);
  }
}

/** Seconds of [start_s, end_s) that spans cover. */
function overlap(spans: readonly Span[], start_s: number, end_s: number): number {
  let seconds = 0;
  for (const [from_s, to_s] of spans) {
    if (from_s >= end_s) break;
    seconds += Math.max(0, Math.min(to_s, end_s) - Math.max(from_s, start_s));
  }
  return seconds;
}
