import { SLOTS } from "../lib/view/slots.ts";
import type { ColourSlot } from "../lib/view/chart_spec.ts";

/** The stylesheet's colours as a canvas can use them. */
export interface ChartTheme {
  readonly series: Readonly<Record<ColourSlot, string>>;
  /** What the figure stands on. */
  readonly ground: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  /** Stripes over buckets whose reports are not complete. */
  readonly veil: string;
  readonly font: string;
}

/**
 * Reads the custom properties that hold for an element. They go through `color`, since a custom property alone
 * keeps `light-dark()` and the like unresolved.
 */
export function readTheme(element: Element): ChartTheme {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const series = Object.fromEntries(
    [...SLOTS, "other" as const].map((slot) => [slot, read(`--series-${slot}`)]),
  );
  const colours = {
    series: series as unknown as ChartTheme["series"],
    ground: read("--figure-ground"),
    text: read("--text"),
    muted: read("--muted"),
    line: read("--line"),
    veil: read("--figure-veil"),
  };
  probe.remove();
  return { ...colours, font: getComputedStyle(element).fontFamily };
}

/** Calls back whenever the theme changes, by the reader's choice or the system's; returns what ends that. */
export function watchTheme(changed: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(changed);
  system.addEventListener("change", changed);
  chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    system.removeEventListener("change", changed);
    chosen.disconnect();
  };
}

/** A colour as `getComputedStyle` gives it, so thin that others stand out before it. */
export function faded(colour: string): string {
  const channels = colour.match(/[\d.]+/g);
  return channels === null || !colour.startsWith("rgb")
    ? colour
    : `rgba(${channels.slice(0, 3).join(", ")}, 0.18)`;
}
