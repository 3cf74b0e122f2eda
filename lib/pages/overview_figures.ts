import type { MeasureValues, Range } from "../query/answers.ts";
import type { Asked, Data } from "../query/data.ts";
import type { Compared } from "../query/range.ts";
import { series } from "../query/series.ts";
import type { ChartSpec } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import { formatValue } from "../view/format.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { alsoWith, chartSpec } from "./chart.ts";
import { capacityLine, withCapacity } from "./capacity_line.ts";
import { againstWords, comparedLine } from "./comparison.ts";
import { findingOf } from "./finding.ts";
import { pageHref } from "./links.ts";

/** What the figures of the overview are made from. */
export interface OverviewInput {
  readonly filters: Filters;
  readonly range: Range;
  readonly compared: Compared | null;
  readonly now: MeasureValues;
  readonly then: MeasureValues;
  /** All clusters there are, in the order in which colours are given out. */
  readonly names: readonly string[];
  readonly asked: Asked;
}

const MOST_SERIES = 7;

/** The measure on show over time, by cluster. */
export async function measureFigure(
  data: Data,
  measure: MeasureName,
  { filters, range, compared, now, then, names, asked }: OverviewInput,
): Promise<ChartSpec> {
  const split: Filters = { ...filters, measure, by: "cluster" };
  const answer = await series(data, split, { ...asked, top: MOST_SERIES });
  const spec = chartSpec(answer, {
    page: "overview",
    filters,
    id: "by-cluster",
    title: `${measureOf(measure).label} by cluster`,
    finding: findingOf({
      measure,
      by: "cluster",
      total: now[measure] ?? null,
      before: then[measure] ?? null,
      against: againstWords(range, compared),
      top: answer.series.length > 1 ? { key: answer.series[0].key, value: answer.series[0].total } : null,
    }),
    by: "cluster",
    range,
    ranked: names,
    all_href: pageHref("usage", split),
  });
  return {
    ...spec,
    compared: await comparedLine(data, split, { ...asked, compared, answer, total: then[measure] ?? null }),
    ...withCapacity(spec, measure, await capacityLine(data, split, { ...asked, answer })),
  };
}

/** How many jobs ran and how many waited at one time. */
export async function queueFigure(
  data: Data,
  { filters, range, now, asked }: OverviewInput,
): Promise<ChartSpec> {
  const of = (measure: MeasureName): Filters => ({ ...filters, measure, by: "none" });
  const running = await series(data, of("running-mean"), asked);
  const waiting = await series(data, of("pending-mean"), asked);
  const spec = chartSpec(running, {
    page: "overview",
    filters,
    id: "queue",
    title: "Jobs running and waiting",
    finding: queueFinding(now),
    by: "none",
    range,
    ranked: [],
    all_href: pageHref("usage", of("running-mean")),
  });
  const plain = { texture: "plain", href: null, toggle_href: null, selected: false } as const;
  const line = (answer: typeof running) => ({
    values: answer.series[0]?.values ?? answer.buckets.map(() => null),
    total: answer.total,
  });
  return {
    ...spec,
    ...alsoWith(spec, ["pending-mean"]),
    subtitle: spec.subtitle.replace("Among jobs running at the time", "At one time, on average"),
    series: [
      { key: "running", label: "Running", colour: 1, ...plain, ...line(running) },
      { key: "waiting", label: "Waiting", colour: 2, ...plain, ...line(waiting) },
    ],
  };
}

function queueFinding(now: MeasureValues): string {
  const running = now["running-mean"] ?? null;
  const waiting = now["pending-mean"] ?? null;
  if (running === null || waiting === null) return "";
  const count = (value: number) => formatValue(value, "ratio", "short");
  return `${count(running)} jobs ran and ${count(waiting)} waited at one time, on average.`;
}
