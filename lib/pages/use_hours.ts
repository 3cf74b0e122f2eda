import type { Range } from "../query/answers.ts";
import type { Asked, Data } from "../query/data.ts";
import { hoursOfWeek } from "../query/hours_of_week.ts";
import type { HeatSpec } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { dayCount } from "./days.ts";
import { weekHeat } from "./week_heat.ts";

const WEEK_DAYS = 7;
/** Measures besides those that add up that have a value at each hour. */
const MEANS: readonly MeasureName[] = ["running-mean", "pending-mean"];

/** A measure by weekday and hour, as a mean over the hours of each name; null where it has none or the range is short. */
export async function hoursFigure(
  data: Data,
  filters: Filters,
  { measure, range, ...asked }: Asked & { readonly measure: MeasureName; readonly range: Range },
): Promise<HeatSpec | null> {
  const { additive } = measureOf(measure);
  if (!additive && !MEANS.includes(measure) || dayCount(range.from, range.to) < WEEK_DAYS) return null;
  const whole: Filters = { ...filters, measure, by: null };
  const answer = await hoursOfWeek(data, whole, asked);
  return weekHeat(answer, { filters: whole });
}
