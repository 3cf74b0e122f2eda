import type { DistributionAnswer, SpreadAnswer } from "../query/distribution.ts";
import { SPREAD_CLASSES, SPREAD_GROUPINGS } from "../view/classes.ts";
import type { ChartSpec, CurveSpec, FigureWords } from "../view/chart_spec.ts";
import { choose, type Filters, formatFilters, type Weight } from "../view/filters.ts";
import { formatDays, formatPercent, formatValue } from "../view/format.ts";
import { type Grouping, GROUPING_LABELS } from "../view/measures.ts";
import { isDimension } from "./chart.ts";
import { type ChartClass, classChart } from "./class_chart.ts";
import { helpHref, pageFilters, pageHref, type ViewName, withQuery } from "./links.ts";
import { groupLooks } from "./series_look.ts";
import { classNames, SPREAD_WORDS, spreadAxis, spreadValue } from "./spreads.ts";
import { WEIGHT_WORDS } from "./weight.ts";

/** Where a figure of a spread stands. */
export interface SpreadFigure {
  readonly page: ViewName;
  readonly filters: Filters;
  readonly by: Grouping;
}

/** How many jobs stay within which value, in one sentence: "50 % of 1,204 jobs waited at most 4 min, 95 % at most 6 h." */
export function withinWords(of: DistributionAnswer["of"], all: SpreadAnswer): string {
  if (all.jobs === 0) return "";
  const { at_most } = SPREAD_WORDS[of];
  const jobs = `${formatValue(all.jobs, "count", "full")} ${all.jobs === 1 ? "job" : "jobs"}`;
  return `${formatPercent(0.5)} of ${jobs} ${at_most} ${spreadValue(of, all.p50)}, ${
    formatPercent(0.95)
  } at most ${spreadValue(of, all.p95)}.`;
}

/** What is said of jobs that are in no class; empty when there are none. */
export function unknownWords(of: DistributionAnswer["of"], { unknown }: SpreadAnswer): string {
  if (unknown === 0) return "";
  const jobs = `${formatValue(unknown, "count", "full")} ${unknown === 1 ? "job" : "jobs"}`;
  return `Left out: ${jobs} ${SPREAD_WORDS[of].unknown}.`;
}

/** Title of the curves of a spread by a grouping, or of its histogram. */
export function spreadTitle(of: DistributionAnswer["of"], by: Grouping | null): string {
  const { noun, unit } = SPREAD_WORDS[of];
  if (by !== null) return `${noun}${unit === "" ? "" : " per job"}, by ${GROUPING_LABELS[by]}`;
  return unit === "" || of === "memory" ? noun.toLowerCase() : `number of ${unit}`;
}

/** Shares of the jobs up to each value: one curve for each group. */
export function curves(
  answer: DistributionAnswer,
  { ranked, ...figure }: SpreadFigure & { readonly ranked: readonly string[] },
): CurveSpec {
  const { of, all } = answer;
  const { noun, format, unit, x_min, below } = SPREAD_WORDS[of];
  const shown = answer.groups.filter(({ jobs }) => jobs > 0);
  const looks = groupLooks(shown, { ...figure, ranked });
  return {
    ...wordsOf(answer, figure, "curve"),
    kind: "curves",
    id: "curves",
    title: spreadTitle(of, figure.by),
    subtitle: [subtitleOf(answer), below].filter((part) => part !== "").join("; "),
    finding: withinWords(of, all),
    x_title: noun,
    x_format: format === "duration" ? format : "ratio",
    x_unit: unit,
    x_min,
    ...spreadAxis(of, all.max ?? 1),
    series: shown.map(({ ecdf, jobs }, place) => ({
      ...looks[place],
      points: ecdf.map(([value, share]) => [value, cut(share)] as const),
      jobs,
    })),
  };
}

/** A share with so many digits as can be drawn; rounded down, it passes no percentile that it does not reach. */
function cut(share: number): number {
  return Math.floor(share * 1e5 + 1e-6) / 1e5;
}

/** Jobs, or CPU-hours, in each class of values; a class leads to its jobs where they can be listed. */
export function histogram(
  answer: DistributionAnswer,
  { weight, earlier, ...figure }: SpreadFigure & {
    readonly weight: Weight;
    /** The same of another range, to compare with. */
    readonly earlier: DistributionAnswer | null;
  },
): ChartSpec {
  const { of, all } = answer;
  const { label, format, unit: counted } = WEIGHT_WORDS[weight];
  const names = classNames(of);
  const values = valuesOf(all, weight);
  const classes = SPREAD_CLASSES[of].map(({ key }, place): ChartClass => ({
    key,
    ...names[place],
    href: jobsHref(figure.filters, { of, key }),
  }));
  return classChart(
    {
      ...wordsOf(answer, figure),
      id: "histogram",
      title: `${label} by ${spreadTitle(of, null)}`,
      subtitle: subtitleOf(answer),
      finding: largestWords(values, { names: names.map((name) => name.label), counted }),
    },
    classes,
    {
      label,
      unit: counted,
      format,
      values,
      compared: earlier === null ? null : {
        label: formatDays(earlier.from, earlier.to),
        values: valuesOf(earlier.all, weight),
        total: valuesOf(earlier.all, weight).reduce((sum, value) => sum + value, 0),
      },
    },
  );
}

function valuesOf({ counts, cpu_hours }: SpreadAnswer, weight: Weight): readonly number[] {
  return weight === "jobs" ? counts : cpu_hours;
}

/** Which class has most, in one sentence. */
function largestWords(
  values: readonly number[],
  { names, counted }: { readonly names: readonly string[]; readonly counted: string },
): string {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) return "";
  const most = Math.max(...values);
  const whole = formatValue(
    total,
    counted === "jobs" ? "count" : "hours",
    counted === "jobs" ? "full" : "short",
  );
  return `Largest class: ${names[values.indexOf(most)]}, with ${formatPercent(most / total)} of ${whole} ${
    total === 1 ? counted.replace(/s$/, "") : counted
  }.`;
}

/** The jobs of one class; empty where they cannot be chosen. */
function jobsHref(
  filters: Filters,
  { of, key }: { readonly of: DistributionAnswer["of"]; readonly key: string },
) {
  const grouping = SPREAD_GROUPINGS[of];
  if (grouping === null || !isDimension(grouping)) return "";
  return pageHref("jobs", { ...choose(filters, grouping, [key]), sort: null });
}

function subtitleOf({ of, from, to, tz }: DistributionAnswer): string {
  return `${SPREAD_WORDS[of].basis}, ${formatDays(from, to)}, ${tz}`;
}

function wordsOf(
  { of }: DistributionAnswer,
  { page, filters, by }: SpreadFigure,
  part: "classes" | "curve" = "classes",
): Pick<FigureWords, "csv_href" | "parquet_href" | "help_href"> {
  const shown = pageFilters(page, { ...filters, sort: null });
  const query = `of=${of}&${part === "curve" ? "part=curve&" : ""}${
    formatFilters({ ...shown, by, measure: null })
  }`;
  return {
    csv_href: withQuery("/api/export/distribution.csv", query),
    parquet_href: withQuery("/api/export/distribution.parquet", query),
    help_href: helpHref(SPREAD_WORDS[of].definition, filters),
  };
}
