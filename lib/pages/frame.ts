import type { ClusterAnswer, Facets, Range } from "../query/answers.ts";
import type { FilterProblem, Filters } from "../view/filters.ts";
import { formatInstant } from "../view/format.ts";
import { DIMENSIONS } from "../view/measures.ts";
import { DIMENSION_LABELS, filterBar, type FilterBarModel } from "./filter_bar.ts";
import { isView, pageFilters, pageHref, type PageName, PAGES, type ViewName } from "./links.ts";
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
  return {
    title: titled(page, filters, input.title),
    question: input.question,
    href: pageHref(page, filters),
    dates_href: pageHref(page, { ...filters, from: input.range.from, to: input.range.to }),
    nav: navigation(page, filters),
    setup: input.clusters.length === 0,
    filter_bar: filterBar(page, filters, input),
    freshness: input.clusters.map((cluster) => freshness(cluster, filters, input.now_s)),
    notices: [
      ...addressNotices(page, filters, input),
      ...damageNotices(filters, input),
      ...staleNotices(filters, input),
    ],
    document_title: documentTitle(page, filters),
  };
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

/** Title of the browser's tab: the page, what is chosen on it, the product. */
export function documentTitle(page: PageName | null, filters: Filters): string {
  const label = PAGES.find((entry) => entry.name === page)?.label;
  if (page === null || label === undefined) return PRODUCT;
  const chosen = isView(page) ? describe(pageFilters(page, filters)) : "";
  return `${chosen === "" ? label : `${label}: ${chosen}`} – ${PRODUCT}`;
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
    href: `${pageHref("status", filters)}#${encodeURIComponent(cluster.name)}`,
  };
}

/** The chosen and excluded values in words; empty when nothing is chosen. */
export function describe(filters: Filters): string {
  const parts: string[] = [];
  for (const dimension of DIMENSIONS) {
    const label = DIMENSION_LABELS[dimension];
    const word = dimension === "qos" ? label : label.toLowerCase();
    const plural = dimension === "qos" ? label : `${word}s`;
    const only = filters.only[dimension];
    if (only.length > 0) parts.push(`${only.length === 1 ? word : plural} ${list(only)}`);
    const not = filters.not[dimension];
    if (not.length > 0) parts.push(`without ${not.length === 1 ? word : plural} ${list(not)}`);
  }
  return parts.join(", ");
}

function list(values: readonly string[]): string {
  if (values.length > 5) return `${values.slice(0, 4).join(", ")} and ${values.length - 4} more`;
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} and ${values.at(-1)}`;
}
