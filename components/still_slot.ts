import type { VNode } from "preact";
import type { PlotSpec } from "./plot_view.ts";

/**
 * What draws the pictures under live charts: there from the start on the server, whose `routes/_app.tsx` imports it;
 * in browsers, where they are rarely needed anew, only once it is loaded.
 */
export const still: { draw: ((spec: PlotSpec) => VNode) | null } = { draw: null };
