import { useMemo, useRef } from "preact/hooks";
import { segmentAt } from "../lib/view/scale.ts";
import { valueAxis } from "../lib/view/value_axis.ts";
import { FRAME, NARROW_PX, unitOf } from "./chart_text.ts";
import { FigureTools } from "./FigureTools.tsx";
import { followFrom } from "./follow.ts";
import { Legend } from "./Legend.tsx";
import { Notice } from "./Notice.tsx";
import { type Brush, useBrush } from "./plot_brush.ts";
import { useChart } from "./plot_chart.ts";
import { type Cursor, useCursor } from "./plot_cursor.ts";
import { type PlotSpec, plotView } from "./plot_view.ts";
import { PlotBrush, PlotTip } from "./PlotTip.tsx";
import { Readout } from "./Readout.tsx";
import { Still } from "./Still.tsx";

/** What a figure offers besides its numbers. */
export interface PlotOptions {
  /** This view with its dates written out, for a link that shows the same days for ever. */
  readonly dates_href?: string;
}

/** A pointer held down: where it began, whether it chooses days, and whether that was taken back. */
interface Press {
  readonly place: number;
  readonly x: number;
  dragged: boolean;
  over: boolean;
}

/** How far a pressed pointer moves, in pixels, before it is a choice of days and no click. */
const DRAG_PX = 5;
/** How long a click waits for a second one, where a double click means something, in milliseconds. */
const SECOND_CLICK_MS = 220;
/** Steps of the slider over places that do not lie evenly. */
const CURSOR_STEPS = 1000;

/**
 * The part of a figure that reacts: legend, chart, cursor, readout and tools. On the server it is a still; in the
 * browser the live chart is loaded and laid over it, in the same frame.
 */
export function Plot({ spec, dates_href }: PlotOptions & { readonly spec: PlotSpec }) {
  const plot = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useMemo(() => plotView(spec), [spec]);
  const { chart, failed } = useChart({ spec, plot, canvas });
  const cursor = useCursor({ spec, count: view.count, chart, plot });
  const pressed = useRef<Press | null>(null);
  const brush = useBrush(spec, () => {
    if (pressed.current !== null) pressed.current.over = true;
  });
  const second = useRef<ReturnType<typeof setTimeout>>();
  const last = view.count - 1;
  const stands = cursor.place ?? last;
  const even = spec.kind !== "curves";
  const out_href = spec.kind === "curves" ? null : spec.zoom?.out_href ?? null;

  /** Where a pointer is, as fractions of both axes. */
  const fractionsAt = (event: MouseEvent) => {
    const { left, top, width, height } = plot.current!.getBoundingClientRect();
    return {
      x: (event.clientX - left - FRAME.left) / (width - FRAME.left - FRAME.right),
      up: 1 - (event.clientY - top - FRAME.top) / (height - FRAME.top - FRAME.bottom),
    };
  };
  const placeAt = (event: MouseEvent) => view.placeAt(fractionsAt(event).x);
  const move = (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    const place = placeAt(event);
    const start = pressed.current;
    if (
      start !== null && !start.over && brush.able &&
      (start.dragged || Math.abs(event.clientX - start.x) > DRAG_PX)
    ) {
      if (!start.dragged) plot.current?.setPointerCapture(event.pointerId);
      start.dragged = true;
      brush.reach(start.place, place);
    }
    cursor.move(place, "pointer");
  };
  const release = () => {
    if (pressed.current?.dragged && plot.current !== null) followFrom(plot.current, brush.href);
    if (!pressed.current?.dragged) pressed.current = null;
    brush.cancel();
  };
  const click = (event: MouseEvent) => {
    // A click ends every drag, whether it was taken back or not.
    const dragged = pressed.current?.dragged ?? false;
    pressed.current = null;
    if (
      chart === null || dragged || plot.current === null || (event as PointerEvent).pointerType === "touch"
    ) return;
    clearTimeout(second.current);
    if (out_href !== null && event.detail > 1) return followFrom(plot.current, out_href);
    const { x, up } = fractionsAt(event);
    const href = hrefAt(spec, { x, up, toggles: event.shiftKey || event.ctrlKey || event.metaKey }) ??
      view.href(view.placeAt(x));
    const follow = () => plot.current !== null && followFrom(plot.current, href);
    if (out_href === null) follow();
    else second.current = setTimeout(follow, SECOND_CLICK_MS);
  };
  const unit = spec.kind === "curves" ? "Share of jobs" : unitOf(spec);
  const across = spec.kind === "curves" || spec.axis === "class" ? spec.x_title ?? "" : "";
  const tip = cursor.place !== null && cursor.by === "pointer" && brush.chosen === null && chart !== null &&
    (plot.current?.clientWidth ?? 0) >= NARROW_PX;
  return (
    <>
      <Legend view={view} />
      {(unit !== "" || across !== "") && (
        <p class="plot-unit" aria-hidden="true">
          <span>{unit}</span>
          {across !== "" && <span>{`${across} →`}</span>}
        </p>
      )}
      <div
        ref={plot}
        class="plot"
        data-imports="chart_js"
        data-ready={chart === null ? undefined : ""}
        onPointerMove={move}
        onPointerDown={(event) => {
          const place = placeAt(event);
          if (event.pointerType === "touch") return cursor.move(place, "pointer");
          if (event.button === 0 && chart !== null) {
            pressed.current = {
              place,
              x: event.clientX,
              dragged: false,
              over: false,
            };
          }
        }}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={(event) => event.pointerType !== "touch" && cursor.leave()}
        onClick={click}
      >
        <Still spec={spec} />
        <canvas ref={canvas} role="img" aria-label={`${spec.title}. ${spec.finding}`}>
          {`${spec.title}. ${spec.finding} The data table below has the same numbers.`}
        </canvas>
        {brush.chosen !== null && <PlotBrush {...brush.chosen} count={view.count} />}
        {tip && cursor.place !== null && (
          <PlotTip view={view} place={cursor.place} stacked={spec.kind !== "curves" && spec.stacked} />
        )}
      </div>
      <input
        type="range"
        class="cursor"
        aria-label={`Cursor in ${spec.title}`}
        aria-valuetext={brush.chosen === null
          ? view.text(stands)
          : `${brush.chosen.days} chosen, Enter zooms`}
        min={0}
        max={even ? last : CURSOR_STEPS}
        step={1}
        value={even ? stands : Math.round(view.x(stands) * CURSOR_STEPS)}
        data-live={chart === null ? undefined : ""}
        onFocus={() => cursor.move(stands, "keys")}
        title={`Arrow keys move the cursor${
          view.href(stands) === "" ? "" : ", Enter opens what it stands on"
        }${brush.able ? "; with Shift they choose days, Enter zooms to them" : ""}`}
        onInput={(event) => {
          brush.cancel();
          const value = Number(event.currentTarget.value);
          cursor.move(even ? value : view.placeAt(value / CURSOR_STEPS), "keys");
        }}
        onKeyDown={(event) => steer(event, { stands, last, cursor, brush, href: view.href(stands), even })}
      />
      <Readout view={view} place={cursor.place} announced={cursor.own} />
      {failed && <Notice state="chart-failed" />}
      <FigureTools
        spec={spec}
        dates_href={dates_href}
        picture={chart === null ? null : async (options) => {
          const { pictureOf } = await import("./chart_png.ts");
          return pictureOf({
            ...options,
            words: spec,
            unit: [unit, across === "" ? "" : `${across} →`].filter((part) => part !== "").join(" · "),
            entries: [
              ...view.looks.map((look) => ({ label: look.label, fill: chart.fill(look) })),
              ...view.signs.map(({ key, label }) => ({
                label,
                fill: key === "incomplete" ? options.theme.veil : options.theme.text,
              })),
            ],
            height: 380,
            paint: chart.paint,
          });
        }}
      >
        {out_href !== null && <a class="zoom-out" href={out_href}>Zoom out</a>}
      </FigureTools>
    </>
  );
}

