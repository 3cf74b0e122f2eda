import type { CurveSpec } from "../lib/view/chart_spec.ts";
import { curvePlace, curveTicks } from "../lib/view/curve.ts";
import { formatTicks } from "../lib/view/format.ts";
import { SHARES } from "./chart_text.ts";
import { percent, type Point } from "./still_paths.ts";
import { StillFrame, StillLines } from "./StillFrame.tsx";

/** Curves of shares as a picture drawn on the server. */
export function StillCurves({ spec }: { readonly spec: CurveSpec }) {
  const texts = formatTicks(SHARES, "share");
  const ticks = curveTicks(spec);
  return (
    <StillFrame
      x={ticks.map(({ at, label, mark }) => ({
        at: curvePlace(spec, at),
        text: label,
        shown: mark ? undefined : "wide-only",
      }))}
      y={SHARES.map((at, place) => ({ at, text: texts[place] }))}
    >
      {spec.marks.map(({ at }) => {
        const x = `${percent(curvePlace(spec, at))}%`;
        return <line key={at} class="mark-line" x1={x} x2={x} y1="0" y2="100%" />;
      })}
      <StillLines width={1000}>
        {spec.series.map((series) => (
          <g key={series.key} class={`s${series.colour} t-${series.texture}`}>
            {series.points.length > 0 && (
              <path
                class="line"
                d={stepPath(series.points.map(([x, share]) => ({
                  x: Math.round(curvePlace(spec, x) * 1e4) / 10,
                  y: Math.round((1 - share) * 1e4) / 10,
                })))}
              />
            )}
          </g>
        ))}
      </StillLines>
    </StillFrame>
  );
}

/** A share holds from one value to the next. */
function stepPath([first, ...rest]: readonly Point[]): string {
  // A line of no length is a dot, with round ends.
  if (rest.length === 0) return `M${first.x} ${first.y}h0`;
  return `M${first.x} ${first.y}${rest.map(({ x, y }) => `H${x}V${y}`).join("")}`;
}
