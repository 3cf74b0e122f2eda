import type { CurveSeries, CurveSpec } from "./chart_spec.ts";
import { logPlace, spread } from "./value_axis.ts";
import { formatTicks } from "./format.ts";
import { DAY_S } from "./units.ts";

/** Durations, in seconds, that are said in one number. */
const ROUND_S: readonly number[] = [1, 60, 3600].flatMap((unit_s) =>
  [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45].filter((count) => unit_s < 3600 || count < 24)
    .map((count) => count * unit_s)
).concat([18 * 3600], [1, 1.5, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 60, 90].map((days) => days * DAY_S));
const MANTISSAS = [1, 1.5, 2, 3, 4, 5, 6, 8];

/** Values of the x axis that the cursor stops at: round ones, the marks and the ends. */
export function curveStops(
  { x_min, x_max, x_format, marks }: Pick<CurveSpec, "x_min" | "x_max" | "x_format" | "marks">,
): readonly number[] {
  const from = Math.floor(Math.log10(x_min));
  const powers = Array.from({ length: Math.ceil(Math.log10(x_max)) - from + 1 }, (_, index) => from + index);
  const round = x_format === "duration"
    ? ROUND_S
    : powers.flatMap((power) => MANTISSAS.map((mantissa) => Number(`${mantissa}e${power}`)))
      .filter((value) => x_format !== "count" || Number.isInteger(value));
  const inside = [...round, ...marks.map(({ at }) => at)].filter((value) => value > x_min && value < x_max);
  return [...new Set([x_min, ...inside, x_max])].sort((a, b) => a - b);
}

/** Labelled places of the x axis: all marks, and others where there is room. */
export function curveTicks(
  spec: Pick<CurveSpec, "x_min" | "x_max" | "x_format" | "marks">,
): readonly { readonly at: number; readonly label: string; readonly mark: boolean }[] {
  const { x_min, x_max, x_format, marks } = spec;
  const own = marks.map(({ at }) => at);
  const powers = curveStops(spec).filter((stop) =>
    x_format === "duration"
      ? [1, 10, 600, 6 * 3600, 7 * DAY_S, 30 * DAY_S].includes(stop)
      : /^10*$|^0?\.0*1$/.test(String(stop))
  );
  return spread([own, [x_min, x_max], powers], x_min, x_max, 0.08).map((at) => ({
    at,
    label: marks.find((mark) => mark.at === at)?.label ?? formatTicks([at], x_format)[0],
    mark: own.includes(at),
  }));
}

/** Place of a value on the x axis, as a fraction of it. */
export function curvePlace({ x_min, x_max }: Pick<CurveSpec, "x_min" | "x_max">, x: number): number {
  return logPlace(x, x_min, x_max);
}

/** Share of the jobs of a curve that do not exceed a value: a curve rises only at its points. */
export function shareAt({ points }: Pick<CurveSeries, "points">, x: number): number | null {
  if (points.length === 0) return null;
  return points.findLast(([at]) => at <= x)?.[1] ?? 0;
}

/** Least value that a share of the jobs of a curve does not exceed; null for a curve without points. */
export function valueAt({ points }: Pick<CurveSeries, "points">, share: number): number | null {
  const found = points.find(([, at]) => at >= share - 1e-12) ?? points[points.length - 1];
  return found?.[0] ?? null;
}
