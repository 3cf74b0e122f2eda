import type { SeriesAnswer } from "../query/answers.ts";
import type { Asked, Data } from "../query/data.ts";
import { series } from "../query/series.ts";
import type { ChartLine, ChartSpec } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import type { MeasureName } from "../view/measures.ts";
import { alsoWith } from "./chart.ts";

/** What hours of a kind could be at most. */
const CAPACITY: Readonly<Partial<Record<MeasureName, MeasureName>>> = {
  "cpu-hours": "cpu-hours-capacity",
  "gpu-hours": "gpu-hours-capacity",
  "node-hours": "node-hours-capacity",
};

/**
 * What could have been used at most, bucket by bucket, to be drawn above hours of whole clusters; null where that is not
 * known of any time, and where the hours are only those of some jobs.
 */
export async function capacityLine(
  data: Data,
  filters: Filters,
  { answer, ...asked }: Asked & { readonly answer: Pick<SeriesAnswer, "measure" | "step"> },
): Promise<ChartLine | null> {
  const { measure, step } = answer;
  if (filters.by !== "none" && filters.by !== "cluster" || !isOfWholeClusters(filters)) return null;
  const name = CAPACITY[measure];
  if (name === undefined) return null;
  const capacity = await series(data, { ...filters, measure: name, by: "none", step }, asked);
  const values = capacity.series[0]?.values ?? [];
  if (values.every((value) => value === null || value === 0)) return null;
  return { label: "Capacity", values, total: capacity.total };
}

/** A line of capacity over a chart of a measure, and the files that have it, too. */
export function withCapacity(
  chart: Pick<ChartSpec, "csv_href" | "parquet_href">,
  measure: MeasureName,
  limit: ChartLine | null,
): Pick<ChartSpec, "limit" | "csv_href" | "parquet_href"> {
  const name = limit === null ? undefined : CAPACITY[measure];
  return { limit, ...alsoWith(chart, name === undefined ? [] : [name]) };
}

/** Whether the filters choose nothing but clusters. */
function isOfWholeClusters({ only, not }: Filters): boolean {
  const chosen = { ...only, cluster: [] };
  const excluded = { ...not, cluster: [] };
  return [...Object.values(chosen), ...Object.values(excluded)].every((values) => values.length === 0);
}
