import type { ChartSpec, CurveSpec, SeriesLook } from "../lib/view/chart_spec.ts";
import { curvePlace, curveStops, shareAt } from "../lib/view/curve.ts";
import { formatChange, formatDuration, formatPercent, formatValue } from "../lib/view/format.ts";
import { valueAxis } from "../lib/view/value_axis.ts";
import { bucketText, labelOf, sumOf, sumText } from "./chart_text.ts";

/** What a plot has drawn over an axis. */
export type PlotSpec = ChartSpec | CurveSpec;

/** One value under the cursor, or beside the series in the legend. */
export interface Reading {
  readonly key: string;
  readonly label: string;
  /** Classes of the sign it is drawn with. */
  readonly swatch: string;
  readonly text: string;
}

/** A plot as its cursor goes over it: places from 0 on, each with what is to be read there. */
export interface PlotView {
  readonly looks: readonly SeriesLook[];
  /** Entries of the legend that are no series. */
  readonly signs: readonly Omit<Reading, "text">[];
  readonly count: number;
  /** Where a place is, as a fraction of the axis. */
  readonly x: (place: number) => number;
  /** The place at a fraction of the axis, or the nearest one. */
  readonly placeAt: (fraction: number) => number;
  /** Where a place leads; empty where it leads nowhere. */
  readonly href: (place: number) => string;
  /** Name of a place, of all of them for null. */
  readonly label: (place: number | null) => string;
  /** What the values add up to, or their unit. */
  readonly sum: (place: number | null) => string;
  readonly readings: (place: number | null) => readonly Reading[];
  /** A place and all its values in words. */
  readonly text: (place: number) => string;
  /** Where lines are at a place, as fractions of the value axis by key of their series. */
  readonly dots: (place: number) => readonly { readonly look: SeriesLook; readonly y: number }[];
}

/** How to read a chart or curves. */
export function plotView(spec: PlotSpec): PlotView {
  return spec.kind === "curves" ? curveView(spec) : chartView(spec);
}

/** Classes of a series' sign. */
export function swatchOf({ colour, texture }: Pick<SeriesLook, "colour" | "texture">): string {
  return `swatch s${colour} t-${texture}`;
}

function chartView(spec: ChartSpec): PlotView {
  const { buckets, series, compared, limit, band, format } = spec;
  const count = buckets.length;
  const axis = valueAxis(spec);
  const full = (value: number | null) => formatValue(value, format, "full");
  const now = (place: number | null) => {
    const values = series.map((one) => place === null ? one.total : one.values[place] ?? null);
    return spec.stacked ? sumOf(values) : values.length === 1 ? values[0] : null;
  };
  const signOf = (sign: keyof typeof SIGNS) =>
    sign === "band" ? `${SIGNS.band} s${series[0]?.colour ?? "other"}` : SIGNS[sign];
  const beside = (place: number | null): readonly Reading[] => {
    const found: Reading[] = [];
    const add = (sign: keyof typeof SIGNS, label: string, text: string) =>
      found.push({ key: `\u0000${sign}`, label, swatch: signOf(sign), text });
    if (band !== null && place !== null) {
      add("band", band.label, `${full(band.low[place] ?? null)} – ${full(band.high[place] ?? null)}`);
    }
    if (compared !== null) {
      const then = place === null ? compared.total ?? null : compared.values[place] ?? null;
      // What is not over yet is no fair match for a whole of before.
      const over = place === null
        ? !buckets.some(({ incomplete }) => incomplete)
        : !buckets[place].incomplete;
      const change = over ? formatChange(now(place), then, { format }) : null;
      if (place !== null || then !== null) {
        add("compared", compared.label, change === null ? full(then) : `${full(then)} (now ${change.text})`);
      }
    }
    const most = limit === null ? null : place === null ? limit.total ?? null : limit.values[place] ?? null;
    if (limit !== null && (place !== null || most !== null)) add("limit", limit.label, full(most));
    return found;
  };
  return {
    looks: series,
    signs: [
      ...(band === null ? [] : [{ key: "band", label: band.label, swatch: signOf("band") }]),
      ...(compared === null ? [] : [{ key: "compared", label: compared.label, swatch: SIGNS.compared }]),
      ...(limit === null ? [] : [{ key: "limit", label: limit.label, swatch: SIGNS.limit }]),
      ...(buckets.some(({ incomplete }) => incomplete)
        ? [{ key: "incomplete", label: "incomplete", swatch: SIGNS.incomplete }]
        : []),
    ],
    count,
    x: (place) => (place + 0.5) / count,
    placeAt: (fraction) => Math.min(count - 1, Math.max(0, Math.floor(fraction * count))),
    href: (place) => buckets[place]?.href ?? "",
    label: (place) => place === null ? wholeOf(spec) : labelOf(buckets[place]),
    // A unit alone says nothing of the whole range.
    sum: (place) => place === null && !spec.stacked ? "" : sumText(spec, place),
    readings: (place) => [
      ...series.map((one) => ({
        key: one.key,
        label: one.label,
        swatch: swatchOf(one),
        text: full(place === null ? one.total : one.values[place] ?? null),
      })),
      ...beside(place),
    ],
    text: (place) =>
      [bucketText(spec, place), ...beside(place).map(({ label, text }) => `${label} ${text}`)].join(", "),
    dots: (place) => {
      if (spec.kind === "bars") return [];
      return series.flatMap((look) => {
        const value = look.values[place] ?? null;
        return value === null || spec.stacked ? [] : [{ look, y: axis.at(value) }];
      });
    },
  };
}

/** Classes of the signs of what is drawn beside the series. */
const SIGNS = {
  band: "swatch swatch-band",
  compared: "swatch swatch-compared",
  limit: "swatch swatch-limit",
  incomplete: "swatch swatch-incomplete",
} as const;

/** All buckets of a chart in a word. */
export function wholeOf({ axis }: Pick<ChartSpec, "axis">): string {
  return axis === "class" ? "All" : "Whole range";
}

function curveView(spec: CurveSpec): PlotView {
  const stops = curveStops(spec);
  const places = stops.map((stop) => curvePlace(spec, stop));
  const readings = (place: number | null): readonly Reading[] =>
    spec.series.map((one) => ({
      key: one.key,
      label: one.label,
      swatch: swatchOf(one),
      text: place === null
        ? `${formatValue(one.jobs, "count", "full")} jobs`
        : formatPercent(shareAt(one, stops[place])),
    }));
  const label = (place: number | null) =>
    place === null ? "All jobs" : `Within ${valueText(spec, stops[place])}`;
  return {
    looks: spec.series,
    signs: [],
    count: stops.length,
    x: (place) => places[place],
    placeAt: (fraction) => {
      const next = places.findIndex((place) => place >= fraction);
      if (next <= 0) return next === 0 ? 0 : places.length - 1;
      return fraction - places[next - 1] < places[next] - fraction ? next - 1 : next;
    },
    href: () => "",
    label,
    sum: () => "",
    readings,
    text: (place) =>
      `${label(place)}: ${readings(place).map((reading) => `${reading.label} ${reading.text}`).join(", ")}`,
    dots: (place) =>
      spec.series.flatMap((look) => {
        const y = shareAt(look, stops[place]);
        return y === null ? [] : [{ look, y }];
      }),
  };
}

/** A value of the x axis of curves, with its unit. */
export function valueText({ x_format, x_unit }: Pick<CurveSpec, "x_format" | "x_unit">, x: number): string {
  if (x_format === "duration") return formatDuration(x);
  const text = formatValue(x, x_format, "full");
  return x_unit === "" ? text : `${text} ${x_unit}`;
}
