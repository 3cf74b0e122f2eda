/** A place of a line in a still: `x` in buckets, `y` in thousandths of the plot from its top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

type Values = readonly (number | null)[];

/** Points in the middle of their buckets, null where a value is unknown; `at` is the axis. */
export function pointsOf(values: Values, at: (value: number) => number): readonly (Point | null)[] {
  return values.map((value, index) =>
    value === null ? null : { x: index + 0.5, y: round((1 - at(value)) * 1000) }
  );
}

/** Upper edge of each series in each bucket: of the stack when series lie on one another. */
export function topsOf(
  { series, stacked, buckets }: {
    readonly series: readonly { readonly values: Values }[];
    readonly stacked: boolean;
    readonly buckets: readonly unknown[];
  },
): readonly Values[] {
  const heap = new Array<number>(buckets.length).fill(0);
  return series.map(({ values }) =>
    buckets.map((_, index) => {
      const value = values[index] ?? null;
      if (value === null || !stacked) return value;
      heap[index] += value;
      return heap[index];
    })
  );
}

/** Stretches of known points; an unknown one parts them. */
export function runsOf(points: readonly (Point | null)[]): readonly (readonly Point[])[] {
  const runs: Point[][] = [];
  let open = false;
  for (const point of points) {
    if (point !== null && open) runs[runs.length - 1].push(point);
    else if (point !== null) runs.push([point]);
    open = point !== null;
  }
  return runs;
}

/** A single point is drawn as a line of no length, which round ends make a dot. */
export function linePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const line = rest.length === 0 ? [first] : rest;
  return `M${first.x} ${first.y}${line.map(({ x, y }) => `L${x} ${y}`).join("")}`;
}

/** A line over the whole width of each bucket, upright between them. */
export function stepPath(points: readonly Point[]): string {
  const [first] = points;
  return `M${first.x - 0.5} ${first.y}${points.map(({ x, y }) => `V${y}H${x + 0.5}`).join("")}`;
}

/** What lies between points and a floor under each of them. */
export function areaPath(points: readonly Point[], floorAt: (point: Point) => number): string {
  const back = points.toReversed().map((point) => `L${point.x} ${floorAt(point)}`);
  return `${linePath(points)}${back.join("")}Z`;
}

/** A share as per cent with two decimals. */
export function percent(share: number): number {
  return Math.round(share * 1e4) / 100;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
