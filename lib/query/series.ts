import { Buckets } from "../engine/buckets.ts";
import type { Filters } from "../view/filters.ts";
import { type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import type { Range, SeriesAnswer, SeriesRow } from "./answers.ts";
import type { Asked, Data } from "./data.ts";
import { look } from "./look.ts";
import { basisOf } from "./measure.ts";
import { isNothing } from "./nothing.ts";
import { chosenClusters, rangeOf, reportedUntil } from "./range.ts";
import { type Steps, stepsOf, TooManyBucketsError } from "./steps.ts";

/** Series of an answer unless fewer are asked for; the rest is folded into one. */
const MAX_SERIES = 1000;
/** Most values of one answer. */
const MAX_VALUES = 2_000_000;

/**
 * A measure over time, split by a grouping.
 *
 * @param options.top most keys to show; the others are folded into a last row that says how many they are
 * @throws {TooManyBucketsError} if the step is too fine for the range
 */
export async function series(
  data: Data,
  filters: Filters,
  { now_s, breathe, top = MAX_SERIES }: Asked & { readonly top?: number },
): Promise<SeriesAnswer> {
  const name = filters.measure ?? "cpu-hours";
  const by = filters.by ?? "none";
  const range = rangeOf(data, filters, now_s);
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
  if (buckets.count * keys.length > MAX_VALUES) {
    throw new TooManyBucketsError(
      `step=${steps.step} by ${by} gives too many values: use a wider step or fewer days`,
    );
  }
  // In one order whatever the measure: then what they have in common is counted once.
  const shown = keys.toSorted();
  const { taken } = await look(data, filters, { measures: [name], range, buckets, by, shown, breathe });
  const measured = taken.get(name);
  if (measured === undefined) throw new RangeError(`${name} was not measured`);
  const row = (slot: number): SeriesRow => ({
    key: shown[slot] ?? "",
    values: Array.from({ length: buckets.count }, (_, bucket) => measured.cell(slot, bucket)),
    total: measured.total(slot),
  });
  const rows = shown.map((_, slot) => row(slot)).filter(({ total }) =>
    by === "none" || !isNothing(name, total)
  )
    .sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.key < b.key ? -1 : 1));
  const others = of - shown.length;
  return {
    rows: others > 0 && top > 0 ? [...rows, { ...row(shown.length), others }] : rows,
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
  // A long wait alone makes nobody important: those who used most come first.
  const measures: readonly MeasureName[] = measureOf(name).additive ? [name] : [name, "cpu-hours"];
  const buckets = new Buckets([steps.buckets.start_s, steps.buckets.end_s]);
  const { taken, slots } = await look(data, filters, { measures, range, buckets, by, shown: null, breathe });
  const ranked = (of: MeasureName): string[] =>
    slots.keys.map((key, slot) => ({ key, total: taken.get(of)?.total(slot) ?? null }))
      .filter(({ total }) => !isNothing(of, total))
      .sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.key < b.key ? -1 : 1)).map(({ key }) => key);
  const by_measure = ranked(name);
  if (measures.length === 1) return { keys: by_measure.slice(0, top), of: by_measure.length };
  const used = ranked("cpu-hours");
  const first = new Set(used);
  const with_value = new Set(by_measure);
  const keys = [
    ...used.filter((key) => with_value.has(key)),
    ...by_measure.filter((key) => !first.has(key)),
  ];
  return { keys: keys.slice(0, top), of: keys.length };
}

/** Start of the first bucket that ends after what the clusters have reported. */
function incompleteFrom(fresh_until_s: number | null, { buckets, starts }: Steps): string | null {
  if (fresh_until_s === null) return null;
  for (let bucket = 0; bucket < buckets.count; bucket++) {
    if (buckets.edges[bucket + 1] > fresh_until_s) return starts[bucket];
  }
  return null;
}
