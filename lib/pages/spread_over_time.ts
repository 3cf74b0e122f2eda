import type { Asked, Data } from "../query/data.ts";
import type { Range, SeriesAnswer, SeriesRow } from "../query/answers.ts";
import type { Compared } from "../query/range.ts";
import { series } from "../query/series.ts";
import { totals } from "../query/totals.ts";
import { CLASSES, type NumberGrouping } from "../view/classes.ts";
import type { ChartLine, ChartSeries, ChartSpec } from "../view/chart_spec.ts";
import { choose, type Filters } from "../view/filters.ts";
import { formatPercent, formatValue } from "../view/format.ts";
import { type Grouping, GROUPING_LABELS, type MeasureName, measureOf } from "../view/measures.ts";
import { SLOTS } from "../view/palette.ts";
import { alsoWith, chartSpec, isDimension } from "./chart.ts";
import { comparedLine } from "./comparison.ts";
import { pageHref, type ViewName } from "./links.ts";
import { classNames } from "./spreads.ts";

/** What a chart over time on a page of spreads is made from. */
export interface OverTime {
  readonly data: Data;
  readonly page: ViewName;
  readonly filters: Filters;
  readonly asked: Asked;
  readonly by: Grouping;
  readonly range: Range;
  readonly ranked: readonly string[];
  /** What the range is compared with, should a comparison be drawn. */
  readonly compared: Compared | null;
}

/** Groups that have a line of their own. */
const MOST_LINES = 6;

/** One measure over time, a line for each of the largest groups. */
export async function trendByGroup(
  { data, page, filters, asked, by, range, ranked, compared }: OverTime,
  { measure, log }: { readonly measure: MeasureName; readonly log: boolean },
): Promise<ChartSpec> {
  const split: Filters = { ...filters, measure, by };
  const answer = await series(data, split, { ...asked, top: MOST_LINES });
  const { label } = measureOf(measure);
  const title = by === "none" ? label : `${label}, by ${GROUPING_LABELS[by]}`;
  const chart = chartSpec(answer, {
    page,
    filters,
    id: "trend",
    title: `${title}, over time`,
    finding: "",
    by,
    range,
    ranked,
    all_href: `${pageHref(page, filters)}#table`,
  });
  const spec: ChartSpec = {
    ...chart,
    kind: "lines",
    stacked: false,
    scale: log ? "log" : "linear",
    compared: by === "none" ? await before({ data, asked, compared }, split, answer) : null,
  };
  return { ...spec, finding: by === "none" ? extremesWords(label, spec) : largestLineWords(spec) };
}

/** The same measure of the range before, where that is to be drawn. */
async function before(
  { data, asked, compared }: Pick<OverTime, "data" | "asked" | "compared">,
  filters: Filters,
  answer: SeriesAnswer,
): Promise<ChartLine | null> {
  if (filters.compare === "none" || compared === null) return null;
  const { measure } = answer;
  const known = await totals(data, filters, { ...asked, measures: [measure], range: compared.range });
  return await comparedLine(data, filters, { ...asked, compared, answer, total: known[measure] ?? null });
}

/** Several measures of all jobs over time in one chart, a line each, the quartiles as a band behind them. */
export async function trendOfAll(
  over: OverTime,
  { id, lines, band, title, log }: {
    readonly id: string;
    readonly lines: readonly {
      readonly measure: MeasureName;
      readonly label: string;
      /** Where it has one of its own; else by place. */
      readonly colour?: ChartSeries["colour"];
    }[];
    readonly band: readonly [low: MeasureName, high: MeasureName] | null;
    readonly title: string;
    readonly log: boolean;
  },
): Promise<ChartSpec> {
  const taken: ChartSpec[] = [];
  for (const { measure } of lines) taken.push(await trendByGroup({ ...over, by: "none" }, { measure, log }));
  const edges: SeriesAnswer[] = [];
  for (const measure of band ?? []) {
    edges.push(await series(over.data, { ...over.filters, measure, by: "none" }, over.asked));
  }
  const [first] = taken;
  const rows = taken.map((chart, place): ChartSeries => ({
    ...chart.series[0],
    key: lines[place].measure,
    label: lines[place].label,
    colour: lines[place].colour ?? SLOTS[place],
  }));
  return {
    ...first,
    ...alsoWith(first, [...lines.slice(1).map(({ measure }) => measure), ...band ?? []]),
    id,
    title,
    series: rows,
    finding: extremesWords(lines[0].label, first),
    compared: first.compared === null || lines.length === 1
      ? first.compared
      : { ...first.compared, label: `${lines[0].label}, ${first.compared.label}` },
    band: edges.length < 2 ? null : {
      label: "Middle half of the jobs",
      low: edges[0].series[0]?.values ?? [],
      high: edges[1].series[0]?.values ?? [],
    },
  };
}

/** When the first line was highest and lowest, in one sentence; empty where there are no two buckets to compare. */
function extremesWords(
  label: string,
  { series, buckets, format }: Pick<ChartSpec, "series" | "buckets" | "format">,
): string {
  const [first] = series;
  const known = (first?.values ?? []).flatMap((value, place) =>
    value === null || buckets[place].incomplete ? [] : [{ value, place }]
  );
  if (known.length < 2) return "";
  const high = known.reduce((best, next) => next.value > best.value ? next : best);
  const low = known.reduce((best, next) => next.value < best.value ? next : best);
  if (high.value === low.value) return `${label}: the same all the time.`;
  const at = ({ value, place }: typeof high) =>
    `${formatValue(value, format, "short")} (${buckets[place].label})`;
  return `${label}: between ${at(low)} and ${at(high)}.`;
}

