import { chooseRuns, type Chosen, type Condition, type Presence } from "../engine/scan.ts";
import type { Week } from "../engine/week.ts";
import type { Filters } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { type Choice, choicesOf, isChosen } from "./choices.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { chosenClusters } from "./range.ts";
import { mayBeThere } from "./week_facts.ts";

/** The chosen runs of one cluster. */
export interface Selection {
  readonly cluster: ClusterData;
  readonly weeks: readonly Chosen[];
  /** The accounts chosen with `account_tree`, whose children jobs are grouped by. */
  readonly in_tree: readonly string[];
}

/** The runs of jobs that the filters leave, without those of which none can have been there in the range. */
export async function select(
  data: Data,
  filters: Filters,
  { range, breathe }: Pick<Asked, "breathe"> & { readonly range: Range },
): Promise<readonly Selection[]> {
  const selections: Selection[] = [];
  for (const cluster of chosenClusters(data, filters)) {
    const choices = choicesOf(cluster, filters);
    const presence = { ...range, until_s: cluster.fresh_until_s ?? 0 };
    const key = JSON.stringify([
      choiceKey(filters),
      isChosen(filters, "account_tree") ? cluster.inventory?.changes : null,
      [range.start_s, range.end_s, presence.until_s],
    ]);
    const weeks: Chosen[] = [];
    for (const week of cluster.dataset.weeks.values()) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      if (!mayBeThere(week, presence)) continue;
      const found = kept(week, key, () => chosenOf(week, choices, presence));
      if (found.runs.length > 0) weeks.push(found);
    }
    selections.push({ cluster, weeks, in_tree: filters.only.account_tree });
  }
  return selections;
}

/** Choices of a week: one page asks several questions of the same jobs, and a week that has not changed gives the same. */
const chosen = new WeakMap<Week, Map<string, Chosen>>();
const KEPT_CHOICES = 6;
/** Those that tell jobs of one run apart take more memory. */
const KEPT_MARKS = 2;

function kept(week: Week, key: string, choose: () => Chosen): Chosen {
  const known = chosen.get(week) ?? new Map<string, Chosen>();
  chosen.set(week, known);
  const found = known.get(key) ?? choose();
  known.delete(key);
  known.set(key, found);
  let marks = 0;
  for (const { some } of known.values()) if (some !== null) marks++;
  for (const [oldest, { some }] of known) {
    if (known.size > KEPT_CHOICES || some !== null && marks > KEPT_MARKS) known.delete(oldest);
    if (some !== null) marks--;
  }
  return found;
}

function chosenOf(week: Week, choices: readonly Choice[], presence: Presence): Chosen {
  const runs: Condition[] = [];
  const rows: Condition[] = [];
  for (const { kept, ofRuns, ofRows, inWeek } of choices) {
    const found = inWeek?.(week);
    // Most texts are in few weeks, and most weeks hold few texts.
    if (found?.every((number) => kept[number] === 1)) continue;
    if (found?.every((number) => kept[number] === 0)) return { week, runs: new Uint32Array(), some: null };
    if (ofRuns !== null) runs.push({ numbers: ofRuns(week), kept });
    else rows.push({ numbers: ofRows(week), kept });
  }
  return chooseRuns(week, { runs, rows }, presence);
}

/** What the filters choose within a cluster. */
export function choiceKey({ only, not }: Filters) {
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
