import type { Facets } from "../query/answers.ts";
import { CLASSES, isClassGrouping } from "../view/classes.ts";
import type { SeriesLook } from "../view/chart_spec.ts";
import { choose, type Filters } from "../view/filters.ts";
import type { Grouping } from "../view/measures.ts";
import { colourSlots, OTHER_TEXTURE, textures } from "../view/palette.ts";
import { addOrRemove, chosenBy, isDimension, keyLabel } from "./chart.ts";
import { pageHref, type ViewName } from "./links.ts";

/** A group of jobs on a figure; the folded rest says how many it stands for. */
export interface Group {
  readonly key: string;
  readonly others?: number;
}

/** Names of a grouping in the order in which colours are given out, on every page. */
export function rankedNames(by: Grouping, choices: Facets): readonly string[] {
  if (isClassGrouping(by)) return CLASSES[by].map(({ key }) => key);
  return isDimension(by) ? (choices[by] ?? []).map(({ value }) => value) : [];
}

/** How groups are named, coloured and linked on a page: a link shows one alone. */
export function groupLooks(
  groups: readonly Group[],
  { page, filters, by, ranked }: {
    readonly page: ViewName;
    readonly filters: Filters;
    readonly by: Grouping;
    readonly ranked: readonly string[];
  },
): readonly SeriesLook[] {
  const keys = groups.filter(({ others }) => others === undefined).map(({ key }) => key);
  const [colours, filled] = [colourSlots(keys, { by, ranked }), textures(keys, { by })];
  return groups.map(({ key, others }, place): SeriesLook => {
    if (others !== undefined) return REST;
    const chosen = key === "" ? null : chosenBy(by, key, filters);
    return {
      key,
      label: keyLabel(key, by),
      colour: colours[place],
      texture: filled[place],
      href: chosen === null ? null : pageHref(page, choose(filters, chosen, [key])),
      toggle_href: chosen === null ? null : pageHref(page, addOrRemove(filters, chosen, key)),
      selected: chosen !== null && filters.only[chosen].includes(key),
    };
  });
}

const REST: SeriesLook = {
  key: "\u0000other",
  label: "Other",
  colour: "other",
  texture: OTHER_TEXTURE,
  href: null,
  toggle_href: null,
  selected: false,
};
