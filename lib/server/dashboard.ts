import type { SeriesAnswer } from "../query/answers.ts";
import type { Asked, Data } from "../query/data.ts";
import { rangeOf } from "../query/range.ts";
import { series } from "../query/series.ts";
import { DEFAULT_FILTERS, type Filters, parseFilters } from "../view/filters.ts";
import type { Dataset } from "../engine/dataset.ts";
import type { SharedText } from "../engine/group_rows.ts";
import { partitions } from "../query/choices.ts";
import { inWords } from "./in_words.ts";
import { Problem } from "./problem.ts";

type ByCluster<T> = Readonly<Record<string, T>>;

/** Answer of `GET /api/dashboard/metadata`: what can be chosen, by cluster. */
export interface MetadataAnswer {
  readonly hostnames: readonly string[];
  readonly partitions: ByCluster<readonly string[]>;
  readonly accounts: ByCluster<readonly string[]>;
  readonly users: ByCluster<readonly string[]>;
  readonly qos: ByCluster<readonly string[]>;
  readonly states: ByCluster<readonly string[]>;
  /** First and last day, inclusive; empty without jobs. */
  readonly date_ranges: ByCluster<{ readonly min_date: string; readonly max_date: string }>;
}

/** The clusters and the values of their jobs. */
export function metadata(data: Data, now_s: number): MetadataAnswer {
  const byCluster = <T>(describe: (dataset: Dataset, name: string) => T): ByCluster<T> =>
    Object.fromEntries([...data].map(([name, { dataset }]) => [name, describe(dataset, name)]));
  return {
    hostnames: [...data.keys()],
    partitions: byCluster((dataset) => [...new Set(textsOf(dataset, "Partition").flatMap(single))].sort()),
    accounts: byCluster((dataset) => textsOf(dataset, "Account")),
    users: byCluster((dataset) => textsOf(dataset, "User")),
    qos: byCluster((dataset) => textsOf(dataset, "QOS")),
    states: byCluster((dataset) => textsOf(dataset, "State")),
    date_ranges: byCluster((dataset, name) => dateRange(data, { dataset, name, now_s })),
  };
}

function dateRange(
  data: Data,
  { dataset, name, now_s }: { readonly dataset: Dataset; readonly name: string; readonly now_s: number },
) {
  if (dataset.length === 0) return { min_date: "", max_date: "" };
  const filters: Filters = {
    ...DEFAULT_FILTERS,
    period: "all",
    only: { ...DEFAULT_FILTERS.only, cluster: [name] },
  };
  const { from } = rangeOf(data, filters, now_s);
  const { to } = rangeOf(data, { ...filters, period: "7d" }, dataset.last_event_s);
  return { min_date: from, max_date: to };
}

/** Texts that are in use by a job; a dictionary may still hold ones that a newer record has replaced. */
function textsOf(dataset: Dataset, column: SharedText): readonly string[] {
  const dictionary = dataset.dictionaries[column];
  const used = new Uint8Array(dictionary.size);
  for (const week of dataset.weeks.values()) for (const code of week.runs.codes(column)) used[code] = 1;
  const texts: string[] = [];
  for (let code = 1; code < used.length; code++) {
    const text = dictionary.text(code);
    if (used[code] === 1 && text !== null) texts.push(text);
  }
  return texts.sort();
}

function single(partition: string): readonly string[] {
  return partition.includes(",") ? partitions(partition).slice(1) : [partition];
}

/**
 * Reads the filters of an API request.
 *
 * @throws {Problem} 422 naming each key that cannot be used, 404 for a cluster that has never reported
 */
export function apiFilters(data: Data, params: URLSearchParams): Filters {
  const { filters, problems } = parseFilters(params);
  if (problems.length > 0) {
    throw new Problem(422, problems.map(({ field, message }) => `${field} ${message}`).join("; "), {
      errors: problems,
    });
  }
  const unknown = filters.only.cluster.find((name) => !data.has(name));
  if (unknown !== undefined) throw new Problem(404, `There is no cluster ${JSON.stringify(unknown)}`);
  return filters;
}

/**
 * Answers `GET /api/dashboard/series`.
 *
 * @throws {Problem} as {@link apiFilters}, and 422 for a step too fine for the range
 */
export async function seriesAnswer(
  data: Data,
  params: URLSearchParams,
  asked: Asked,
): Promise<SeriesAnswer> {
  const filters = apiFilters(data, params);
  return await inWords(() => series(data, filters, asked));
}
