import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import type { MeasureValues, Range, RankingAnswer } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { isNothing } from "./nothing.ts";
import { look } from "./look.ts";
import { rangeOf } from "./range.ts";

/** Keys between two breaks. */
const KEYS_AT_ONCE = 256;

type RankingRow = RankingAnswer["rows"][number];

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
  const [first] = measures;
  const rows: RankingRow[] = [];
  for (const [slot, key] of slots.keys.entries()) {
    if (slot % KEYS_AT_ONCE === 0) await breathe?.();
    const values: MeasureValues = Object.fromEntries(
      [...taken].map(([name, measured]) => [name, measured.total(slot)]),
    );
    if (measures.some((name) => !isNothing(name, values[name]))) rows.push({ key, values });
  }
  await breathe?.();
  rows.sort((a, b) => (b.values[first] ?? 0) - (a.values[first] ?? 0) || (a.key < b.key ? -1 : 1));
  await breathe?.();
  return { rows, totals: Object.fromEntries([...taken].map(([name, { all }]) => [name, all])) };
}
