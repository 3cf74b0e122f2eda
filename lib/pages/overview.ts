import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { chosenClusters, comparedRange, rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { totals } from "../query/totals.ts";
import type { MeasureValues, RankingAnswer } from "../query/answers.ts";
import type { FigureSpec } from "../view/chart_spec.ts";
import type { FilterProblem, Filters } from "../view/filters.ts";
import { formatDays, formatPercent, formatValue } from "../view/format.ts";
import { addsUp, type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import { againstNote } from "./comparison.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageHref } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import { measureFigure, queueFigure } from "./overview_figures.ts";
import { listFilters, type RankingModel, rankingModel } from "./ranking_list.ts";
import { type Standing, type StandingInput, standingOut } from "./standing_out.ts";
import { shareOfCapacity, type TileModel, tileOf } from "./tiles.ts";

/** Everything the overview shows. */
export interface OverviewModel extends FrameModel {
  readonly page: "overview";
  /** Each chooses the measure of the first figure. */
  readonly tiles: readonly TileModel[];
  /** What the tiles' changes are against, as "Changes against 25 Sep – 24 Oct 2026"; empty without any. */
  readonly against: string;
  /** What is not as usual; empty where nothing is, null where there is nothing to look at. */
  readonly standing: readonly Standing[] | null;
  readonly figures: readonly FigureSpec[];
  readonly rankings: readonly RankingModel[];
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

/** The headline; of what is not known or not there, no tile is shown. */
const HEADLINE: readonly MeasureName[] = [
  "cpu-hours",
  "gpu-hours",
  "jobs-ended",
  "users",
  "wait-p50",
  "wait-p95",
  "failed-share",
  "cpu-utilisation",
  "gpu-utilisation",
];
/** Measures of which 0 says that a cluster has no such thing. */
const ONLY_WHERE_SOME: readonly MeasureName[] = ["gpu-hours", "gpu-utilisation", "cpu-utilisation"];
const BESIDE = ["jobs-failed", "success-share", "running-mean", "pending-mean"] as const;

const LISTS: readonly (readonly [Grouping, string])[] = [
  ["account", "Accounts"],
  ["user", "Users"],
  ["partition", "Partitions"],
  ["qos", "QOS"],
  ["state", "States"],
  ["gpu_type", "GPU types"],
];

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
  const measure: MeasureName = filters.measure ?? "cpu-hours";
  const measures = [...new Set<MeasureName>([...HEADLINE, ...BESIDE, measure])];
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
  const names = known.map((cluster) => cluster.name);
  const input = { filters, range, compared, now, then, names, asked };
  const figureOf = (id: string, title: string, make: () => Promise<FigureSpec>) =>
    attempt(make, { id, title, retry_href: pageHref("overview", filters), failed: asked.failed });
  const title = `${measureOf(measure).label} by cluster`;
  const figures = empty ? [] : [
    await figureOf("by-cluster", title, () => measureFigure(data, measure, input)),
    await figureOf("queue", "Jobs running and waiting", () => queueFigure(data, input)),
  ];
  const chosen = new Set(chosenClusters(data, filters).map(({ name }) => name));
  const clusters = known.filter(({ name }) => chosen.has(name));
  return {
    ...built,
    notices,
    page: "overview",
    tiles: empty ? [] : tiles(filters, { now, then, measure }),
    against: empty ? "" : againstNote(compared, { data, filters, range }),
    standing: empty ? null : standingOut({ now, then, clusters, peak: peakOf(figures), now_s }, filters),
    figures,
    rankings: empty ? [] : await rankings(data, filters, { asked, measure, states, now }),
    announcement: `${formatValue(now["jobs-ended"] ?? null, "count", "full")} jobs ended, ${
      formatValue(now["cpu-hours"] ?? null, "hours", "full")
    } CPU-hours, ${formatDays(range.from, range.to)}`,
  };
}

/** When most jobs waited at one time, from the figure that shows it. */
function peakOf(figures: readonly FigureSpec[]): StandingInput["peak"] {
  const queue = figures.find((figure) => figure.id === "queue");
  if (queue === undefined || queue.kind !== "lines" && queue.kind !== "bars") return null;
  const values = queue.series.find(({ key }) => key === "waiting")?.values ?? [];
  const most = values.reduce<number>((best, value, at) => (value ?? 0) > (values[best] ?? 0) ? at : best, 0);
  const jobs = values[most] ?? null;
  return jobs === null ? null : { jobs, label: queue.buckets[most].label };
}

interface Headline {
  readonly now: MeasureValues;
  readonly then: MeasureValues;
  readonly measure: MeasureName;
}

function tiles(filters: Filters, { now, then, measure }: Headline): readonly TileModel[] {
  const isThere = (name: MeasureName) =>
    !ONLY_WHERE_SOME.includes(name) || (now[name] ?? 0) > 0 || name === "gpu-hours" && (then[name] ?? 0) > 0;
  return HEADLINE.filter(isThere).map((name) =>
    tileOf(name, {
      now,
      then,
      href: pageHref("overview", { ...filters, measure: name }),
      selected: name === measure,
      ...(name === "failed-share" ? endings(now) : {}),
      ...shareOfCapacity(name, filters),
    })
  );
}

/** How many jobs failed, of how many; and the part that was completed, since others were cancelled. */
function endings(now: MeasureValues): Pick<TileModel, "exact" | "note"> {
  const count = (name: MeasureName) => formatValue(now[name] ?? null, "count", "full");
  return {
    exact: `${count("jobs-failed")} of ${count("jobs-ended")} jobs that ended`,
    note: `${formatPercent(now["success-share"] ?? null)} completed`,
  };
}

/** Lists of who and what has most of the measure on show, or of CPU-hours where that does not add up. */
async function rankings(
  data: Data,
  filters: Filters,
  { asked, measure, states, now }: {
    readonly asked: Asked;
    readonly measure: MeasureName;
    readonly states: RankingAnswer;
    readonly now: MeasureValues;
  },
): Promise<readonly RankingModel[]> {
  const lists: RankingModel[] = [];
  for (const [by, title] of LISTS) {
    if (by === "gpu_type" && !((now["gpu-hours"] ?? 0) > 0)) continue;
    const listed = by === "gpu_type" ? "gpu-hours" : addsUp(measureOf(measure), by) ? measure : "cpu-hours";
    const ready = by === "state" && filters.only.state.length === 0 &&
      (listed === "cpu-hours" || listed === "jobs-ended");
    const answer = ready
      ? states
      : await ranking(data, listFilters(filters, by), { ...asked, by, measures: [listed] });
    const rows = ready && listed !== "cpu-hours"
      ? answer.rows.toSorted((a, b) => (b.values[listed] ?? 0) - (a.values[listed] ?? 0))
      : answer.rows;
    // Jobs without a GPU are of no type.
    const shown = by === "gpu_type" ? rows.filter(({ key }) => key !== "") : rows;
    lists.push(
      rankingModel({ ...answer, rows: shown }, { by, title, measure: listed, page: "overview", filters }),
    );
  }
  return lists;
}

function nothingIn(now: MeasureValues, states: RankingAnswer): boolean {
  return Object.values(now).every((value) => value === null || value === 0) && states.rows.length === 0;
}
