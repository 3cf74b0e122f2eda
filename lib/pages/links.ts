import { DEFAULT_JOB_SORT } from "../query/jobs.ts";
import { type Filters, formatFilters } from "../view/filters.ts";

/** Pages that show a filtered view and follow a changed filter in place. */
export const VIEWS = ["overview", "usage", "jobs"] as const;
export type ViewName = (typeof VIEWS)[number];

/** Every page of the product: its address, its name in the navigation and the key after `g` that opens it. */
export const PAGES = [
  { name: "overview", path: "/", label: "Overview", key: "o" },
  { name: "usage", path: "/usage", label: "Usage", key: "u" },
  { name: "jobs", path: "/jobs", label: "Jobs", key: "j" },
  { name: "status", path: "/status", label: "Status", key: "s" },
  { name: "help", path: "/help", label: "Help", key: "h" },
] as const;
export type PageName = (typeof PAGES)[number]["name"];

/** Whether a text names a page that shows a filtered view. */
export function isView(name: string): name is ViewName {
  return VIEWS.some((view) => view === name);
}

/** Address of a page without its query. */
export function pathOf(page: PageName): string {
  return PAGES.find((entry) => entry.name === page)?.path ?? "/";
}

/** The page at a path; null when there is none. */
export function pageAt(path: string): PageName | null {
  return PAGES.find((entry) => entry.path === path)?.name ?? null;
}

/**
 * The filters without what a page does not show, and with the page's own defaults as null, so that one state
 * of a page has one URL.
 */
export function pageFilters(page: PageName, filters: Filters): Filters {
  const compare = filters.compare === "prev" ? "none" : filters.compare;
  const shared = { ...filters, compare, by: null, measure: null, q: null, sort: null, page: 1 } as const;
  switch (page) {
    case "overview":
      return shared;
    case "usage":
      return {
        ...shared,
        by: filters.by === "account" ? null : filters.by,
        measure: filters.measure === "cpu-hours" ? null : filters.measure,
        sort: filters.sort,
      };
    case "jobs":
      return { ...shared, step: "auto", basis: "prorated", compare: "none", ...table(filters) };
    // They show no jobs, but lead back to the view they were opened from.
    case "status":
    case "help":
      return { ...filters, compare, sort: null, page: 1 };
  }
}

function table(filters: Filters): Pick<Filters, "q" | "sort" | "page"> {
  const q = filters.q?.trim() ?? "";
  return {
    q: q === "" ? null : q,
    sort: filters.sort === DEFAULT_JOB_SORT ? null : filters.sort,
    page: filters.page,
  };
}

/** Link to a page with the part of the filters that it shows. */
export function pageHref(page: PageName, filters: Filters): string {
  return withQuery(pathOf(page), formatFilters(pageFilters(page, filters)));
}

/** A path with a query string behind it, if there is any. */
export function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}

/** Link to the definition of a measure or another term of `/help`, which leads back to these filters. */
export function helpHref(anchor: string, filters: Filters): string {
  return `${pageHref("help", filters)}#${anchor}`;
}
