import type { CurveSpec, HeatSpec } from "../../lib/view/chart_spec.ts";

const WORDS = {
  title: "Share of jobs by wait",
  subtitle: "Jobs that started, March 2026, UTC",
  finding: "Half within 10 s.",
  csv_href: "/api/export/distribution.csv",
  parquet_href: "/api/export/distribution.parquet",
  help_href: "/help#wait",
};

/** Curves of two partitions. */
export function sampleCurves(changes: Partial<CurveSpec> = {}): CurveSpec {
  return {
    ...WORDS,
    kind: "curves",
    id: "ecdf",
    x_title: "Wait",
    x_format: "duration",
    x_unit: "",
    x_min: 1,
    x_max: 86_400,
    marks: [{ at: 60, label: "1 min" }, { at: 3600, label: "1 h" }],
    series: (["batch", "gpu"] as const).map((key, index) => ({
      key,
      label: key,
      colour: index === 0 ? 1 : 2,
      texture: "plain",
      href: `/wait?partition=${key}`,
      toggle_href: `/wait?not.partition=${key}`,
      selected: false,
      jobs: 1200,
      points: index === 0 ? [[1, 0.1], [60, 0.93], [3600, 1]] : [[1, 0], [60, 0.5], [86_400, 1]],
    })),
    ...changes,
  };
}

/** A shaded table of two days and three hours. */
export function sampleHeat(changes: Partial<HeatSpec> = {}): HeatSpec {
  const head = (label: string, tick = label) => ({ key: label, label, tick, href: null });
  return {
    ...WORDS,
    kind: "heat",
    id: "hours",
    title: "Jobs submitted by hour",
    unit: "jobs",
    format: "count",
    columns: [head("00:00", "0"), head("01:00", ""), head("02:00", "2")],
    rows: [
      {
        ...head("Monday", "Mon"),
        cells: [{ value: 0, href: null }, { value: 50, href: "/jobs?a=1" }, {
          value: 1000,
          href: "/jobs?a=2",
          marked: true,
        }],
      },
      {
        ...head("Tuesday", "Tue"),
        cells: [{ value: null, href: null }, { value: 1, href: null }, { value: 400, href: null }],
      },
    ],
    full: null,
    numbers: false,
    row_title: "Weekday",
    column_title: "Hour",
    ...changes,
  };
}
