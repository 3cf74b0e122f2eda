import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { curvePlace } from "../lib/view/curve.ts";
import { drawnLimit, type LimitLabel, limitLabel } from "../lib/view/limit_label.ts";
import { valueAxis } from "../lib/view/value_axis.ts";
import { type ChartState, colourOf, stackOf, strokeDiagonals, textured } from "./chart_datasets.ts";
import { plotView } from "./plot_view.ts";

/**
 * What the live chart draws around its marks: the cursor, stripes where reports are missing, an earlier period, a
 * limit, a band, marks of the axis.
 */
export function framePlugin(state: ChartState) {
  return {
    id: "frame",
    beforeDatasetsDraw({ ctx, chartArea }: Drawing) {
      const pen = penOf(ctx, state, chartArea);
      const { spec } = state;
      if (spec.kind === "curves") {
        for (const { at } of spec.marks) pen.upright(curvePlace(spec, at), 0.35);
      } else {
        if (spec.kind === "lines") pen.incomplete(spec);
        if (spec.kind === "lines" && spec.stacked) pen.stack(spec);
        const { high, low } = spec.band ?? { high: [], low: [] };
        pen.area(high, low, state.theme.series[spec.series[0]?.colour ?? "other"], 0.2);
      }
      if (state.hovered === null) return;
      if (spec.kind === "bars") pen.column(state.hovered);
      else pen.upright(plotView(spec).x(state.hovered), 0.6);
    },
    afterDatasetsDraw({ ctx, chartArea }: Drawing) {
      const pen = penOf(ctx, state, chartArea);
      const { spec } = state;
      if (spec.kind !== "curves") {
        if (spec.kind === "bars") pen.incomplete(spec);
        if (spec.compared !== null) pen.line(spec.compared.values, spec.kind === "bars", [5, 4]);
        if (spec.limit !== null) {
          pen.line(drawnLimit(spec), true, []);
          pen.limitName(spec.limit.label, limitLabel(spec));
        }
      }
      if (state.hovered !== null) pen.dots(state.hovered);
    },
  };
}

interface Drawing {
  readonly ctx: CanvasRenderingContext2D;
  readonly chartArea: Area;
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Values = readonly (number | null)[];

/** Draws on the plot of a chart, by place and value. */
function penOf(ctx: CanvasRenderingContext2D, state: ChartState, { left, right, top, bottom }: Area) {
  const { spec, theme } = state;
  const axis = spec.kind === "curves" ? null : valueAxis(spec);
  const count = spec.kind === "curves" ? 1 : spec.buckets.length;
  const x = (fraction: number) => left + fraction * (right - left);
  const y = (value: number) => bottom - (axis === null ? value : axis.at(value)) * (bottom - top);
  const inside = (draw: () => void) => {
    ctx.save();
    draw();
    ctx.restore();
  };
  const pen = {
    /** A line from top to bottom. */
    upright: (fraction: number, alpha: number) =>
      inside(() => {
        ctx.fillStyle = theme.muted;
        ctx.globalAlpha = alpha;
        ctx.fillRect(Math.round(x(fraction)) - 0.5, top, 1, bottom - top);
      }),
    /** The column of a bucket. */
    column: (place: number) =>
      inside(() => {
        ctx.fillStyle = theme.muted;
        ctx.globalAlpha = 0.16;
        ctx.fillRect(x(place / count), top, (right - left) / count, bottom - top);
      }),
    incomplete: ({ buckets }: ChartSpec) => {
      const first = buckets.findIndex(({ incomplete }) => incomplete);
      if (first < 0) return;
      inside(() => {
        ctx.fillStyle = veil(ctx, state);
        ctx.fillRect(x(first / count), top, right - x(first / count), bottom - top);
      });
    },
    /** What lies between two values of each bucket, where both are known. */
    area: (high: Values, low: Values, fill: string | CanvasPattern, alpha: number) =>
      inside(() => {
        ctx.fillStyle = fill;
        ctx.globalAlpha = alpha;
        for (const run of runsOf(high, (index) => (low[index] ?? null) !== null)) {
          ctx.beginPath();
          for (const index of run) ctx.lineTo(x((index + 0.5) / count), y(high[index] ?? 0));
          for (const index of run.toReversed()) ctx.lineTo(x((index + 0.5) / count), y(low[index] ?? 0));
          ctx.fill();
        }
      }),
    /** The areas of series that lie on one another. */
    stack: (chart: ChartSpec) => {
      const tops = stackOf(chart);
      chart.series.forEach((series, place) => {
        const fill = textured(colourOf(state, series), { texture: series.texture, ground: theme.ground });
        pen.area(tops[place].values, tops[place - 1]?.values ?? chart.buckets.map(() => 0), fill, 1);
      });
    },
    /** A line beside the series, in steps over whole buckets or from middle to middle. */
    line: (values: Values, steps: boolean, dash: number[]) =>
      inside(() => {
        ctx.strokeStyle = theme.text;
        ctx.lineWidth = 1.5;
        ctx.setLineDash(dash);
        for (const run of runsOf(values)) {
          ctx.beginPath();
          for (const index of run) {
            const height = y(values[index] ?? 0);
            if (steps) ctx.lineTo(x(index / count), height);
            ctx.lineTo(x((index + (steps ? 1 : 0.5)) / count), height);
          }
          ctx.stroke();
        }
      }),
    limitName: (name: string, label: LimitLabel | null) => {
      if (label === null) return;
      inside(() => {
        ctx.font = `12px ${theme.font}`;
        ctx.textAlign = "right";
        ctx.lineWidth = 4;
        ctx.lineJoin = "round";
        ctx.strokeStyle = theme.ground;
        ctx.fillStyle = theme.text;
        ctx.strokeText(name, x(label.right), y(label.value) - 5);
        ctx.fillText(name, x(label.right), y(label.value) - 5);
      });
    },
    /** Where lines are under the cursor. */
    dots: (place: number) => {
      const view = plotView(spec);
      for (const { look, y: up } of view.dots(place)) {
        inside(() => {
          ctx.beginPath();
          ctx.arc(x(view.x(place)), bottom - up * (bottom - top), 4, 0, 2 * Math.PI);
          ctx.fillStyle = colourOf(state, look);
          ctx.strokeStyle = theme.ground;
          ctx.lineWidth = 1.5;
          ctx.fill();
          ctx.stroke();
        });
      }
    },
  };
  return pen;
}

/** Stretches of places with known values. */
function runsOf(values: Values, also: (index: number) => boolean = () => true): number[][] {
  const runs: number[][] = [[]];
  values.forEach((value, index) => {
    if (value !== null && also(index)) runs[runs.length - 1].push(index);
    else runs.push([]);
  });
  return runs.filter(({ length }) => length > 0);
}

/** Stripes that show on bars as well as on the bare ground. */
function veil(ctx: CanvasRenderingContext2D, { theme }: ChartState): CanvasPattern | string {
  const size = 7;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const context = tile.getContext("2d");
  if (context === null) return "transparent";
  strokeDiagonals(context, { size, colour: theme.veil, width: 1.5, falling: true });
  return ctx.createPattern(tile, "repeat") ?? "transparent";
}
