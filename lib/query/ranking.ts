import { Buckets } from "../engine/buckets.ts";
import { Slots } from "../engine/grouping.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import type { MeasureValues, Range, RankingAnswer } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { measure } from "./measure.ts";
import { isNothing } from "./nothing.ts";
import { rangeOf } from "./range.ts";
import { select } from "./scan.ts";

/**
 * Several measures of every key of a grouping over the range of the filters, or over the range given; the key
 * largest in the first measure comes first, keys with nothing in any measure are left out.
 */
export function ranking(
  data: Data,
  filters: Filters,
  { now_s, by, measures, range }: Asked & {
    readonly by: Grouping;
    readonly measures: readonly MeasureName[];
    readonly range?: Range;
  },
): RankingAnswer {
  const asked = range ?? rangeOf(data, filters, now_s);
  const { start_s, end_s } = asked;
  const selections = select(data, filters, asked);
  const slots = new Slots();
  const measuring = {
    buckets: new Buckets([start_s, end_s]),
    by,
    basis: filters.basis,
    slotOf: (key: string) => slots.of(key),
  };
  const taken = measures.map((name) => ({ name, measured: measure(selections, name, measuring) }));
  const valuesOf = (slot: number): MeasureValues =>
    Object.fromEntries(taken.map(({ name, measured }) => [name, measured.total(slot)]));
  const [first] = measures;
  const rows = slots.keys.map((key, slot) => ({ key, values: valuesOf(slot) }))
    .filter(({ values }) => measures.some((name) => !isNothing(name, values[name])))
    .sort((a, b) => (b.values[first] ?? 0) - (a.values[first] ?? 0) || (a.key < b.key ? -1 : 1));
  return { rows, totals: Object.fromEntries(taken.map(({ name, measured }) => [name, measured.all])) };
}
