import { type Filters, formatFilters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import { pageFilters, withQuery } from "./links.ts";

/** Where the numbers of a table by groups are as files, the measure asked for first. */
export function tableHrefs(
  { filters, by }: { readonly filters: Filters; readonly by: Grouping },
  measure: MeasureName,
): { readonly csv_href: string; readonly parquet_href: string } {
  const shown = pageFilters("usage", { ...filters, sort: null });
  const query = formatFilters({ ...shown, by, measure });
  return {
    csv_href: withQuery("/api/export/usage.csv", query),
    parquet_href: withQuery("/api/export/usage.parquet", query),
  };
}
