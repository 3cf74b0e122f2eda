import type { Filters } from "../view/filters.ts";
import {
  type Grouping,
  GROUPING_LABELS,
  GROUPINGS,
  MAIN_DIMENSIONS,
  type MeasureName,
  measureOf,
  MEASURES,
} from "../view/measures.ts";
import type { LinkModel } from "./filter_bar.ts";
import { pageHref } from "./links.ts";

const MAIN_MEASURES: readonly MeasureName[] = [
  "cpu-hours",
  "gpu-hours",
  "node-hours",
  "jobs-ended",
  "jobs-submitted",
  "users",
  "wait-p50",
];
/** How accounts can be told apart, and how short that is called. */
const ACCOUNTS: readonly (readonly [Grouping, string, string])[] = [
  ["account", "Full name", "Split by account"],
  [
    "account_1",
    "First segment",
    "Split by the first segment of the account's name: of bio-imaging-ms it is bio",
  ],
  ["account_2", "Two segments", "Split by the first two segments of the account's name"],
  ["account_tree", "Slurm's tree", "Split by the next level of Slurm's tree of accounts"],
];
const MAIN_GROUPINGS: readonly Grouping[] = ["none", ...MAIN_DIMENSIONS, "gpu_type", "node"];

/** What is measured and what it is split by, as links. */
export interface UsageSwitches {
  /** What one splits by most, and what else there is. */
  readonly groupings: readonly LinkModel[];
  readonly more_groupings: readonly LinkModel[];
  /** How accounts are told apart, where the split is by account. */
  readonly account_forms: readonly LinkModel[];
  /** The measures asked for most, and the others. */
  readonly measures: readonly LinkModel[];
  readonly more_measures: readonly LinkModel[];
}

/** The switches of the usage page. */
export function usageSwitches(
  filters: Filters,
  { by, measure }: { readonly by: Grouping; readonly measure: MeasureName },
): UsageSwitches {
  const forms = ACCOUNTS.map(([form]) => form);
  const at = (change: Partial<Filters>) => pageHref("usage", { ...filters, ...change, page: 1, sort: null });
  const grouping = (name: Grouping): LinkModel => ({
    label: name === "none" ? "Nothing" : capitalised(GROUPING_LABELS[name]),
    title: name === "none" ? "All jobs together" : `Split by ${GROUPING_LABELS[name]}`,
    href: at({ by: name }),
    selected: name === by || name === "account" && forms.includes(by),
  });
  const measured = (name: MeasureName): LinkModel => ({
    label: measureOf(name).label,
    title: measureOf(name).definition,
    href: at({ measure: name }),
    selected: name === measure,
  });
  return {
    groupings: MAIN_GROUPINGS.map(grouping),
    more_groupings: GROUPINGS.filter((name) => !MAIN_GROUPINGS.includes(name) && !forms.includes(name)).map(
      grouping,
    ),
    account_forms: forms.includes(by)
      ? ACCOUNTS.map(([form, label, title]) => ({
        label,
        title,
        href: at({ by: form }),
        selected: form === by,
      }))
      : [],
    measures: MAIN_MEASURES.map(measured),
    more_measures: MEASURES.map(({ name }) => name).filter((name) => !MAIN_MEASURES.includes(name)).map(
      measured,
    ),
  };
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
