import type { CodedText } from "../engine/dataset.ts";
import type { Filters } from "../view/filters.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import type { Facet, Facets } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { rangeOf } from "./range.ts";
import { keeps, partitions, presence, searchOf, textColumn } from "./scan.ts";

type TextDimension = Exclude<Dimension, "cluster">;

const TEXT_DIMENSIONS = DIMENSIONS.filter((dimension): dimension is TextDimension => dimension !== "cluster");

/**
 * The values of each dimension with the jobs that were waiting or running in the range. A dimension is not
 * filtered by its own choice, so that another value can be added to it; chosen values are always in the list.
 */
export function facets(data: Data, filters: Filters, { now_s }: Asked): Facets {
  const range = rangeOf(data, filters, now_s);
  const counts = new Map<Dimension, Map<string, number>>(
    DIMENSIONS.map((dimension) => [dimension, new Map(filters.only[dimension].map((value) => [value, 0]))]),
  );
  const count = (dimension: Dimension, value: string, jobs: number) => {
    const values = counts.get(dimension);
    values?.set(value, (values.get(value) ?? 0) + jobs);
  };
  for (const cluster of data.values()) {
    const cluster_kept = (filters.only.cluster.length === 0 || filters.only.cluster.includes(cluster.name)) &&
      !filters.not.cluster.includes(cluster.name);
    const { passed, by_code } = countCodes(cluster, {
      filters,
      present: presence(cluster, range),
      cluster_kept,
    });
    count("cluster", cluster.name, passed);
    for (const { dimension, counted, column } of by_code) {
      const dictionary = cluster.dataset.dictionaries[column];
      counted.forEach((jobs, code) => {
        const text = dictionary.text(code);
        if (jobs === 0 || text === null) return;
        const values = dimension === "partition"
          ? partitions(text).slice(text.includes(",") ? 1 : 0)
          : [text];
        for (const value of values) count(dimension, value, jobs);
      });
    }
  }
  return Object.fromEntries(
    DIMENSIONS.map((
      dimension,
    ) => [dimension, sorted(counts.get(dimension) ?? new Map(), filters.only[dimension])]),
  ) as unknown as Facets;
}

interface CodeCounts {
  readonly dimension: TextDimension;
  readonly column: CodedText;
  readonly counted: Float64Array;
}

/** Counts rows by code in one pass: a row that fails one dimension alone still counts for that one. */
function countCodes(
  { dataset }: ClusterData,
  { filters, present, cluster_kept }: {
    readonly filters: Filters;
    readonly present: (row: number) => boolean;
    readonly cluster_kept: boolean;
  },
): { readonly passed: number; readonly by_code: readonly CodeCounts[] } {
  const tests = TEXT_DIMENSIONS.map((dimension) => {
    const column = textColumn(dimension);
    const dictionary = dataset.dictionaries[column];
    const kept = Uint8Array.from(
      { length: dictionary.size },
      (_, code) => keeps(filters, dimension, dictionary.text(code)) ? 1 : 0,
    );
    return {
      dimension,
      column,
      codes: dataset.codes[column],
      kept,
      counted: new Float64Array(dictionary.size),
    };
  });
  const found = filters.q === null ? () => true : searchOf(dataset, filters.q);
  let passed = 0;
  for (let row = 0; row < dataset.length; row++) {
    let failed = 0;
    let which = -1;
    for (let i = 0; i < tests.length && failed < 2; i++) {
      if (tests[i].kept[tests[i].codes[row]] === 0) {
        failed++;
        which = i;
      }
    }
    if (failed > 1 || !present(row) || !found(row)) continue;
    if (failed === 0) passed++;
    if (!cluster_kept) continue;
    if (failed === 1) tests[which].counted[tests[which].codes[row]]++;
    else for (const { counted, codes } of tests) counted[codes[row]]++;
  }
  return { passed, by_code: tests };
}

function sorted(counts: ReadonlyMap<string, number>, chosen: readonly string[]): readonly Facet[] {
  return [...counts].map(([value, jobs]) => ({ value, jobs, selected: chosen.includes(value) }))
    .filter(({ jobs, selected }) => jobs > 0 || selected)
    .sort((a, b) => b.jobs - a.jobs || (a.value < b.value ? -1 : 1));
}
