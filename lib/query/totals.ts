import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import type { MeasureName } from "../view/measures.ts";
import type { MeasureValues, Range } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { look } from "./look.ts";
import { rangeOf } from "./range.ts";

/** Several measures over the whole range of the filters, or over the range given. */
export async function totals(
  data: Data,
  filters: Filters,
  { now_s, breathe, measures, range = rangeOf(data, filters, now_s) }: Asked & {
    readonly measures: readonly MeasureName[];
    readonly range?: Range;
  },
): Promise<MeasureValues> {
  const buckets = new Buckets([range.start_s, range.end_s]);
  const { taken } = await look(data, filters, { measures, range, buckets, by: "none", shown: [""], breathe });
  return Object.fromEntries([...taken].map(([name, { all }]) => [name, all]));
}
