import { DEFAULT_JOB_SORT } from "../query/jobs.ts";
import { DEFAULT_NODE_SORT } from "../query/node_rows.ts";
import { choose, DEFAULT_FILTERS, type Filters, formatFilters } from "../view/filters.ts";
import type { Grouping } from "../view/measures.ts";
import { keptColumns } from "./job_columns.ts";
import { CLUSTERS } from "./paths.ts";

/** Pages that show a filtered view and follow a changed filter in place. */
export const VIEWS = [
  "overview",
  "usage",
  "wait",
  "durations",
  "sizes",
  "efficiency",
  "nodes",
  "jobs",
  "cluster",
] as const;
export type ViewName = (typeof VIEWS)[number];

/** Every page of the navigation: its address, its name and the key after `g` that opens it. */
export const PAGES = [
  { name: "overview", path: "/", label: "Overview", key: "o" },
  { name: "usage", path: "/usage", label: "Usage", key: "u" },
  { name: "wait", path: "/wait", label: "Wait", key: "w" },
  { name: "durations", path: "/durations", label: "Durations", key: "d" },
  { name: "sizes", path: "/sizes", label: "Sizes", key: "z" },
  { name: "efficiency", path: "/efficiency", label: "Efficiency", key: "e" },
  { name: "nodes", path: "/nodes", label: "Nodes", key: "n" },
  { name: "jobs", path: "/jobs", label: "Jobs", key: "j" },
  { name: "status", path: "/status", label: "Status", key: "s" },
  { name: "help", path: "/help", label: "Help", key: "h" },
] as const;
export type PageName = (typeof PAGES)[number]["name"] | "cluster";

/** Whether a text names a page that shows a filtered view. */
export function isView(name: string): name is ViewName {
  return VIEWS.some((view) => view === name);
}

/** Address of a page without its query; the page of a cluster is the one of the first cluster chosen. */
export function pathOf(page: PageName, { only }: Pick<Filters, "only">): string {
  if (page === "cluster") return CLUSTERS + encodeURIComponent(only.cluster[0] ?? "");
  return PAGES.find((entry) => entry.name === page)?.path ?? "/";
}

/** The page at a path; null when there is none. */
export function pageAt(path: string): PageName | null {
  if (path.startsWith(CLUSTERS)) return "cluster";
  return PAGES.find((entry) => entry.path === path)?.name ?? null;
}

/**
 * The filters without what a page does not show, and with the page's own defaults as null, so that one state
 * of a page has one URL.
 */
export function pageFilters(page: PageName, filters: Filters): Filters {
  const shared = {
    ...filters,
    by: null,
    measure: null,
    weight: "jobs",
    unused: "show",
    columns: [],
    q: null,
    sort: null,
    page: 1,
  } as const;
  switch (page) {
    case "overview":
      return { ...shared, measure: filters.measure === "cpu-hours" ? null : filters.measure };
    case "wait":
    case "durations":
    case "sizes":
      return {
        ...shared,
        by: filters.by === "partition" ? null : filters.by,
        measure: filters.measure,
        weight: filters.weight,
        sort: filters.sort,
        page: filters.page,
      };
    case "efficiency":
      return {
        ...shared,
        by: filters.by === "user" ? null : filters.by,
        weight: filters.weight,
        sort: filters.sort,
        page: filters.page,
      };
    case "nodes":
      return {
        ...shared,
        // What a node was held for has no other moment than the run.
        basis: "prorated",
        measure: filters.measure === "cpu-hours" ? null : filters.measure,
        unused: filters.unused,
        sort: filters.sort === DEFAULT_NODE_SORT ? null : filters.sort,
        page: filters.page,
      };
    case "cluster":
      return { ...shared, only: { ...filters.only, cluster: filters.only.cluster.slice(0, 1) } };
    case "usage":
      return {
        ...shared,
        by: filters.by === usageGrouping(filters) ? null : filters.by,
        measure: filters.measure === "cpu-hours" ? null : filters.measure,
        sort: filters.sort,
      };
    case "jobs":
      return {
        ...shared,
        // Complete periods are those of the step, so the days of the jobs depend on it.
        step: filters.complete ? filters.step : "auto",
        basis: "prorated",
        compare: "none",
        columns: keptColumns(filters.columns),
        ...table(filters),
      };
    // They show no jobs, but lead back to the view they were opened from.
    case "status":
    case "help":
      return { ...filters, sort: null, page: 1 };
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

/** The one user that a view is about: alone chosen, with nothing left out; null for none. */
export function soleUser({ only, not }: Pick<Filters, "only" | "not">): string | null {
  const [user] = only.user;
  const excluded = Object.values(not).some((values) => values.length > 0);
  return only.user.length !== 1 || user === "" || excluded ? null : user;
}

/** The page of one user: what the jobs used, how well, and advice. */
export function userHref(user: string, filters: Filters): string {
  return crossHref("usage", { ...choose(filters, "user", [user]), by: null, measure: null });
}

/** What usage is split by unless something else is asked for. */
export function usageGrouping(filters: Filters): Grouping {
  return soleUser(filters) === null ? "account" : "partition";
}

/** Link to a page with the part of the filters that it shows. It is another view than this one, so it has no name. */
export function pageHref(page: PageName, filters: Filters): string {
  return ownHref(page, { ...filters, view_name: null });
}

/** Link from one page to another: without order, page, columns and search, which are those of the table it leaves. */
export function crossHref(page: PageName, filters: Filters): string {
  return pageHref(page, {
    ...filters,
    sort: null,
    page: 1,
    columns: [],
    unused: DEFAULT_FILTERS.unused,
    q: null,
  });
}

/** Address of this very view, its name included. */
export function ownHref(page: PageName, filters: Filters): string {
  const shown = pageFilters(page, filters);
  const only = page === "cluster" ? { ...shown.only, cluster: [] } : shown.only;
  return withQuery(pathOf(page, filters), formatFilters({ ...shown, only }));
}

/** A path with a query string behind it, if there is any. */
export function withQuery(path: string, query: string): string {
  return query === "" ? path : `${path}?${query}`;
}

/** Link to the definition of a measure or another term of `/help`, which leads back to these filters. */
export function helpHref(anchor: string, filters: Filters): string {
  return `${pageHref("help", filters)}#${anchor}`;
}
