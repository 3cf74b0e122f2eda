import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { comparedRange, rangeOf } from "../query/range.ts";
import type { ClusterAnswer, Facets } from "../query/answers.ts";
import type { FailedSpec, FigureSpec } from "../view/chart_spec.ts";
import { type FilterProblem, type Filters, type Weight } from "../view/filters.ts";
import { type Grouping, GROUPING_LABELS, GROUPINGS, type MeasureName, measureOf } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import type { LinkModel } from "./filter_bar.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageHref } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import { againstNote } from "./comparison.ts";
import type { TileModel } from "./tiles.ts";
import { rankedNames } from "./series_look.ts";
import type { OverTime } from "./spread_over_time.ts";
import type { SpreadTable } from "./spread_table.ts";
import { WEIGHT_WORDS } from "./weight.ts";

/** A choice between views, as links; those asked for less often apart. */
export interface SwitchModel {
  readonly label: string;
  readonly links: readonly LinkModel[];
  readonly more: readonly LinkModel[];
}

/** A figure with what it can be switched to, and what is to be known beside it; empty for nothing. */
export interface PanelModel {
  readonly figure: FigureSpec;
  readonly switch: SwitchModel | null;
  readonly note: string;
  /** Whether it is as wide as the page. */
  readonly wide: boolean;
}

/** Everything a page shows that tells how some number of jobs is spread. */
export interface SpreadModel extends FrameModel {
  readonly tiles: readonly TileModel[];
  /** What the tiles' changes are against; empty without any. */
  readonly against: string;
  readonly switches: readonly SwitchModel[];
  readonly panels: readonly PanelModel[];
  readonly tables: readonly (SpreadTable | FailedSpec)[];
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

/** The pages of spreads. */
export type SpreadView = "wait" | "durations" | "sizes" | "efficiency";

/** What a page of spreads begins with. */
export interface Opened extends OverTime {
  readonly page: SpreadView;
  /** Page of the table of groups; the filters are those of its first. */
  readonly table_page: number;
  readonly known: readonly ClusterAnswer[];
  readonly choices: Facets;
  readonly built: FrameModel;
}

/** What a page asks with, and the problems of its address. */
export type PageOptions = Asked & { readonly problems?: readonly FilterProblem[] };

/** Looks up what every figure of the page needs: range, comparison, order of names. */
export async function openSpread(
  page: SpreadView,
  { data, filters, title, question, options: { problems = [], ...asked } }: {
    readonly data: Data;
    readonly filters: Filters;
    readonly title: string;
    readonly question: string;
    readonly options: PageOptions;
  },
): Promise<Opened> {
  const range = rangeOf(data, filters, asked.now_s);
  const usual = page === "efficiency" ? "user" : "partition";
  const by = filters.by === null || filters.by === "none" ? usual : filters.by;
  const choices = await facets(data, filters, asked);
  const known = clusterList(data, asked);
  const { now_s } = asked;
  const built = frame(page, filters, {
    title,
    question,
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s,
  });
  const compared = comparedRange(data, filters, range);
  return {
    data,
    page,
    filters: { ...filters, page: 1 },
    table_page: filters.page,
    asked,
    by,
    range,
    ranked: rankedNames(by, choices),
    compared,
    known,
    choices,
    built,
  };
}

/** What a page shows where no job is. */
export function emptySpread({ page, filters, range, known, choices, built }: Opened): SpreadModel {
  const notices = known.length === 0
    ? built.notices
    : [...built.notices, ...emptyNotices(page, filters, { clusters: known, range, facets: choices })];
  return {
    ...built,
    notices,
    tiles: [],
    against: "",
    switches: [],
    panels: [],
    tables: [],
    announcement: "No jobs",
  };
}

/** What a page has around its figures where there are jobs. */
export function filledSpread(
  { built, compared, data, filters, range }: Opened,
  shown: Pick<SpreadModel, "tiles" | "switches" | "panels" | "tables" | "announcement">,
): SpreadModel {
  return { ...built, against: againstNote(compared, { data, filters, range }), ...shown };
}

/** A figure of the page; should it fail, the others are shown and its place says so. */
export async function panel(
  { page, filters, asked }: Opened,
  { id, title, make, note = () => "", chosen = null, wide = false }: {
    readonly id: string;
    readonly title: string;
    readonly make: () => Promise<FigureSpec>;
    /** Told of once the figure is made. */
    readonly note?: () => Promise<string> | string;
    readonly chosen?: SwitchModel | null;
    readonly wide?: boolean;
  },
): Promise<PanelModel> {
  const retry_href = pageHref(page, filters);
  const figure = await attempt(make, { id, title, retry_href, failed: asked.failed });
  return { figure, switch: chosen, note: figure.kind === "failed" ? "" : await note(), wide };
}

/** The switch of what the page splits by. */
export function splitSwitch({ page, filters, by }: Opened, main: readonly Grouping[]): SwitchModel {
  const link = (grouping: Grouping): LinkModel => ({
    label: capitalised(GROUPING_LABELS[grouping]),
    title: `Split by ${GROUPING_LABELS[grouping]}`,
    href: pageHref(page, { ...filters, by: grouping, sort: null }),
    selected: grouping === by,
  });
  const others = GROUPINGS.filter((grouping) => grouping !== "none" && !main.includes(grouping));
  return { label: "Split by", links: main.map(link), more: others.map(link) };
}

/** The switch of what a job counts for in histogram and shares. */
export function weightSwitch({ page, filters }: Opened): SwitchModel {
  const titles = { jobs: "Each job counts as one", "cpu-hours": "Each job counts as much as its CPU-hours" };
  const link = (weight: Weight): LinkModel => ({
    label: WEIGHT_WORDS[weight].label,
    title: titles[weight],
    href: pageHref(page, { ...filters, weight }),
    selected: filters.weight === weight,
  });
  return { label: "Count", links: [link("jobs"), link("cpu-hours")], more: [] };
}

/** A switch of measures; null is what is shown by itself. */
export function measureSwitch(
  { page, filters }: Opened,
  { label, chosen, options, usual = null }: {
    readonly label: string;
    readonly chosen: MeasureName | null;
    readonly options: readonly (readonly [measure: MeasureName | null, label: string])[];
    /** The one that is shown without being asked for. */
    readonly usual?: MeasureName | null;
  },
): SwitchModel {
  const links = options.map(([measure, text]): LinkModel => ({
    label: text,
    title: measure === null ? text : measureOf(measure).definition,
    href: pageHref(page, { ...filters, measure: measure === usual ? null : measure, sort: null }),
    selected: measure === chosen,
  }));
  return { label, links, more: [] };
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
