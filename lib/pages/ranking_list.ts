import type { RankingAnswer } from "../query/answers.ts";
import { choose, type Filters, toggle } from "../view/filters.ts";
import { addsUp, type Grouping, type MeasureName, measureOf, type ValueFormat } from "../view/measures.ts";
import { isDimension, keyLabel } from "./chart.ts";
import { pageHref, userHref, type ViewName } from "./links.ts";

/** The largest values of one grouping. */
export interface RankingModel {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly format: ValueFormat;
  readonly rows: readonly {
    readonly key: string;
    readonly label: string;
    readonly value: number | null;
    readonly share: number | null;
    readonly href: string;
    /** The page with the row chosen beside the others, or without it; null where it cannot be. */
    readonly toggle_href: string | null;
    readonly selected: boolean;
    /** The page of the user that the row is of; null for other rows. */
    readonly page_href: string | null;
  }[];
  readonly more: { readonly of: number; readonly href: string };
}

const MOST_ROWS = 10;
/** Of those chosen that are not among the largest, as many are listed. */
const MOST_CHOSEN = 5;

/**
 * The filters that a list of a dimension is made with: it is not filtered by its own choice, so that another value can
 * be added to it.
 */
export function listFilters(filters: Filters, by: Grouping): Filters {
  return isDimension(by) ? choose(filters, by, []) : filters;
}

/** The ten largest of a ranking; each leads to the page with it alone, or without that choice if it is chosen. */
export function rankingModel(
  answer: RankingAnswer,
  { by, title, measure, page, filters }: {
    readonly by: Grouping;
    readonly title: string;
    readonly measure: MeasureName;
    readonly page: ViewName;
    readonly filters: Filters;
  },
): RankingModel {
  const all_href = pageHref("usage", { ...filters, by, measure });
  const total = answer.totals[measure] ?? 0;
  const { unit, format } = measureOf(measure);
  const shared = addsUp(measureOf(measure), by) && total > 0;
  const rows = answer.rows.filter(({ values }) => (values[measure] ?? 0) > 0);
  const isSelected = (key: string) => isDimension(by) && filters.only[by].includes(key);
  // What is chosen is always in the list, however small.
  const chosen_below = rows.slice(MOST_ROWS).filter(({ key }) => isSelected(key)).slice(0, MOST_CHOSEN);
  const shown = [...rows.slice(0, MOST_ROWS - chosen_below.length), ...chosen_below];
  return {
    id: `by-${by}`,
    title,
    unit,
    format,
    rows: shown.map(({ key, values }) => {
      const value = values[measure] ?? null;
      const selected = isSelected(key);
      return {
        key,
        label: keyLabel(key, by),
        value,
        share: value === null || !shared ? null : value / total,
        href: key === "" || !isDimension(by)
          ? all_href
          : pageHref(page, choose(filters, by, selected ? [] : [key])),
        toggle_href: key === "" || !isDimension(by) || filters.only[by].length === 0
          ? null
          : pageHref(page, toggle(filters, by, key)),
        selected,
        page_href: by === "user" && key !== "" ? userHref(key, filters) : null,
      };
    }),
    more: { of: rows.length, href: all_href },
  };
}
