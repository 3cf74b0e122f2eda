import type { Range, SeriesAnswer } from "../query/answers.ts";
import { activity, type ActivityBy, type ActivityPeriod } from "../query/activity.ts";
import type { Asked, Data } from "../query/data.ts";
import { series } from "../query/series.ts";
import type { ChartBucket, ChartSpec } from "../view/chart_spec.ts";
import { type Filters, formatFilters } from "../view/filters.ts";
import { formatDays, formatPercent, formatTicks, formatValue } from "../view/format.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { chartSpec, subtitle } from "./chart.ts";
import { type ChartClass, classChart } from "./class_chart.ts";
import { addDays, dayCount } from "./days.ts";
import { helpHref, pageFilters, withQuery } from "./links.ts";
import { amountOf } from "./tiles.ts";

/** Fewest periods of which it can be said what is usual. */
const FEWEST_PERIODS = 5;
const MOST_CLASSES = 12;
const STEP_WORDS = {
  hour: "hours",
  day: "days",
  week: "weeks",
  month: "months",
  quarter: "quarters",
  year: "years",
};
/** Days that the shortest of each has. */
const WHOLE_DAYS = { week: 7, month: 28, quarter: 90, year: 365 };

/** How the values of the buckets of a measure that adds up are spread; null where there are too few whole ones. */
export async function spreadFigure(
  data: Data,
  filters: Filters,
  { measure, range, ...asked }: Asked & { readonly measure: MeasureName; readonly range: Range },
): Promise<ChartSpec | null> {
  const whole: Filters = { ...filters, measure, by: "none" };
  const answer = await series(data, whole, asked);
  if (answer.step === "total") return null;
  const { label, unit, format } = measureOf(measure);
  const places = chartSpec(answer, {
    page: "usage",
    filters,
    id: "",
    title: "",
    finding: "",
    by: "none",
    range,
    ranked: [],
    all_href: "",
  }).buckets;
  const values = (answer.series[0]?.values ?? []).filter((value, bucket): value is number =>
    value !== null && isWhole(places[bucket], answer.step)
  ).toSorted((a, b) => a - b);
  if (values.length < FEWEST_PERIODS || values[0] === values[values.length - 1]) return null;
  const periods = STEP_WORDS[answer.step];
  const short = (value: number) => formatValue(value, format, "short");
  const { from, step, count } = classesOf(values);
  const edges = Array.from({ length: count + 1 }, (_, at) => from + at * step);
  const ticks = formatTicks(edges, format);
  const counts = new Array<number>(count).fill(0);
  for (const value of values) counts[Math.min(count - 1, Math.floor((value - from) / step))]++;
  const classes = counts.map((_, at): ChartClass => ({
    key: String(edges[at]),
    tick: ticks[at],
    label: `${ticks[at]} to ${ticks[at + 1]} ${unit}`,
    href: "",
  }));
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => values[Math.ceil(q * values.length) - 1]);
  const asked_query = formatFilters(pageFilters("usage", { ...whole, sort: null, page: 1 }));
  return {
    ...classChart(
      {
        id: "spread",
        title: `${label} per ${answer.step}`,
        subtitle: subtitle(answer, range).replace(/, by [a-z]+/, `, whole ${periods} only`),
        finding: `Half of the ${values.length} ${periods} had ${short(low)} to ${
          amountOf(measure, high, "short")
        }; the median is ${short(middle)}.`,
        csv_href: withQuery("/api/export/series.csv", asked_query),
        parquet_href: withQuery("/api/export/series.parquet", asked_query),
        help_href: helpHref(measure, filters),
      },
      classes,
      { label: capitalised(periods), unit: periods, format: "count", values: counts, compared: null },
    ),
    x_title: `${unit} per ${answer.step}`,
  };
}

