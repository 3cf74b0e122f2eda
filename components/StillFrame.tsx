import type { ComponentChildren } from "preact";
import { percent } from "./still_paths.ts";

/** A labelled place of an axis: where it is, as a fraction from its start. */
export interface StillTick {
  readonly at: number;
  readonly text: string;
  /** Class of what is not labelled everywhere. */
  readonly shown?: string;
  /** Which end of the text lies there; its middle if not said. */
  readonly anchor?: "start" | "end";
}

/**
 * Axes and grid of a picture drawn on the server: what is seen first, without scripts and on paper. Its places are
 * per cent of the plot, so it fits any width; the stylesheet gives the frame that the live chart has as well.
 */
export function StillFrame({ x, y, dense = false, small = false, children }: {
  readonly x: readonly StillTick[];
  readonly y: readonly StillTick[];
  /** Whether bars are too narrow for gaps on small screens. */
  readonly dense?: boolean;
  /** Whether the labels of x are written small, as those of classes. */
  readonly small?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={dense ? "still still-dense" : "still"} aria-hidden="true">
      <svg class="still-y" focusable="false">
        {y.map(({ at, text }) => (
          <text key={at} x="100%" dx="-8" y={`${percent(1 - at)}%`} dy="0.32em" text-anchor="end">
            {text}
          </text>
        ))}
      </svg>
      <svg class="still-plot" focusable="false">
        {y.map(({ at }) => {
          const place = `${percent(1 - at)}%`;
          return <line key={at} class={at === 0 ? "base" : "grid"} x1="0" x2="100%" y1={place} y2={place} />;
        })}
        {children}
      </svg>
      <svg class={small ? "still-x still-small" : "still-x"} focusable="false">
        {x.map(({ at, text, shown, anchor }) => (
          <text key={at} class={shown} x={`${percent(at)}%`} y="16" text-anchor={anchor ?? "middle"}>
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** Lines in a box of `width` by 1000 that is stretched over the plot. */
export function StillLines(
  { width, children }: { readonly width: number; readonly children: ComponentChildren },
) {
  return (
    <svg
      class="still-lines"
      viewBox={`0 0 ${width} 1000`}
      preserveAspectRatio="none"
      width="100%"
      height="100%"
    >
      {children}
    </svg>
  );
}
