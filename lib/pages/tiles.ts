import type { MeasureValues } from "../query/answers.ts";
import { type Change, formatChange, formatValue } from "../view/format.ts";
import type { Filters } from "../view/filters.ts";
import { type Dimension, DIMENSIONS, type MeasureName, measureOf } from "../view/measures.ts";

/** A headline number with its change. */
export interface TileModel {
  readonly label: string;
  readonly value: string;
  /** The number in full, with its unit. */
  readonly exact: string;
  readonly note?: string;
  readonly change: Change | null;
  readonly href?: string;
  readonly selected?: boolean;
}

/** Labels of tiles, where a measure's own is too long for one. */
const SHORT_LABELS: Readonly<Partial<Record<MeasureName, string>>> = {
  "wait-p95": "Wait, p95",
  "failed-share": "Failed jobs",
  "cpu-hours-idle": "CPU-hours not used",
  "mem-hours-idle": "GiB-hours not used",
};

/** The tile of a measure: its value, and the change against an earlier one where that is known. */
export function tileOf(
  name: MeasureName,
  { now, then = {}, ...words }: {
    readonly now: MeasureValues;
    readonly then?: MeasureValues;
    readonly label?: string;
    readonly exact?: string;
    readonly note?: string;
    readonly href?: string;
    readonly selected?: boolean;
  },
): TileModel {
  const { label, format } = measureOf(name);
  const value = now[name] ?? null;
  return {
    label: SHORT_LABELS[name] ?? label,
    value: formatValue(value, format, "short"),
    exact: amountOf(name, value, "full"),
    change: formatChange(value, then[name] ?? null, { format }),
    ...words,
  };
}

/** Dimensions by which capacity is split as the hours are. */
const OF_CAPACITY: readonly Dimension[] = ["cluster", "partition", "node", "gpu_type"];

/**
 * Words of a tile of utilisation where some of the jobs are chosen, by user or state, say: then it is their share of what
 * all could have used.
 */
export function shareOfCapacity(
  name: MeasureName,
  { only, not }: Pick<Filters, "only" | "not">,
): { readonly label?: string } {
  const what = name === "cpu-utilisation" ? "CPUs" : name === "gpu-utilisation" ? "GPUs" : null;
  const some = DIMENSIONS.some((dimension) =>
    !OF_CAPACITY.includes(dimension) && only[dimension].length + not[dimension].length > 0
  );
  return what === null || !some ? {} : { label: `Share of all ${what}` };
}

/** A value with its unit, where the value itself does not say it. */
export function amountOf(name: MeasureName, value: number | null, length: "short" | "full"): string {
  const { format, unit } = measureOf(name);
  const text = formatValue(value, format, length);
  return format === "duration" || format === "share" || unit === "" ? text : `${text} ${unit}`;
}