/** Where a click on a bar leads: to its series, where there are several; null beside the bars. */
function hrefAt(
  spec: PlotSpec,
  { x, up, toggles }: { readonly x: number; readonly up: number; readonly toggles: boolean },
): string | null {
  if (spec.kind !== "bars" || spec.series.length === 1 || x < 0 || x >= 1 || up < 0) return null;
  const index = Math.floor(x * spec.buckets.length);
  const found = segmentAt(spec, {
    index,
    across: x * spec.buckets.length - index,
    up,
    at: valueAxis(spec).at,
  });
  if (found === null) return null;
  const { href, toggle_href } = spec.series[found];
  return toggles ? toggle_href ?? href : href;
}

const TO: Readonly<Record<string, (place: number, last: number) => number>> = {
  ArrowLeft: (place) => place - 1,
  ArrowDown: (place) => place - 1,
  ArrowRight: (place) => place + 1,
  ArrowUp: (place) => place + 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Enter opens what the cursor stands on, or zooms to the days chosen; Shift chooses them. */
function steer(
  event: KeyboardEvent & { readonly currentTarget: Element },
  { stands, last, cursor, brush, href, even }: {
    readonly stands: number;
    readonly last: number;
    readonly cursor: Cursor;
    readonly brush: Brush;
    readonly href: string;
    /** Whether places lie as evenly as the steps of the slider, which then moves by itself. */
    readonly even: boolean;
  },
): void {
  if (event.key === "Enter") {
    event.preventDefault();
    followFrom(event.currentTarget, brush.chosen === null ? href : brush.href);
  }
  const to = TO[event.key];
  const chooses = event.shiftKey && brush.able;
  if (to === undefined || even && !chooses) return;
  event.preventDefault();
  const next = Math.min(last, Math.max(0, to(stands, last)));
  if (chooses) brush.reach(brush.anchor ?? stands, next);
  cursor.move(next, "keys");
}
