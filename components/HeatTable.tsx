import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { HeatCell, HeatHead, HeatSpec } from "../lib/view/chart_spec.ts";
import { formatValue } from "../lib/view/format.ts";
import { HEAT_STEPS } from "../lib/view/slots.ts";
import { valueWithUnit } from "./chart_text.ts";
import { FigureTools } from "./FigureTools.tsx";

/** From more columns on there is no room for a number in a cell. */
const CROWDED = 40;

/** A table shaded by its values; the cell under pointer or focus is read out below. */
export function HeatTable({ spec, dates_href }: { readonly spec: HeatSpec; readonly dates_href?: string }) {
  const table = useRef<HTMLTableElement>(null);
  const [said, setSaid] = useState("");
  const [live, setLive] = useState(false);
  useEffect(() => {
    setLive(true);
    setSaid("");
    for (const [index, link] of linksOf(table.current).entries()) link.tabIndex = index === 0 ? 0 : -1;
  }, [spec]);
  const read = (target: EventTarget | null) => {
    const place = placeOf(target);
    if (place !== null) setSaid(cellText(spec, place));
  };
  const rows = useMemo(() => <HeatRows spec={spec} />, [spec]);
  const looks = [
    "heat",
    spec.columns.length > CROWDED ? "heat-crowded" : "",
    spec.columns.some(({ tick }) => tick === "") ? "heat-sparse" : "",
    spec.numbers ? "heat-numbers" : "",
  ];
  return (
    <>
      <HeatLegend spec={spec} />
      <div class="table-region heat-region" role="region" aria-label={spec.title} tabindex={0}>
        <table
          ref={table}
          class={looks.filter((look) => look !== "").join(" ")}
          onPointerOver={(event) => read(event.target)}
          onPointerLeave={() => setSaid("")}
          onFocusIn={(event) => read(event.target)}
          onKeyDown={(event) => {
            const next = neighbourOf(event.target, event.key);
            if (next === null) return;
            event.preventDefault();
            if (event.target instanceof HTMLElement) event.target.tabIndex = -1;
            next.tabIndex = 0;
            next.focus();
          }}
        >
          {rows}
        </table>
      </div>
      <output class="readout heat-readout" aria-live="off">
        {said === "" ? live ? "Point at a cell, or move with the arrow keys, to read it." : "" : said}
      </output>
      <FigureTools
        spec={spec}
        dates_href={dates_href}
        picture={!live ? null : async (options) => {
          const { heatPainter, pictureOf } = await import("./chart_png.ts");
          const { ends, ...painter } = heatPainter(table.current!);
          return pictureOf({
            ...options,
            words: spec,
            unit: "",
            entries: [{ label: valueWithUnit(leastOf(spec), spec), fill: ends[0] }, {
              label: valueWithUnit(fullOf(spec), spec),
              fill: ends[1],
            }],
            ...painter,
          });
        }}
      />
    </>
  );
}

