import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import type { MeasureName } from "../view/measures.ts";
import type { MeasureValues, Range } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { measure } from "./measure.ts";
import { rangeOf } from "./range.ts";
import { select } from "./scan.ts";

/** Several measures over the whole range of the filters, or over the range given. */
export function totals(
  data: Data,
  filters: Filters,
  { now_s, measures, range }: Asked & { readonly measures: readonly MeasureName[]; readonly range?: Range },
): MeasureValues {
  const asked = range ?? rangeOf(data, filters, now_s);
  const { start_s, end_s } = asked;
  const selections = select(data, filters, asked);
  const measuring = {
    buckets: new Buckets([start_s, end_s]),
    by: "none",
    basis: filters.basis,
    slotOf: () => 0,
  } as const;
  return Object.fromEntries(measures.map((name) => [name, measure(selections, name, measuring).all]));
}
