import type { Asked, Data } from "../query/data.ts";
import { nodes, type NodeUseSeries } from "../query/nodes.ts";
import { UnanswerableError } from "../query/unanswerable.ts";
import type { Filters } from "../view/filters.ts";
import { measureColumn, number, text } from "./export_columns.ts";
import type { Table, TableRow } from "./export_table.ts";
import type { TableQuestion } from "./export_tables.ts";
import { choiceOf } from "./figures.ts";

/** What the file can hold, the first unless `part` says another. */
export const NODE_PARTS = ["nodes", "days"] as const;

/** All nodes, page by page, and the last answer, which says what goes for each. */
async function allNodes(data: Data, filters: Filters, asked: Asked) {
  const rows: NodeUseSeries[] = [];
  for (let page = 1;; page++) {
    const answer = await nodes(data, { ...filters, page }, { ...asked, per_page: Infinity });
    for (const row of answer.rows) rows.push(row);
    if (page >= answer.pages) return { ...answer, rows };
  }
}

/** What jobs made of each node in each bucket. */
function nodeDays({ rows, buckets, values, of }: Awaited<ReturnType<typeof allNodes>>): Table {
  const measure = `${of}-${values === "share" ? "utilisation" : "hours"}` as const;
  return {
    columns: [
      text("cluster", "Cluster of the node"),
      text("node", "Name of the node"),
      { name: "start", type: "time", unit: null, meaning: "When the bucket begins" },
      measureColumn(measure),
    ],
    length: rows.length * buckets.length,
    rows: (function* (): Generator<TableRow> {
      for (const { cluster, node, values } of rows) {
        for (const [bucket, start] of buckets.entries()) yield [cluster, node, start, values[bucket]];
      }
    })(),
  };
}

/**
 * What jobs made of each node, in all or bucket by bucket.
 *
 * @throws {UnanswerableError} if hours are to be booked at one moment
 */
export async function nodesTable({ data, filters, params, ...asked }: TableQuestion): Promise<Table> {
  if (filters.basis !== "prorated") {
    throw new UnanswerableError(
      "basis",
      `is "${filters.basis}", but the hours of nodes are always apportioned over the runs: leave it out`,
    );
  }
  if (choiceOf(params, "part", NODE_PARTS) === "days") return nodeDays(await allNodes(data, filters, asked));
  // Complete periods are those of the step; else one bucket is enough.
  const whole: Filters = { ...filters, step: filters.complete ? filters.step : "total" };
  const { rows: found } = await allNodes(data, whole, asked);
  return {
    columns: [
      text("cluster", "Cluster of the node"),
      text("node", "Name of the node"),
      text("partitions", "Its partitions; several are parted by blanks"),
      text("state", "State as it was seen last"),
      number("CPUs", null, "CPUs it has"),
      number("GPUs", null, "GPUs it has"),
      number("memory", "bytes", "Memory it has"),
      ...(["cpu-hours", "gpu-hours", "node-hours"] as const).map(measureColumn),
      number("capacity", "h", "Hours there were of what is asked for, as far as they are known"),
      number("utilisation", null, "What of them jobs held; 1 is all"),
      number("jobs", null, "Jobs that ended on it"),
      number("failed", null, "Those of them that failed"),
    ],
    length: found.length,
    rows: found.map((row) => [
      row.cluster,
      row.node,
      row.partitions.join(" "),
      row.state,
      row.cpus,
      row.gpus,
      row.memory_bytes,
      row.cpu_hours,
      row.gpu_hours,
      row.node_hours,
      row.capacity_hours,
      row.utilisation,
      row.jobs,
      row.jobs_failed,
    ]),
  };
}