/** Whether all of a bucket lies in the range and is reported. */
function isWhole({ from, to, incomplete }: ChartBucket, step: SeriesAnswer["step"]): boolean {
  if (incomplete) return false;
  if (step === "hour" || step === "day" || step === "total") return true;
  const days = dayCount(from, to);
  if (step === "week") return days === WHOLE_DAYS.week;
  return from.endsWith("-01") && addDays(to, 1).endsWith("-01") && days >= WHOLE_DAYS[step];
}

/** Even classes at round numbers that hold all of some rising values, at most twelve. */
function classesOf(values: readonly number[]): { from: number; step: number; count: number } {
  const [lowest, highest] = [values[0], values[values.length - 1]];
  const rough = (highest - lowest) / (MOST_CLASSES - 2);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((mantissa) => rough <= mantissa * power) ?? 10);
  const from = Math.floor(lowest / step) * step;
  return { from, step, count: Math.max(1, Math.floor((highest - from) / step) + 1) };
}

/** Who is active, by the measure that counts them. */
const ACTIVE: Readonly<Partial<Record<MeasureName, ActivityBy>>> = {
  users: "user",
  accounts: "account",
  groups: "group",
};
const ACTIVE_WORDS = { user: "users", account: "accounts", group: "Unix groups" };
/** Longest ranges of days and of weeks of which each is counted. */
const DAYS_COUNTED = 62;
const WEEKS_COUNTED = 62 * 7;

/** On how many days, weeks or months users or accounts were active; null for other measures. */
export async function activityFigure(
  data: Data,
  filters: Filters,
  { measure, range, ...asked }: Asked & { readonly measure: MeasureName; readonly range: Range },
): Promise<ChartSpec | null> {
  const by = ACTIVE[measure];
  if (by === undefined) return null;
  const days = dayCount(range.from, range.to);
  const per: ActivityPeriod = days <= DAYS_COUNTED ? "day" : days <= WEEKS_COUNTED ? "week" : "month";
  const { active, total, periods, mean_periods } = await activity(data, { ...filters, by }, {
    ...asked,
    per,
  });
  if (total === 0 || periods < 2) return null;
  const width = Math.ceil(periods / 31);
  const count = Math.ceil(periods / width);
  const counts = new Array<number>(count).fill(0);
  for (const one of active) counts[Math.floor((one.periods - 1) / width)] += one.count;
  const plural = (number: number) => `${number} ${per}${number === 1 ? "" : "s"}`;
  const classes = counts.map((_, at): ChartClass => {
    const [first, last] = [at * width + 1, Math.min(periods, (at + 1) * width)];
    return {
      key: String(first),
      tick: first === last ? String(first) : `${first}–${last}`,
      label: first === last ? plural(first) : `${first} to ${plural(last)}`,
      href: "",
    };
  });
  const who = ACTIVE_WORDS[by];
  const once = active.find((one) => one.periods === 1)?.count ?? 0;
  const often = active.filter((one) => one.periods * 2 >= periods).reduce((sum, one) => sum + one.count, 0);
  const query = new URLSearchParams(formatFilters(pageFilters("usage", { ...filters, sort: null, page: 1 })));
  query.delete("measure");
  query.set("by", by);
  query.set("per", per);
  return {
    ...classChart(
      {
        id: "activity",
        title: `How often ${who} are active`,
        subtitle: `On how many ${per}s a job of theirs ran, ${formatDays(range.from, range.to)}, ${range.tz}`,
        finding: `Of ${formatValue(total, "count", "full")} ${who}, ${formatValue(once, "count", "full")} (${
          formatPercent(once / total)
        }) were active on a single ${per} and ${
          formatValue(often, "count", "full")
        } on at least half of the ${plural(periods)}; the mean is ${plural(rounded(mean_periods ?? 0))}.`,
        csv_href: `/api/export/activity.csv?${query}`,
        parquet_href: `/api/export/activity.parquet?${query}`,
        help_href: helpHref(measure, filters),
      },
      classes,
      { label: capitalised(who), unit: who, format: "count", values: counts, compared: null },
    ),
    x_title: `${capitalised(per)}s with a job running`,
  };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
