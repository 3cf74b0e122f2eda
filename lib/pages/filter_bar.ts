import type { ClusterAnswer, Facets, Range } from "../query/answers.ts";
import { periodOf } from "../query/range.ts";
import {
  type Basis,
  clearChoices,
  type Comparison,
  type Filters,
  formatFilters,
  isDay,
  type Period,
  PERIODS,
  type Step,
} from "../view/filters.ts";
import { formatDays } from "../view/format.ts";
import { DIMENSIONS, MAIN_DIMENSIONS } from "../view/measures.ts";
import { dayOf, neighbour } from "./days.ts";
import { type ChipModel, chips, type FacetModel, facetModel } from "./facet_model.ts";
import { ownHref, pageFilters, pageHref, pathOf, type ViewName } from "./links.ts";

export type { FacetModel, OptionModel } from "./facet_model.ts";

/** A choice that is a link. */
export interface LinkModel {
  readonly label: string;
  readonly title: string;
  readonly href: string;
  readonly selected: boolean;
}

/** A set of choices of which one holds. */
export interface OptionGroup {
  readonly label: string;
  readonly links: readonly LinkModel[];
}

/** Everything the filter bar shows; the state behind it is the page's URL. */
export interface FilterBarModel {
  readonly action: string;
  /** What the form carries along unchanged. */
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
  readonly periods: readonly LinkModel[];
  readonly comparisons: readonly LinkModel[];
  /** How time is cut: step, booking, zone, complete periods. */
  readonly options: readonly OptionGroup[];
  /** Which of the options are not as they are by default, in words; empty for none. */
  readonly options_text: string;
  /** This view in another time zone, with `{tz}` in its place. */
  readonly zone_address: string;
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
  /** Dimensions that are filtered by less often. */
  readonly more_facets: readonly FacetModel[];
  /** The accounts of the view as names, by parts of their names, and as a tree. */
  readonly account_links: readonly LinkModel[];
  readonly chips: readonly ChipModel[];
  readonly clear_href: string;
  /** Name of the saved view on show; empty for none. */
  readonly view_name: string;
  /** This view under a name, with `{name}` in its place. */
  readonly named_address: string;
}

/** Names of the periods at the head of the filter bar. */
export const PERIOD_NAMES: Readonly<Record<Period, string>> = {
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "12mo": "Last 12 months",
  mtd: "This month",
  qtd: "This quarter",
  ytd: "This year",
  all: "All time",
};

const COMPARISONS_SHOWN: readonly (readonly [Comparison, label: string, title: string])[] = [
  ["none", "Nothing", "Changes are against the period just before, which is not drawn"],
  ["prev", "Period before", "Draws the period just before behind this one"],
  ["year", "Year before", "Draws the same days a year before behind these"],
];

const STEPS_SHOWN: readonly (readonly [Step, label: string])[] = [
  ["auto", "Automatic"],
  ["hour", "Hours"],
  ["day", "Days"],
  ["week", "Weeks"],
  ["month", "Months"],
  ["quarter", "Quarters"],
  ["year", "Years"],
];

const BASES_SHOWN: readonly (readonly [Basis, label: string, title: string])[] = [
  ["prorated", "Over the run", "Hours are apportioned over the time that a job ran"],
  ["start", "At the start", "All hours of a job are booked when it started"],
  ["end", "At the end", "All hours of a job are booked when it ended"],
  ["submit", "At submission", "All hours of a job are booked when it was submitted"],
];

/** What the filter bar is made from. */
export interface FilterBarInput {
  readonly range: Range;
  readonly facets: Facets;
  readonly clusters: readonly ClusterAnswer[];
  readonly now_s: number;
}

/** The filter bar of a page for these filters. */
export function filterBar(page: ViewName, filters: Filters, input: FilterBarInput): FilterBarModel {
  const { range, facets, now_s } = input;
  const ranged = filters.from !== null || filters.to !== null;
  const today = dayOf(now_s, range.tz);
  const at = (change: Partial<Filters>) => pageHref(page, { ...filters, ...change, page: 1 });
  const shifted = (direction: -1 | 1): string | null => {
    const days = neighbour(range, direction);
    if (!isDay(days.from) || !isDay(days.to) || days.from > today) return null;
    const period = periodOf(days, today);
    return period === null ? at({ period: "30d", ...days }) : at({ period, from: null, to: null });
  };
  const options = optionGroups(page, filters, input);
  const facetsOf = (names: readonly (typeof DIMENSIONS)[number][]) =>
    names.filter((name) => page !== "cluster" || name !== "cluster").map((name) =>
      facetModel(name, facets, filters)
    );
  return {
    action: pathOf(page, filters),
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
    options,
    options_text: optionsText(filters, options),
    zone_address: at({ tz: "{tz}" }),
    period: ranged ? "" : PERIOD_NAMES[filters.period],
    range: formatDays(range.from, range.to),
    tz: range.tz,
    from: filters.from ?? "",
    to: filters.to ?? "",
    previous_href: filters.period === "all" && !ranged ? null : shifted(-1),
    next_href: filters.period === "all" && !ranged ? null : shifted(1),
    facets: facetsOf(MAIN_DIMENSIONS),
    more_facets: facetsOf(DIMENSIONS.filter((name) => !MAIN_DIMENSIONS.some((main) => main === name))),
    // The usage page has them above its figure.
    account_links: page === "usage" ? [] : accountLinks(page, filters, input),
    chips: chips(page, filters),
    clear_href: pageHref(page, { ...clearChoices(filters), complete: false }),
    view_name: filters.view_name ?? "",
    named_address: ownHref(page, { ...filters, view_name: "{name}" }),
  };
}

