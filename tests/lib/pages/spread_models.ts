import type { Data } from "../../../lib/query/data.ts";
import type { PanelModel, SpreadModel } from "../../../lib/pages/spread_page.ts";
import type { SpreadTable } from "../../../lib/pages/spread_table.ts";
import { durationsPage } from "../../../lib/pages/durations.ts";
import { sizesPage } from "../../../lib/pages/sizes.ts";
import { waitPage } from "../../../lib/pages/wait.ts";
import { parseFilters } from "../../../lib/view/filters.ts";
import type { ChartSpec, CurveSpec, HeatSpec } from "../../../lib/view/chart_spec.ts";
import { NOW_S } from "./small_data.ts";

/** The pages of spreads, by the names of their views. */
export const SPREAD_PAGES = { wait: waitPage, durations: durationsPage, sizes: sizesPage } as const;

/** The model of such a page for a query string. */
export async function spreadModel(
  page: keyof typeof SPREAD_PAGES,
  data: Data,
  { query = "", ...asked }: {
    readonly query?: string;
    readonly breathe?: () => undefined;
    readonly failed?: (error: unknown) => string;
  } = {},
): Promise<SpreadModel> {
  const { filters } = parseFilters(new URLSearchParams(query));
  return await SPREAD_PAGES[page](data, filters, { now_s: NOW_S, ...asked });
}

function panelOf({ panels }: SpreadModel, id: string): PanelModel {
  const found = panels.find(({ figure }) => figure.id === id);
  if (found === undefined) throw new RangeError(`There is no panel ${id}`);
  return found;
}

/** A chart of the page by its id. */
export function chartOf(model: SpreadModel, id: string): ChartSpec {
  const { figure } = panelOf(model, id);
  if (figure.kind !== "bars" && figure.kind !== "lines") throw new TypeError(`${id} is ${figure.kind}`);
  return figure;
}

/** The curves of the page. */
export function curvesOf(model: SpreadModel): CurveSpec {
  const { figure } = panelOf(model, "curves");
  if (figure.kind !== "curves") throw new TypeError(`The curves are ${figure.kind}`);
  return figure;
}

/** The shaded table of the page. */
export function heatOf(model: SpreadModel): HeatSpec {
  const { figure } = panelOf(model, "hours");
  if (figure.kind !== "heat") throw new TypeError(`The hours are ${figure.kind}`);
  return figure;
}

/** A table of the page by its id. */
export function tableOf({ tables }: SpreadModel, id = "table"): SpreadTable {
  const found = tables.find((table) => table.id === id);
  if (found === undefined || "kind" in found) throw new TypeError(`There is no table ${id}`);
  return found;
}

/** What stands on tiles, by their labels. */
export function tileValues({ tiles }: SpreadModel): Readonly<Record<string, string>> {
  return Object.fromEntries(tiles.map(({ label, value }) => [label, value.replaceAll("\u00a0", " ")]));
}

/** The note of a panel. */
export function noteOf(model: SpreadModel, id: string): string {
  return panelOf(model, id).note;
}

/** The labels of the links that are chosen, by the labels of their switches. */
export function chosenOf({ switches, panels }: SpreadModel): Readonly<Record<string, readonly string[]>> {
  const all = [...switches, ...panels.flatMap(({ switch: chosen }) => chosen ?? [])];
  return Object.fromEntries(
    all.map(({ label, links, more }) => [
      label,
      [...links, ...more].filter(({ selected }) => selected).map((link) => link.label),
    ]),
  );
}
