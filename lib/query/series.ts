import { Buckets } from "../engine/buckets.ts";
import { Slots } from "../engine/grouping.ts";
import type { Filters } from "../view/filters.ts";
import { type Grouping, type MeasureName, measureOf } from "../view/measures.ts";
import type { SeriesAnswer, SeriesRow } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { basisOf, measure } from "./measure.ts";
import { isNothing } from "./nothing.ts";
import { rangeOf, reportedUntil } from "./range.ts";
import { select, type Selection } from "./scan.ts";
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
export function series(
  data: Data,
  filters: Filters,
  { now_s, top = MAX_SERIES }: Asked & { readonly top?: number },
) {
  const name = filters.measure ?? "cpu-hours";
  const by = filters.by ?? "none";
  const range = rangeOf(data, filters, now_s);
  const steps = stepsOf(range, filters.step);
  const selections = select(data, filters, range);
  const { rows, all } = rowsOf(selections, { name, by, steps, filters, top });
  const answer: SeriesAnswer = {
    measure: name,
    unit: measureOf(name).unit,
    basis: basisOf(name, filters.basis),
    tz: range.tz,
    step: steps.step,
    buckets: steps.starts,
    incomplete_from: incompleteFrom(selections.map(({ cluster }) => cluster), steps),
    series: rows,
    total: all,
  };
  return answer;
}

interface Asking {
  readonly name: MeasureName;
  readonly by: Grouping;
  readonly steps: Steps;
  readonly filters: Filters;
  readonly top: number;
}

function rowsOf(
  selections: readonly Selection[],
  asking: Asking,
): { rows: readonly SeriesRow[]; all: number | null } {
  const { name, by, steps, filters, top } = asking;
  const { buckets } = steps;
  const shown = topKeys(selections, asking);
  if (buckets.count * shown.keys.length > MAX_VALUES) {
    throw new TooManyBucketsError(
      `step=${steps.step} by ${by} gives too many values: use a wider step or fewer days`,
    );
  }
  const slots = new Slots();
  for (const key of shown.keys) slots.of(key);
  const rest = shown.keys.length;
  const known = new Set(shown.keys);
  const taken = measure(selections, name, {
    buckets,
    by,
    basis: filters.basis,
    slotOf: (key) => known.has(key) ? slots.of(key) : rest,
  });
  const row = (slot: number): SeriesRow => ({
    key: slots.keys[slot] ?? "",
    values: Array.from({ length: buckets.count }, (_, bucket) => taken.cell(slot, bucket)),
    total: taken.total(slot),
  });
  const rows = shown.keys.map((_, slot) => row(slot)).filter(({ total }) =>
    by === "none" || !isNothing(name, total)
  )
    .sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.key < b.key ? -1 : 1));
  const others = shown.of - shown.keys.length;
  return { rows: others > 0 && top > 0 ? [...rows, { ...row(rest), others }] : rows, all: taken.all };
}

/** The keys that get a row of their own, and how many there are: those largest in the measure, if it adds up. */
function topKeys(selections: readonly Selection[], { name, by, steps, filters, top }: Asking) {
  if (by === "none") return { keys: [""], of: 1 };
  const measured = rank(selections, { name, by, steps, filters });
  if (measureOf(name).additive) return { keys: measured.slice(0, top), of: measured.length };
  // A long wait alone makes nobody important: those who used most come first.
  const used = rank(selections, { name: "cpu-hours", by, steps, filters });
  const first = new Set(used);
  const with_value = new Set(measured);
  const keys = [...used.filter((key) => with_value.has(key)), ...measured.filter((key) => !first.has(key))];
  return { keys: keys.slice(0, top), of: keys.length };
}

/** The keys for which there is anything to measure, largest first. */
function rank(selections: readonly Selection[], { name, by, steps, filters }: Omit<Asking, "top">): string[] {
  const slots = new Slots();
  const totals = measure(selections, name, {
    buckets: new Buckets([steps.buckets.start_s, steps.buckets.end_s]),
    by,
    basis: filters.basis,
    slotOf: (key) => slots.of(key),
  });
  return slots.keys.map((key, slot) => ({ key, total: totals.total(slot) }))
    .filter(({ total }) => !isNothing(name, total))
    .sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || (a.key < b.key ? -1 : 1)).map(({ key }) => key);
}

/** Start of the first bucket that ends after what the clusters have reported. */
function incompleteFrom(clusters: readonly ClusterData[], { buckets, starts }: Steps): string | null {
  const fresh_until_s = reportedUntil(clusters);
  if (fresh_until_s === null) return null;
  for (let bucket = 0; bucket < buckets.count; bucket++) {
    if (buckets.edges[bucket + 1] > fresh_until_s) return starts[bucket];
  }
  return null;
}