/** Which line is highest over the whole range, and which lowest. */
function largestLineWords({ series, format }: ChartSpec): string {
  const known = series.flatMap(({ label, total }) => total === null ? [] : [{ label, total }]);
  if (known.length < 2) return "";
  const sorted = known.toSorted((a, b) => b.total - a.total);
  const part = ({ label, total }: (typeof known)[number]) =>
    `${label} (${formatValue(total, format, "short")})`;
  return `Over the whole range highest for ${part(sorted[0])}, lowest for ${
    part(sorted[sorted.length - 1])
  }.`;
}

/** Longer than a day is one share in the charts over time, as is shorter than a minute: seven can be told apart. */
const FOLDED: Readonly<
  Record<NumberGrouping, readonly { readonly label: string; readonly keys: readonly string[] }[]>
> = {
  size_class: CLASSES.size_class.map(({ key }, place) => ({
    label: classNames("size")[place].label,
    keys: [key],
  })),
  wait_class: folded("wait_class"),
  elapsed_class: folded("elapsed_class"),
};

function folded(by: "wait_class" | "elapsed_class") {
  const keys = CLASSES[by].map(({ key }) => key);
  const names = classNames(by === "wait_class" ? "wait" : "elapsed");
  const [minute, day] = [keys.indexOf("<= 1 min"), keys.indexOf("<= 1 d")];
  return [
    { label: "≤\u00a01\u00a0min", keys: keys.slice(0, minute + 1) },
    ...keys.slice(minute + 1, day + 1).map((key) => ({ label: names[keys.indexOf(key)].label, keys: [key] })),
    { label: ">\u00a01\u00a0d", keys: keys.slice(day + 1) },
  ];
}

/** The share that each class has of a measure, over time. */
export async function classShares(
  { data, page, filters, asked, range, ranked }: OverTime,
  { measure, by, title }: {
    readonly measure: MeasureName;
    readonly by: NumberGrouping;
    readonly title: string;
  },
): Promise<ChartSpec> {
  const answer = await series(data, { ...filters, measure, by }, asked);
  const chart = chartSpec(answer, {
    page,
    filters,
    id: "shares",
    title,
    finding: "",
    by,
    range,
    ranked,
    all_href: pageHref(page, filters),
  });
  const by_key = new Map(answer.series.map((row) => [row.key, row]));
  const rows = FOLDED[by].map(({ label, keys }) => ({
    label,
    keys,
    row: summed(keys.flatMap((key) => by_key.get(key) ?? []), answer.buckets.length),
  })).filter(({ row }) => (row.total ?? 0) > 0);
  const whole = summed(rows.map(({ row }) => row), answer.buckets.length);
  const slot = (label: string) => SLOTS[FOLDED[by].findIndex((entry) => entry.label === label)];
  const shares = rows.map(({ label, keys, row }): ChartSeries => ({
    key: label,
    label,
    colour: slot(label),
    texture: "plain",
    href: isDimension(by) ? pageHref(page, choose(filters, by, keys)) : null,
    toggle_href: null,
    selected: false,
    values: row.values.map((value, bucket) => shareOf(value, whole.values[bucket])),
    total: shareOf(row.total, whole.total),
  }));
  return {
    ...chart,
    kind: "bars",
    stacked: true,
    unit: "",
    format: "share",
    series: shares,
    truncated: null,
    compared: null,
    finding: shareWords(shares, { by, unit: measureOf(measure).unit }),
  };
}

function summed(rows: readonly Pick<SeriesRow, "values" | "total">[], buckets: number) {
  const add = (sum: number, value: number | null) => sum + (value ?? 0);
  return {
    values: Array.from(
      { length: buckets },
      (_, bucket) => rows.reduce((sum, { values }) => add(sum, values[bucket]), 0),
    ),
    total: rows.reduce((sum, { total }) => add(sum, total), 0),
  };
}

/** Rounded down, shares do not add up to more than all. */
function shareOf(value: number | null, whole: number | null): number | null {
  return value === null || whole === null || whole === 0 ? null : Math.floor(value / whole * 1e6) / 1e6;
}

/** How large the largest part is and the last one, in one sentence. */
function shareWords(
  shares: readonly ChartSeries[],
  { by, unit }: { readonly by: NumberGrouping; readonly unit: string },
): string {
  const largest = shares.reduce<ChartSeries | null>(
    (best, next) => (next.total ?? 0) > (best?.total ?? 0) ? next : best,
    null,
  );
  const last = shares.at(-1);
  if (largest === null || last === undefined) return "";
  const whole = unit === "jobs" ? "of the jobs" : `of the ${unit} are of jobs that`;
  const rest = largest === last ? "" : `, ${formatPercent(last.total)} ${last.label}`;
  return `${formatPercent(largest.total)} ${whole} ${VERBS[by]} ${largest.label}${rest}.`;
}

const VERBS: Readonly<Record<NumberGrouping, string>> = {
  wait_class: "waited",
  elapsed_class: "ran",
  size_class: "had",
};
