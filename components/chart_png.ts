import type { ChartSpec } from "../lib/view/chart_spec.ts";
import { textured } from "./chart_datasets.ts";
import type { ChartHandle } from "./chart_js.ts";
import type { ChartTheme } from "./chart_theme.ts";
import { unitOf } from "./chart_text.ts";

/** What a picture of a figure says beside its chart. */
export interface PictureOptions {
  readonly theme: ChartTheme;
  /** Where the numbers are from, as the address of the page. */
  readonly source: string;
  /** When the picture was made, as text. */
  readonly date: string;
}

const PIXELS = 2;
const WIDTH = 1000;
const MARGIN = 32;
const CHART_HEIGHT = 380;
const LINE_HEIGHT = 20;

/**
 * A figure as a PNG at twice its size: title, question, finding, legend, chart, source and date on the figure's ground.
 * @throws {Error} when the browser gives no canvas or no picture.
 */
export async function pictureOf(chart: ChartHandle, spec: ChartSpec, options: PictureOptions): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gave no canvas to draw the picture on");
  const { theme, source, date } = options;
  const text = (line: TextLine) => writeLine(context, { font: theme.font, ...line });
  const inner = WIDTH - 2 * MARGIN;
  context.font = `14px ${theme.font}`;
  const finding = wrapped(context, spec.finding, inner);
  context.font = `13px ${theme.font}`;
  const entries = legendRows(context, spec, { theme, width: inner });
  const chart_y = MARGIN + 62 + (finding.length + entries.length) * LINE_HEIGHT + 34;
  const height = chart_y + CHART_HEIGHT + 52;
  canvas.width = WIDTH * PIXELS;
  canvas.height = height * PIXELS;
  context.scale(PIXELS, PIXELS);
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, WIDTH, height);
  text({ at: [MARGIN, MARGIN + 16], size: 20, weight: 600, colour: theme.text, words: spec.title });
  text({ at: [MARGIN, MARGIN + 42], size: 14, colour: theme.muted, words: spec.subtitle });
  let y = MARGIN + 68;
  for (const words of finding) {
    text({ at: [MARGIN, y], size: 14, colour: theme.text, words });
    y += LINE_HEIGHT;
  }
  y += 6;
  for (const row of entries) {
    for (const { x, label, fill } of row) {
      context.fillStyle = fill;
      context.fillRect(MARGIN + x, y - 9, 10, 10);
      text({ at: [MARGIN + x + 16, y], size: 13, colour: theme.text, words: label });
    }
    y += LINE_HEIGHT;
  }
  text({ at: [MARGIN, chart_y - 6], size: 12, colour: theme.muted, words: unitOf(spec) });
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  chart.paint(context, { x: MARGIN, y: chart_y, width: inner, height: CHART_HEIGHT, ratio: PIXELS });
  context.restore();
  text({ at: [MARGIN, height - MARGIN + 8], size: 12, colour: theme.muted, words: `${source} · ${date}` });
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("The browser gave no picture of the chart"));
      else resolve(blob);
    }, "image/png");
  });
}

interface TextLine {
  readonly at: readonly [number, number];
  readonly size: number;
  readonly weight?: number;
  readonly colour: string;
  readonly words: string;
}

function writeLine(
  context: CanvasRenderingContext2D,
  { at: [x, y], size, weight = 400, colour, words, font }: TextLine & { readonly font: string },
): void {
  context.font = `${weight} ${size}px ${font}`;
  context.fillStyle = colour;
  context.fillText(words, x, y);
}

/** Words in lines that fit a width in the context's font. */
function wrapped(context: CanvasRenderingContext2D, words: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== undefined && context.measureText(`${last} ${word}`).width <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else if (word !== "") lines.push(word);
  }
  return lines;
}

interface LegendPlace {
  readonly x: number;
  readonly label: string;
  readonly fill: string | CanvasPattern;
}

/** Entries of the legend in rows that fit a width in the context's font. */
function legendRows(
  context: CanvasRenderingContext2D,
  { series, buckets }: ChartSpec,
  { theme, width }: { readonly theme: ChartTheme; readonly width: number },
): readonly (readonly LegendPlace[])[] {
  const rest = buckets.some(({ incomplete }) => incomplete)
    ? [{ label: "incomplete", fill: theme.veil }]
    : [];
  const named = series.map(({ label, colour, texture }) => ({
    label,
    fill: textured(theme.series[colour], { texture, ground: theme.ground }),
  }));
  const rows: LegendPlace[][] = [];
  let x = width;
  for (const { label, fill } of [...named, ...rest]) {
    const needed = context.measureText(label).width + 34;
    if (rows.length === 0 || x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows[rows.length - 1].push({ x, label, fill });
    x += needed;
  }
  return rows;
}
