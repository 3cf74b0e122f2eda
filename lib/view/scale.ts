import type { ChartSpec } from "./chart_spec.ts";
import type { ValueFormat } from "./measures.ts";

/** Steps of an axis of durations, in seconds, up to a day; above it whole days follow the decimal steps. */
const DURATION_STEPS_S = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
];
const DAY_S = 86_400;
const MOST_INTERVALS = 5;

/**
 * Ticks of an axis from 0 to at least `highest`, evenly spaced at a round step, at most six. Counts get whole
 * steps; durations, in seconds, get steps of the clock.
 */
export function niceTicks(highest: number, format: ValueFormat): readonly number[] {
  const top = Number.isFinite(highest) && highest > 0 ? highest : 1;
  const { mantissa, power } = niceStep(top, format);
  // Dividing by a power of ten rounds once; multiplying by a negative one rounds twice and shows it: 0.30000000000000004.
  const at = (index: number) => power < 0 ? index * mantissa / 10 ** -power : index * mantissa * 10 ** power;
  const count = Math.ceil(Number((top / at(1)).toPrecision(12)));
  return Array.from({ length: count + 1 }, (_, index) => at(index));
}

/** Which of `count` places on an axis are labelled when there is room for `most`: the first and every k-th. */
export function thinned(count: number, most: number): readonly number[] {
  const every = Math.max(1, Math.ceil(count / Math.max(1, most)));
  return Array.from({ length: Math.ceil(count / every) }, (_, index) => index * every);
}

/** One labelled place of an axis; `narrow` when it is labelled on small screens as well. */
export interface TickPlace {
  readonly index: number;
  readonly narrow: boolean;
}

const WIDE_TICKS = 10;
const NARROW_TICKS = 4;

/** Labelled places of a time axis of `count` buckets, the same in the still and in the live chart. */
export function tickPlaces(count: number): readonly TickPlace[] {
  const wide = thinned(count, WIDE_TICKS);
  const narrow = new Set(thinned(wide.length, NARROW_TICKS));
  return wide.map((index, place) => ({ index, narrow: narrow.has(place) }));
}

/** The part of its bucket that a bar fills: all but a hair when there are many, less when there are few. */
export function barShare(count: number): number {
  if (count > 40) return 0.96;
  if (count > 14) return 0.86;
  return count > 6 ? 0.7 : 0.45;
}

/** Highest value that a chart shows: of a stack when series lie on one another; 0 when nothing is known. */
export function highestOf(spec: Pick<ChartSpec, "series" | "stacked" | "buckets">): number {
  let highest = 0;
  for (let bucket = 0; bucket < spec.buckets.length; bucket += 1) {
    let stack = 0;
    for (const { values } of spec.series) {
      const value = values[bucket] ?? 0;
      stack += value;
      if (!spec.stacked) highest = Math.max(highest, value);
    }
    if (spec.stacked) highest = Math.max(highest, stack);
  }
  return highest;
}

/** The place, of `count` equal ones, at a fraction of the axis; the nearest one outside of it. */
export function placeAt(fraction: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(fraction * count)));
}

/**
 * Which bucket an instant lies in, given the buckets' starts in epoch ms, oldest first; null outside of all.
 * The last bucket is taken to be as wide as the one before it.
 */
export function bucketOf(starts_ms: readonly number[], at_ms: number): number | null {
  const index = starts_ms.findLastIndex((start_ms) => start_ms <= at_ms);
  if (index < 0) return null;
  const last = starts_ms.length - 1;
  if (index < last || last === 0) return index;
  return at_ms - starts_ms[last] < starts_ms[last] - starts_ms[last - 1] ? last : null;
}

/** Whether a value of a chart is known at all. */
export function hasValues(spec: Pick<ChartSpec, "series">): boolean {
  return spec.series.some(({ values }) => values.some((value) => value !== null));
}

function niceStep(top: number, format: ValueFormat): { readonly mantissa: number; readonly power: number } {
  if (format === "duration") {
    const step_s = DURATION_STEPS_S.find((candidate_s) => top / candidate_s <= MOST_INTERVALS);
    if (step_s !== undefined) return { mantissa: step_s, power: 0 };
    const { mantissa, power } = decimalStep(top / DAY_S);
    return { mantissa: mantissa * DAY_S, power: Math.max(0, power) };
  }
  const step = decimalStep(top);
  return format === "count" && step.power < 0 ? { mantissa: 1, power: 0 } : step;
}

function decimalStep(top: number): { readonly mantissa: number; readonly power: number } {
  const rough = top / MOST_INTERVALS;
  const power = Math.floor(Math.log10(rough));
  const share = Number((rough / 10 ** power).toPrecision(12));
  const mantissa = [1, 2, 5].find((candidate) => share <= candidate);
  return mantissa === undefined ? { mantissa: 1, power: power + 1 } : { mantissa, power };
}
