import type { Week } from "../engine/week.ts";
import type { Filters } from "../view/filters.ts";
import type { Dimension } from "../view/measures.ts";
import type { Range } from "./answers.ts";
import { type Choice, choiceOf, choicesOf, isChosen } from "./choices.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { rangeOf } from "./range.ts";
import { presence } from "./scan.ts";
import { searchOf } from "./search.ts";
import { mayBeThere } from "./week_facts.ts";

/** Jobs by value. */
export type ValueCounts = Map<string, number>;

/**
 * Counts the jobs that were waiting or running in the range by the values of some dimensions. A dimension is not
 * filtered by its own choice; a job of several values counts for each.
 */
export async function countValues(
  data: Data,
  filters: Filters,
  { dimensions, now_s, breathe }: Asked & { readonly dimensions: readonly Dimension[] },
): Promise<ReadonlyMap<Dimension, ValueCounts>> {
  const range = rangeOf(data, filters, now_s);
  const counts = new Map<Dimension, ValueCounts>(dimensions.map((dimension) => [dimension, new Map()]));
  const count = (dimension: Dimension, value: string, jobs: number) => {
    const values = counts.get(dimension);
    values?.set(value, (values.get(value) ?? 0) + jobs);
  };
  for (const cluster of data.values()) {
    const cluster_kept = (filters.only.cluster.length === 0 || filters.only.cluster.includes(cluster.name)) &&
      !filters.not.cluster.includes(cluster.name);
    if (!cluster_kept && !counts.has("cluster")) continue;
    const { passed, tests } = await countNumbers(cluster, filters, {
      dimensions: cluster_kept ? dimensions : [],
      range,
      breathe,
    });
    if (passed > 0) count("cluster", cluster.name, passed);
    for (const { choice: { dimension, valuesOf }, counted } of tests) {
      counted?.forEach((jobs, number) => {
        if (jobs === 0) return;
        for (const value of singleValues(valuesOf(number), dimension, filters)) {
          count(dimension, value, jobs);
        }
      });
    }
  }
  return counts;
}

/**
 * The values one by one: a job that waits for one of several partitions counts for each, and for all together only
 * where these are chosen.
 */
function singleValues(
  values: readonly string[],
  dimension: Dimension,
  { only }: Filters,
): ReadonlySet<string> {
  const single = dimension === "partition" && values.length > 1 && !only.partition.includes(values[0]);
  return new Set(single ? values.slice(1) : values);
}

/** A choice, and the jobs by number where they are to be counted. */
interface Test {
  readonly choice: Choice;
  readonly counted: Float64Array | null;
}

/** Counts jobs by number in one pass: a job that fails one choice alone still counts for that one. */
async function countNumbers(
  cluster: ClusterData,
  filters: Filters,
  { dimensions, range, breathe }: Pick<Asked, "breathe"> & {
    readonly dimensions: readonly Dimension[];
    readonly range: Range;
  },
): Promise<{ readonly passed: number; readonly tests: readonly Test[] }> {
  const { dataset } = cluster;
  const tests = testsOf(cluster, filters, dimensions);
  const search = filters.q === null ? null : searchOf(dataset, filters.q);
  const present = presence(cluster, range);
  const until_s = cluster.fresh_until_s ?? 0;
  let passed = 0;
  for (const week of dataset.weeks.values()) {
    if (!mayBeThere(week, { ...range, until_s })) continue;
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    const { runs } = week;
    const { from, rows, lives: { first_min, first_max, last_min, last_max } } = runs;
    const [of_runs, of_rows] = [testsOfRuns(tests, week), testsOfRows(tests, week)];
    const [isPresent, found] = [present(week), search?.(week)];
    for (let run = 0; run < runs.count; run++) {
      if (first_min[run] >= range.end_s) continue;
      if (last_max[run] < range.start_s && !(runs.isOpen(run) && until_s >= range.start_s)) continue;
      const failed = failedOf(of_runs, run);
      if (failed === SEVERAL) continue;
      const all_there = found === undefined && first_max[run] < range.end_s &&
        last_min[run] >= range.start_s;
      let jobs = 0;
      if (all_there && of_rows.length === 0) jobs = from[run + 1] - from[run];
      else {
        for (let at = from[run]; at < from[run + 1]; at++) {
          const row = rows[at];
          if (!all_there && !(isPresent(row) && (found === undefined || found(row)))) continue;
          const row_failed = of_rows.length === 0 ? NONE : failedOf(of_rows, row);
          if (row_failed === NONE) jobs++;
          if (failed === NONE) add(of_rows, row_failed, { at: row, jobs: 1 });
        }
      }
      if (failed === NONE) passed += jobs;
      add(of_runs, failed, { at: run, jobs });
    }
  }
  return { passed, tests };
}

/** The dimensions that something is chosen in, and those to be counted. */
function testsOf(cluster: ClusterData, filters: Filters, dimensions: readonly Dimension[]): readonly Test[] {
  const chosen = choicesOf(cluster, filters);
  const others = dimensions.filter((dimension): dimension is Choice["dimension"] =>
    dimension !== "cluster" && !isChosen(filters, dimension)
  ).map((dimension) => choiceOf(cluster, filters, dimension));
  return [...chosen, ...others].map((choice) => ({
    choice,
    counted: dimensions.includes(choice.dimension) ? new Float64Array(choice.kept.length) : null,
  }));
}

/** A test of the jobs of a week. */
interface WeekTest {
  /** By run or by row; 0 for those beyond its end. */
  readonly numbers: ArrayLike<number>;
  readonly kept: Uint8Array;
  readonly counted: Float64Array | null;
}

function testsOfRuns(tests: readonly Test[], week: Week): readonly WeekTest[] {
  return tests.flatMap(({ choice: { ofRuns, kept }, counted }) =>
    ofRuns === null ? [] : [{ numbers: ofRuns(week), kept, counted }]
  );
}

function testsOfRows(tests: readonly Test[], week: Week): readonly WeekTest[] {
  return tests.flatMap(({ choice: { ofRuns, ofRows, kept }, counted }) =>
    ofRuns === null ? [{ numbers: ofRows(week), kept, counted }] : []
  );
}

/** No test failed, or more than one. */
const NONE = -1;
const SEVERAL = -2;

/** The place of the one test that a run or row fails, {@link NONE} or {@link SEVERAL}. */
function failedOf(tests: readonly WeekTest[], at: number): number {
  let failed = NONE;
  for (let place = 0; place < tests.length; place++) {
    const { numbers, kept } = tests[place];
    if (kept[at < numbers.length ? numbers[at] : 0] === 1) continue;
    if (failed !== NONE) return SEVERAL;
    failed = place;
  }
  return failed;
}

/** Counts jobs for the one test that they fail, or for each if they fail none. */
function add(
  tests: readonly WeekTest[],
  failed: number,
  { at, jobs }: { readonly at: number; readonly jobs: number },
): void {
  for (let place = 0; place < tests.length; place++) {
    if (failed !== NONE && failed !== place) continue;
    const { numbers, counted } = tests[place];
    if (counted !== null) counted[at < numbers.length ? numbers[at] : 0] += jobs;
  }
}
