import type { PlotView } from "./plot_view.ts";
import { Readings } from "./Readout.tsx";

/** The values at a place beside the pointer; the readout below says the same to those who do not see it. */
export function PlotTip({ view, place, stacked }: {
  readonly view: PlotView;
  readonly place: number;
  /** Whether the uppermost series is the last one. */
  readonly stacked: boolean;
}) {
  const x = view.x(place);
  const readings = view.readings(place);
  const [series, beside] = [readings.slice(0, view.looks.length), readings.slice(view.looks.length)];
  return (
    <div
      class={x > 0.5 ? "tip tip-before" : "tip"}
      style={{ insetInlineStart: across(x) }}
      aria-hidden="true"
    >
      <strong>{view.label(place)}</strong>
      <Readings readings={[...stacked ? series.toReversed() : series, ...beside]} />
      {stacked && <span class="tip-sum">{view.sum(place)}</span>}
    </div>
  );
}

/** The days being chosen, shaded, with both dates. */
export function PlotBrush({ first, last, count, days }: {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly days: string;
}) {
  const width = `calc((100% - 76px) * ${(last - first + 1) / count})`;
  return (
    <div class="brush" style={{ insetInlineStart: across(first / count), inlineSize: width }}>
      <span class={first / count > 0.5 ? "brush-days brush-before" : "brush-days"} role="status">{days}</span>
    </div>
  );
}

/** A fraction of the axis as a length from the start of the plot; the stylesheet's frame. */
function across(fraction: number): string {
  return `calc(56px + (100% - 76px) * ${fraction})`;
}
