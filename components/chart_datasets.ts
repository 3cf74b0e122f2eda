import type {
  ChartSeries,
  ChartSpec,
  CurveSeries,
  CurveSpec,
  SeriesLook,
  Texture,
} from "../lib/view/chart_spec.ts";
import { curvePlace } from "../lib/view/curve.ts";
import { type ValueAxis, valueAxis } from "../lib/view/value_axis.ts";
import { type ChartTheme, faded } from "./chart_theme.ts";
import type { PlotSpec } from "./plot_view.ts";

/** What a live chart shows at the moment. */
export interface ChartState {
  spec: PlotSpec;
  theme: ChartTheme;
  /** Place under the cursor. */
  hovered: number | null;
  /** Key of the series that the others are dimmed for. */
  focused: string | null;
}

/** A dataset that knows which series it shows; its values are fractions of the axis. */
export interface KeyedDataset {
  key: string;
  label: string;
  data: (number | null | { x: number; y: number })[];
  /** Whether a value holds up to the next point, as a share of jobs does. */
  stepped?: boolean;
}

/** Smaller bars get no gap, which would hide them or leave a mesh. */
const GAP_FROM_HEIGHT_PX = 3;
const GAP_FROM_WIDTH_PX = 5;

/**
 * The series as Chart.js wants them. A dataset on show is used again for the series of the same key, so that it
 * moves from its old values to the new ones; values are copied, since Chart.js patches the arrays it is given.
 */
export function datasetsOf(state: ChartState, shown: readonly KeyedDataset[]): KeyedDataset[] {
  const known = new Map(shown.map((dataset) => [dataset.key, dataset]));
  const { spec } = state;
  const again = (look: SeriesLook, rest: Omit<KeyedDataset, "key" | "label">): KeyedDataset =>
    Object.assign(known.get(look.key) ?? {}, { key: look.key, label: look.label, ...rest });
  if (spec.kind === "curves") {
    return spec.series.map((series) =>
      again(series, {
        data: pointsOf(series, spec),
        stepped: true,
        ...lineLook(state, { series, alone: () => false }),
      })
    );
  }
  const axis = valueAxis(spec);
  const tops = spec.kind === "lines" && spec.stacked ? stackOf(spec) : spec.series;
  return spec.series.map((series, place) =>
    again(series, {
      data: fractions(tops[place].values, axis),
      ...(spec.kind === "bars" ? barLook(state, series, spec.stacked) : chartLineLook(state, series, spec)),
    })
  );
}

function fractions(values: ChartSeries["values"], axis: ValueAxis): (number | null)[] {
  return values.map((value) => value === null ? null : axis.at(value));
}

function pointsOf({ points }: CurveSeries, spec: CurveSpec): { x: number; y: number }[] {
  return points.map(([x, y]) => ({ x: curvePlace(spec, x), y }));
}

/** Upper edges of series that lie on one another. */
export function stackOf({ series, buckets }: ChartSpec): readonly Pick<ChartSeries, "values">[] {
  const heap = buckets.map(() => 0);
  return series.map(({ values }) => ({
    values: values.map((value, index) => value === null ? null : heap[index] += value),
  }));
}

function barLook(state: ChartState, series: ChartSeries, stacked: boolean) {
  const colour = colourOf(state, series);
  return {
    backgroundColor: textured(colour, { texture: series.texture, ground: state.theme.ground }),
    borderColor: state.theme.ground,
    borderSkipped: false as const,
    borderWidth: (context: { readonly chart: { readonly scales: Scales }; readonly raw: unknown }) => {
      const { x, y } = context.chart.scales;
      const width_px = (x?.width ?? 0) / Math.max(1, series.values.length);
      const height_px = Math.abs(Number(context.raw ?? 0)) * (y?.height ?? 0);
      const parted = stacked && height_px >= GAP_FROM_HEIGHT_PX && width_px >= GAP_FROM_WIDTH_PX;
      return { top: parted ? 1 : 0, right: 0, bottom: 0, left: 0 };
    },
  };
}

type Scales = Readonly<Record<string, { readonly width: number; readonly height: number } | undefined>>;

function chartLineLook(state: ChartState, series: ChartSeries, { buckets }: ChartSpec) {
  return {
    ...lineLook(state, {
      series,
      alone: (index) => isUnknown(series, index - 1) && isUnknown(series, index + 1),
    }),
    segment: {
      borderDash: (context: { readonly p1DataIndex: number }) =>
        buckets[context.p1DataIndex]?.incomplete ? [4, 4] : undefined,
    },
  };
}

function lineLook(
  state: ChartState,
  { series, alone }: { readonly series: SeriesLook; readonly alone: (index: number) => boolean },
) {
  const colour = colourOf(state, series);
  return {
    borderColor: colour,
    borderDash: DASHES[series.texture],
    pointBackgroundColor: colour,
    pointBorderColor: state.theme.ground,
    pointRadius: (context: { readonly dataIndex: number }) => alone(context.dataIndex) ? 3 : 0,
  };
}

function isUnknown({ values }: ChartSeries, index: number): boolean {
  return (values[index] ?? null) === null;
}

/** Colour of a series, thin while another one is focused. */
export function colourOf({ theme, focused }: ChartState, { colour, key }: SeriesLook): string {
  return focused === null || focused === key ? theme.series[colour] : faded(theme.series[colour]);
}

/** Lines of one colour are told apart by their dashes, in pixels; the stylesheet has the same for the still. */
const DASHES: Readonly<Record<Texture, number[]>> = {
  plain: [],
  rising: [],
  falling: [9, 3],
  dots: [2, 3],
  grid: [9, 3, 2, 3],
  level: [14, 3],
};

/** A colour as marks of a texture are filled with, as the still has them. */
export function textured(
  colour: string,
  { texture, ground }: { readonly texture: Texture; readonly ground: string },
): CanvasPattern | string {
  if (texture === "plain") return colour;
  const size = texture === "rising" || texture === "falling" ? 8 : 6;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const context = tile.getContext("2d");
  if (context === null) return colour;
  context.fillStyle = colour;
  context.fillRect(0, 0, size, size);
  context.fillStyle = ground;
  if (texture === "rising" || texture === "falling") {
    strokeDiagonals(context, { size, colour: ground, width: 2, falling: texture === "falling" });
  }
  if (texture === "level" || texture === "grid") context.fillRect(0, 0, size, 2);
  if (texture === "grid") context.fillRect(0, 0, 2, size);
  if (texture === "dots") {
    context.arc(size / 2, size / 2, 1.6, 0, 2 * Math.PI);
    context.fill();
  }
  return context.createPattern(tile, "repeat") ?? colour;
}

/** Draws stripes that meet at the edges of a square tile. */
export function strokeDiagonals(
  context: CanvasRenderingContext2D,
  { size, colour, width, falling }: {
    readonly size: number;
    readonly colour: string;
    readonly width: number;
    readonly falling: boolean;
  },
): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineCap = "square";
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift, falling ? 0 : size);
    context.lineTo(shift + size, falling ? size : 0);
  }
  context.stroke();
}
