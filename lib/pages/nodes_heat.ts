import type { NodesAnswer } from "../query/nodes.ts";
import type { NodeResource, NodeUseRow } from "../query/node_rows.ts";
import type { HeatSpec } from "../view/chart_spec.ts";
import { choose, type Filters, formatFilters } from "../view/filters.ts";
import { formatDays, formatPercent, formatValue } from "../view/format.ts";
import type { MeasureName } from "../view/measures.ts";
import { bucketsOf } from "./chart.ts";
import { crossHref, helpHref, pageFilters, withQuery } from "./links.ts";

/** What of a node is looked at: its name, its hours, their share, and the measures of both. */
export const NODE_WORDS: Readonly<
  Record<NodeResource, {
    readonly label: string;
    readonly unit: string;
    readonly hours: MeasureName;
    readonly share: MeasureName;
  }>
> = {
  cpu: { label: "CPUs", unit: "CPU-hours", hours: "cpu-hours", share: "cpu-utilisation" },
  gpu: { label: "GPUs", unit: "GPU-hours", hours: "gpu-hours", share: "gpu-utilisation" },
  node: { label: "Nodes", unit: "node-hours", hours: "node-hours", share: "node-utilisation" },
};

/** What can be looked at, in the order of the switch. */
export const NODE_CHOICES: readonly NodeResource[] = ["cpu", "gpu", "node"];

/** A node for people: with its cluster where there are several. */
export function nodeLabel({ cluster, node }: NodeUseRow, several: boolean): string {
  return several ? `${node}, ${cluster}` : node;
}

/** The jobs of a node. */
export function nodeJobs({ cluster, node }: NodeUseRow, filters: Filters, several: boolean): string {
  const here = several ? choose(filters, "cluster", [cluster]) : filters;
  return crossHref("jobs", choose(here, "node", [node]));
}

/** Ticks of a shaded table: so many at most. */
const MOST_TICKS = 15;

/** The nodes of a page by time, each shaded by how busy it was. */
export function nodesHeat(
  answer: NodesAnswer,
  { filters, several }: { readonly filters: Filters; readonly several: boolean },
): HeatSpec {
  const { of, step, range, values } = answer;
  const { label, unit, hours, share } = NODE_WORDS[of];
  const shares = values === "share";
  const query = [formatFilters(pageFilters("nodes", { ...filters, page: 1 })), "part=days"].filter((part) =>
    part !== ""
  ).join("&");
  const buckets = bucketsOf(answer, { page: "nodes", filters, range });
  const each = Math.ceil(buckets.length / MOST_TICKS);
  const digits = (value: number | null) => value === null ? null : Number(value.toPrecision(3));
  return {
    kind: "heat",
    id: "busy",
    title: shares ? `Busy share of ${label} by ${step}` : `${unit} by ${step}`,
    subtitle: `Apportioned over run time, ${shares ? "by what each node had" : "capacity not known"}, ${
      formatDays(range.from, range.to)
    }, ${range.tz}`,
    finding: finding(answer, several),
    unit: shares ? "" : unit,
    format: shares ? "share" : "hours",
    columns: buckets.map(({ start, label, tick, href }, index) => ({
      key: start,
      label,
      tick: index % each === 0 ? tick : "",
      href,
    })),
    rows: answer.rows.map((row) => ({
      key: `${row.cluster} ${row.node}`,
      label: nodeLabel(row, several),
      tick: nodeLabel(row, several),
      href: nodeJobs(row, filters, several),
      cells: row.values.map((value) => ({ value: digits(value), href: null })),
    })),
    full: shares ? 1 : null,
    numbers: false,
    row_title: "Node",
    column_title: step === "hour" ? "Hour" : step === "day" ? "Day" : "Time",
    csv_href: withQuery("/api/export/nodes.csv", query),
    parquet_href: withQuery("/api/export/nodes.parquet", query),
    help_href: helpHref(shares ? share : hours, filters),
  };
}

/** How busy the nodes were, and the busiest of all, in one sentence. */
function finding(
  { utilisation, most_used, hours, of, unused, count }: NodesAnswer,
  several: boolean,
): string {
  const { unit } = NODE_WORDS[of];
  const whole = utilisation === null
    ? `${formatValue(hours, "hours", "short")} ${unit} in all`
    : `${formatPercent(utilisation)} of what the nodes had was in use`;
  const most = most_used === null || most_used.utilisation === null
    ? ""
    : `; of ${nodeLabel(most_used, several)} most, ${formatPercent(most_used.utilisation)}`;
  const idle = unused === 0 || count === 0
    ? ""
    : ` Nothing ran on ${formatValue(unused, "count", "full")} ${unused === 1 ? "node" : "nodes"}.`;
  return `${whole}${most}.${idle}`;
}
