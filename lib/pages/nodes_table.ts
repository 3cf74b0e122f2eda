import type { NodesAnswer } from "../query/nodes.ts";
import { DEFAULT_NODE_SORT, type NodeSort, type NodeUseRow } from "../query/node_rows.ts";
import type { Filters } from "../view/filters.ts";
import { formatColumn, formatInstant, formatPercent, formatValue, UNKNOWN } from "../view/format.ts";
import { pageHref } from "./links.ts";
import { NODE_WORDS, nodeJobs, nodeLabel } from "./nodes_heat.ts";
import type { ColumnModel } from "./usage_table.ts";

/** One node of the table; its share is a bar beside its text, from 0 to 1. */
export interface NodeRowModel {
  readonly key: string;
  readonly href: string;
  readonly cells: readonly string[];
  /** Place of the share among the cells, and the share; null for unknown. */
  readonly share: number | null;
  readonly state: "good" | "out" | "unknown";
  /** Why it is out of service and since when, beside the state; empty for a node that is in service. */
  readonly why: string;
}

/** One page of nodes. */
export interface NodesTable {
  readonly caption: string;
  readonly columns: readonly ColumnModel[];
  readonly rows: readonly NodeRowModel[];
  /** Places of the cells that are a bar and a state. */
  readonly share_at: number;
  readonly state_at: number;
}

/** Longest list of partitions that is written out. */
const MOST_PARTITIONS = 3;

/** The nodes of a page with what they are and what jobs made of them. */
export function nodesTable(
  answer: NodesAnswer,
  { filters, several }: { readonly filters: Filters; readonly several: boolean },
): NodesTable {
  const columns = COLUMNS.filter(({ key }) => key !== "node-hours" || answer.of === "node");
  const { tz } = answer.range;
  const hour_texts = columns.map(({ key }) => {
    const of = HOURS_OF.find(([name]) => name === key)?.[1];
    return of === undefined ? null : formatColumn(answer.rows.map(of), "hours");
  });
  const place = (key: NodeSort) => columns.findIndex((column) => column.key === key);
  return {
    caption: "Nodes",
    columns: columns.map((column) => columnModel(column, filters)),
    rows: answer.rows.map((row, place_of_row) => ({
      key: `${row.cluster} ${row.node}`,
      href: nodeJobs(row, filters, several),
      cells: columns.map(({ key, text }, column) =>
        key === "name" ? nodeLabel(row, several) : hour_texts[column]?.[place_of_row] ?? text(row)
      ),
      why: whyOf(row, tz),
      share: row.utilisation,
      state: row.state === null ? "unknown" : row.out ? "out" : "good",
    })),
    share_at: place("utilisation"),
    state_at: place("state"),
  };

  function columnModel({ key, label, title, numeric }: Column, filters: Filters): ColumnModel {
    const sort = filters.sort ?? DEFAULT_NODE_SORT;
    const sorted = sort.replace(/^-/, "") === key;
    const descending = sort.startsWith("-");
    const next = sorted ? !descending : numeric;
    const about = key === "utilisation" ? `${title}: ${NODE_WORDS[answer.of].unit}` : title;
    return {
      key,
      label,
      numeric,
      sort_href: `${pageHref("nodes", { ...filters, sort: `${next ? "-" : ""}${key}`, page: 1 })}#table`,
      ...(sorted ? { sorted: descending ? "descending" as const : "ascending" as const } : {}),
      title: about,
    };
  }
}

function whyOf({ out, reason, since_s }: NodeUseRow, tz: string): string {
  if (!out) return "";
  return [reason ?? "no reason given", since_s === null ? "" : `since ${formatInstant(since_s, tz)}`]
    .filter((part) => part !== "").join(", ");
}

const HOURS_OF: readonly (readonly [NodeSort, (row: NodeUseRow) => number])[] = [
  ["cpu-hours", ({ cpu_hours }) => cpu_hours],
  ["gpu-hours", ({ gpu_hours }) => gpu_hours],
  ["node-hours", ({ node_hours }) => node_hours],
];

interface Column {
  readonly key: NodeSort;
  readonly label: string;
  readonly title: string;
  readonly numeric: boolean;
  readonly text: (row: NodeUseRow) => string;
}

const count = (value: number | null) => formatValue(value, "count", "full");
const hours = (value: number) => formatValue(value, "hours", "full");

const COLUMNS: readonly Column[] = [
  { key: "name", label: "Node", title: "Sort by name", numeric: false, text: ({ node }) => node },
  {
    key: "partition",
    label: "Partitions",
    title: "Partitions that it is part of",
    numeric: false,
    text: ({ partitions }) =>
      partitions.length === 0
        ? UNKNOWN
        : partitions.length > MOST_PARTITIONS
        ? `${partitions.slice(0, MOST_PARTITIONS).join(", ")} and ${partitions.length - MOST_PARTITIONS} more`
        : partitions.join(", "),
  },
  {
    key: "state",
    label: "State",
    title: "State when seen last; sorted by it, nodes out of service come first",
    numeric: false,
    text: ({ state }) => state ?? UNKNOWN,
  },
  {
    key: "utilisation",
    label: "In use",
    title: "Hours held by jobs / hours for which the node served",
    numeric: true,
    text: ({ utilisation }) => formatPercent(utilisation),
  },
  { key: "cpus", label: "CPUs", title: "CPUs that it has", numeric: true, text: ({ cpus }) => count(cpus) },
  { key: "gpus", label: "GPUs", title: "GPUs that it has", numeric: true, text: ({ gpus }) => count(gpus) },
  {
    key: "cpu-hours",
    label: "CPU-hours",
    title: "CPU-hours that jobs held on it; those of jobs on several nodes are shared out",
    numeric: true,
    text: ({ cpu_hours }) => hours(cpu_hours),
  },
  {
    key: "gpu-hours",
    label: "GPU-hours",
    title: "GPU-hours that jobs held on it; those of jobs on several nodes are shared out",
    numeric: true,
    text: ({ gpu_hours }) => hours(gpu_hours),
  },
  {
    key: "node-hours",
    label: "Node-hours",
    title: "Time for which jobs ran on it, each for itself",
    numeric: true,
    text: ({ node_hours }) => hours(node_hours),
  },
  {
    key: "jobs",
    label: "Jobs",
    title: "Jobs that ended on it",
    numeric: true,
    text: ({ jobs }) => count(jobs),
  },
  {
    key: "failed",
    label: "Failed",
    title: "Of these, jobs that ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT",
    numeric: true,
    text: ({ jobs_failed }) => count(jobs_failed),
  },
];
