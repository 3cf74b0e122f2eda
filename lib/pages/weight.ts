import type { Weight } from "../view/filters.ts";
import type { ValueFormat } from "../view/measures.ts";

/** What jobs count for in a histogram, in words: one each, or their CPU-hours. */
export const WEIGHT_WORDS: Readonly<
  Record<Weight, { readonly label: string; readonly unit: string; readonly format: ValueFormat }>
> = {
  jobs: { label: "Jobs", unit: "jobs", format: "count" },
  "cpu-hours": { label: "CPU-hours", unit: "CPU-hours", format: "hours" },
};
