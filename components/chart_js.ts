import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
} from "chart.js";
import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { formatTicks, formatValue } from "../lib/view/format.ts";
import { barShare, highestOf, niceTicks, tickPlaces } from "../lib/view/scale.ts";
import { type ChartState, datasetsOf, type KeyedDataset, textured } from "./chart_datasets.ts";
import { framePlugin } from "./chart_frame.ts";
import { FRAME, labelOf, NARROW_PX, sumText } from "./chart_text.ts";
import type { ChartTheme } from "./chart_theme.ts";

Chart.register(
  BarController,
  BarElement,
  LineController,
  LineElement,
  PointElement,
  ScatterController,
  CategoryScale,
  LinearScale,
  LogarithmicScale,
  Filler,
  Tooltip,
);

type Kind = "bar" | "line";
type Value = number | null;
type Configuration = ChartConfiguration<Kind, Value[], string>;

/** A live chart on its canvas. */
export interface ChartHandle {
  /** Shows other data; series are matched by key and move from old to new. */
  update(spec: ChartSpec): void;
  recolour(theme: ChartTheme): void;
  /** Marks a bucket, with its values beside the pointer if `tooltip` and there is room; null takes the mark away. */
  hover(index: number | null, options: { readonly tooltip: boolean }): void;
  /** Dims all series but one; null dims none. */
  focus(key: string | null): void;
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

/** Lays a live chart of `spec` on a canvas, in the same frame as the still. */
export function drawChart(
  canvas: HTMLCanvasElement,
  spec: ChartSpec,
  { theme }: { readonly theme: ChartTheme },
): ChartHandle {
  const state: ChartState = { spec, theme, hovered: null, focused: null };
  let chart = new Chart<Kind, Value[], string>(canvas, configure(state));
  const redress = (how: "none" | undefined) => {
    chart.data.labels = state.spec.buckets.map(({ tick }) => tick);
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
      chart.setActiveElements([]);
      chart.tooltip?.setActiveElements([], { x: 0, y: 0 });
      if (kind === next.kind) return redress(undefined);
      chart.destroy();
      chart = new Chart<Kind, Value[], string>(canvas, configure(state));
    },
    recolour(next) {
      state.theme = next;
      redress("none");
    },
    hover(index, { tooltip }) {
      if (state.hovered === index) return;
      state.hovered = index;
      const active = index === null ? [] : activeAt(state.spec, index);
      const area = chart.chartArea;
      const x = index === null
        ? 0
        : area.left + (index + 0.5) / state.spec.buckets.length * (area.right - area.left);
      chart.setActiveElements(state.spec.kind === "lines" ? active : []);
      // On a narrow chart the values would cover what they speak of; the readout has them.
      const roomy = tooltip && chart.width >= NARROW_PX;
      chart.tooltip?.setActiveElements(roomy ? active : [], { x, y: (area.top + area.bottom) / 2 });
      chart.update("none");
    },
    focus(key) {
      if (state.focused === key) return;
      state.focused = key;
      redress("none");
    },
    paint(onto, { x, y, width, height, ratio }) {
      const copy = document.createElement("canvas");
      copy.width = width;
      copy.height = height;
      const still: ChartState = { ...state, hovered: null, focused: null };
      const configuration = configure(still);
      const options = { ...configuration.options, responsive: false, devicePixelRatio: ratio };
      const painted = new Chart<Kind, Value[], string>(copy, { ...configuration, options });
      onto.drawImage(copy, x * ratio, y * ratio, width * ratio, height * ratio);
      painted.destroy();
    },
    destroy: () => chart.destroy(),
  };
}

