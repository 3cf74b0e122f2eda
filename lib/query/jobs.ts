import type { CodedText } from "../engine/coded_text.ts";
import { JOB_COLUMNS } from "../job/columns.ts";
import { TEXT_COLUMNS } from "../job/table.ts";
import type { Filters } from "../view/filters.ts";
import type { JobsAnswer } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { type JobKeys, jobKeys } from "./job_keys.ts";
import { eachWeek, type MatchingWeek } from "./matching.ts";
import { pageOf } from "./page.ts";
import { TextOrder } from "./text_order.ts";
import { codesIn } from "./week_facts.ts";

/** Keys a table of jobs can be sorted by: the columns' names in lower case, the cluster, and the wait. */
export const JOB_SORTS: readonly string[] = [
  "cluster",
  "wait",
  ...JOB_COLUMNS.map(({ name }) => name.toLowerCase()),
];

/** The order of a table of jobs unless another is asked for. */
export const DEFAULT_JOB_SORT = "-submit";

/** One page of the jobs that were waiting or running at any time of the range, in the order asked for. */
export async function jobs(
  data: Data,
  filters: Filters,
  { limit, offset, ...asked }: Asked & { readonly limit: number; readonly offset: number },
): Promise<JobsAnswer> {
  const { key, descending } = sortOf(filters);
  const weeks: MatchingWeek[] = [];
  const users = new Users();
  const texts = textOrder(key);
  let total = 0;
  for await (const week of eachWeek(data, filters, asked)) {
    weeks.push(week);
    total += week.count;
    users.add(week);
    texts?.add(week);
  }
  const order = { keys: texts ?? jobKeys(key) ?? clusterKeys(data), descending };
  const rows = await pageOf(weeks, order, { limit, offset, breathe: asked.breathe });
  return {
    total,
    users: users.count,
    rows: rows.map(({ cluster, week, row }) => ({
      Cluster: cluster.name,
      ...cluster.dataset.record(week, row),
    })),
  };
}

/** The different users of jobs. */
class Users {
  readonly #seen = new Map<ClusterData, Uint8Array>();

  add({ cluster, week, marks }: MatchingWeek): void {
    const seen = this.#seen.get(cluster) ?? new Uint8Array(cluster.dataset.dictionaries.User.size);
    this.#seen.set(cluster, seen);
    if (marks === null) {
      for (const code of codesIn(week, "User")) seen[code] = 1;
      return;
    }
    const codes = week.codes.User;
    for (let row = 0; row < codes.length; row++) seen[codes[row]] |= marks[row];
  }

  /** How many they are; users of one name are one, of whatever cluster. */
  get count(): number {
    const names = new Set<string>();
    for (const [{ dataset: { dictionaries: { User } } }, seen] of this.#seen) {
      for (let code = 1; code < seen.length; code++) {
        if (seen[code] === 1) names.add(User.text(code) ?? "");
      }
    }
    return names.size;
  }
}

function sortOf({ sort }: Filters): { readonly key: string; readonly descending: boolean } {
  const asked = sort ?? DEFAULT_JOB_SORT;
  const key = asked.replace(/^-/, "");
  if (JOB_SORTS.includes(key)) return { key, descending: asked.startsWith("-") };
  return { key: DEFAULT_JOB_SORT.slice(1), descending: true };
}

function textOrder(key: string): TextOrder | null {
  const column = TEXT_COLUMNS.find((name) => name.toLowerCase() === key);
  if (column === undefined || jobKeys(key) !== null) return null;
  return new TextOrder(column as CodedText);
}

/** The clusters' names in order. */
function clusterKeys(data: Data): JobKeys {
  const names = [...data.values()].map(({ name }) => name).sort((a, b) => a < b ? -1 : 1);
  const keyOf = ({ cluster }: MatchingWeek) => names.indexOf(cluster.name);
  return {
    write: (of, keys) => keys.fill(keyOf(of)),
    bounds: (of) => ({ low: keyOf(of), high: keyOf(of), all: true }),
  };
}
