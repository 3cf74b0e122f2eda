import type { PaintBox } from "./chart_js.ts";
import type { PictureOptions } from "./FigureTools.tsx";

/** A figure as a picture has it. */
export interface Picture extends PictureOptions {
  readonly words: { readonly title: string; readonly subtitle: string; readonly finding: string };
  /** What stands above the chart. */
  readonly unit: string;
  readonly entries: readonly { readonly label: string; readonly fill: string | CanvasPattern }[];
  /** Height of the chart, in pixels. */
  readonly height: number;
  /** Draws the chart into a box. */
  readonly paint: (onto: CanvasRenderingContext2D, box: PaintBox) => void;
}

const PIXELS = 2;
const WIDTH = 1000;
const MARGIN = 32;
const LINE_HEIGHT = 20;

/**
 * A figure as a PNG at twice its size: title, question, finding, legend, chart, source and date on the figure's ground.
 * @throws {Error} when the browser gives no canvas or no picture.
 */
export async function pictureOf(
  { words, unit, entries, height: chart_height, paint, theme, source, date }: Picture,
): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gave no canvas to draw the picture on");
  const text = (line: TextLine) => writeLine(context, { font: theme.font, ...line });
  const inner = WIDTH - 2 * MARGIN;
  context.font = `14px ${theme.font}`;
  const question = wrapped(context, words.subtitle, inner);
  const finding = wrapped(context, words.finding, inner);
  context.font = `13px ${theme.font}`;
  const rows = legendRows(context, entries, inner);
  const lines = question.length + finding.length + rows.length;
  const chart_y = MARGIN + 42 + lines * LINE_HEIGHT + 34;
  const height = chart_y + chart_height + 52;
  canvas.width = WIDTH * PIXELS;
  canvas.height = height * PIXELS;
  context.scale(PIXELS, PIXELS);
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, WIDTH, height);
  text({ at: [MARGIN, MARGIN + 16], size: 20, weight: 600, colour: theme.text, words: words.title });
  let y = MARGIN + 42;
  for (const [part, colour] of [[question, theme.muted], [finding, theme.text]] as const) {
    for (const line of part) {
      text({ at: [MARGIN, y], size: 14, colour, words: line });
      y += LINE_HEIGHT;
    }
    y += 3;
  }
  for (const row of rows) {
    for (const { x, label, fill } of row) {
      context.fillStyle = fill;
      context.fillRect(MARGIN + x, y - 9, 10, 10);
      text({ at: [MARGIN + x + 16, y], size: 13, colour: theme.text, words: label });
    }
    y += LINE_HEIGHT;
  }
  text({ at: [MARGIN, chart_y - 6], size: 12, colour: theme.muted, words: unit });
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  paint(context, { x: MARGIN, y: chart_y, width: inner, height: chart_height, ratio: PIXELS });
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

/** Entries of the legend in rows that fit a width in the context's font. */
function legendRows(
  context: CanvasRenderingContext2D,
  entries: Picture["entries"],
  width: number,
): readonly (readonly (Picture["entries"][number] & { readonly x: number })[])[] {
  const rows: (Picture["entries"][number] & { x: number })[][] = [];
  let x = width;
  for (const entry of entries) {
    const needed = context.measureText(entry.label).width + 34;
    if (rows.length === 0 || x + needed > width) {
      rows.push([]);
      x = 0;
    }
    rows[rows.length - 1].push({ ...entry, x });
    x += needed;
  }
  return rows;
}

/** Paints a shaded table from the cells it shows; `ends` are its lightest and its darkest shade. */
export function heatPainter(
  table: HTMLTableElement,
): Pick<Picture, "height" | "paint"> & { readonly ends: readonly [string, string] } {
  const size = table.getBoundingClientRect();
  const scale = Math.min(1, (WIDTH - 2 * MARGIN) / size.width);
  const shades = [...table.closest("figure")?.querySelectorAll(".heat-scale span") ?? []]
    .map((shade) => getComputedStyle(shade).backgroundColor);
  return {
    ends: [shades[0] ?? "", shades[shades.length - 1] ?? ""],
    height: Math.ceil(size.height * scale),
    paint(onto, { x, y, ratio }) {
      onto.setTransform(ratio * scale, 0, 0, ratio * scale, x * ratio, y * ratio);
      onto.textBaseline = "middle";
      for (const cell of table.querySelectorAll<HTMLTableCellElement>("th, td")) {
        const { left, top, width, height } = cell.getBoundingClientRect();
        paintCell(onto, cell, { left: left - size.left, top: top - size.top, width, height });
      }
    },
  };
}

function paintCell(
  onto: CanvasRenderingContext2D,
  cell: HTMLTableCellElement,
  { left, top, width, height }: Pick<DOMRect, "left" | "top" | "width" | "height">,
): void {
  const style = getComputedStyle(cell);
  const shaded = cell.tagName === "TD";
  if (shaded) {
    onto.fillStyle = style.backgroundColor;
    onto.fillRect(left, top, width, height);
    onto.strokeStyle = style.color;
    onto.lineWidth = 2;
    if (cell.classList.contains("heat-marked")) onto.strokeRect(left + 1, top + 1, width - 2, height - 2);
    if (cell.closest(".heat-numbers") === null) return;
  }
  const shown = cell.querySelector("[aria-hidden]");
  const hidden = cell.querySelector(".visually-hidden");
  const words = cell.querySelector(".heat-axis") !== null
    ? (cell.textContent ?? "").replace(hidden?.textContent ?? "", "")
    : shown === null && hidden !== null
    ? ""
    : (shown ?? cell).textContent ?? "";
  onto.font = `${style.fontSize} ${style.fontFamily}`;
  onto.fillStyle = style.color;
  onto.textAlign = shaded ? "center" : "start";
  onto.fillText(words, shaded ? left + width / 2 : left + 2, top + height / 2);
}
