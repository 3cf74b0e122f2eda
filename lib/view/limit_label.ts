import type { ChartSpec } from "./chart_spec.ts";
import { valueAxis } from "./value_axis.ts";

/** Where the name of a limit stands: above its line. */
export interface LimitLabel {
  /** Right end of the text as a fraction of the plot's width. */
  readonly right: number;
  /** The line's value there. */
  readonly value: number;
}

/** Parts of the plot that the text takes: of its width in figures of usual size, and of its height. */
const WIDTH = 0.16;
const HEIGHT = 0.07;

/** A limit as far as it is drawn: to the last bucket that is fully reported, since of an unfinished one it is only a part. */
export function drawnLimit(
  { limit, buckets }: Pick<ChartSpec, "limit" | "buckets">,
): readonly (number | null)[] {
  const values = limit?.values ?? [];
  return values.map((value, index) => buckets[index].incomplete ? null : value);
}

/**
 * Where the name of a limit covers least: as far to the right as neither bars nor the line itself reach into it; if they
 * do everywhere, where they reach least. Null where no line is drawn.
 */
export function limitLabel(
  spec: Pick<
    ChartSpec,
    "series" | "stacked" | "buckets" | "scale" | "format" | "compared" | "limit" | "band"
  >,
): LimitLabel | null {
  const axis = valueAxis(spec);
  const drawn = drawnLimit(spec);
  const count = spec.buckets.length;
  const wide = Math.min(count, Math.max(1, Math.ceil(WIDTH * count)));
  const tops = spec.buckets.map((_, index) => topAt(spec, index));
  let best: (LimitLabel & { readonly over: number }) | null = null;
  for (let end = count; end >= wide; end--) {
    const value = drawn[end - 1];
    if (value === null || value === undefined) continue;
    const low = axis.at(value);
    let over = 0;
    for (let index = end - wide; index < end; index++) {
      const line = drawn[index] ?? null;
      if (line !== null && axis.at(line) > low) over += axis.at(line) - low;
      over += Math.max(0, axis.at(tops[index]) - low);
    }
    // A text that does not fit under the upper edge stands over what is above the plot.
    over += Math.max(0, low + HEIGHT - 1) / 100;
    if (best === null || over < best.over - 1e-9) best = { right: end / count, value, over };
  }
  return best === null ? null : { right: best.right, value: best.value };
}

/** Upper edge of what is drawn in a bucket. */
function topAt(
  { series, stacked, compared }: Pick<ChartSpec, "series" | "stacked" | "compared">,
  index: number,
): number {
  const values = series.map(({ values }) => values[index] ?? 0);
  const top = stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values);
  return Math.max(top, compared?.values[index] ?? 0);
}
