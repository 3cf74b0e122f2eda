import type { ChartBucket, ChartSeries, ChartSpec } from "../lib/view/chart_spec.ts";
import { formatValue } from "../lib/view/format.ts";

/** Pixels that axes and margins take off the plot, in the still, in the live chart and in the stylesheet. */
export const FRAME = { left: 56, right: 20, top: 8, bottom: 26 } as const;

/** Width of a figure, in pixels, under which fewer places of the axis are labelled; the stylesheet's as well. */
export const NARROW_PX = 560;

/** The unit to write beside values; empty for durations, which carry theirs. */
export function unitOf({ unit, format }: Pick<ChartSpec, "unit" | "format">): string {
  return format === "duration" ? "" : unit;
}

/** A value in full with its unit. */
export function valueWithUnit(value: number | null, spec: Pick<ChartSpec, "unit" | "format">): string {
  const text = formatValue(value, spec.format, "full");
  const unit = unitOf(spec);
  return value === null || unit === "" ? text : `${text} ${unit}`;
}

/** The values of one bucket, or of the whole range for null, in the order of the series. */
export function readingsAt(
  spec: ChartSpec,
  index: number | null,
): readonly { readonly series: ChartSeries; readonly text: string }[] {
  return spec.series.map((series) => ({
    series,
    text: formatValue(index === null ? series.total : series.values[index] ?? null, spec.format, "full"),
  }));
}

/** One bucket in words, as "Thu 12 Mar 2026: 4,120 CPU-hours", each series by name when they do not add up. */
export function bucketText(spec: ChartSpec, index: number): string {
  const known = spec.series.map((series) => series.values[index] ?? null);
  const name = labelOf(spec.buckets[index]);
  if (spec.series.length === 1) return `${name}: ${valueWithUnit(known[0], spec)}`;
  if (spec.stacked) {
    const sum = known.reduce((total, value) => value === null ? total : (total ?? 0) + value, null);
    return `${name}: ${valueWithUnit(sum, spec)}`;
  }
  const parts = readingsAt(spec, index).map(({ series, text }) => `${series.label} ${text}`);
  return `${name}: ${parts.join(", ")}`;
}

/** Name of a bucket, with the word when reports for it are missing. */
export function labelOf({ label, incomplete }: ChartBucket): string {
  return incomplete ? `${label} (incomplete)` : label;
}
