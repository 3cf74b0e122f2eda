import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { type Compared, comparedRange, rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { series } from "../query/series.ts";
import { totals } from "../query/totals.ts";
import type { MeasureValues, Range, RankingAnswer } from "../query/answers.ts";
import type { ChartSpec } from "../view/chart_spec.ts";
import { choose, type FilterProblem, type Filters } from "../view/filters.ts";
import {
  type Change,
  formatChange,
  formatDays,
  formatPercent,
  formatPoints,
  formatValue,
} from "../view/format.ts";
import { type Dimension, type MeasureName, measureOf, type ValueFormat } from "../view/measures.ts";
import { chartSpec, NO_VALUE } from "./chart.ts";
import { dayCount } from "./days.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageHref } from "./links.ts";
import { emptyNotices } from "./notices.ts";

/** A headline number with its change. */
export interface TileModel {
  readonly label: string;
  readonly value: string;
  readonly exact: string;
  readonly note?: string;
  readonly change: Change | null;
  readonly href: string;
}

/** The largest values of one dimension. */
export interface RankingModel {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly format: ValueFormat;
  readonly rows: readonly {
    readonly key: string;
    readonly label: string;
    readonly value: number | null;
    readonly share: number | null;
    readonly href: string;
    readonly selected: boolean;
  }[];
  readonly more: { readonly of: number; readonly href: string };
}

/** Everything the overview shows. */
export interface OverviewModel extends FrameModel {
  readonly page: "overview";
  readonly tiles: readonly TileModel[];
  /** What the tiles' changes are against, as "Changes against 25 Sep – 24 Oct 2026"; empty without any. */
  readonly against: string;
  readonly figures: readonly ChartSpec[];
  readonly rankings: readonly RankingModel[];
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

const HEADLINE: readonly MeasureName[] = [
  "cpu-hours",
  "gpu-hours",
  "jobs-ended",
  "users",
  "wait-p50",
  "wait-p95",
];
const SHORT_LABELS: Readonly<Partial<Record<MeasureName, string>>> = {
  "wait-p50": "Wait, median",
  "wait-p95": "Wait, p95",
};
const LISTS: readonly [Dimension, string][] = [
  ["account", "Accounts"],
  ["user", "Users"],
  ["partition", "Partitions"],
  ["state", "States"],
];
const MOST_ROWS = 10;

/** How all clusters are used in the range of the filters, against the period before. */
export async function overviewPage(
  data: Data,
  filters: Filters,
  { problems = [], ...asked }: Asked & { readonly problems?: readonly FilterProblem[] },
): Promise<OverviewModel> {
  const { now_s } = asked;
  const range = rangeOf(data, filters, now_s);
  const known = clusterList(data, asked);
  const compared = comparedRange(data, filters, range);
  const measures = [...HEADLINE, "jobs-failed", "failed-share"] as const;
  const now = await totals(data, filters, { ...asked, measures });
  const then = compared === null
    ? {}
    : await totals(data, filters, { ...asked, measures, range: compared.range });
  const states = await ranking(data, filters, {
    ...asked,
    by: "state",
    measures: ["cpu-hours", "jobs-ended"],
  });
  const choices = await facets(data, filters, asked);
  const built = frame("overview", filters, {
    title: "Overview",
    question: "How are all clusters used, and is anything off?",
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s,
  });
  const empty = nothingIn(now, states);
  const notices = known.length > 0 && empty
    ? [...built.notices, ...emptyNotices("overview", filters, { clusters: known, range, facets: choices })]
    : built.notices;
  const about = { filters, range, against: againstWords(range, compared), now, then };
  const names = known.map((cluster) => cluster.name);
  const figures: ChartSpec[] = [];
  for (const name of empty ? [] : ["cpu-hours", "gpu-hours"] as const) {
    if (name === "cpu-hours" || (now[name] ?? 0) > 0) {
      figures.push(await figure(data, name, { ...about, names, asked }));
    }
  }
  const rankings: RankingModel[] = [];
  for (const [by, title] of empty ? [] : LISTS) {
    const answer = by === "state"
      ? states
      : await ranking(data, filters, { ...asked, by, measures: ["cpu-hours"] });
    rankings.push(rankingModel(answer, { by, title, filters }));
  }
  return {
    ...built,
    notices,
    page: "overview",
    tiles: empty ? [] : [
      ...HEADLINE.filter((name) => name !== "gpu-hours" || now[name] !== 0 || (then[name] ?? 0) !== 0)
        .map((name) => tile(name, about)),
      failedTile(about),
    ],
    against: empty ? "" : againstNote(compared),
    figures,
    rankings,
    announcement: `${formatValue(now["jobs-ended"] ?? null, "count", "full")} jobs ended, ${
      formatValue(now["cpu-hours"] ?? null, "hours", "full")
    } CPU-hours, ${formatDays(range.from, range.to)}`,
  };
}

interface About {
  readonly filters: Filters;
  readonly range: Range;
  readonly against: string;
  readonly now: MeasureValues;
  readonly then: MeasureValues;
}

function tile(name: MeasureName, { filters, now, then }: About): TileModel {
  const measure = measureOf(name);
  const value = now[name] ?? null;
  return {
    label: SHORT_LABELS[name] ?? measure.label,
    value: formatValue(value, measure.format, "short"),
    exact: `${formatValue(value, measure.format, "full")}${
      measure.format === "duration" ? "" : ` ${measure.unit}`
    }`,
    change: formatChange(value, then[name] ?? null, { format: measure.format }),
    href: pageHref("usage", { ...filters, measure: name }),
  };
}

function failedTile({ filters, now, then }: About): TileModel {
  const [share, before] = [now["failed-share"] ?? null, then["failed-share"] ?? null];
  return {
    label: "Failed jobs",
    value: formatPercent(share),
    exact: `${formatValue(now["jobs-failed"] ?? null, "count", "full")} of ${
      formatValue(now["jobs-ended"] ?? null, "count", "full")
    } jobs that ended`,
    change: formatPoints(share, before),
    href: pageHref("usage", { ...filters, measure: "failed-share" }),
  };
}

async function figure(
  data: Data,
  name: "cpu-hours" | "gpu-hours",
  { filters, range, now, then, against, asked, names }: About & { asked: Asked; names: readonly string[] },
): Promise<ChartSpec> {
  const split: Filters = { ...filters, measure: name, by: "cluster" };
  const answer = await series(data, split, { ...asked, top: 7 });
  const { label } = measureOf(name);
  return chartSpec(answer, {
    page: "overview",
    filters,
    id: `${name}-by-cluster`,
    title: `${label} by cluster`,
    finding: finding(label, { value: now[name] ?? null, before: then[name] ?? null, against }),
    by: "cluster",
    range,
    ranked: names,
    all_href: pageHref("usage", split),
  });
}

function finding(
  label: string,
  { value, before, against }: { value: number | null; before: number | null; against: string },
): string {
  const change = formatChange(value, before, { format: "hours" });
  const amount = `${formatValue(value, "hours", "short")} ${label} in all`;
  if (change === null || change.text === "new") return `${amount}.`;
  return `${amount}, ${[change.words, change.word === "" ? "" : against].filter(Boolean).join(" ")}.`;
}

function rankingModel(
  answer: RankingAnswer,
  { by, title, filters }: { by: Dimension; title: string; filters: Filters },
): RankingModel {
  const all_href = pageHref("usage", { ...filters, by });
  const total = answer.totals["cpu-hours"] ?? 0;
  return {
    id: `by-${by}`,
    title,
    unit: "CPU-hours",
    format: "hours",
    rows: answer.rows.slice(0, MOST_ROWS).map(({ key, values }) => {
      const value = values["cpu-hours"] ?? null;
      const selected = filters.only[by].includes(key);
      return {
        key,
        label: key === "" ? NO_VALUE : key,
        value,
        share: value === null || total === 0 ? null : value / total,
        href: key === "" ? all_href : pageHref("overview", choose(filters, by, selected ? [] : [key])),
        selected,
      };
    }),
    more: { of: answer.rows.length, href: all_href },
  };
}

function nothingIn(now: MeasureValues, states: RankingAnswer): boolean {
  return Object.values(now).every((value) => value === null || value === 0) && states.rows.length === 0;
}

/** A ranking without rows, where there is nothing to compare with. */
export const NOTHING: RankingAnswer = { rows: [], totals: {} };

/** What changes are measured against, in words; empty where there is nothing. */
export function againstWords(range: Range, compared: Compared | null): string {
  if (compared === null) return "";
  const { from, to } = compared.range;
  const adjacent = dayCount(to, range.from) === 2;
  const length = dayCount(from, to);
  if (!adjacent || length !== dayCount(range.from, range.to)) return `than ${formatDays(from, to)}`;
  return length === 1 ? "than the day before" : `than the ${length} days before`;
}

function againstNote(compared: Compared | null): string {
  if (compared === null) return "Nothing to compare with: there are no jobs from so long before";
  const { from, to } = compared.range;
  return `Changes against ${formatDays(from, to)}${
    compared.cut ? ", up to the same time on the last day" : ""
  }`;
}
