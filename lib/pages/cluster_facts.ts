import type { ClusterAnswer } from "../query/answers.ts";
import type { InventoryView } from "../query/inventory.ts";
import { formatBytes, formatDuration, formatInstant, formatValue, UNKNOWN } from "../view/format.ts";
import { formatAge, isStale } from "./notices.ts";

/** One fact about a cluster. */
export interface ClusterFact {
  readonly label: string;
  readonly value: string;
  /** Small line under the value; empty for none. */
  readonly note: string;
}

/** A node that takes no jobs. */
export interface NodeOut {
  readonly node: string;
  /** The same node on the page of nodes. */
  readonly href: string;
  readonly state: string;
  readonly since: string;
  readonly reason: string;
}

const MOST_NODES = 100;
const count = (value: number) => formatValue(value, "count", "full");

/** What a cluster consists of; null where that is not known. */
export function hardwareFacts({ hardware, inventory_s, tz }: ClusterAnswer): readonly ClusterFact[] | null {
  if (hardware === null) return null;
  const { nodes, nodes_out, cpus, gpus, gpus_by_type, memory_bytes } = hardware;
  return [
    {
      label: "Nodes",
      value: count(nodes),
      note: nodes_out === 0 ? "all in service" : `${count(nodes_out)} down, drained or in maintenance`,
    },
    { label: "CPUs", value: count(cpus), note: nodes === 0 ? "" : `${perNode(cpus, nodes)} a node` },
    {
      label: "GPUs",
      value: count(gpus),
      note: gpus_by_type.map(([type, number]) => `${count(number)} ${type}`).join(", "),
    },
    {
      label: "Memory",
      value: memory_bytes === 0 ? UNKNOWN : formatBytes(memory_bytes),
      note: memory_bytes === 0 ? "not told" : "",
    },
    {
      label: "Last seen",
      value: formatInstant(inventory_s, tz),
      note: "the agent's newest inventory",
    },
  ];
}

function perNode(cpus: number, nodes: number): string {
  return formatValue(cpus / nodes, "ratio", "short");
}

/** How the cluster reports. */
export function agentFacts(cluster: ClusterAnswer, now_s: number): readonly ClusterFact[] {
  const { tz } = cluster;
  const instant = (time_s: number | null) => ({
    value: time_s === null ? "never" : formatInstant(time_s, tz),
    note: time_s === null ? "" : `${formatAge(Math.max(0, now_s - time_s))} ago`,
  });
  const [name, version] = cluster.agent?.split("/", 2) ?? [];
  return [
    {
      label: "Reports",
      value: cluster.fresh_until_s === null ? "none yet" : isStale(cluster, now_s) ? "late" : "arriving",
      note: "",
    },
    { label: "Last batch", ...instant(cluster.last_batch_s) },
    { label: "Complete up to", ...instant(cluster.fresh_until_s) },
    { label: "Agent", value: version ?? name ?? "unknown", note: version === undefined ? "" : name },
    {
      label: "Jobs stored",
      value: count(cluster.jobs),
      note: cluster.first_s === null ? "" : `since ${formatInstant(cluster.first_s, tz)}`,
    },
    {
      label: "Rows rejected",
      value: count(cluster.rejected),
      note: cluster.rejected === 0 ? "" : "reasons on Status",
    },
    { label: "Time zone", value: tz, note: "" },
  ];
}

/** The nodes that are out, those that were longest first; and what of them is not listed. */
export function nodesOut(
  { nodes, events }: InventoryView,
  { tz, now_s, hrefOf }: {
    readonly tz: string;
    readonly now_s: number;
    readonly hrefOf: (node: string) => string;
  },
): { readonly rows: readonly NodeOut[]; readonly left_out: string } {
  // Of several events that last, the newest tells best why.
  const since = new Map<string, (typeof events)[number]>();
  for (const event of events) {
    if ((event.end_s ?? Infinity) > now_s && !since.has(event.node)) since.set(event.node, event);
  }
  const out = nodes.filter((node) => node.out).map((node) => ({
    ...node,
    start_s: since.get(node.name)?.start_s ?? null,
    why: node.reason ?? since.get(node.name)?.reason ?? null,
  })).sort((a, b) => (a.start_s ?? Infinity) - (b.start_s ?? Infinity) || (a.name < b.name ? -1 : 1));
  return {
    rows: out.slice(0, MOST_NODES).map(({ name, state, start_s, why }) => ({
      node: name,
      href: hrefOf(name),
      state,
      since: start_s === null
        ? UNKNOWN
        : `${formatInstant(start_s, tz)} (${formatDuration(Math.max(0, now_s - start_s))})`,
      reason: why ?? "no reason given",
    })),
    left_out: out.length > MOST_NODES ? `${count(out.length - MOST_NODES)} more are out.` : "",
  };
}
