import type { ComponentChildren } from "preact";
import type { ChartSeries, ChartSpec, Texture } from "../lib/view/chart_spec.ts";
import { formatTicks } from "../lib/view/format.ts";
import { barShare, highestOf, niceTicks, tickPlaces } from "../lib/view/scale.ts";
import { bucketText } from "./chart_text.ts";

/** From more buckets on, bars on small screens are too narrow for gaps. */
const DENSE = 48;

/**
 * The chart as a picture drawn on the server: what is seen first, without scripts and on paper. Its places are
 * per cent of the plot, so it fits any width; the stylesheet gives the frame that the live chart has as well.
 */
export function StillChart({ spec }: { readonly spec: ChartSpec }) {
  const ticks = niceTicks(highestOf(spec), spec.format);
  const texts = formatTicks(ticks, spec.format);
  const highest = ticks[ticks.length - 1];
  return (
    <div class={spec.buckets.length > DENSE ? "still still-dense" : "still"} aria-hidden="true">
      <svg class="still-y" focusable="false">
        {ticks.map((tick, place) => (
          <text
            key={tick}
            x="100%"
            dx="-8"
            y={`${percent(1 - tick / highest)}%`}
            dy="0.32em"
            text-anchor="end"
          >
            {texts[place]}
          </text>
        ))}
      </svg>
      <svg class="still-plot" focusable="false">
        <Patterns spec={spec} />
        {ticks.map((tick) => {
          const y = `${percent(1 - tick / highest)}%`;
          return <line key={tick} class={tick === 0 ? "base" : "grid"} x1="0" x2="100%" y1={y} y2={y} />;
        })}
        {spec.kind === "bars"
          ? <Bars spec={spec} highest={highest} />
          : <Lines spec={spec} highest={highest} />}
      </svg>
      <svg class="still-x" focusable="false">
        {tickPlaces(spec.buckets.length).map(({ index, narrow }) => (
          <text
            key={index}
            class={narrow ? undefined : "wide-only"}
            x={`${percent((index + 0.5) / spec.buckets.length)}%`}
            y="16"
            text-anchor="middle"
          >
            {spec.buckets[index].tick}
          </text>
        ))}
      </svg>
    </div>
  );
}

interface MarksProps {
  readonly spec: ChartSpec;
  readonly highest: number;
}

function Patterns({ spec }: { readonly spec: ChartSpec }) {
  return (
    <defs>
      {textured(spec).map((series) => (
        <pattern
          key={series.key}
          id={patternId(spec, series)}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform={TURN[series.texture]}
        >
          <rect class={`fill s${series.colour}`} width="6" height="6" />
          {series.texture === "dots"
            ? <circle class="ground" cx="3" cy="3" r="1.6" />
            : <rect class="ground" width="2" height="6" />}
          {series.texture === "grid" && <rect class="ground" width="6" height="2" />}
        </pattern>
      ))}
      <pattern
        id={`${spec.id}-incomplete`}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(-45)"
      >
        <rect class="veil" width="2" height="5" />
      </pattern>
    </defs>
  );
}

/** How the upright stripes of a pattern are turned. */
const TURN: Readonly<Record<Texture, string | undefined>> = {
  plain: undefined,
  rising: "rotate(45)",
  falling: "rotate(-45)",
  dots: "rotate(45)",
  grid: undefined,
  level: "rotate(90)",
};

/** The series with a texture, one for each pair of colour and texture. */
function textured(spec: ChartSpec): readonly ChartSeries[] {
  const ids = spec.series.map((series) => patternId(spec, series));
  return spec.series.filter(({ texture }, at) => texture !== "plain" && ids.indexOf(ids[at]) === at);
}

function patternId({ id }: ChartSpec, { colour, texture }: ChartSeries): string {
  return `${id}-${colour}-${texture}`;
}

