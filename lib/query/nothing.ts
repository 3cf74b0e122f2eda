import { type MeasureName, measureOf } from "../view/measures.ts";

/** Measures besides those that add up whose 0 says that there was nothing. */
const COUNTS: readonly MeasureName[] = ["jobs-running", "users", "accounts", "groups"];

/** Whether a value says that there was nothing to measure: no hours and no jobs are nothing, a wait of 0 s is one. */
export function isNothing(measure: MeasureName, value: number | null | undefined): boolean {
  if (value === null || value === undefined) return true;
  return value === 0 && (measureOf(measure).additive || COUNTS.includes(measure));
}
