import type { ChartBucket, ChartSeries, ChartSpec } from "../lib/view/chart_spec.ts";
import { formatValue } from "../lib/view/format.ts";

/** Pixels that axes and margins take off the plot, in the still, in the live chart and in the stylesheet. */
export const FRAME = { left: 56, right: 20, top: 8, bottom: 26 } as const;

/** Width of a figure, in pixels, under which fewer places of the axis are labelled; the stylesheet's as well. */
export const NARROW_PX = 560;

/** Width, in pixels, of a figure that takes half of a wide window; from it on more places are labelled. */
export const HALF_PX = 620;

/** Width, in pixels, from which all places are labelled that have room in the widest figures. */
export const ROOMY_PX = 1000;

/** Ticks of the axis of curves, in the still and in the live chart. */
export const SHARES = [0, 0.25, 0.5, 0.75, 1] as const;

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

/**
 * What all series add up to in one bucket, or in the whole range for null, with its unit; only the unit when they
 * do not add up.
 */
export function sumText(spec: ChartSpec, index: number | null): string {
  if (!spec.stacked) return unitOf(spec);
  const values = spec.series.map(({ values, total }) => index === null ? total : values[index] ?? null);
  return valueWithUnit(sumOf(values), spec);
}

/** Sum of the known values; null when none is known. */
export function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce((sum, value) => value === null ? sum : (sum ?? 0) + value, null);
}

/** One bucket in words, as "Thu 12 Mar 2026: 4,120 CPU-hours", each series by name when they do not add up. */
export function bucketText(spec: ChartSpec, index: number): string {
  const name = labelOf(spec.buckets[index]);
  if (spec.stacked) return `${name}: ${sumText(spec, index)}`;
  if (spec.series.length === 1) {
    return `${name}: ${valueWithUnit(spec.series[0].values[index] ?? null, spec)}`;
  }
  const parts = readingsAt(spec, index).map(({ series, text }) => `${series.label} ${text}`);
  return `${name}: ${parts.join(", ")}`;
}

/** Name of a bucket, with the word when reports for it are missing. */
export function labelOf({ label, incomplete }: ChartBucket): string {
  return incomplete ? `${label} (incomplete)` : label;
}
