import type { ChartSpec } from "./chart_spec.ts";
import type { ValueFormat } from "./measures.ts";
import { DAY_S } from "./units.ts";

/** Steps of an axis of durations, in seconds, up to a day; above it whole days follow the decimal steps. */
const DURATION_STEPS_S = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
];
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

/** One labelled place of an axis, and the least width of a figure at which it is labelled. */
export interface TickPlace {
  readonly index: number;
  readonly from: "narrow" | "wide" | "half" | "roomy";
}

const WIDE_TICKS = 10;
const NARROW_TICKS = 4;

/** Labelled places of a time axis of `count` buckets, the same in the still and in the live chart. */
export function tickPlaces(count: number): readonly TickPlace[] {
  return places(count, { narrow: NARROW_TICKS, wide: WIDE_TICKS, half: WIDE_TICKS, roomy: WIDE_TICKS });
}

/** Pixels that a plot has at least in a figure of each width, and those of a letter and between two texts. */
const PLOT_PX = { narrow: 220, wide: 480, half: 544, roomy: 900 } as const;
const LETTER_PX = 5.9;
const APART_PX = 5;

/** Labelled places of an axis of classes: each class where its text has room beside the next, else every k-th. */
export function classPlaces(texts: readonly string[]): readonly TickPlace[] {
  const most = (plot_px: number) => {
    let every = 1;
    while (every < texts.length && !haveRoom(texts, { every, place_px: plot_px / texts.length })) every++;
    return Math.ceil(texts.length / every);
  };
  return places(texts.length, {
    narrow: most(PLOT_PX.narrow),
    wide: most(PLOT_PX.wide),
    half: most(PLOT_PX.half),
    roomy: most(PLOT_PX.roomy),
  });
}

/** Whether every k-th of some texts, each in the middle of its place, keep apart from one another. */
function haveRoom(
  texts: readonly string[],
  { every, place_px }: { readonly every: number; readonly place_px: number },
): boolean {
  for (let at = every; at < texts.length; at += every) {
    const letters = (texts[at].length + texts[at - every].length) / 2;
    if (letters > 0 && letters * LETTER_PX + APART_PX > every * place_px) return false;
  }
  return true;
}

/** Each narrower axis labels some of the places of the wider one. */
function places(
  count: number,
  most: Readonly<Record<TickPlace["from"], number>>,
): readonly TickPlace[] {
  const roomy = thinned(count, most.roomy);
  const half = thinned(roomy.length, most.half).map((place) => roomy[place]);
  const wide = thinned(half.length, most.wide).map((place) => half[place]);
  const narrow = thinned(wide.length, most.narrow).map((place) => wide[place]);
  return roomy.map((index) => ({
    index,
    from: narrow.includes(index)
      ? "narrow"
      : wide.includes(index)
      ? "wide"
      : half.includes(index)
      ? "half"
      : "roomy",
  }));
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

/**
 * Which series a point of a bar chart lies on: its place among the series, null above and beside the bars.
 * `across` is the place in the bucket and `up` the one on the axis, both from 0 to 1.
 */
export function segmentAt(
  spec: Pick<ChartSpec, "series" | "stacked" | "buckets">,
  { index, across, up, at }: {
    readonly index: number;
    readonly across: number;
    readonly up: number;
    readonly at: (value: number) => number;
  },
): number | null {
  const share = barShare(spec.buckets.length);
  const inside = (across - (1 - share) / 2) / share;
  if (inside < 0 || inside >= 1) return null;
  const values = spec.series.map(({ values }) => values[index] ?? 0);
  if (!spec.stacked) {
    const place = Math.floor(inside * values.length);
    return up <= at(values[place] ?? 0) ? place : null;
  }
  let top = 0;
  const found = values.findIndex((value) => value > 0 && up <= at(top += value));
  return found < 0 ? null : found;
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
