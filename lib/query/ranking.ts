import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import type { MeasureValues, Range, RankingAnswer } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { isNothing } from "./nothing.ts";
import { look } from "./look.ts";
import { rangeOf } from "./range.ts";

/**
 * Several measures of every key of a grouping over the range of the filters, or over the range given; the key
 * largest in the first measure comes first, keys with nothing in any measure are left out.
 */
export async function ranking(
  data: Data,
  filters: Filters,
  { now_s, breathe, by, measures, range = rangeOf(data, filters, now_s) }: Asked & {
    readonly by: Grouping;
    readonly measures: readonly MeasureName[];
    readonly range?: Range;
  },
): Promise<RankingAnswer> {
  const buckets = new Buckets([range.start_s, range.end_s]);
  const { taken, slots } = await look(data, filters, { measures, range, buckets, by, shown: null, breathe });
  await breathe?.();
  const valuesOf = (slot: number): MeasureValues =>
    Object.fromEntries([...taken].map(([name, measured]) => [name, measured.total(slot)]));
  const [first] = measures;
  const rows = slots.keys.map((key, slot) => ({ key, values: valuesOf(slot) }))
    .filter(({ values }) => measures.some((name) => !isNothing(name, values[name])))
    .sort((a, b) => (b.values[first] ?? 0) - (a.values[first] ?? 0) || (a.key < b.key ? -1 : 1));
  return { rows, totals: Object.fromEntries([...taken].map(([name, { all }]) => [name, all])) };
}
