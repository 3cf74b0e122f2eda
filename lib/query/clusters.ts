import { DEFAULT_FILTERS, type Filters } from "../view/filters.ts";
import type { ClusterAnswer } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { hardwareTotals, lastTold } from "./inventory.ts";
import { series } from "./series.ts";

const LAST_30_DAYS: Filters = { ...DEFAULT_FILTERS, period: "30d", measure: "jobs-submitted", step: "day" };

/** What is known of every cluster and its reports. */
export function clusters(data: Data, { now_s }: Asked): readonly ClusterAnswer[] {
  return [...data.values()].map((cluster) => describe(cluster, now_s));
}

/** Jobs submitted to a cluster on each of the last 30 days up to today, oldest first. */
export async function submissionsByDay(data: Data, name: string, asked: Asked): Promise<readonly number[]> {
  const filters: Filters = { ...LAST_30_DAYS, only: { ...LAST_30_DAYS.only, cluster: [name] } };
  return ((await series(data, filters, asked)).series[0]?.values ?? []).map((value) => value ?? 0);
}

function describe(cluster: ClusterData, now_s: number): ClusterAnswer {
  const { name, tz, dataset, report, files } = cluster;
  return {
    name,
    tz,
    jobs: dataset.length,
    first_s: known(dataset.first_event_s),
    last_s: known(dataset.last_event_s),
    fresh_until_s: cluster.fresh_until_s,
    last_batch_s: report.last_batch_s,
    agent: report.agent,
    batches: report.batches,
    rejected: report.rejected,
    recent_rejected: report.recent_rejected,
    files: files.length,
    file_bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    set_aside: [...cluster.set_aside].map(([file, reason]) => ({ file, reason })),
    hardware: hardwareTotals(cluster.inventory, now_s),
    inventory_s: lastTold(cluster.inventory),
  };
}

function known(time_s: number): number | null {
  return Number.isNaN(time_s) ? null : time_s;
}