function HeatRows({ spec }: { readonly spec: HeatSpec }) {
  const ends = { least: leastOf(spec), full: fullOf(spec) };
  return (
    <>
      <caption class="visually-hidden">{`${spec.title}. ${spec.subtitle}`}</caption>
      <thead>
        <tr>
          <th scope="col">
            {spec.row_title}
            <span class="visually-hidden">{` by ${spec.column_title}`}</span>
            <span class="heat-axis" aria-hidden="true">{` ↓ ${spec.column_title} →`}</span>
          </th>
          {spec.columns.map((head) => <HeadCell key={head.key} head={head} scope="col" />)}
        </tr>
      </thead>
      <tbody>
        {spec.rows.map(({ cells, ...head }) => (
          <tr key={head.key}>
            <HeadCell head={head} scope="row" />
            {cells.map((cell, index) => (
              <td key={index} class={cellClass(cell, ends)}>
                <CellText cell={cell} format={spec.format} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </>
  );
}

function CellText({ cell, format }: { readonly cell: HeatCell; readonly format: HeatSpec["format"] }) {
  const text = formatValue(cell.value, format, "short");
  return cell.href === null ? <span>{text}</span> : <a href={cell.href}>{text}</a>;
}

/** A head shows its short text, or nothing where there is no room, and says its whole name. */
function HeadCell({ head, scope }: { readonly head: HeatHead; readonly scope: "col" | "row" }) {
  const { label, tick, href } = head;
  const text = tick === label ? label : (
    <>
      {tick !== "" && <span aria-hidden="true">{tick}</span>}
      <span class="visually-hidden">{label}</span>
    </>
  );
  return (
    <th scope={scope} title={tick === label ? undefined : label}>
      {href === null || tick === "" ? text : <a href={href}>{text}</a>}
    </th>
  );
}

/** The scale in words at its ends. */
function HeatLegend({ spec }: { readonly spec: HeatSpec }) {
  const full = fullOf(spec);
  const cells = spec.rows.flatMap(({ cells }) => cells);
  const beyond = spec.full !== null && cells.some(({ value }) => (value ?? 0) > full);
  return (
    <p class="heat-legend">
      <span>{valueWithUnit(leastOf(spec), spec)}</span>
      <span class="heat-scale" aria-hidden="true">
        {Array.from({ length: HEAT_STEPS }, (_, step) => <span key={step} class={`h${step}`} />)}
      </span>
      <span>{`${valueWithUnit(full, spec)}${beyond ? " or more" : ""}`}</span>
      {cells.some(({ value }) => value === null) && (
        <span class="heat-none">
          <span class="hnone" aria-hidden="true" />not known
        </span>
      )}
      {spec.marked_label !== undefined && (
        <span class="heat-none">
          <span class="h0 heat-marked" aria-hidden="true" />
          {spec.marked_label}
        </span>
      )}
    </p>
  );
}

function fullOf({ full, rows }: HeatSpec): number {
  return full ?? Math.max(0, ...rows.flatMap(({ cells }) => cells.map(({ value }) => value ?? 0)));
}

/**
 * Value of the lightest shade: of values that all lie well above zero the least one, so that what differs is seen to
 * differ; 0 where the darkest shade is a whole.
 */
function leastOf({ full, rows }: HeatSpec): number {
  if (full !== null) return 0;
  const known = rows.flatMap(({ cells }) => cells.flatMap(({ value }) => value === null ? [] : [value]));
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least > 0 && least < most ? least : 0;
}

/** The least value has the lightest shade alone; all else is darker, the fullest darkest. */
function cellClass(
  { value, marked }: HeatCell,
  { least, full }: { readonly least: number; readonly full: number },
): string {
  const last = HEAT_STEPS - 1;
  const step = value === null
    ? "none"
    : value <= least
    ? 0
    : Math.min(last, Math.max(1, Math.ceil((value - least) / (full - least || 1) * last)));
  return marked ? `h${step} heat-marked` : `h${step}`;
}

interface CellPlace {
  readonly row: number;
  readonly column: number;
}

function placeOf(target: EventTarget | null): CellPlace | null {
  const cell = target instanceof Element ? target.closest("td") : null;
  const row = cell?.closest("tr") ?? null;
  return cell === null || row === null ? null : { row: row.sectionRowIndex, column: cell.cellIndex - 1 };
}

function cellText(spec: HeatSpec, { row, column }: CellPlace): string {
  const [head, cell] = [spec.rows[row], spec.rows[row]?.cells[column]];
  if (cell === undefined) return "";
  const value = cell.value === null ? "not known" : valueWithUnit(cell.value, spec);
  return `${head.label}, ${spec.columns[column]?.label}: ${value}`;
}

function linksOf(table: HTMLTableElement | null): readonly HTMLAnchorElement[] {
  return [...table?.querySelectorAll<HTMLAnchorElement>("td a") ?? []];
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The link in the next cell that has one, in the direction of an arrow key. */
function neighbourOf(target: EventTarget | null, key: string): HTMLAnchorElement | null {
  const move = MOVES[key];
  const place = placeOf(target);
  const body = target instanceof Element ? target.closest("tbody") : null;
  if (move === undefined || place === null || body === null) return null;
  let { row, column } = place;
  while (true) {
    [row, column] = [row + move[0], column + move[1]];
    const cell = body.rows[row]?.cells[column + 1];
    if (cell === undefined || column < 0) return null;
    const link = cell.querySelector("a");
    if (link !== null) return link;
  }
}
