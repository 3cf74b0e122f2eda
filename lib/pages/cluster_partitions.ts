import { countNodes } from "../slurm/node_list.ts";
import type { RankingAnswer } from "../query/answers.ts";
import type { InventoryView } from "../query/inventory.ts";
import { choose, type Filters } from "../view/filters.ts";
import { formatDuration, formatPercent, formatValue, UNKNOWN } from "../view/format.ts";
import type { MeasureName } from "../view/measures.ts";
import { keyLabel } from "./chart.ts";
import { pageHref } from "./links.ts";

/** What is told of each partition. */
export const PARTITION_MEASURES = [
  "cpu-hours",
  "jobs-ended",
  "cpu-utilisation",
  "gpu-utilisation",
  "wait-p50",
  "wait-p95",
] as const satisfies readonly MeasureName[];

/** The partitions of a cluster, those with most CPU-hours first. */
export interface PartitionTable {
  readonly caption: string;
  readonly columns: readonly {
    readonly key: string;
    readonly label: string;
    readonly numeric: boolean;
    readonly title?: string;
  }[];
  readonly rows: readonly {
    readonly key: string;
    readonly href: string;
    readonly cells: readonly string[];
  }[];
}

/** What each partition consists of, how much it was used and how long jobs waited for it. */
export function partitionTable(
  used: RankingAnswer,
  { inventory, filters }: { readonly inventory: InventoryView; readonly filters: Filters },
): PartitionTable {
  const told = new Map(inventory.partitions.map((partition) => [partition.name, partition]));
  const names = [
    ...used.rows.map(({ key }) => key),
    ...[...told.keys()].filter((name) => !used.rows.some(({ key }) => key === name)).sort(),
  ];
  const values = new Map(used.rows.map((row) => [row.key, row.values]));
  const known = told.size > 0;
  const gpus = (used.totals["gpu-utilisation"] ?? 0) > 0;
  const count = (value: number | null | undefined) => formatValue(value ?? null, "count", "full");
  return {
    caption: "Partitions",
    columns: [
      { key: "name", label: "Partition", numeric: false },
      ...(known
        ? [
          { key: "state", label: "State", numeric: false },
          { key: "nodes", label: "Nodes", numeric: true },
          { key: "cpus", label: "CPUs", numeric: true },
          { key: "limit", label: "Longest job", numeric: true, title: "The longest that a job may run" },
        ]
        : []),
      { key: "jobs", label: "Jobs ended", numeric: true },
      { key: "hours", label: "CPU-hours", numeric: true },
      ...(known
        ? [{
          key: "used",
          label: "CPUs used",
          numeric: true,
          title:
            "CPU-hours of its jobs / CPU-hours that its nodes offered; nodes may be in several partitions",
        }]
        : []),
      ...(known && gpus
        ? [{
          key: "gpus",
          label: "GPUs used",
          numeric: true,
          title: "GPU-hours of its jobs / GPU-hours that its nodes offered",
        }]
        : []),
      { key: "p50", label: "Wait, median", numeric: true },
      { key: "p95", label: "Wait, p95", numeric: true },
    ],
    rows: names.map((name) => {
      const partition = told.get(name);
      const of = values.get(name) ?? {};
      return {
        key: name,
        href: pageHref("usage", { ...choose(filters, "partition", [name]), by: "account" }),
        cells: [
          keyLabel(name, "partition"),
          ...(known
            ? [
              partition?.state ?? UNKNOWN,
              partition === undefined ? UNKNOWN : count(countNodes(partition.nodes)),
              count(partition?.cpus),
              partition === undefined
                ? UNKNOWN
                : partition.max_time_s === null
                ? "no limit"
                : formatDuration(partition.max_time_s),
            ]
            : []),
          count(of["jobs-ended"] ?? 0),
          formatValue(of["cpu-hours"] ?? 0, "hours", "full"),
          ...(known ? [formatPercent(of["cpu-utilisation"] ?? null)] : []),
          ...(known && gpus ? [formatPercent(of["gpu-utilisation"] ?? null)] : []),
          formatDuration(of["wait-p50"] ?? null),
          formatDuration(of["wait-p95"] ?? null),
        ],
      };
    }),
  };
}
