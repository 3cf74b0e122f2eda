import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
} from "chart.js";
import { curvePlace, curveTicks } from "../lib/view/curve.ts";
import { formatTicks } from "../lib/view/format.ts";
import type { SeriesLook } from "../lib/view/chart_spec.ts";
import { barShare, classPlaces, tickPlaces } from "../lib/view/scale.ts";
import { valueAxis } from "../lib/view/value_axis.ts";
import { type ChartState, datasetsOf, type KeyedDataset, textured } from "./chart_datasets.ts";
import { framePlugin } from "./chart_frame.ts";
import { FRAME, HALF_PX, NARROW_PX, ROOMY_PX, SHARES } from "./chart_text.ts";
import type { ChartTheme } from "./chart_theme.ts";
import type { PlotSpec } from "./plot_view.ts";

Chart.register(
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  CategoryScale,
  LinearScale,
);

type Kind = "bar" | "line";
type Value = KeyedDataset["data"][number];
type Configuration = ChartConfiguration<Kind, Value[], string>;

/** A live chart on its canvas. */
export interface ChartHandle {
  /** Shows other data; series are matched by key and move from old to new. */
  update(spec: PlotSpec): void;
  recolour(theme: ChartTheme): void;
  /** Marks a place; null takes the mark away. */
  hover(place: number | null): void;
  /** Dims all series but one; null dims none. */
  focus(key: string | null): void;
  /** What the marks of a series are filled with. */
  fill(look: SeriesLook): string | CanvasPattern;
  /** Draws the chart without cursor and dimming onto another canvas. */
  paint(onto: CanvasRenderingContext2D, box: PaintBox): void;
  destroy(): void;
}

/** Where to paint, in pixels of the page, and how many pixels of the canvas each of them has. */
export interface PaintBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

const UPDATE_MS = 150;
/** Size of the labels of classes, which stand close; the stylesheet's as well. */
const CLASS_PX = 11;

/** Lays a live chart of `spec` on a canvas, in the same frame as the still. */
export function drawChart(
  canvas: HTMLCanvasElement,
  spec: PlotSpec,
  { theme }: { readonly theme: ChartTheme },
): ChartHandle {
  const state: ChartState = { spec, theme, hovered: null, focused: null };
  let chart = new Chart<Kind, Value[], string>(canvas, configure(state));
  const redress = (how: "none" | undefined) => {
    chart.data.labels = labelsOf(state.spec);
    chart.data.datasets = datasetsOf(state, chart.data.datasets as KeyedDataset[]);
    Object.assign(chart.options, configure(state).options);
    chart.options.animation = how === "none" || calm() ? false : { duration: UPDATE_MS };
    chart.update(how);
  };
  return {
    update(next) {
      const kind = state.spec.kind;
      state.spec = next;
      state.hovered = null;
      if (kind === next.kind) return redress(undefined);
      chart.destroy();
      chart = new Chart<Kind, Value[], string>(canvas, configure(state));
    },
    recolour(next) {
      state.theme = next;
      redress("none");
    },
    hover(place) {
      if (state.hovered === place) return;
      state.hovered = place;
      chart.draw();
    },
    focus(key) {
      if (state.focused === key) return;
      state.focused = key;
      redress("none");
    },
    fill: ({ colour, texture }) =>
      textured(state.theme.series[colour], { texture, ground: state.theme.ground }),
    paint(onto, { x, y, width, height, ratio }) {
      const copy = document.createElement("canvas");
      copy.width = width;
      copy.height = height;
      const configuration = configure({ ...state, hovered: null, focused: null });
      const options = { ...configuration.options, responsive: false, devicePixelRatio: ratio };
      const painted = new Chart<Kind, Value[], string>(copy, { ...configuration, options });
      onto.drawImage(copy, x * ratio, y * ratio, width * ratio, height * ratio);
      painted.destroy();
    },
    destroy: () => chart.destroy(),
  };
}

function labelsOf(spec: PlotSpec): string[] {
  return spec.kind === "curves" ? [] : spec.buckets.map(({ tick }) => tick);
}

interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Labelled places of both axes; those of x by the width of the figure, those of y as fractions. */
function ticksOf(
  spec: PlotSpec,
): { readonly x: (width_px: number) => readonly Tick[]; readonly y: readonly Tick[] } {
  if (spec.kind === "curves") {
    const texts = formatTicks(SHARES, "share");
    const all = curveTicks(spec);
    return {
      x: (width_px) =>
        all.filter(({ mark }) => mark || width_px >= NARROW_PX)
          .map(({ at, label }) => ({ value: curvePlace(spec, at), text: label })),
      y: SHARES.map((value, place) => ({ value, text: texts[place] })),
    };
  }
  const axis = valueAxis(spec);
  const ticks = labelsOf(spec);
  const all = spec.axis === "class" ? classPlaces(ticks) : tickPlaces(ticks.length);
  const hidden = (width_px: number) =>
    width_px < NARROW_PX
      ? ["wide", "half", "roomy"]
      : width_px < HALF_PX
      ? ["half", "roomy"]
      : width_px < ROOMY_PX
      ? ["roomy"]
      : [];
  return {
    x: (width_px) =>
      all.filter(({ from }) => !hidden(width_px).includes(from))
        .map(({ index }) => ({ value: index, text: ticks[index] })),
    y: axis.ticks.map((tick, place) => ({ value: axis.at(tick), text: axis.texts[place] })),
  };
}

function configure(state: ChartState): Configuration {
  const { spec, theme } = state;
  const stacked = spec.kind === "bars" && spec.stacked;
  const ticks = ticksOf(spec);
  const textAt = (shown: readonly Tick[], value: number) => shown.find((tick) => tick.value === value)?.text;
  const look = {
    color: theme.muted,
    font: { family: theme.font, size: 12 },
    maxRotation: 0,
    autoSkip: false,
  };
  return {
    type: spec.kind === "bars" ? "bar" : "line",
    data: { labels: labelsOf(spec), datasets: datasetsOf(state, []) },
    plugins: [framePlugin(state)],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      resizeDelay: 100,
      devicePixelRatio: Math.min(2, globalThis.devicePixelRatio),
      parsing: spec.kind === "curves" ? false : undefined,
      normalized: true,
      events: [],
      layout: { padding: { top: FRAME.top, right: FRAME.right }, autoPadding: false },
      datasets: {
        bar: {
          categoryPercentage: spec.kind === "bars" ? barShare(spec.buckets.length) : 1,
          barPercentage: 1,
        },
        line: { borderWidth: 2, borderJoinStyle: "round", spanGaps: false },
      },
      scales: {
        x: {
          ...(spec.kind === "curves"
            ? { type: "linear", min: 0, max: 1 } as const
            : { type: "category", offset: true } as const),
          stacked,
          grid: { display: false, drawTicks: false },
          border: { display: false },
          ticks: {
            ...look,
            font: { ...look.font, size: spec.kind !== "curves" && spec.axis === "class" ? CLASS_PX : 12 },
            padding: 6,
            callback: (_, place, all) => textAt(ticks.x(Infinity), all[place].value),
          },
          afterBuildTicks(axis) {
            axis.ticks = ticks.x(axis.chart.width).map(({ value }) => ({ value }));
          },
          afterFit(axis) {
            axis.height = FRAME.bottom;
            axis.paddingLeft = 0;
            axis.paddingRight = 0;
          },
        },
        y: {
          type: "linear",
          stacked,
          min: 0,
          max: 1,
          grid: { color: theme.line, drawTicks: false },
          border: { display: false },
          ticks: { ...look, padding: 8, callback: (_, place) => ticks.y[place].text },
          afterBuildTicks(axis) {
            axis.ticks = ticks.y.map(({ value }) => ({ value }));
          },
          afterFit(axis) {
            axis.width = FRAME.left;
            axis.paddingTop = 0;
            axis.paddingBottom = 0;
          },
        },
      },
    },
  };
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
