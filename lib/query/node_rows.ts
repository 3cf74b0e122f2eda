import type { NodeResource } from "../engine/node_use.ts";
import type { Asked } from "./data.ts";

export type { NodeResource };

/** A node of a cluster: what it is, and what jobs made of it in a range. */
export interface NodeUseRow {
  readonly cluster: string;
  readonly node: string;
  /** As the inventory has it now, or had it last; empty and null where it does not know the node. */
  readonly partitions: readonly string[];
  readonly cpus: number | null;
  readonly gpus: number | null;
  readonly memory_bytes: number | null;
  /** State as it was seen last, and whether that means out of service; null where it is not known or the node is gone. */
  readonly state: string | null;
  readonly out: boolean;
  /** Why it is out, without names of users, and since when, epoch seconds; null for unknown and for a node in service. */
  readonly reason: string | null;
  readonly since_s: number | null;
  /** Hours held by jobs in the range. */
  readonly cpu_hours: number;
  readonly gpu_hours: number;
  readonly node_hours: number;
  /** Hours there were of what is asked for, as far as they are known and reported; null for unknown. */
  readonly capacity_hours: number | null;
  /** What of them jobs held. */
  readonly utilisation: number | null;
  /** Jobs that ended on it, and those of them that failed. */
  readonly jobs: number;
  readonly jobs_failed: number;
}

/** What nodes can be put in order by; each with `-` before it for the largest first. */
export const NODE_SORTS = [
  "name",
  "partition",
  "cpus",
  "gpus",
  "state",
  "cpu-hours",
  "gpu-hours",
  "node-hours",
  "utilisation",
  "jobs",
  "failed",
] as const;
export type NodeSort = (typeof NODE_SORTS)[number];

/** Order of nodes unless another is asked for. */
export const DEFAULT_NODE_SORT = "-utilisation";

/** Nodes whose keys are made between two breaks. */
const KEYS_AT_ONCE = 1024;

/** Nodes in the order asked for, unknown values last; those alike by their hours, then by name. */
export async function sortedNodes<T extends { readonly row: NodeUseRow }>(
  nodes: readonly T[],
  { sort, of, breathe }: Pick<Asked, "breathe"> & { readonly sort: string | null; readonly of: NodeResource },
): Promise<readonly T[]> {
  const text = sort ?? DEFAULT_NODE_SORT;
  const descending = text.startsWith("-");
  const key = NODE_SORTS.find((known) => known === text.replace(/^-/, "")) ?? "utilisation";
  const keyed: {
    readonly node: T;
    readonly value: SortValue;
    readonly hours: number;
    readonly name: string;
  }[] = [];
  for (const node of nodes) {
    if (keyed.length % KEYS_AT_ONCE === 0) await breathe?.();
    const { row } = node;
    // Made once: names are compared more often than there are names.
    const name = naturally(row.node);
    const value = key === "name" ? name : sortValue(row, key);
    keyed.push({ node, value, hours: hoursOf(row, of), name: `${row.cluster} ${name}` });
  }
  await breathe?.();
  keyed.sort((a, b) =>
    compare(a.value, b.value, descending) || b.hours - a.hours ||
    (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
  return keyed.map(({ node }) => node);
}

/** Hours that jobs held of a node. */
export function hoursOf({ cpu_hours, gpu_hours, node_hours }: NodeUseRow, of: NodeResource): number {
  return of === "cpu" ? cpu_hours : of === "gpu" ? gpu_hours : node_hours;
}

type SortValue = string | number | null;

function sortValue(row: NodeUseRow, key: Exclude<NodeSort, "name">): SortValue {
  switch (key) {
    case "partition":
      return row.partitions.length === 0 ? null : row.partitions.join(" ");
    case "cpus":
      return row.cpus;
    case "gpus":
      return row.gpus;
    case "state":
      // Those out of service come first.
      return row.state === null ? null : `${row.out ? 0 : 1} ${row.state}`;
    case "cpu-hours":
      return row.cpu_hours;
    case "gpu-hours":
      return row.gpu_hours;
    case "node-hours":
      return row.node_hours;
    case "utilisation":
      return row.utilisation;
    case "jobs":
      return row.jobs;
    case "failed":
      return row.jobs_failed;
  }
}

function compare(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const difference = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -difference : difference;
}

/** A name with its numbers made as long as each other: n2 before n10. */
function naturally(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}
