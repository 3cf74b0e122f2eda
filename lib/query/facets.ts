import { type Filters, formatFilters, MAX_VALUES, textOfKey } from "../view/filters.ts";
import { type Dimension, DIMENSIONS, MAIN_DIMENSIONS } from "../view/measures.ts";
import type { Facet, Facets } from "./answers.ts";
import { isChosen } from "./choices.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { countValues, type ValueCounts } from "./value_counts.ts";

/**
 * The values of each main dimension, and of those that something is chosen of, with the jobs that were waiting or
 * running in the range. A dimension is not filtered by its own choice, so that another value can be added to it;
 * chosen values are always in the list. Jobs without a value are, if they are chosen.
 */
export async function facets(data: Data, filters: Filters, asked: Asked): Promise<Facets> {
  const dimensions = DIMENSIONS.filter((dimension) =>
    MAIN_DIMENSIONS.some((main) => main === dimension) || isChosen(filters, dimension)
  );
  const counts = await countValues(data, filters, { ...asked, dimensions });
  return Object.fromEntries(
    dimensions.map((dimension) => [
      dimension,
      facetsOf(counts.get(dimension) ?? new Map(), filters.only[dimension]).filter(({ value, selected }) =>
        value !== "" || selected
      ),
    ]),
  ) as unknown as Facets;
}

/** Most values in one answer: no more can be chosen of one dimension. */
export const MAX_FOUND = MAX_VALUES;

/** What was asked for of the values of one dimension. */
export interface ValuesAsked extends Asked {
  readonly dimension: Dimension;
  /** Text to look for in them, in letters large or small; "" for all. */
  readonly find: string;
  /** Most values to list. */
  readonly limit: number;
}

/** Values of one dimension; the body of `GET /api/dashboard/values`. */
export interface ValuesAnswer {
  readonly dimension: Dimension;
  /** How many values contain the text. */
  readonly count: number;
  /** Those with most jobs first, each written as in the URL: `(none)` for jobs without a value. */
  readonly values: readonly Facet[];
}

interface Counted {
  readonly clusters: readonly ClusterData[];
  readonly key: string;
  readonly facets: Promise<readonly Facet[]>;
}

/** The values counted last, by the first cluster: whoever types what to find asks for the same ones letter after letter. */
const last_counted = new WeakMap<ClusterData, Counted>();

/** The values of one dimension that contain a text, as {@link facets} has them. */
export async function values(
  data: Data,
  filters: Filters,
  { dimension, find, limit, ...asked }: ValuesAsked,
): Promise<ValuesAnswer> {
  const facets = counted(data, filters, { dimension, ...asked });
  const wanted = find.toLowerCase();
  const found = (await facets).filter(({ value }) => value.toLowerCase().includes(wanted));
  return { dimension, count: found.length, values: found.slice(0, limit) };
}

/** All values of a dimension, from the last time if neither the question nor a cluster has changed since. */
function counted(
  data: Data,
  filters: Filters,
  { dimension, ...asked }: Asked & { readonly dimension: Dimension },
): Promise<readonly Facet[]> {
  const clusters = [...data.values()];
  const [first] = clusters;
  const key = JSON.stringify([dimension, formatFilters(filters), asked.now_s]);
  const last = first === undefined ? undefined : last_counted.get(first);
  const same = last?.key === key && last.clusters.length === clusters.length &&
    last.clusters.every((cluster, at) => cluster === clusters[at]);
  if (last !== undefined && same) return last.facets;
  const facets = countValues(data, filters, { ...asked, dimensions: [dimension] }).then((counts) =>
    facetsOf(counts.get(dimension) ?? new Map(), filters.only[dimension]).map((facet) => ({
      ...facet,
      value: textOfKey(facet.value),
    }))
  );
  if (first === undefined) return facets;
  last_counted.set(first, { clusters, key, facets });
  // What failed once, or was given up, is counted anew when it is asked for again.
  facets.catch(() => {
    if (last_counted.get(first)?.facets === facets) last_counted.delete(first);
  });
  return facets;
}

/** Values with their jobs, most first; chosen ones even without any. */
function facetsOf(counts: ValueCounts, chosen: readonly string[]): readonly Facet[] {
  const selected = new Set(chosen);
  for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
  return [...counts].map(([value, jobs]) => ({ value, jobs, selected: selected.has(value) }))
    .sort((a, b) => b.jobs - a.jobs || (a.value < b.value ? -1 : 1));
}
