import type { ClusterAnswer, Facets, Range } from "../query/answers.ts";
import { choose, type FilterProblem, type Filters } from "../view/filters.ts";
import { formatDays, formatInstant } from "../view/format.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import { dimensionWord, valueWord } from "./facet_model.ts";
import { filterBar, type FilterBarModel, PERIOD_NAMES } from "./filter_bar.ts";
import {
  crossHref,
  isView,
  ownHref,
  pageFilters,
  pageHref,
  type PageName,
  PAGES,
  soleUser,
  type ViewName,
} from "./links.ts";
import {
  addressNotices,
  damageNotices,
  formatAge,
  isStale,
  type NoticeModel,
  staleNotices,
} from "./notices.ts";

/** Name of the product, as its pages show it. */
export const PRODUCT = "SLURM Usage History";

/** A link of the navigation, keeping the filters. */
export interface NavLink {
  readonly name: PageName;
  readonly label: string;
  readonly href: string;
  readonly current: boolean;
}

/** How far a cluster's reports reach. */
export interface FreshnessModel {
  readonly cluster: string;
  readonly text: string;
  /** ISO time; null when nothing has been reported. */
  readonly time: string | null;
  readonly exact: string;
  readonly stale: boolean;
  readonly href: string;
}

/** What every filtered page has around its figures. */
export interface FrameModel {
  readonly title: string;
  readonly question: string;
  /** The way to the page of the one user that is chosen; null elsewhere, and there. */
  readonly person: { readonly label: string; readonly href: string } | null;
  /** Canonical URL of this view. */
  readonly href: string;
  /** The same view with its days written out, so that a link shows them for ever. */
  readonly dates_href: string;
  readonly nav: readonly NavLink[];
  /** Whether no cluster has reported yet: then the page tells how to add one. */
  readonly setup: boolean;
  readonly filter_bar: FilterBarModel;
  readonly freshness: readonly FreshnessModel[];
  readonly notices: readonly NoticeModel[];
  /** Title of the browser's tab. */
  readonly document_title: string;
  /** What is on show, in a sentence, for link previews and search. */
  readonly description: string;
  /** Name of the saved view that this is; empty for none. */
  readonly view_name: string;
  /** Differs when the data or the days of the view do, and not because time goes by. */
  readonly version: string;
}

/** What the frame of a page is made from. */
export interface FrameInput {
  readonly title: string;
  readonly question: string;
  readonly range: Range;
  readonly facets: Facets;
  readonly clusters: readonly ClusterAnswer[];
  readonly problems: readonly FilterProblem[];
  readonly now_s: number;
}

/** The frame of a filtered page. */
export function frame(page: ViewName, filters: Filters, input: FrameInput): FrameModel {
  const { range } = input;
  return {
    title: titled(page, filters, input.title),
    question: input.question,
    person: personLink(page, filters),
    href: ownHref(page, filters),
    dates_href: ownHref(page, { ...filters, from: range.from, to: range.to }),
    nav: navigation(page, filters),
    setup: input.clusters.length === 0,
    filter_bar: filterBar(page, filters, input),
    freshness: input.clusters
      .filter(({ name }) => page !== "cluster" || filters.only.cluster.includes(name))
      .map((cluster) => freshness(cluster, filters, input.now_s)),
    notices: [
      ...addressNotices(page, filters, input),
      ...damageNotices(filters, input),
      ...staleNotices(filters, input),
    ],
    document_title: documentTitle(page, filters),
    description: description(page, filters, input),
    view_name: filters.view_name ?? "",
    version: versionOf(input),
  };
}

function personLink(page: ViewName, filters: Filters): FrameModel["person"] {
  const user = soleUser(filters);
  return user === null || page === "usage"
    ? null
    : { label: `Page of ${user}`, href: crossHref("usage", { ...filters, by: null, measure: null }) };
}

/** Every batch and every change of the hardware counts, and midnight does. */
function versionOf({ range, clusters }: FrameInput): string {
  const states = clusters.map((cluster) => [
    cluster.name,
    cluster.batches,
    cluster.jobs,
    cluster.fresh_until_s,
    cluster.set_aside.length,
    cluster.inventory_s,
  ]);
  return JSON.stringify([range.from, range.to, range.tz, ...states]);
}

