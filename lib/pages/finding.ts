import { formatChange, formatPercent } from "../view/format.ts";
import { addsUp, type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import { keyLabel } from "./chart.ts";
import { changedWords } from "./comparison.ts";
import { amountOf } from "./tiles.ts";

/** What a sentence about a chart says. */
export interface Findings {
  readonly measure: MeasureName;
  readonly by: Grouping;
  readonly total: number | null;
  /** The total of an earlier range. */
  readonly before: number | null;
  /** As "than the 30 days before"; empty without one. */
  readonly against: string;
  /** The largest value of the grouping; null where there is only one. */
  readonly top: { readonly key: string; readonly value: number | null } | null;
}

/** The largest part of the whole and how the whole changed, in one sentence; empty where there is nothing to say. */
export function findingOf({ measure: name, by, total, before, against, top }: Findings): string {
  if (total === null) return "";
  const measure = measureOf(name);
  const amount = amountOf(name, total, "short");
  const change = formatChange(total, before, { format: measure.format });
  const words = change === null || change.text === "new" ? [] : [changedWords(change, against)];
  const changed = words.join("");
  if (addsUp(measure, by) && total > 0 && top !== null && top.value !== null) {
    const first = `${keyLabel(top.key, by)} has ${formatPercent(top.value / total)} of ${amount}`;
    return changed === "" ? `${first}.` : `${first}; in all ${changed}.`;
  }
  const first = measure.additive ? `${amount} in all` : `${measure.label}: ${amount}`;
  return changed === "" ? `${first}.` : `${first}, ${changed}.`;
}
