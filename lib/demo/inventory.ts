import type { WireEntry, WireInventory } from "../job/inventory.ts";
import type { Span } from "./calendar.ts";
import type { Cluster, Node, Partition } from "./hardware.ts";
import { type Idle, nodeName } from "./idle.ts";
import { FIELDS, type User } from "./people.ts";

const MIB = 1024 ** 2;

/**
 * What the agent of a cluster has told of it: once when the period began, and once now, with all that was out of service in
 * between.
 */
export function inventoriesOf(cluster: Cluster, about: {
  readonly idle: Idle;
  readonly users: readonly User[];
  readonly period: Span;
  readonly outage: Span;
  readonly agent: string;
}): readonly WireInventory[] {
  const { idle, users, period, outage, agent } = about;
  const events = idle.events(period, outage);
  const lasting = new Map(events.filter(({ end }) => end === null).map((event) => [event.place, event]));
  const nodes = idle.nodes.map((node, place) => {
    const event = lasting.get(place);
    const state = idle.isBusy(place) ? "MIXED" : "IDLE";
    return {
      ...nodeEntry(node, { cluster, place }),
      state: event === undefined ? state : event.state === "DOWN" ? "DOWN*" : `${state}+${event.state}`,
      reason: event?.reason ?? null,
    };
  });
  const head = { hostname: cluster.hostname, agent };
  return [
    { ...head, at: period.from_s, nodes: nodes.map((node) => ({ ...node, state: "IDLE", reason: null })) },
    {
      ...head,
      at: period.to_s,
      nodes,
      partitions: cluster.partitions.map((partition) => partitionEntry(partition, idle.nodes)),
      events: events.map(({ place: _place, ...event }) => event),
      events_from: period.from_s,
      accounts: accountTree(),
      users: users.map(({ login, accounts }) => ({ user: login, accounts: [...accounts], full_name: null })),
    },
  ];
}

function nodeEntry(
  node: Node,
  { cluster, place }: { readonly cluster: Cluster; readonly place: number },
): WireEntry<"nodes"> {
  const { cpus, mem_mb, gpus, gpu_type } = node.group;
  return {
    name: nodeName(node),
    cpus,
    memory_bytes: mem_mb * MIB,
    gpus: gpus === 0 ? {} : { [gpu_type]: gpus },
    partitions: cluster.partitions.filter(({ first, end }) => place >= first && place < end)
      .map(({ name }) => name),
    state: "IDLE",
  };
}

function partitionEntry(
  { name, first, end, max_limit_min }: Partition,
  nodes: readonly Node[],
): WireEntry<"partitions"> {
  const its = nodes.slice(first, end);
  return {
    name,
    nodes: its.map(nodeName).join(","),
    cpus: its.reduce((sum, { group }) => sum + group.cpus, 0),
    max_time_s: max_limit_min * 60,
    state: "UP",
  };
}

/** Accounts below their fields, and those below the account that their name goes on from. */
function accountTree(): readonly WireEntry<"accounts">[] {
  return [
    { account: "root", description: "default root account", organization: "root" },
    ...FIELDS.flatMap(({ name, accounts }) => [
      { account: name, parent: "root", description: name, organization: "university" },
      ...accounts.map((account) => ({
        account,
        parent: accounts.find((other) => account.startsWith(`${other}-`)) ?? name,
        description: account.replaceAll("-", " "),
        organization: name,
      })),
    ]),
  ];
}
