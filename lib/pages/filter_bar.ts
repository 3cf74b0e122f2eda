import type { Facet, Facets, Range } from "../query/answers.ts";
import {
  clearChoices,
  type Comparison,
  type Filters,
  formatFilters,
  isDay,
  type Period,
  PERIODS,
} from "../view/filters.ts";
import { formatDays, formatValue } from "../view/format.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import { dayOf, neighbour } from "./days.ts";
import { pageFilters, pageHref, pathOf, type ViewName } from "./links.ts";

/** A choice that is a link. */
export interface LinkModel {
  readonly label: string;
  readonly title: string;
  readonly href: string;
  readonly selected: boolean;
}

/** One dimension of the filter bar with the values that can be ticked. */
export interface FacetModel {
  readonly name: Dimension;
  readonly label: string;
  readonly values: readonly { readonly value: string; readonly jobs: string; readonly selected: boolean }[];
  /** How many values are not listed. */
  readonly more: number;
  readonly chosen: number;
}

/** One active filter and the view without it. */
export interface ChipModel {
  readonly label: string;
  readonly value: string;
  readonly href: string;
}

/** Everything the filter bar shows; the state behind it is the page's URL. */
export interface FilterBarModel {
  readonly action: string;
  /** What the form carries along unchanged. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly periods: readonly LinkModel[];
  readonly comparisons: readonly LinkModel[];
  /** The relative period, as "Last 30 days"; empty for days of one's own. */
  readonly period: string;
  /** The days shown, in words. */
  readonly range: string;
  readonly tz: string;
  /** Days written in the date fields: empty while the period is relative. */
  readonly from: string;
  readonly to: string;
  readonly previous_href: string | null;
  readonly next_href: string | null;
  readonly facets: readonly FacetModel[];
  readonly chips: readonly ChipModel[];
  readonly clear_href: string;
}

/** Most values of a dimension that are listed; others are found by typing their whole name. */
const MAX_LISTED = 100;

const PERIOD_NAMES: Readonly<Record<Period, string>> = {
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "12mo": "Last 12 months",
  mtd: "This month",
  qtd: "This quarter",
  ytd: "This year",
  all: "All time",
};

/** Changes are always against a period before, so "none" and "prev" are the same here. */
const COMPARISONS_SHOWN: readonly (readonly [Comparison, label: string, title: string])[] = [
  ["none", "Period before", "Changes against the period just before"],
  ["year", "Year before", "Changes against the same days a year before"],
];

/** Names of the dimensions at the head of their lists. */
export const DIMENSION_LABELS: Readonly<Record<Dimension, string>> = {
  cluster: "Cluster",
  account: "Account",
  user: "User",
  partition: "Partition",
  qos: "QOS",
  state: "State",
};

/** The filter bar of a page for these filters. */
export function filterBar(
  page: ViewName,
  filters: Filters,
  { range, facets, now_s }: { range: Range; facets: Facets; now_s: number },
): FilterBarModel {
  const ranged = filters.from !== null || filters.to !== null;
  const today = dayOf(now_s, range.tz);
  const at = (change: Partial<Filters>) => pageHref(page, { ...filters, ...change, page: 1 });
  const shifted = (direction: -1 | 1): string | null => {
    const days = neighbour(range, direction);
    if (!isDay(days.from) || !isDay(days.to) || days.from > today) return null;
    return at({ period: "30d", ...days });
  };
  return {
    action: pathOf(page),
    hidden: hiddenFields(page, filters),
    periods: PERIODS.map((period) => ({
      label: PERIOD_NAMES[period],
      title: PERIOD_NAMES[period],
      href: at({ period, from: null, to: null }),
      selected: !ranged && filters.period === period,
    })),
    comparisons: page === "jobs" ? [] : COMPARISONS_SHOWN.map(([compare, label, title]) => ({
      label,
      title,
      href: at({ compare }),
      selected: filters.compare === compare,
    })),
    period: ranged ? "" : PERIOD_NAMES[filters.period],
    range: formatDays(range.from, range.to),
    tz: range.tz,
    from: filters.from ?? "",
    to: filters.to ?? "",
    previous_href: filters.period === "all" && !ranged ? null : shifted(-1),
    next_href: filters.period === "all" && !ranged ? null : shifted(1),
    facets: DIMENSIONS.map((dimension) => facetModel(dimension, facets[dimension], filters)),
    chips: chips(page, filters),
    clear_href: pageHref(page, clearChoices(filters)),
  };
}

/** Fields of the URL that the form has no input for, so that applying it does not lose them. */
function hiddenFields(page: ViewName, filters: Filters): FilterBarModel["hidden"] {
  const shown = new Set<string>([...DIMENSIONS, "from", "to", "page"]);
  if (page === "jobs") shown.add("q");
  const kept = formatFilters({ ...pageFilters(page, filters), page: 1 });
  return [...new URLSearchParams(kept)].filter(([name]) => !shown.has(name)).map(([name, value]) => ({
    name,
    value,
  }));
}

function facetModel(dimension: Dimension, facet: readonly Facet[], filters: Filters): FacetModel {
  const chosen = filters.only[dimension];
  const unknown = chosen.filter((value) => !facet.some((entry) => entry.value === value));
  const all = [...unknown.map((value) => ({ value, jobs: 0, selected: true })), ...facet]
    .filter((entry) => entry.value !== "");
  const listed = all.filter((entry, index) => entry.selected || index < MAX_LISTED);
  return {
    name: dimension,
    label: DIMENSION_LABELS[dimension],
    values: listed.map((entry) => ({ ...entry, jobs: formatValue(entry.jobs, "count", "full") })),
    more: all.length - listed.length,
    chosen: chosen.length,
  };
}

function chips(page: ViewName, filters: Filters): readonly ChipModel[] {
  const without = (mode: "only" | "not", dimension: Dimension, value: string): string => {
    const kept = filters[mode][dimension].filter((item) => item !== value);
    return pageHref(page, { ...filters, [mode]: { ...filters[mode], [dimension]: kept }, page: 1 });
  };
  const made: ChipModel[] = [];
  for (const mode of ["only", "not"] as const) {
    for (const dimension of DIMENSIONS) {
      for (const value of filters[mode][dimension]) {
        const label = DIMENSION_LABELS[dimension];
        made.push({
          label: mode === "not" ? `${label} not` : label,
          value,
          href: without(mode, dimension, value),
        });
      }
    }
  }
  if (page === "jobs" && filters.q !== null) {
    made.push({ label: "Search", value: filters.q, href: pageHref(page, { ...filters, q: null, page: 1 }) });
  }
  return made;
}
