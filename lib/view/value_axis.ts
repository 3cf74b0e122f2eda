import type { ChartSpec } from "./chart_spec.ts";
import { formatTicks } from "./format.ts";
import type { ValueFormat } from "./measures.ts";
import { highestOf, niceTicks } from "./scale.ts";
import { DAY_S, HOUR_S, MINUTE_S } from "./units.ts";

/** An axis of values: where its ticks are and where a value lies. */
export interface ValueAxis {
  readonly ticks: readonly number[];
  readonly texts: readonly string[];
  /** Place of a value as a fraction of the axis from its start; what lies below the first tick is at 0. */
  readonly at: (value: number) => number;
}

/** Places of a logarithmic axis of durations, in seconds: units of the clock first, then what parts them. */
const CLOCK_S: readonly (readonly number[])[] = [
  [1, MINUTE_S, HOUR_S, DAY_S, 30 * DAY_S],
  [10, 10 * MINUTE_S, 6 * HOUR_S, 7 * DAY_S, 365 * DAY_S],
  [2, 5, 20, 30].flatMap((count) => [count, count * MINUTE_S]),
  [2, 3, 12].map((hours) => hours * HOUR_S),
  [2, 3, 14].map((days) => days * DAY_S),
];
const MOST_DECADES = 7;
/** Share of the axis that lies between two ticks at least, so that their texts stay apart. */
const LEAST_GAP = 0.11;
/** What the rounding of the shares of a stack adds up to at most. */
const ROUNDING = 1e-3;

/** The value axis of a chart, the same in the still and in the live chart. */
export function valueAxis(
  spec: Pick<
    ChartSpec,
    "series" | "stacked" | "buckets" | "scale" | "format" | "compared" | "limit" | "band"
  >,
): ValueAxis {
  const lines = [spec.compared?.values, spec.limit?.values, spec.band?.high].flatMap((values) =>
    values ?? []
  );
  const highest = Math.max(highestOf(spec), ...lines.map((value) => value ?? 0));
  if (spec.scale === "log") {
    const all = [...spec.series.flatMap(({ values }) => values), ...lines, ...(spec.band?.low ?? [])];
    const positive = all.filter((value) => value !== null && value > 0) as number[];
    return logAxis(Math.min(...positive, highest), highest, spec.format);
  }
  // Shares are rounded before they are stacked, so that a whole may come out as 1.000002.
  const rounded_whole = spec.format === "share" && highest > 1 && highest < 1 + ROUNDING;
  const ticks = niceTicks(rounded_whole ? 1 : highest, spec.format);
  const top = ticks[ticks.length - 1];
  return { ticks, texts: formatTicks(ticks, spec.format), at: (value) => value / top };
}

/** A logarithmic axis over at least these values, not more than seven decades of them. */
export function logAxis(lowest: number, highest: number, format: ValueFormat): ValueAxis {
  const ticks = logTicks(lowest, highest, format);
  return {
    ticks,
    texts: ticks.map((tick) => formatTicks([tick], format)[0]),
    at: (value) => logPlace(value, ticks[0], ticks[ticks.length - 1]),
  };
}

/** Place of a value on a logarithmic axis as a fraction of it; values outside lie at its ends. */
export function logPlace(value: number, first: number, last: number): number {
  if (!(value > first)) return 0;
  return value >= last ? 1 : Math.log(value / first) / Math.log(last / first);
}

/**
 * Ticks of a logarithmic axis around two values above 0: at 1, 2 and 5 of each decade, or units of the clock for
 * durations, as many as there is room for.
 */
export function logTicks(lowest: number, highest: number, format: ValueFormat): readonly number[] {
  const top = Number.isFinite(highest) && highest > 0 ? highest : 1;
  const least = Math.max(Number.isFinite(lowest) && lowest > 0 ? lowest : top / 10, top / 10 ** MOST_DECADES);
  const ranks = format === "duration" ? CLOCK_S : decimals(least, top, format);
  const all = ranks.flat().sort((a, b) => a - b);
  const first = all.findLast((tick) => tick <= least) ?? all[0];
  const last = all.find((tick) => tick >= top && tick > first) ?? top;
  return spread([[first, last], ...ranks], first, last);
}

/** Those of ranked values, first ranks first, that keep their distance on a logarithmic axis. */
export function spread(
  ranks: readonly (readonly number[])[],
  first: number,
  last: number,
  gap = LEAST_GAP,
): readonly number[] {
  const taken: number[] = [];
  for (const tick of ranks.flat()) {
    if (tick < first || tick > last) continue;
    const place = logPlace(tick, first, last);
    if (taken.every((other) => Math.abs(logPlace(other, first, last) - place) >= gap)) taken.push(tick);
  }
  return taken.sort((a, b) => a - b);
}

function decimals(least: number, top: number, format: ValueFormat): readonly (readonly number[])[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(top))];
  const powers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    .filter((power) => format !== "count" || power >= 0);
  return [1, 2, 5].map((mantissa) => powers.map((power) => Number(`${mantissa}e${power}`)));
}
