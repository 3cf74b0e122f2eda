import type { Range, SeriesAnswer } from "../query/answers.ts";
import type { Asked, Data } from "../query/data.ts";
import { type Compared, firstDay, previousRange } from "../query/range.ts";
import { series } from "../query/series.ts";
import type { ChartLine } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import { type Change, formatDays } from "../view/format.ts";
import { dayCount } from "./days.ts";

/** What changes are measured against, in words; empty where there is nothing. */
export function againstWords(range: Range, compared: Compared | null): string {
  if (compared === null) return "";
  const { from, to } = compared.range;
  const adjacent = dayCount(to, range.from) === 2;
  const length = dayCount(from, to);
  if (!adjacent || length !== dayCount(range.from, range.to)) return `than ${formatDays(from, to)}`;
  return length === 1 ? "than the day before" : `than the ${length} days before`;
}

/** A change with what it is against, as "12 % more than the day before"; without that where the change says it all. */
export function changedWords(change: Change, against: string): string {
  if (change.word === "" || against === "") return change.words;
  const than = change.word.startsWith("as ") ? against.replace(/^than/, "as in") : against;
  return `${change.words} ${than}`;
}

/** The same as a note under headline numbers. */
export function againstNote(
  compared: Compared | null,
  { data, filters, range }: { readonly data: Data; readonly filters: Filters; readonly range: Range },
): string {
  if (compared === null) return nothingBefore(data, filters, range);
  const { from, to } = compared.range;
  return `Changes against ${formatDays(from, to)}${
    compared.cut ? ", up to the same time on the last day" : ""
  }`;
}

/** Why there is nothing to compare with. */
function nothingBefore(data: Data, filters: Filters, range: Range): string {
  const earlier = previousRange(range, filters);
  const first = firstDay(data, filters, range.tz);
  const days = formatDays(earlier.from, earlier.to);
  if (first === null || first <= earlier.from) {
    return "Nothing to compare with: nothing of these days is reported yet";
  }
  const known = `jobs are known from ${formatDays(first, first)} on`;
  return first > earlier.to
    ? `Nothing to compare with: ${known}, and there are none of ${days}`
    : `Not compared: ${known}, and so only of a part of ${days}`;
}

/**
 * The whole of an earlier range, bucket by bucket, to be drawn behind a chart: like the headline up to the same time as
 * the range on show is reported, so that both say the same change. Null unless a comparison was asked for and there is
 * something to compare with.
 */
export async function comparedLine(
  data: Data,
  filters: Filters,
  { compared, answer, total, ...asked }: Asked & {
    readonly compared: Compared | null;
    /** Its total, up to the same time as the range on show is reported. */
    readonly total: number | null;
    /** What it is drawn behind. */
    readonly answer: Pick<SeriesAnswer, "measure" | "step" | "tz" | "buckets">;
  },
): Promise<ChartLine | null> {
  if (filters.compare === "none" || compared === null) return null;
  const { range } = compared;
  const { measure, step, tz } = answer;
  const earlier = await series(data, { ...filters, tz, measure, step, by: "none" }, { ...asked, range });
  const values = earlier.series[0]?.values ?? [];
  return {
    label: formatDays(range.from, range.to),
    values: answer.buckets.map((_, bucket) => values[bucket] ?? null),
    total,
  };
}
