import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import { type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import type { Range, SeriesAnswer, SeriesRow } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { look } from "./look.ts";
import { basisOf } from "./measure.ts";
import { isNothing } from "./nothing.ts";
import { chosenClusters, rangeOf, reportedUntil } from "./range.ts";
import { incompleteFrom, type Steps, stepsOf, TooManyBucketsError } from "./steps.ts";

/** Series of an answer unless fewer are asked for; the rest is folded into one. */
const MAX_SERIES = 1000;
/** Most values of one answer, and of one whose values are not sums: each of these takes more time and memory. */
const MAX_VALUES = 1_000_000;
const MAX_COSTLY_VALUES = 500_000;
/** Keys between two breaks. */
const KEYS_AT_ONCE = 1024;

/**
 * A measure over time, split by a grouping.
 *
 * @param options.range another range than the one of the filters; it may end within a bucket
 * @param options.top most keys to show; the others are folded into a last row that says how many they are
 * @throws {TooManyBucketsError} if the step is too fine for the range
 */
export async function series(
  data: Data,
  filters: Filters,
  { now_s, breathe, top = MAX_SERIES, range = rangeOf(data, filters, now_s) }: Asked & {
    readonly top?: number;
    readonly range?: Range;
  },
): Promise<SeriesAnswer> {
  const name = filters.measure ?? "cpu-hours";
  const by = filters.by ?? "none";
  const steps = stepsOf(range, filters.step);
  const { rows, all } = await rowsOf(data, filters, { name, by, range, steps, top, breathe });
  return {
    measure: name,
    unit: measureOf(name).unit,
    basis: basisOf(name, filters.basis),
    tz: range.tz,
    step: steps.step,
    buckets: steps.starts,
    incomplete_from: incompleteFrom(reportedUntil(chosenClusters(data, filters)), steps),
    series: rows,
    total: all,
  };
}

interface Asking extends Pick<Asked, "breathe"> {
  readonly name: MeasureName;
  readonly by: Grouping;
  readonly range: Range;
  readonly steps: Steps;
  readonly top: number;
}

async function rowsOf(
  data: Data,
  filters: Filters,
  asking: Asking,
): Promise<{ rows: readonly SeriesRow[]; all: number | null }> {
  const { name, by, range, steps, top, breathe } = asking;
  const { buckets } = steps;
  const { keys, of } = await topKeys(data, filters, asking);
  if (buckets.count * keys.length > (measureOf(name).additive ? MAX_VALUES : MAX_COSTLY_VALUES)) {
    throw new TooManyBucketsError(
      `step=${steps.step} by ${by} gives too many values: use a wider step or fewer days`,
    );
  }
  // In one order whatever the measure: then what they have in common is counted once.
  const shown = keys.toSorted();
  const { taken } = await look(data, filters, { measures: [name], range, buckets, by, shown, breathe });
  const measured = taken.get(name);
  if (measured === undefined) throw new RangeError(`${name} was not measured`);
  const row = (slot: number, total: number | null): SeriesRow => ({
    key: shown[slot] ?? "",
    values: Array.from({ length: buckets.count }, (_, bucket) => measured.cell(slot, bucket)),
    total,
  });
  const rows: SeriesRow[] = [];
  for (let slot = 0; slot < shown.length; slot++) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    const total = measured.total(slot);
    if (by === "none" || !isNothing(name, total)) rows.push(row(slot, total));
  }
  rows.sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.key < b.key ? -1 : 1));
  const others = of - shown.length;
  return {
    rows: others > 0 && top > 0
      ? [...rows, { ...row(shown.length, measured.total(shown.length)), others }]
      : rows,
    all: measured.all,
  };
}

/** The keys that get a row of their own, and how many there are: those largest in the measure, if it adds up. */
async function topKeys(
  data: Data,
  filters: Filters,
  { name, by, range, steps, top, breathe }: Asking,
): Promise<{ readonly keys: readonly string[]; readonly of: number }> {
  if (by === "none") return { keys: [""], of: 1 };
  // Neither a long wait nor a large partition alone is important: those that used most come first.
  const { additive, capacity } = measureOf(name);
  const measures: readonly MeasureName[] = additive && capacity === undefined ? [name] : [name, "cpu-hours"];
  const buckets = new Buckets([steps.buckets.start_s, steps.buckets.end_s]);
  const { taken, slots } = await look(data, filters, { measures, range, buckets, by, shown: null, breathe });
  const ranked = async (of: MeasureName): Promise<string[]> => {
    const found: { readonly key: string; readonly total: number | null }[] = [];
    for (const [slot, key] of slots.keys.entries()) {
      if (slot % KEYS_AT_ONCE === 0) await breathe?.();
      const total = taken.get(of)?.total(slot) ?? null;
      if (!isNothing(of, total)) found.push({ key, total });
    }
    await breathe?.();
    found.sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.key < b.key ? -1 : 1));
    return found.map(({ key }) => key);
  };
  const by_measure = await ranked(name);
  if (measures.length === 1) return { keys: by_measure.slice(0, top), of: by_measure.length };
  const used = await ranked("cpu-hours");
  const first = new Set(used);
  const with_value = new Set(by_measure);
  const keys = [
    ...used.filter((key) => with_value.has(key)),
    ...by_measure.filter((key) => !first.has(key)),
  ];
  return { keys: keys.slice(0, top), of: keys.length };
}