function configure(state: ChartState): Configuration {
  const { spec, theme } = state;
  const count = spec.buckets.length;
  const ticks = niceTicks(highestOf(spec), spec.format);
  const tick_texts = formatTicks(ticks, spec.format);
  const font = { family: theme.font, size: 12 };
  return {
    type: spec.kind === "bars" ? "bar" : "line",
    data: { labels: spec.buckets.map(({ tick }) => tick), datasets: datasetsOf(state, []) },
    plugins: [framePlugin(state)],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      resizeDelay: 100,
      devicePixelRatio: Math.min(2, globalThis.devicePixelRatio),
      normalized: true,
      locale: "en-GB",
      events: [],
      interaction: { mode: "index", axis: "x", intersect: false },
      layout: { padding: { top: FRAME.top, right: FRAME.right }, autoPadding: false },
      datasets: {
        bar: { categoryPercentage: barShare(count), barPercentage: 1 },
        line: { pointHitRadius: 8, borderWidth: 2, borderJoinStyle: "round", spanGaps: false },
      },
      scales: {
        x: {
          type: "category",
          stacked: spec.stacked,
          offset: true,
          grid: { display: false, drawTicks: false },
          border: { display: false },
          ticks: {
            color: theme.muted,
            font,
            maxRotation: 0,
            autoSkip: false,
            autoSkipPadding: 16,
            padding: 6,
            callback: (_, place, all) => spec.buckets[all[place].value]?.tick,
          },
          afterBuildTicks(axis) {
            const narrow = axis.chart.width < NARROW_PX;
            const shown = tickPlaces(spec.buckets.length).filter((place) => place.narrow || !narrow);
            axis.ticks = shown.map(({ index }) => ({ value: index }));
          },
          afterFit(axis) {
            axis.height = FRAME.bottom;
            axis.paddingLeft = 0;
            axis.paddingRight = 0;
          },
        },
        y: {
          type: "linear",
          stacked: spec.stacked,
          beginAtZero: true,
          min: 0,
          max: ticks[ticks.length - 1],
          grid: { color: theme.line, drawTicks: false },
          border: { display: false },
          ticks: {
            color: theme.muted,
            font,
            padding: 8,
            callback: (_, place) => tick_texts[place],
          },
          afterBuildTicks(axis) {
            axis.ticks = ticks.map((value) => ({ value }));
          },
          afterFit(axis) {
            axis.width = FRAME.left;
            axis.paddingTop = 0;
            axis.paddingBottom = 0;
          },
        },
      },
      plugins: {
        tooltip: {
          animation: false,
          backgroundColor: theme.ground,
          borderColor: theme.muted,
          borderWidth: 1,
          titleColor: theme.text,
          bodyColor: theme.text,
          titleFont: { ...font, weight: 600 },
          bodyFont: font,
          footerColor: theme.text,
          footerFont: { ...font, weight: 600 },
          padding: 10,
          cornerRadius: 6,
          caretSize: 0,
          caretPadding: 12,
          boxWidth: 9,
          boxHeight: 9,
          boxPadding: 6,
          multiKeyBackground: "transparent",
          itemSort: (a, b) =>
            spec.stacked ? b.datasetIndex - a.datasetIndex : a.datasetIndex - b.datasetIndex,
          callbacks: {
            title: ([item]) => item === undefined ? "" : labelOf(spec.buckets[item.dataIndex]),
            footer: ([item]) => item === undefined || !spec.stacked ? "" : sumText(spec, item.dataIndex),
            label: ({ datasetIndex, dataIndex }) => {
              const series = spec.series[datasetIndex];
              return `${series.label}  ${formatValue(series.values[dataIndex] ?? null, spec.format, "full")}`;
            },
            labelColor: ({ datasetIndex }) => {
              const { colour, texture } = spec.series[datasetIndex];
              const backgroundColor = textured(theme.series[colour], { texture, ground: theme.ground });
              return { backgroundColor, borderColor: theme.series[colour] };
            },
          },
        },
      },
    },
  };
}

function activeAt(spec: ChartSpec, index: number): { datasetIndex: number; index: number }[] {
  return spec.series.flatMap(({ values }, datasetIndex) =>
    (values[index] ?? null) === null ? [] : [{ datasetIndex, index }]
  );
}

function calm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
