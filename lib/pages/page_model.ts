import type { Data } from "../query/data.ts";
import { type FilterProblem, type Filters, formatFilters, parseFilters } from "../view/filters.ts";
import { type JobsModel, jobsPage } from "./jobs.ts";
import { pageFilters, pathOf, type ViewName, withQuery } from "./links.ts";
import { type OverviewModel, overviewPage } from "./overview.ts";
import { type UsageModel, usagePage } from "./usage.ts";

/** Model of a filtered page; `page` tells which. */
export type ViewModel = OverviewModel | UsageModel | JobsModel;

type PageFunction = (
  data: Data,
  filters: Filters,
  options: { now_s: number; problems?: readonly FilterProblem[] },
) => ViewModel;

const PAGE_FUNCTIONS: Readonly<Record<ViewName, PageFunction>> = {
  overview: overviewPage,
  usage: usagePage,
  jobs: jobsPage,
};

/** The plain data that a page and its view endpoint show for a query string. */
export function pageModel(
  data: Data,
  page: ViewName,
  { params, now_s }: { params: URLSearchParams; now_s: number },
): ViewModel {
  const { filters, problems } = parseFilters(params);
  return PAGE_FUNCTIONS[page](data, pageFilters(page, filters), { now_s, problems });
}

/**
 * Where a page's address should lead instead: its canonical form, when a form sent empty or default fields or
 * the order differs. Null when it is canonical, or holds a value that cannot be used and a notice must tell.
 */
export function canonicalRedirect(page: ViewName, url: URL): string | null {
  const { filters, problems } = parseFilters(url.searchParams);
  const canonical = formatFilters(pageFilters(page, filters));
  if (problems.length > 0 || url.searchParams.toString() === canonical) return null;
  return withQuery(pathOf(page), canonical);
}
