import type { ChartSeries, ChartSpec } from "../../lib/view/chart_spec.ts";

/** A chart of days from 1 Mar 2026 with these values; a series is named by its key. */
export function sampleSpec(
  values_by_key: Readonly<Record<string, readonly (number | null)[]>>,
  changes: Partial<ChartSpec> = {},
): ChartSpec {
  const entries = Object.entries(values_by_key);
  const count = Math.max(0, ...entries.map(([, values]) => values.length));
  const series: readonly ChartSeries[] = entries.map(([key, values], index) => ({
    key,
    label: key === "other" ? "Other" : key,
    colour: key === "other" ? "other" : ([1, 2, 3, 4, 5, 6, 7] as const)[index % 7],
    texture: key === "other" ? "rising" : "plain",
    values,
    total: values.reduce<number | null>((sum, value) => value === null ? sum : (sum ?? 0) + value, null),
    href: key === "other" ? null : `/usage?${new URLSearchParams({ account: key })}`,
    toggle_href: key === "other"
      ? null
      : `/usage?${new URLSearchParams([["account", "x"], ["account", key]])}`,
    selected: false,
  }));
  return {
    id: "by-account",
    kind: "bars",
    axis: "time",
    scale: "linear",
    title: "CPU-hours by account",
    subtitle: "Who used the machine, March 2026, UTC",
    finding: "phys used most.",
    unit: "CPU-hours",
    format: "hours",
    stacked: true,
    buckets: Array.from({ length: count }, (_, index) => ({
      start: new Date(Date.UTC(2026, 2, 1 + index)).toISOString(),
      from: `2026-03-${String(1 + index).padStart(2, "0")}`,
      to: `2026-03-${String(1 + index).padStart(2, "0")}`,
      tick: `${1 + index} Mar`,
      label: `${1 + index} Mar 2026`,
      incomplete: false,
      href: `/usage?from=2026-03-${1 + index}`,
    })),
    series,
    truncated: null,
    compared: null,
    limit: null,
    band: null,
    zoom: null,
    csv_href: "/api/export/usage.csv",
    parquet_href: "/api/export/usage.parquet",
    help_href: "/help#cpu-hours",
    ...changes,
  };
}