function Bars({ spec, highest }: MarksProps) {
  const count = spec.buckets.length;
  const share = barShare(count);
  const left = (1 - share) / 2;
  return (
    <>
      {spec.buckets.map((bucket, index) => {
        let base = 0;
        return (
          <BucketLink key={bucket.start} spec={spec} index={index}>
            {spec.series.map((series, place) => {
              const value = series.values[index] ?? null;
              if (value === null) return null;
              const top = base + value;
              const height = Math.max(0, value / highest);
              const y = 1 - top / highest;
              if (spec.stacked) base = top;
              const width = spec.stacked ? share : share / spec.series.length;
              const x = index + left + (spec.stacked ? 0 : place * width);
              return (
                <rect
                  key={series.key}
                  class={series.texture === "plain" ? `mark plain s${series.colour}` : "mark"}
                  fill={series.texture === "plain" ? undefined : `url(#${patternId(spec, series)})`}
                  x={`${percent(x / count)}%`}
                  width={`${percent(width / count)}%`}
                  y={`${percent(y)}%`}
                  height={`${percent(height)}%`}
                />
              );
            })}
          </BucketLink>
        );
      })}
      <Incomplete spec={spec} />
    </>
  );
}

function Lines({ spec, highest }: MarksProps) {
  const count = spec.buckets.length;
  const tops = topsOf(spec);
  return (
    <>
      <Incomplete spec={spec} />
      <svg
        class="still-lines"
        viewBox={`0 0 ${count} 1000`}
        preserveAspectRatio="none"
        width="100%"
        height="100%"
      >
        {spec.series.map((series, place) => {
          const points = tops[place].map((top, index) =>
            top === null ? null : { x: index + 0.5, y: round((1 - top / highest) * 1000) }
          );
          const floor = points.map((_, index) =>
            round((1 - (tops[place - 1]?.[index] ?? 0) / highest) * 1000)
          );
          const runs = runsOf(points);
          return (
            <g key={series.key} class={`s${series.colour} t-${series.texture}`}>
              {spec.stacked &&
                runs.map((run) => <path key={`area ${run[0].x}`} class="area" d={areaPath(run, floor)} />)}
              {runs.map((run) => {
                const split = run.findIndex(({ x }) => spec.buckets[x - 0.5].incomplete);
                const solid = split < 0 ? run : run.slice(0, split);
                const dashed = split < 0 ? [] : run.slice(Math.max(0, split - 1));
                return (
                  <g key={run[0].x}>
                    {solid.length > 0 && (
                      <path class={solid.length === 1 ? "line dot" : "line"} d={linePath(solid)} />
                    )}
                    {dashed.length > 0 && <path class="line dashed" d={linePath(dashed)} />}
                  </g>
                );
              })}
            </g>
          );
        })}
      </svg>
      {spec.buckets.map((bucket, index) => <BucketLink key={bucket.start} spec={spec} index={index} />)}
    </>
  );
}

/** The link of a bucket over its whole height; the table has the same link for the keyboard. */
function BucketLink(
  { spec, index, children }: {
    readonly spec: ChartSpec;
    readonly index: number;
    readonly children?: ComponentChildren;
  },
) {
  const count = spec.buckets.length;
  const { href } = spec.buckets[index];
  return (
    <a href={href === "" ? undefined : href} tabindex={-1}>
      <title>{bucketText(spec, index)}</title>
      <rect class="hit" x={`${percent(index / count)}%`} width={`${percent(1 / count)}%`} height="100%" />
      {children}
    </a>
  );
}

function Incomplete({ spec }: { readonly spec: ChartSpec }) {
  const first = spec.buckets.findIndex(({ incomplete }) => incomplete);
  if (first < 0) return null;
  const from = percent(first / spec.buckets.length);
  return (
    <rect
      class="incomplete"
      fill={`url(#${spec.id}-incomplete)`}
      x={`${from}%`}
      width={`${percent(1) - from}%`}
      height="100%"
    />
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Upper edge of each series in each bucket: of the stack when series lie on one another. */
function topsOf({ series, stacked, buckets }: ChartSpec): readonly (readonly (number | null)[])[] {
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
function runsOf(points: readonly (Point | null)[]): readonly (readonly Point[])[] {
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
function linePath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const line = rest.length === 0 ? [first] : rest;
  return `M${first.x} ${first.y}${line.map(({ x, y }) => `L${x} ${y}`).join("")}`;
}

function areaPath(points: readonly Point[], floor: readonly number[]): string {
  const back = points.toReversed().map(({ x }) => `L${x} ${floor[x - 0.5]}`);
  return `${linePath(points)}${back.join("")}Z`;
}

function percent(share: number): number {
  return Math.round(share * 1e4) / 100;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
