import type { Facet, Facets } from "../query/answers.ts";
import { CLASSES, classLabel, isClassGrouping } from "../view/classes.ts";
import { type Filters, NO_VALUE, textOfKey } from "../view/filters.ts";
import { formatValue } from "../view/format.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import { nameText } from "../view/name_text.ts";
import { pageHref, type ViewName } from "./links.ts";

/** A value of a dimension that can be ticked. */
export interface OptionModel {
  /** As it stands in the address. */
  readonly value: string;
  /** What is shown instead of the value, where that says more. */
  readonly label?: string;
  /** Jobs that have it, written out; empty where they are not counted. */
  readonly jobs: string;
  readonly selected: boolean;
  readonly excluded?: true;
}

/** One dimension of the filter bar with the values that can be ticked. */
export interface FacetModel {
  readonly name: Dimension;
  readonly label: string;
  readonly values: readonly OptionModel[];
  /** How many values are not listed; null where that is not known, and they are asked for when they are wanted. */
  readonly more: number | null;
  /** How many values are chosen or left out. */
  readonly chosen: number;
}

/** One active filter and the view without it. */
export interface ChipModel {
  readonly label: string;
  readonly value: string;
  readonly href: string;
}

/** Most values of a dimension that are listed; others are found by typing a part of their name. */
const MAX_LISTED = 24;
/** Beyond so many values of one dimension, one chip stands for all of them. */
const MAX_CHIPS = 8;

/** Names of the dimensions at the head of their lists. */
export const DIMENSION_LABELS: Readonly<Record<Dimension, string>> = {
  cluster: "Cluster",
  account: "Account",
  user: "User",
  partition: "Partition",
  qos: "QOS",
  state: "State",
  gpu_type: "GPU type",
  node: "Node",
  group: "Unix group",
  wckey: "WCKey",
  reservation: "Reservation",
  size_class: "Job size",
  wait_class: "Length of wait",
  elapsed_class: "Run time",
  cpu_use_class: "CPU efficiency",
  mem_use_class: "Memory efficiency",
  limit_use_class: "Use of the time limit",
  gpu_use_class: "GPU efficiency",
  account_1: "Account group",
  account_2: "Account subgroup",
  account_tree: "Account tree",
};

/** The values of a dimension to choose from, those that are chosen or left out first among them. */
export function facetModel(dimension: Dimension, facets: Facets, filters: Filters): FacetModel {
  const facet = facets[dimension] ?? classes(dimension);
  const [only, not] = [filters.only[dimension], filters.not[dimension]];
  const known = new Set(facet?.map(({ value }) => value));
  const unlisted = [...new Set([...only, ...not])].filter((value) => !known.has(value));
  const all = [...unlisted.map((value) => ({ value, jobs: null })), ...facet ?? []];
  const listed = all.filter(({ value }, index) =>
    index < MAX_LISTED || only.includes(value) || not.includes(value)
  );
  return {
    name: dimension,
    label: DIMENSION_LABELS[dimension],
    values: listed.map(({ value, jobs }) => ({
      value: textOfKey(value),
      ...(value === ""
        ? { label: `No ${dimensionWord(dimension)}` }
        : valueWord(value, dimension) === value
        ? {}
        : { label: valueWord(value, dimension) }),
      jobs: jobs === null ? "" : formatValue(jobs, "count", "full"),
      selected: only.includes(value),
      ...(not.includes(value) ? { excluded: true } : {}),
    })),
    more: facet === null ? null : all.length - listed.length,
    chosen: only.length + not.length,
  };
}

/** The classes of a dimension that has some: few, and always the same. */
function classes(dimension: Dimension): readonly (Pick<Facet, "value"> & { readonly jobs: null })[] | null {
  if (!isClassGrouping(dimension)) return null;
  return CLASSES[dimension].map(({ key }) => ({ value: key, jobs: null }));
}

/** A dimension within a sentence, as "account". */
export function dimensionWord(dimension: Dimension): string {
  const label = DIMENSION_LABELS[dimension];
  return /^[A-Z]{2}/.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
}

/** A chosen value as people read it. */
export function valueWord(value: string, dimension: Dimension): string {
  return value === ""
    ? NO_VALUE
    : isClassGrouping(dimension)
    ? classLabel(dimension, value)
    : nameText(value);
}

/** Every active filter of a page with the way to the page without it. */
export function chips(page: ViewName, filters: Filters): readonly ChipModel[] {
  const made: ChipModel[] = [];
  for (const mode of ["only", "not"] as const) {
    for (const dimension of DIMENSIONS) {
      // The page of a cluster is its own choice.
      if (page === "cluster" && mode === "only" && dimension === "cluster") continue;
      const values = filters[mode][dimension];
      const label = mode === "not" ? `${DIMENSION_LABELS[dimension]} not` : DIMENSION_LABELS[dimension];
      const left = (kept: readonly string[]) =>
        pageHref(page, { ...filters, [mode]: { ...filters[mode], [dimension]: kept }, page: 1 });
      if (values.length > MAX_CHIPS) {
        made.push({ label, value: `${values.length} values`, href: left([]) });
        continue;
      }
      for (const value of values) {
        made.push({
          label,
          value: valueWord(value, dimension),
          href: left(values.filter((item) => item !== value)),
        });
      }
    }
  }
  if (filters.complete) {
    made.push({
      label: "Complete periods",
      value: "only",
      href: pageHref(page, { ...filters, complete: false, page: 1 }),
    });
  }
  if (page === "jobs" && filters.q !== null) {
    made.push({ label: "Search", value: filters.q, href: pageHref(page, { ...filters, q: null, page: 1 }) });
  }
  return made;
}