function optionGroups(
  page: ViewName,
  filters: Filters,
  { range, clusters }: FilterBarInput,
): readonly OptionGroup[] {
  const at = (change: Partial<Filters>) => pageHref(page, { ...filters, ...change, page: 1 });
  const zones = [...new Set([...clusters.map(({ tz }) => tz), "UTC"])];
  const own = filters.tz === null ? range.tz : "as the clusters have it";
  const stepped = page !== "jobs" || filters.complete;
  return [
    ...(stepped
      ? [{
        label: "Step",
        links: STEPS_SHOWN.map(([step, label]) => ({
          label,
          title: `Bars or points by ${label.toLowerCase()}`,
          href: at({ step }),
          selected: filters.step === step,
        })),
      }]
      : []),
    {
      label: "Periods",
      links: [false, true].map((complete) => ({
        label: complete ? "Complete ones only" : "All",
        title: complete
          ? "Leaves out what is not a whole step, or not fully reported yet"
          : "Shows the days chosen, fully reported or not",
        href: at({ complete }),
        selected: filters.complete === complete,
      })),
    },
    ...(page === "jobs" || page === "nodes" ? [] : [{
      label: "Hours are booked",
      links: BASES_SHOWN.map(([basis, label, title]) => ({
        label,
        title,
        href: at({ basis }),
        selected: filters.basis === basis,
      })),
    }]),
    {
      label: "Time zone",
      links: [null, ...zones].map((tz) => ({
        label: tz === null ? "The cluster’s" : tz,
        title: tz === null ? `The time zone of the cluster: ${own}` : `Days and hours in ${tz}`,
        href: at({ tz }),
        selected: filters.tz === tz,
      })),
    },
  ];
}

function optionsText(filters: Filters, options: readonly OptionGroup[]): string {
  const changed = options.flatMap(({ links }) => links.slice(1).filter(({ selected }) => selected));
  const other_zone = filters.tz !== null && !changed.some(({ label }) => label === filters.tz);
  return [...changed.map(({ label }) => label), ...(other_zone ? [filters.tz ?? ""] : [])].join(", ");
}

const ACCOUNT_VIEWS = [
  ["account", "Names"],
  ["account_1", "1 part"],
  ["account_2", "2 parts"],
  ["account_tree", "Tree"],
] as const;

/** Pages that split by what one chooses stay; the others lead to the usage page. */
function accountLinks(
  page: ViewName,
  filters: Filters,
  { clusters }: FilterBarInput,
): readonly LinkModel[] {
  const treed = clusters.some(({ inventory_s }) => inventory_s !== null);
  const splits = pageFilters(page, { ...filters, by: "account_1" }).by === "account_1";
  const shown = splits ? page : "usage";
  return ACCOUNT_VIEWS.filter(([by]) => by !== "account_tree" || treed).map(([by, label]) => ({
    label,
    title: `Split by accounts: ${label.toLowerCase()}`,
    href: pageHref(shown, { ...filters, by, page: 1, sort: null }),
    selected: splits && (filters.by ?? "account") === by,
  }));
}

/** Fields of the URL that the form has no input for, so that applying it does not lose them. */
function hiddenFields(page: ViewName, filters: Filters): FilterBarModel["hidden"] {
  const shown = new Set<string>([
    ...DIMENSIONS,
    ...DIMENSIONS.map((dimension) => `not.${dimension}`),
    "from",
    "to",
    "page",
    "view_name",
  ]);
  if (page === "jobs") shown.add("q");
  const own = pageFilters(page, { ...filters, page: 1 });
  // The cluster of a cluster's page stands in its path, what is left out of it has no list.
  if (page === "cluster") shown.delete("not.cluster");
  return [...new URLSearchParams(formatFilters(own))].filter(([name]) => !shown.has(name)).map((
    [name, value],
  ) => ({ name, value }));
}
