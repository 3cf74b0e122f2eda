import type { SharedText } from "../engine/group_rows.ts";
import type { Filters } from "../view/filters.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import type { Facet, Facets, Range } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { rangeOf } from "./range.ts";
import { searchOf } from "./search.ts";
import { keptCodes, partitions, presence, textColumn } from "./scan.ts";
import { mayBeThere } from "./week_facts.ts";

type TextDimension = Exclude<Dimension, "cluster">;

const TEXT_DIMENSIONS = DIMENSIONS.filter((dimension): dimension is TextDimension => dimension !== "cluster");

/**
 * The values of each dimension with the jobs that were waiting or running in the range. A dimension is not
 * filtered by its own choice, so that another value can be added to it; chosen values are always in the list.
 */
export async function facets(data: Data, filters: Filters, { now_s, breathe }: Asked): Promise<Facets> {
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
    const { passed, by_code } = await countCodes(cluster, { filters, range, cluster_kept, breathe });
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
  readonly column: SharedText;
  readonly counted: Float64Array;
}

/** Counts jobs by code in one pass: a job that fails one dimension alone still counts for that one. */
async function countCodes(
  cluster: ClusterData,
  { filters, range, cluster_kept, breathe }: Pick<Asked, "breathe"> & {
    readonly filters: Filters;
    readonly range: Range;
    readonly cluster_kept: boolean;
  },
): Promise<{ readonly passed: number; readonly by_code: readonly CodeCounts[] }> {
  const { dataset } = cluster;
  const tests = TEXT_DIMENSIONS.map((dimension) => {
    const column = textColumn(dimension);
    const kept = keptCodes(cluster, filters, dimension);
    return { dimension, column, kept, counted: new Float64Array(kept.length) };
  });
  const search = filters.q === null ? null : searchOf(dataset, filters.q);
  const present = presence(cluster, range);
  const until_s = cluster.fresh_until_s ?? 0;
  let passed = 0;
  const kept = tests.map((test) => test.kept);
  const counted = tests.map((test) => test.counted);
  for (const week of dataset.weeks.values()) {
    if (!mayBeThere(week, { ...range, until_s })) continue;
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    const { runs } = week;
    const { from, rows, lives: { first_min, first_max, last_min, last_max } } = runs;
    const codes = tests.map(({ column }) => runs.codes(column));
    const [isPresent, found] = [present(week), search?.(week)];
    for (let run = 0; run < runs.count; run++) {
      if (first_min[run] >= range.end_s) continue;
      if (last_max[run] < range.start_s && !(runs.isOpen(run) && until_s >= range.start_s)) continue;
      let failed = 0;
      let which = -1;
      for (let i = 0; i < codes.length && failed < 2; i++) {
        if (kept[i][codes[i][run]] === 0) {
          failed++;
          which = i;
        }
      }
      if (failed > 1) continue;
      let jobs = 0;
      if (found === undefined && first_max[run] < range.end_s && last_min[run] >= range.start_s) {
        jobs = from[run + 1] - from[run];
      } else {
        for (let at = from[run]; at < from[run + 1]; at++) {
          if (isPresent(rows[at]) && (found === undefined || found(rows[at]))) jobs++;
        }
      }
      if (failed === 0) passed += jobs;
      if (!cluster_kept) continue;
      if (failed === 1) counted[which][codes[which][run]] += jobs;
      else for (let i = 0; i < codes.length; i++) counted[i][codes[i][run]] += jobs;
    }
  }
  return { passed, by_code: tests };
}

function sorted(counts: ReadonlyMap<string, number>, chosen: readonly string[]): readonly Facet[] {
  return [...counts].map(([value, jobs]) => ({ value, jobs, selected: chosen.includes(value) }))
    .filter(({ jobs, selected }) => jobs > 0 || selected)
    .sort((a, b) => b.jobs - a.jobs || (a.value < b.value ? -1 : 1));
}
