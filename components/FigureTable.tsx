import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { formatValue } from "../lib/view/format.ts";
import { labelOf, sumOf } from "./chart_text.ts";
import { DataTable } from "./DataTable.tsx";

/** The numbers of a chart as a table: a row for each bucket, a column for each series, totals last. */
export function FigureTable({ spec }: { readonly spec: ChartSpec }) {
  const { series, buckets, stacked, format } = spec;
  const with_sum = stacked && series.length > 1;
  const full = (value: number | null) => formatValue(value, format, "full");
  const columns = [
    { key: "bucket", label: "Time" },
    ...series.map(({ key, label }) => ({ key: `series ${key}`, label, numeric: true })),
    ...(with_sum ? [{ key: "sum", label: "All", numeric: true }] : []),
  ];
  const rows = buckets.map((bucket, index) => {
    const values = series.map(({ values }) => values[index] ?? null);
    const sums = with_sum ? [full(sumOf(values))] : [];
    return {
      key: bucket.start,
      href: bucket.href,
      cells: [labelOf(bucket), ...values.map(full), ...sums],
    };
  });
  const totals = series.map(({ total }) => total);
  const footer = totals.every((total) => total === null)
    ? undefined
    : ["Whole range", ...totals.map(full), ...(with_sum ? [full(sumOf(totals))] : [])];
  return (
    <details class="figure-data">
      <summary>Data table</summary>
      {spec.truncated && (
        <p class="figure-truncated">
          {`The ${spec.truncated.shown} largest of ${spec.truncated.of}; the rest is Other. `}
          <a href={spec.truncated.href}>Show all</a>
        </p>
      )}
      <DataTable caption={captionOf(spec)} columns={columns} rows={rows} footer={footer} />
    </details>
  );
}

function captionOf({ title, unit, format, subtitle }: ChartSpec): string {
  const values = format === "duration" || unit === "" || title.includes(unit)
    ? title
    : `${title}, in ${unit}`;
  return subtitle === "" ? values : `${values}. ${subtitle}`;
}
