import { Active } from "../engine/active.ts";
import type { CodedText } from "../engine/coded_text.ts";
import type { Filters } from "../view/filters.ts";
import type { Asked, Data } from "./data.ts";
import { grouperOf, Names } from "./grouping.ts";
import { rangeOf } from "./range.ts";
import { select } from "./scan.ts";
import { stepsOf } from "./steps.ts";
import { UnanswerableError } from "./unanswerable.ts";

/** Stretches of time in which one is active or not. */
export const ACTIVITY_PERIODS = ["day", "week", "month"] as const;
export type ActivityPeriod = (typeof ACTIVITY_PERIODS)[number];

const COLUMNS = { user: "User", account: "Account", group: "Group" } as const satisfies Record<
  string,
  CodedText
>;
/** Who can be active. */
export type ActivityBy = keyof typeof COLUMNS;

/** Answer of the question for activity; the body of `GET /api/dashboard/activity`. */
export interface ActivityAnswer {
  readonly by: ActivityBy;
  readonly per: ActivityPeriod;
  readonly tz: string;
  /** First and last day, inclusive. */
  readonly from: string;
  readonly to: string;
  /** How many days, weeks or months the range touches. */
  readonly periods: number;
  /** How many were active in exactly so many of them, rising; numbers that nobody has are left out. */
  readonly active: readonly { readonly periods: number; readonly count: number }[];
  /** How many were active at all. */
  readonly total: number;
  /** In how many periods those were active on the mean; null if there are none. */
  readonly mean_periods: number | null;
}

/**
 * On how many days, weeks or months of the range users, accounts or groups were active: a job of theirs ran.
 *
 * @throws {UnanswerableError} for others than those
 */
export async function activity(
  data: Data,
  filters: Filters,
  { now_s, breathe, per }: Asked & { readonly per: ActivityPeriod },
): Promise<ActivityAnswer> {
  const by = filters.by ?? "user";
  if (!isActivityBy(by)) {
    const known = Object.keys(COLUMNS).join(", ");
    throw new UnanswerableError("by", `by=${by} cannot be asked for activity: it must be one of ${known}`);
  }
  const range = rangeOf(data, filters, now_s);
  const { buckets } = stepsOf(range, per);
  const active = new Active(buckets);
  const names = new Names();
  for (const selection of await select(data, filters, { range, breathe })) {
    const { cluster, weeks } = selection;
    const numbers = names.of(cluster, COLUMNS[by]);
    const grouped = grouperOf(selection, "none", () => 0);
    const until_s = cluster.fresh_until_s ?? 0;
    for (const chosen of weeks) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      active.collect({ scan: grouped(chosen), doing: "runs", until_s }, numbers(chosen.week));
    }
  }
  const found = [...active.counts].map((count, periods) => ({ periods, count })).filter(({ count }) =>
    count > 0
  );
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const sum = found.reduce((all, { periods, count }) => all + periods * count, 0);
  return {
    by,
    per,
    tz: range.tz,
    from: range.from,
    to: range.to,
    periods: buckets.count,
    active: found,
    total,
    mean_periods: total === 0 ? null : sum / total,
  };
}

function isActivityBy(by: string): by is ActivityBy {
  return Object.hasOwn(COLUMNS, by);
}
