import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { type Compared, comparedRange, rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { series } from "../query/series.ts";
import type { Facets, Range, RankingAnswer } from "../query/answers.ts";
import type { ChartSpec, FailedSpec, FigureSpec } from "../view/chart_spec.ts";
import { type FilterProblem, type Filters, formatFilters } from "../view/filters.ts";
import { formatDays } from "../view/format.ts";
import { CLASSES, isClassGrouping } from "../view/classes.ts";
import { addsUp, type Grouping, GROUPING_LABELS, type MeasureName, measureOf } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import { capacityLine, withCapacity } from "./capacity_line.ts";
import { chartSpec, isDimension } from "./chart.ts";
import { againstNote, againstWords, comparedLine } from "./comparison.ts";
import { findingOf } from "./finding.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageFilters, pageHref, soleUser, usageGrouping, withQuery } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import { personal, type PersonalModel } from "./personal.ts";
import { activityFigure, spreadFigure } from "./use_histograms.ts";
import { hoursFigure } from "./use_hours.ts";
import { type UsageSwitches, usageSwitches } from "./usage_switches.ts";
import { type UsageTable, usageTable } from "./usage_table.ts";

/** Everything the usage page shows. */
export interface UsageModel extends FrameModel, UsageSwitches {
  readonly page: "usage";
  /** Where the page is about one user: how well the jobs used what they asked for, and the newest of them. */
  readonly personal: PersonalModel | FailedSpec | null;
  /** Why there is no comparison though one was asked for; empty otherwise. */
  readonly not_compared: string;
  readonly figure: ChartSpec | FailedSpec | null;
  readonly table: UsageTable | null;
  /** How the same measure is spread over periods and over the hours of the week. */
  readonly below: readonly FigureSpec[];
  readonly csv_href: string;
  readonly parquet_href: string;
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

const MOST_SERIES = 7;
const NOTHING: RankingAnswer = { rows: [], totals: {} };

/** Who or what used how much, over time and as a table. */
export async function usagePage(
  data: Data,
  filters: Filters,
  { problems = [], ...circumstances }: Asked & { readonly problems?: readonly FilterProblem[] },
): Promise<UsageModel> {
  const { now_s, failed } = circumstances;
  const by = filters.by ?? usageGrouping(filters);
  const measure: MeasureName = filters.measure ?? "cpu-hours";
  const asked: Filters = { ...filters, by, measure };
  const range = rangeOf(data, filters, now_s);
  const compared = comparedRange(data, filters, range);
  const known = clusterList(data, circumstances);
  const choices = await facets(data, filters, circumstances);
  const measures = tableMeasures(measure);
  const now = await ranking(data, asked, { ...circumstances, by, measures });
  const then = compared === null ? NOTHING : await ranking(data, asked, {
    ...circumstances,
    by,
    measures: measures.slice(0, 1),
    range: compared.range,
  });
  await circumstances.breathe?.();
  const { label } = measureOf(measure);
  const title = by === "none" ? label : `${label} by ${GROUPING_LABELS[by]}`;
  const user = soleUser(filters);
  const built = frame("usage", filters, {
    title: user === null ? "Usage" : `Usage by ${user}`,
    question: user === null ? `Who used what? ${title}` : "What did these jobs use, and how well?",
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s,
  });
  const empty = now.rows.length === 0;
  const against = againstWords(range, compared);
  // Changes are in sentences and the table; where one was asked for and is not there, it says why.
  const not_compared = compared !== null || filters.compare === "none" || empty
    ? ""
    : againstNote(compared, { data, filters, range });
  const input = { ...circumstances, measure, range };
  const retry_href = pageHref("usage", filters);
  const tried = <T>(id: string, words: string, make: () => Promise<T>) =>
    attempt(make, { id, title: words, retry_href, failed });
  const below = empty ? [] : [
    await tried(
      "spread",
      `${label}, spread`,
      () =>
        measureOf(measure).additive ? spreadFigure(data, asked, input) : activityFigure(data, asked, input),
    ),
    await tried("hours", `${label} by hour of the week`, () => hoursFigure(data, asked, input)),
  ];
  const query = formatFilters({ ...pageFilters("usage", { ...asked, sort: null, page: 1 }), by });
  return {
    ...built,
    ...usageSwitches(filters, { by, measure }),
    notices: empty
      ? [...built.notices, ...emptyNotices("usage", filters, { clusters: known, range, facets: choices })]
      : built.notices,
    page: "usage",
    not_compared,
    personal: empty || user === null ? null : await tried(
      "personal",
      "How well these jobs used what they asked for",
      () => personal(data, filters, { ...circumstances, user, range, compared }),
    ),
    figure: empty ? null : await tried(`by-${by}`, title, () =>
      usageFigure(data, asked, {
        asked: circumstances,
        by,
        measure,
        range,
        compared,
        choices,
        now,
        then,
        title,
      })),
    table: empty || by === "none" ? null : usageTable(now, then, {
      by,
      filters,
      measures: measures.filter((name, place) => place === 0 || isThere(now, name)),
      against,
    }),
    below: below.filter((figure) => figure !== null),
    csv_href: withQuery("/api/export/usage.csv", query),
    parquet_href: withQuery("/api/export/usage.parquet", query),
    announcement: `${title}: ${now.rows.length} ${now.rows.length === 1 ? "row" : "rows"}, ${
      formatDays(range.from, range.to)
    }`,
  };
}

/** The measure asked for first, then what stands beside it in the table. */
function tableMeasures(measure: MeasureName): readonly MeasureName[] {
  return [
    ...new Set<MeasureName>([measure, "cpu-hours", "gpu-hours", "jobs-ended", "wait-p50", "cpu-efficiency"]),
  ];
}

/** Whether a column would say anything: clusters without GPUs have no GPU-hours, and not all know what was used. */
function isThere({ totals }: RankingAnswer, name: MeasureName): boolean {
  const value = totals[name] ?? null;
  return value !== null && (name !== "gpu-hours" || value > 0);
}

/** The measure over time, split by the grouping. */
async function usageFigure(
  data: Data,
  filters: Filters,
  { asked, by, measure, range, compared, choices, now, then, title }: {
    readonly asked: Asked;
    readonly by: Grouping;
    readonly measure: MeasureName;
    readonly range: Range;
    readonly compared: Compared | null;
    readonly choices: Facets;
    readonly now: RankingAnswer;
    readonly then: RankingAnswer;
    readonly title: string;
  },
): Promise<ChartSpec> {
  const answer = await series(data, filters, { ...asked, top: MOST_SERIES });
  const top = now.rows[0];
  const spec = chartSpec(answer, {
    page: "usage",
    filters,
    id: `by-${by}`,
    title,
    finding: findingOf({
      measure,
      by,
      total: now.totals[measure] ?? null,
      before: then.totals[measure] ?? null,
      against: againstWords(range, compared),
      top: by === "none" || now.rows.length === 0
        ? null
        : { key: top.key, value: top.values[measure] ?? null },
    }),
    by,
    range,
    ranked: isClassGrouping(by)
      ? CLASSES[by].map(({ key }) => key)
      : isDimension(by)
      ? (choices[by] ?? []).map((facet) => facet.value)
      : [],
    all_href: `${pageHref("usage", filters)}#table`,
  });
  return {
    ...spec,
    // A line for each of several has no whole that an earlier one could be held against.
    compared: addsUp(measureOf(measure), by) || by === "none"
      ? await comparedLine(data, filters, { ...asked, compared, answer, total: then.totals[measure] ?? null })
      : null,
    ...withCapacity(spec, measure, await capacityLine(data, filters, { ...asked, answer })),
  };
}
