import { Buckets } from "../engine/buckets.ts";
import { type NodeResource, NodeUse } from "../engine/node_use.ts";
import type { NodeShape } from "../store/inventory.ts";
import type { Filters } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { eachServing } from "./capacity.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { grouperOf } from "./grouping.ts";
import { nodeListsOf } from "./node_names.ts";
import { hoursOf, type NodeUseRow, sortedNodes } from "./node_rows.ts";
import { type NodeState, nodeStates } from "./node_states.ts";
import { isNodeChosen, knownSpan, offerOf } from "./offered.ts";
import { chosenClusters, rangeOf, reportedUntil } from "./range.ts";
import { select, type Selection } from "./scan.ts";
import { type CalendarStep, incompleteFrom, stepsOf } from "./steps.ts";
import { FAILED_STATES } from "./values.ts";
import { HOUR_S } from "../view/units.ts";

/** Nodes of one page, and cells of one answer: 2,000 nodes by 120 days. */
export const NODES_PER_PAGE = 50;
const MOST_CELLS = 240_000;
/** Nodes between two breaks. */
const NODES_AT_ONCE = 1024;

/** A node with its use by bucket. */
export interface NodeUseSeries extends NodeUseRow {
  /** By bucket: hours held by hours there were, or, where no capacity is known, hours held; null for unknown. */
  readonly values: readonly (number | null)[];
}

/** Answer of the question which nodes work. */
export interface NodesAnswer {
  /** What is told by bucket: CPUs, GPUs or the nodes themselves. */
  readonly of: NodeResource;
  readonly range: Range;
  readonly step: CalendarStep;
  /** ISO start of each bucket, with the zone's offset. */
  readonly buckets: readonly string[];
  readonly incomplete_from: string | null;
  /** What the values are: shares of capacity, or hours where none is known. */
  readonly values: "share" | "hours";
  /** Nodes in all, those without a job among them, and those not listed as there are too many. */
  readonly count: number;
  readonly unused: number;
  /** Of all those whose state is known, how many are out of service; null where none is. */
  readonly out: number | null;
  /** The node that jobs used most of, whichever are listed; null where no capacity is known. */
  readonly most_used: NodeUseRow | null;
  /** Page and how many there are. */
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly NodeUseSeries[];
  /** Hours held on all nodes, and their share of the capacity that is known; null for unknown. */
  readonly hours: number;
  readonly utilisation: number | null;
}

/**
 * What jobs made of each node, over the range and by bucket: one page of them in the order of the filters' `sort`, those
 * that the inventory knows and nothing ran on among them unless they are to be left out.
 *
 * @param options.per_page nodes of one page; at most as many as an answer may have cells
 */
export async function nodes(
  data: Data,
  filters: Filters,
  { now_s, breathe, per_page = NODES_PER_PAGE }: Asked & { readonly per_page?: number },
): Promise<NodesAnswer> {
  const range = rangeOf(data, filters, now_s);
  const steps = stepsOf(range, filters.step);
  const of = resourceOf(filters);
  const found: Found[] = [];
  for (const selection of await select(data, filters, { range, breathe })) {
    // Not spread: a cluster may have more nodes than a call may have arguments.
    for (const node of await nodesOf(selection, { filters, buckets: steps.buckets, of, now_s, breathe })) {
      found.push(node);
    }
  }
  await breathe?.();
  const used = found.filter(({ row }) => isUsed(row));
  const listed = filters.unused === "hide" ? used : found;
  const size = Math.max(1, Math.min(per_page, Math.floor(MOST_CELLS / steps.buckets.count)));
  const pages = Math.max(1, Math.ceil(listed.length / size));
  const page = Math.min(filters.page, pages);
  await breathe?.();
  const sorted = await sortedNodes(listed, { sort: filters.sort, of, breathe });
  await breathe?.();
  const values = found.some(({ row }) => row.capacity_hours !== null) ? "share" : "hours";
  const known = found.filter(({ row }) => row.capacity_hours !== null);
  const there = sum(known.map(({ row }) => row.capacity_hours ?? 0));
  return {
    of,
    range,
    step: steps.step,
    buckets: steps.starts,
    incomplete_from: incompleteFrom(reportedUntil(chosenClusters(data, filters)), steps),
    values,
    count: listed.length,
    unused: found.length - used.length,
    out: found.some(({ row }) => row.state !== null) ? found.filter(({ row }) => row.out).length : null,
    most_used: await mostUsed(found, { breathe }),
    page,
    pages,
    rows: sorted.slice((page - 1) * size, page * size).map(({ row, valuesBy }) => ({
      ...row,
      values: valuesBy(values),
    })),
    hours: sum(found.map(({ row }) => hoursOf(row, of))),
    utilisation: there === 0 ? null : sum(known.map(({ known_s }) => known_s)) / HOUR_S / there,
  };
}

/** What of nodes the filters ask for. */
export function resourceOf({ measure }: Pick<Filters, "measure">): NodeResource {
  return measure === "gpu-hours" ? "gpu" : measure === "node-hours" ? "node" : "cpu";
}

interface Found {
  readonly row: NodeUseRow;
  /** Seconds × what was held over the time of which capacity is known. */
  readonly known_s: number;
  readonly valuesBy: (values: NodesAnswer["values"]) => readonly (number | null)[];
}

interface Using extends Pick<Asked, "now_s" | "breathe"> {
  readonly filters: Filters;
  readonly buckets: Buckets;
  readonly of: NodeResource;
}