function description(page: ViewName, filters: Filters, { question, range }: FrameInput): string {
  const chosen = describe(pageFilters(page, filters));
  const days = `${formatDays(range.from, range.to)}, ${range.tz}`;
  return `${question} ${days}${chosen === "" ? "" : `; ${chosen}`}.`;
}

/** The navigation on a page; links to other filtered pages keep what both can show. */
export function navigation(current: PageName | null, filters: Filters): readonly NavLink[] {
  return PAGES.map(({ name, label }) => ({
    name,
    label,
    href: pageHref(name, name === current ? filters : { ...filters, page: 1, sort: null }),
    current: name === current,
  }));
}

/** Longer lists of what is chosen are left to the chips. */
const LONGEST_TITLE = 60;

/** A page's title, with what is chosen on it where that is short. */
function titled(page: ViewName, filters: Filters, title: string): string {
  const plain = PAGES.some((entry) => entry.name === page && entry.label === title);
  const chosen = describe(filters);
  if (!plain || chosen === "" || chosen.length > LONGEST_TITLE) return title;
  return chosen.startsWith("without ") ? `${title} ${chosen}` : `${title} of ${chosen}`;
}

/** Title of the browser's tab: the name of a saved view, the page, what is chosen on it, its days, the product. */
export function documentTitle(page: PageName | null, filters: Filters): string {
  const label = page === "cluster"
    ? `Cluster ${filters.only.cluster[0] ?? ""}`
    : PAGES.find((entry) => entry.name === page)?.label;
  if (page === null || label === undefined) return PRODUCT;
  if (!isView(page)) return `${label} – ${PRODUCT}`;
  const shown = pageFilters(page, filters);
  const only = page === "cluster" ? { ...shown.only, cluster: [] } : shown.only;
  const parts = [describe({ ...shown, only }), periodWords(shown)].filter((part) => part !== "");
  const named = filters.view_name === null ? "" : `${filters.view_name} – `;
  return `${named}${label}: ${parts.join(", ")} – ${PRODUCT}`;
}

/** The period of a view in words, as "last 30 days" or "1 – 31 Mar 2026". */
function periodWords({ period, from, to }: Filters): string {
  if (from !== null && to !== null) return formatDays(from, to);
  if (from !== null) return `from ${formatDays(from, from)}`;
  if (to !== null) return `up to ${formatDays(to, to)}`;
  const name = PERIOD_NAMES[period];
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

function freshness(cluster: ClusterAnswer, filters: Filters, now_s: number): FreshnessModel {
  const at_s = cluster.fresh_until_s;
  return {
    cluster: cluster.name,
    text: at_s === null
      ? "no reports yet"
      : now_s - at_s < 60
      ? "reported just now"
      : `reported ${formatAge(now_s - at_s)} ago`,
    time: at_s === null ? null : new Date(at_s * 1000).toISOString(),
    exact: at_s === null ? "" : `${formatInstant(at_s, cluster.tz)} ${cluster.tz}`,
    stale: isStale(cluster, now_s),
    href: pageHref("cluster", choose(filters, "cluster", [cluster.name])),
  };
}

/** The chosen and excluded values in words; empty when nothing is chosen. */
export function describe(filters: Filters): string {
  const parts: string[] = [];
  for (const dimension of DIMENSIONS) {
    const word = dimensionWord(dimension);
    const plural = pluralOf(word);
    const only = filters.only[dimension];
    if (only.length > 0) parts.push(`${only.length === 1 ? word : plural} ${list(only, dimension)}`);
    const not = filters.not[dimension];
    if (not.length > 0) parts.push(`without ${not.length === 1 ? word : plural} ${list(not, dimension)}`);
  }
  return parts.join(", ");
}

function pluralOf(word: string): string {
  if (word === "QOS" || word === "length of wait") return word;
  return word.endsWith("y") ? `${word.slice(0, -1)}ies` : `${word}s`;
}

function list(chosen: readonly string[], dimension: Dimension): string {
  const values = chosen.map((value) => valueWord(value, dimension));
  if (values.length > 5) return `${values.slice(0, 4).join(", ")} and ${values.length - 4} more`;
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} and ${values.at(-1)}`;
}
