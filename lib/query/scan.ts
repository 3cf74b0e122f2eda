import type { SharedText } from "../engine/group_rows.ts";
import { chooseRuns, type Chosen, type Condition } from "../engine/scan.ts";
import type { Week } from "../engine/week.ts";
import type { Filters } from "../view/filters.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import type { Range } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { chosenClusters } from "./range.ts";
import { mayBeThere } from "./week_facts.ts";

/** The column of each dimension that is one. */
const COLUMNS: Readonly<Record<Exclude<Dimension, "cluster">, SharedText>> = {
  account: "Account",
  user: "User",
  partition: "Partition",
  qos: "QOS",
  state: "State",
};

/** The chosen runs of one cluster. */
export interface Selection {
  readonly cluster: ClusterData;
  readonly weeks: readonly Chosen[];
}

/** The runs of jobs that the filters leave, without those of which none can have been there in the range. */
export async function select(
  data: Data,
  filters: Filters,
  { range, breathe }: Pick<Asked, "breathe"> & { readonly range: Range },
): Promise<readonly Selection[]> {
  const selections: Selection[] = [];
  for (const cluster of chosenClusters(data, filters)) {
    const conditions = conditionsOf(cluster, filters);
    const presence = { ...range, until_s: cluster.fresh_until_s ?? 0 };
    const key = JSON.stringify([choicesOf(filters), range.start_s, range.end_s, presence.until_s]);
    const weeks: Chosen[] = [];
    for (const week of cluster.dataset.weeks.values()) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      if (!mayBeThere(week, presence)) continue;
      const runs = kept(week, key, () => chooseRuns(week, conditions, presence));
      if (runs.length > 0) weeks.push({ week, runs });
    }
    selections.push({ cluster, weeks });
  }
  return selections;
}

/** Choices of a week: one page asks several questions of the same jobs, and a week that has not changed gives the same. */
const chosen = new WeakMap<Week, Map<string, Uint32Array>>();
const KEPT_CHOICES = 6;

function kept(week: Week, key: string, choose: () => Uint32Array): Uint32Array {
  const known = chosen.get(week) ?? new Map<string, Uint32Array>();
  chosen.set(week, known);
  const runs = known.get(key) ?? choose();
  known.delete(key);
  known.set(key, runs);
  for (const oldest of known.keys()) {
    if (known.size <= KEPT_CHOICES) break;
    known.delete(oldest);
  }
  return runs;
}

/** What the filters choose within a cluster. */
export function choicesOf({ only, not }: Filters) {
  return [{ ...only, cluster: [] }, { ...not, cluster: [] }];
}

/**
 * Whether a row's job was waiting or running at any time of the range: its life is from the first to the last
 * moment known of it, or to the newest report if it has not ended.
 */
export function presence(
  { fresh_until_s }: ClusterData,
  range: Range,
): (week: Week) => (row: number) => boolean {
  const until_s = fresh_until_s ?? 0;
  return ({ times: { Submit, Start, End } }) => (row) => {
    const submit_s = Submit[row];
    const start_s = Start[row];
    const end_s = End[row];
    // What is unknown, 0, moves neither end.
    let first_s = submit_s || Infinity;
    if (start_s > 0 && start_s < first_s) first_s = start_s;
    if (end_s > 0 && end_s < first_s) first_s = end_s;
    let last_s = end_s || until_s;
    if (submit_s > last_s) last_s = submit_s;
    if (start_s > last_s) last_s = start_s;
    return first_s < range.end_s && last_s >= range.start_s;
  };
}

/** The column that holds a dimension. */
export function textColumn(dimension: Exclude<Dimension, "cluster">): SharedText {
  return COLUMNS[dimension];
}

/** Whether the filters keep jobs with this text in a dimension. */
export function keeps({ only, not }: Filters, dimension: Dimension, text: string | null): boolean {
  const values = text === null ? [] : dimension === "partition" ? partitions(text) : [text];
  return (only[dimension].length === 0 || values.some((value) => only[dimension].includes(value))) &&
    !values.some((value) => not[dimension].includes(value));
}

function conditionsOf({ dataset }: ClusterData, filters: Filters): readonly Condition[] {
  const conditions: Condition[] = [];
  for (const dimension of DIMENSIONS) {
    const constrained = filters.only[dimension].length + filters.not[dimension].length > 0;
    if (dimension === "cluster" || !constrained) continue;
    conditions.push({ column: COLUMNS[dimension], kept: keptCodes({ dataset }, filters, dimension) });
  }
  return conditions;
}

/** By code of a dimension's column, 1 where the filters keep it. */
export function keptCodes(
  { dataset }: Pick<ClusterData, "dataset">,
  filters: Filters,
  dimension: Exclude<Dimension, "cluster">,
): Uint8Array {
  const dictionary = dataset.dictionaries[COLUMNS[dimension]];
  const codes = new Uint8Array(dictionary.size);
  for (let code = 0; code < codes.length; code++) {
    codes[code] = keeps(filters, dimension, dictionary.text(code)) ? 1 : 0;
  }
  return codes;
}

/** The partitions a job may start in: `a,b` or `a, b` while it waits, one once it runs. */
export function partitions(text: string): readonly string[] {
  return text.includes(",") ? [text, ...text.split(",").map((part) => part.trim())] : [text];
}
