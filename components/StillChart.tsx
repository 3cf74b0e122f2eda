import type { ComponentChildren } from "preact";
import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { drawnLimit, limitLabel } from "../lib/view/limit_label.ts";
import { barShare, classPlaces, tickPlaces } from "../lib/view/scale.ts";
import { type ValueAxis, valueAxis } from "../lib/view/value_axis.ts";
import { bucketText } from "./chart_text.ts";
import {
  areaPath,
  linePath,
  percent,
  type Point,
  pointsOf,
  runsOf,
  stepPath,
  topsOf,
} from "./still_paths.ts";
import { StillFrame, StillLines } from "./StillFrame.tsx";
import { patternId, StillPatterns } from "./StillPatterns.tsx";

/** From more buckets on, bars on small screens are too narrow for gaps. */
const DENSE = 48;
const SHOWN = { narrow: undefined, wide: "wide-only", half: "half-only", roomy: "roomy-only" } as const;

/** A chart of buckets as a picture drawn on the server. */
export function StillChart({ spec }: { readonly spec: ChartSpec }) {
  const axis = valueAxis(spec);
  const count = spec.buckets.length;
  const ticks = spec.buckets.map(({ tick }) => tick);
  const places = spec.axis === "class" ? classPlaces(ticks) : tickPlaces(count);
  const Marks = spec.kind === "bars" ? Bars : Lines;
  return (
    <StillFrame
      dense={count > DENSE}
      small={spec.axis === "class"}
      x={places.map(({ index, from }) => ({
        at: (index + 0.5) / count,
        text: ticks[index],
        shown: SHOWN[from],
      }))}
      y={axis.ticks.map((tick, place) => ({ at: axis.at(tick), text: axis.texts[place] }))}
    >
      <StillPatterns spec={spec} />
      <Marks spec={spec} axis={axis} />
      {spec.compared !== null && (
        <StillLines width={count}>
          {runsOf(pointsOf(spec.compared.values, axis.at)).map((run) => (
            <path
              key={run[0].x}
              class="line compared"
              d={spec.kind === "bars" ? stepPath(run) : linePath(run)}
            />
          ))}
        </StillLines>
      )}
      <Limit spec={spec} axis={axis} />
    </StillFrame>
  );
}

interface MarksProps {
  readonly spec: ChartSpec;
  readonly axis: ValueAxis;
}

/** The links of the buckets lie behind; before them the bars of each series are one link. */
function Bars({ spec, axis }: MarksProps) {
  const count = spec.buckets.length;
  const share = barShare(count);
  const left = (1 - share) / 2;
  const tops = topsOf(spec);
  return (
    <>
      {spec.buckets.map((bucket, index) => <BucketLink key={bucket.start} spec={spec} index={index} />)}
      {spec.series.map((series, place) => {
        const width = spec.stacked ? share : share / spec.series.length;
        const bars = series.values.map((value, index) => {
          const top = tops[place][index];
          if (value === null || top === null) return null;
          const [high, low] = [axis.at(top), spec.stacked ? axis.at(top - value) : 0];
          const x = index + left + (spec.stacked ? 0 : place * width);
          return (
            <rect
              key={index}
              class={series.texture === "plain" ? `mark plain s${series.colour}` : "mark"}
              fill={series.texture === "plain" ? undefined : `url(#${patternId(spec, series)})`}
              x={`${percent(x / count)}%`}
              width={`${percent(width / count)}%`}
              y={`${percent(1 - high)}%`}
              height={`${percent(Math.max(0, high - low))}%`}
            />
          );
        });
        return spec.series.length === 1 || series.href === null
          ? <g key={series.key} class="through">{bars}</g>
          : <a key={series.key} href={series.href} tabindex={-1} aria-label={series.label}>{bars}</a>;
      })}
      <Incomplete spec={spec} />
    </>
  );
}

function Lines({ spec, axis }: MarksProps) {
  const tops = topsOf(spec);
  return (
    <>
      <Incomplete spec={spec} />
      <StillLines width={spec.buckets.length}>
        {spec.band !== null && <Band band={spec.band} spec={spec} axis={axis} />}
        {spec.series.map((series, place) => {
          const points = pointsOf(tops[place], axis.at);
          const floor = pointsOf(spec.buckets.map((_, index) => tops[place - 1]?.[index] ?? 0), axis.at);
          const floorAt = ({ x }: Point) => floor[x - 0.5]?.y ?? 1000;
          const runs = runsOf(points);
          return (
            <g key={series.key} class={`s${series.colour} t-${series.texture}`}>
              {spec.stacked &&
                runs.map((run) => <path key={`area ${run[0].x}`} class="area" d={areaPath(run, floorAt)} />)}
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
      </StillLines>
      {spec.buckets.map((bucket, index) => <BucketLink key={bucket.start} spec={spec} index={index} />)}
    </>
  );
}

/** What lies between two values of each bucket, where both are known. */
function Band({ band, spec, axis }: MarksProps & { readonly band: NonNullable<ChartSpec["band"]> }) {
  const floor = pointsOf(band.low, axis.at);
  const ceiling = pointsOf(band.high, axis.at).map((point, index) => floor[index] ? point : null);
  return (
    <g class={`s${spec.series[0]?.colour ?? "other"}`}>
      {runsOf(ceiling).map((run) => (
        <path
          key={run[0].x}
          class="band"
          d={areaPath(run, ({ x }) => floor[x - 0.5]?.y ?? 1000)}
        />
      ))}
    </g>
  );
}

/** What can be reached at most: a line up to where it is fully known, with its name where it covers nothing. */
function Limit({ spec, axis }: MarksProps) {
  if (spec.limit === null) return null;
  const runs = runsOf(pointsOf(drawnLimit(spec), axis.at));
  const label = limitLabel(spec);
  return (
    <>
      <StillLines width={spec.buckets.length}>
        {runs.map((run) => <path key={run[0].x} class="line limit" d={stepPath(run)} />)}
      </StillLines>
      {label !== null && (
        <text
          class="limit-label"
          x={`${percent(label.right)}%`}
          y={`${percent(1 - axis.at(label.value))}%`}
          dy="-5"
          text-anchor="end"
        >
          {spec.limit.label}
        </text>
      )}
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
