import type { ComponentChildren } from "preact";
import type { ChartSpec, CurveSpec } from "../lib/view/chart_spec.ts";
import { shareAt, valueAt } from "../lib/view/curve.ts";
import { formatPercent, formatValue } from "../lib/view/format.ts";
import { labelOf, sumOf } from "./chart_text.ts";
import { DataTable } from "./DataTable.tsx";
import { valueText, wholeOf } from "./plot_view.ts";

/** The numbers of a chart as a table: a row for each bucket, a column for each series, totals last. */
export function FigureTable({ spec }: { readonly spec: ChartSpec }) {
  const { series, buckets, stacked, format, compared, limit, band } = spec;
  const with_sum = stacked && series.length > 1;
  const full = (value: number | null | undefined) => formatValue(value ?? null, format, "full");
  const beside = [
    ...(band === null ? [] : [
      { label: `${band.label}, from`, values: band.low, total: null },
      { label: `${band.label}, to`, values: band.high, total: null },
    ]),
    ...[compared, limit].flatMap((line) => line === null ? [] : [line]),
  ];
  const columns = [
    { key: "bucket", label: spec.axis === "class" ? spec.x_title ?? "Class" : "Time" },
    ...series.map(({ key, label }) => ({ key: `series ${key}`, label, numeric: true })),
    ...(with_sum ? [{ key: "sum", label: "All", numeric: true }] : []),
    ...beside.map(({ label }) => ({ key: `beside ${label}`, label, numeric: true })),
  ];
  const rows = buckets.map((bucket, index) => {
    const values = series.map(({ values }) => values[index] ?? null);
    const sums = with_sum ? [full(sumOf(values))] : [];
    return {
      key: bucket.start,
      href: bucket.href === "" ? undefined : bucket.href,
      cells: [
        labelOf(bucket),
        ...values.map(full),
        ...sums,
        ...beside.map(({ values }) => full(values[index])),
      ],
    };
  });
  const totals = series.map(({ total }) => total);
  const footer = totals.every((total) => total === null) ? undefined : [
    wholeOf(spec),
    ...totals.map(full),
    ...(with_sum ? [full(sumOf(totals))] : []),
    ...beside.map(({ total }) => full(total)),
  ];
  return (
    <Folded>
      {spec.truncated && (
        <p class="figure-truncated">
          {`The ${spec.truncated.shown} largest of ${spec.truncated.of}; the rest is Other. `}
          <a href={spec.truncated.href}>Show all</a>
        </p>
      )}
      <DataTable caption={captionOf(spec)} columns={columns} rows={rows} footer={footer} />
    </Folded>
  );
}

const QUANTILES = [[0.25, "25 %"], [0.5, "Half"], [0.75, "75 %"], [0.9, "90 %"], [0.95, "95 %"], [
  0.99,
  "99 %",
]] as const;

/** The numbers of curves as a table: what share of the jobs lies within each mark, and what a share lies within. */
export function CurveTable({ spec }: { readonly spec: CurveSpec }) {
  const { series, marks } = spec;
  const columns = [
    { key: "x", label: spec.x_title },
    ...series.map(({ key, label }) => ({ key: `series ${key}`, label, numeric: true })),
  ];
  const rows = [
    ...marks.map(({ at }) => ({
      key: `mark ${at}`,
      cells: [`Jobs within ${valueText(spec, at)}`, ...series.map((one) => formatPercent(shareAt(one, at)))],
    })),
    ...QUANTILES.map(([share, words]) => ({
      key: `share ${share}`,
      cells: [
        `${words} of the jobs are within`,
        ...series.map((one) => {
          const value = valueAt(one, share);
          return value === null ? formatValue(null, spec.x_format, "full") : valueText(spec, value);
        }),
      ],
    })),
  ];
  return (
    <Folded>
      <DataTable
        caption={`${spec.title}. ${spec.subtitle}`}
        columns={columns}
        rows={rows}
        footer={["Jobs", ...series.map(({ jobs }) => formatValue(jobs, "count", "full"))]}
      />
    </Folded>
  );
}

function Folded({ children }: { readonly children: ComponentChildren }) {
  return (
    <details class="figure-data">
      <summary>Data table</summary>
      {children}
    </details>
  );
}

function captionOf({ title, unit, format, subtitle }: ChartSpec): string {
  const values = format === "duration" || unit === "" || title.includes(unit)
    ? title
    : `${title}, in ${unit}`;
  return subtitle === "" ? values : `${values}. ${subtitle}`;
}
