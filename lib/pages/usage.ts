import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { comparedRange, rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { series } from "../query/series.ts";
import type { RankingAnswer } from "../query/answers.ts";
import type { ChartSpec } from "../view/chart_spec.ts";
import { type FilterProblem, type Filters, formatFilters } from "../view/filters.ts";
import { formatChange, formatDays, formatPercent, formatValue } from "../view/format.ts";
import { CLASSES, isClassGrouping } from "../view/classes.ts";
import {
  addsUp,
  DIMENSIONS,
  type Grouping,
  GROUPING_LABELS,
  GROUPINGS,
  type Measure,
  type MeasureName,
  measureOf,
  MEASURES,
} from "../view/measures.ts";
import { chartSpec, isDimension, keyLabel } from "./chart.ts";
import type { LinkModel } from "./filter_bar.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageFilters, pageHref, withQuery } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import { againstWords, NOTHING } from "./overview.ts";
import { type UsageTable, usageTable } from "./usage_table.ts";

/** Everything the usage page shows. */
export interface UsageModel extends FrameModel {
  readonly page: "usage";
  /** What one splits by most, and what else there is. */
  readonly groupings: readonly LinkModel[];
  readonly more_groupings: readonly LinkModel[];
  /** The measures asked for most, and the others. */
  readonly measures: readonly LinkModel[];
  readonly more_measures: readonly LinkModel[];
  readonly figure: ChartSpec | null;
  readonly table: UsageTable | null;
  readonly csv_href: string;
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

const MAIN_MEASURES: readonly MeasureName[] = [
  "cpu-hours",
  "gpu-hours",
  "node-hours",
  "jobs-ended",
  "jobs-submitted",
  "users",
  "wait-p50",
];
const MAIN_GROUPINGS: readonly Grouping[] = [...DIMENSIONS, "gpu_type", "node"];
const MOST_SERIES = 7;

/** Who or what used how much, over time and as a table. */
export async function usagePage(
  data: Data,
  filters: Filters,
  { problems = [], ...circumstances }: Asked & { readonly problems?: readonly FilterProblem[] },
): Promise<UsageModel> {
  const { now_s } = circumstances;
  const by: Grouping = filters.by === null || filters.by === "none" ? "account" : filters.by;
  const measure = measureOf(filters.measure ?? "cpu-hours");
  const asked: Filters = { ...filters, by, measure: measure.name as MeasureName };
  const range = rangeOf(data, filters, now_s);
  const compared = comparedRange(data, filters, range);
  const known = clusterList(data, circumstances);
  const choices = await facets(data, filters, circumstances);
  const measures = tableMeasures(asked.measure);
  const now = await ranking(data, asked, { ...circumstances, by, measures });
  const then = compared === null ? NOTHING : await ranking(data, asked, {
    ...circumstances,
    by,
    measures: measures.slice(0, 1),
    range: compared.range,
  });
  const name = GROUPING_LABELS[by];
  await circumstances.breathe?.();
  const built = frame("usage", filters, {
    title: soleTitle(filters),
    question: `Who used what? ${measure.label} by ${name}`,
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s,
  });
  const empty = now.rows.length === 0;
  const against = againstWords(range, compared);
  const title = `${measure.label} by ${name}`;
  const ranked = isDimension(by)
    ? choices[by].map((facet) => facet.value)
    : isClassGrouping(by)
    ? CLASSES[by].map(({ key }) => key)
    : [];
  const csv = formatFilters(pageFilters("usage", { ...asked, sort: null, page: 1 }));
  return {
    ...built,
    notices: empty
      ? [...built.notices, ...emptyNotices("usage", filters, { clusters: known, range, facets: choices })]
      : built.notices,
    page: "usage",
    groupings: groupingLinks(filters, { chosen: by, names: MAIN_GROUPINGS }),
    more_groupings: groupingLinks(filters, {
      chosen: by,
      names: GROUPINGS.filter((entry) => entry !== "none" && !MAIN_GROUPINGS.includes(entry)),
    }),
    measures: measureLinks(filters, { chosen: measure.name, names: MAIN_MEASURES }),
    more_measures: measureLinks(filters, {
      chosen: measure.name,
      names: MEASURES.map((entry) => entry.name).filter((entry) => !MAIN_MEASURES.includes(entry)),
    }),
    figure: empty ? null : chartSpec(await series(data, asked, { ...circumstances, top: MOST_SERIES }), {
      page: "usage",
      filters,
      id: `by-${by}`,
      title,
      finding: finding(now, then, { measure, by, against }),
      by,
      range,
      ranked,
      all_href: `${pageHref("usage", filters)}#table`,
    }),
    table: empty ? null : usageTable(now, then, { by, filters, measures, against }),
    csv_href: withQuery("/api/export/usage.csv", csv),
    announcement: `${title}: ${now.rows.length} ${now.rows.length === 1 ? "row" : "rows"}, ${
      formatDays(range.from, range.to)
    }`,
  };
}

/** The measure asked for first, then what stands beside it in the table. */
function tableMeasures(measure: MeasureName | null): readonly MeasureName[] {
  return [...new Set<MeasureName>([measure ?? "cpu-hours", "cpu-hours", "jobs-ended", "wait-p50"])];
}

function soleTitle(filters: Filters): string {
  const people = filters.only.user;
  return people.length === 1 ? `Usage by ${people[0]}` : "Usage";
}

function groupingLinks(
  filters: Filters,
  { chosen, names }: { chosen: Grouping; names: readonly Grouping[] },
): readonly LinkModel[] {
  return names.map((by) => ({
    label: capitalised(GROUPING_LABELS[by]),
    title: `Split by ${GROUPING_LABELS[by]}`,
    href: pageHref("usage", { ...filters, by, page: 1, sort: null }),
    selected: by === chosen,
  }));
}

function measureLinks(
  filters: Filters,
  { chosen, names }: { chosen: string; names: readonly MeasureName[] },
): readonly LinkModel[] {
  return names.map((name) => ({
    label: measureOf(name).label,
    title: measureOf(name).definition,
    href: pageHref("usage", { ...filters, measure: name, page: 1, sort: null }),
    selected: name === chosen,
  }));
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The largest part of the whole and how the whole changed, in one sentence. */
function finding(
  now: RankingAnswer,
  then: RankingAnswer,
  { measure, by, against }: { measure: Measure & { name: string }; by: Grouping; against: string },
): string {
  const name = measure.name as MeasureName;
  const total = now.totals[name] ?? null;
  if (total === null || now.rows.length === 0) return "";
  const amount = `${formatValue(total, measure.format, "short")}${
    measure.format === "duration" || measure.unit === "" ? "" : ` ${measure.unit}`
  }`;
  const top = now.rows[0];
  const value = top.values[name] ?? null;
  const label = keyLabel(top.key, by);
  const shared = addsUp(measure, by) && value !== null && total > 0;
  const first = shared
    ? `${label} has ${formatPercent(value / total)} of ${amount}`
    : `${measure.label}: ${amount}`;
  const change = formatChange(total, then.totals[name] ?? null, { format: measure.format });
  if (change === null || change.text === "new") return `${first}.`;
  const words = [change.words, change.word === "" ? "" : against].filter((word) => word !== "");
  return shared ? `${first}; in all ${words.join(" ")}.` : `${first}, ${words.join(" ")}.`;
}