/** The nodes of one cluster: those that jobs ran on, and those that were there. */
async function nodesOf(selection: Selection, using: Using): Promise<readonly Found[]> {
  const { cluster, weeks } = selection;
  const { filters, buckets, of, now_s, breathe } = using;
  const span = knownSpan(cluster, buckets);
  const { State, NodeList } = cluster.dataset.dictionaries;
  const lists = nodeListsOf(NodeList);
  const use = new NodeUse(lists, {
    buckets,
    of,
    until_s: cluster.fresh_until_s ?? 0,
    known: span,
    failed: new Set(FAILED_STATES.flatMap((state) => State.find(state) ?? [])),
  });
  const grouped = grouperOf(selection, "none", () => 0);
  for (const chosen of weeks) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    use.add(grouped(chosen));
  }
  const places = new Map<string, number>();
  for (let node = 1; node < Math.min(use.size, lists.names.length); node++) {
    const name = lists.names[node];
    const held = use.held.node[node] + use.held.cpu[node] + use.jobs[node] > 0;
    if (held && isNamed(filters, name)) places.set(name, node);
  }
  const there = thereOf(cluster, using);
  const states = nodeStates(cluster, now_s);
  const foundOf = (name: string): Found => {
    const place = places.get(name) ?? -1;
    const at = (values: ArrayLike<number>) => place < 0 ? 0 : values[place];
    const known = there.get(name);
    const capacity_s = known?.seconds ?? null;
    const known_s = at(use.known);
    return {
      row: {
        cluster: cluster.name,
        node: name,
        ...shapeOf(known?.shape),
        ...stateOf(known?.present === true ? states.get(name) : undefined),
        cpu_hours: at(use.held.cpu) / HOUR_S,
        gpu_hours: at(use.held.gpu) / HOUR_S,
        node_hours: at(use.held.node) / HOUR_S,
        capacity_hours: capacity_s === null ? null : capacity_s / HOUR_S,
        utilisation: capacity_s === null || capacity_s === 0 ? null : known_s / capacity_s,
        jobs: at(use.jobs),
        jobs_failed: at(use.failed),
      },
      known_s,
      valuesBy: (values) =>
        Array.from({ length: buckets.count }, (_, bucket) => {
          const held = place < 0 ? 0 : use.cells[place * buckets.count + bucket];
          if (values === "hours") return held / HOUR_S;
          const capacity = known?.by_bucket[bucket] ?? 0;
          return capacity > 0 ? held / capacity : null;
        }),
    };
  };
  const found: Found[] = [];
  for (const name of new Set([...places.keys(), ...there.keys()])) {
    if (found.length % NODES_AT_ONCE === 0) await breathe?.();
    found.push(foundOf(name));
  }
  return found;
}

interface There {
  readonly shape: NodeShape;
  /** Whether it is there now. */
  readonly present: boolean;
  /** Seconds × what it offered in the known time, and bucket by bucket. */
  seconds: number;
  readonly by_bucket: Float64Array;
}

/** The chosen nodes that were there in the range. */
function thereOf(cluster: ClusterData, { filters, buckets, of }: Using): ReadonlyMap<string, There> {
  const { inventory } = cluster;
  const span = knownSpan(cluster, buckets);
  const there = new Map<string, There>();
  if (inventory === null || span === null) return there;
  for (const { node, shape, from_s, until_s } of inventory.periods) {
    if (from_s >= span[1] || (until_s ?? Infinity) <= span[0] || !isNodeChosen(filters, node, shape)) {
      continue;
    }
    there.set(node, {
      shape,
      present: until_s === null,
      seconds: 0,
      by_bucket: there.get(node)?.by_bucket ?? new Float64Array(buckets.count),
    });
  }
  eachServing(inventory, span, ({ node, shape }, start_s, end_s) => {
    const known = there.get(node);
    if (known === undefined || !isNodeChosen(filters, node, shape)) return;
    const rate = offerOf(of, shape);
    known.seconds += rate * (end_s - start_s);
    for (let bucket = buckets.at(start_s), at = start_s; at < end_s; bucket++) {
      const next = Math.min(end_s, buckets.edges[bucket + 1]);
      known.by_bucket[bucket] += rate * (next - at);
      at = next;
    }
  });
  return there;
}

function shapeOf(
  shape: NodeShape | undefined,
): Pick<NodeUseRow, "partitions" | "cpus" | "gpus" | "memory_bytes"> {
  if (shape === undefined) return { partitions: [], cpus: null, gpus: null, memory_bytes: null };
  const { partitions, cpus, memory_bytes } = shape;
  return { partitions, cpus, gpus: offerOf("gpu", shape), memory_bytes };
}

const UNSEEN = { state: null, out: false, reason: null, since_s: null } as const;

function stateOf(seen: NodeState | undefined): Pick<NodeUseRow, keyof typeof UNSEEN> {
  return seen ?? UNSEEN;
}

function isNamed({ only, not }: Filters, node: string): boolean {
  return (only.node.length === 0 || only.node.includes(node)) && !not.node.includes(node);
}

/** Of nodes that are alike the first by name, so that no order of the table changes it. */
async function mostUsed(
  found: readonly Found[],
  { breathe }: Pick<Asked, "breathe">,
): Promise<NodeUseRow | null> {
  const most = found.reduce((most, { row }) => Math.max(most, row.utilisation ?? -1), -1);
  const alike = found.filter(({ row }) => row.utilisation === most);
  const [first] = await sortedNodes(alike, { sort: "-utilisation", of: "cpu", breathe });
  return first?.row ?? null;
}

function isUsed({ cpu_hours, node_hours, jobs }: NodeUseRow): boolean {
  return cpu_hours > 0 || node_hours > 0 || jobs > 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
