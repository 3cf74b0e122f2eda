import type { Asked, Data } from "../query/data.ts";
import { JOB_SORTS } from "../query/jobs.ts";
import { type FilterProblem, type Filters, formatFilters, parseFilters } from "../view/filters.ts";
import { MEASURES } from "../view/measures.ts";
import { rangeOf } from "../query/range.ts";
import { dayCount } from "./days.ts";
import { type JobsModel, jobsPage } from "./jobs.ts";
import { pageFilters, pathOf, type ViewName, withQuery } from "./links.ts";
import { type OverviewModel, overviewPage } from "./overview.ts";
import { type UsageModel, usagePage } from "./usage.ts";

/** Model of a filtered page; `page` tells which. */
export type ViewModel = OverviewModel | UsageModel | JobsModel;

type PageFunction = (
  data: Data,
  filters: Filters,
  options: Asked & { readonly problems?: readonly FilterProblem[] },
) => Promise<ViewModel>;

const PAGE_FUNCTIONS: Readonly<Record<ViewName, PageFunction>> = {
  overview: overviewPage,
  usage: usagePage,
  jobs: jobsPage,
};

/** The plain data that a page and its view endpoint show for a query string. */
export async function pageModel(
  data: Data,
  page: ViewName,
  { params, ...asked }: Asked & { readonly params: URLSearchParams },
): Promise<ViewModel> {
  const { filters, problems } = parseFilters(params);
  const shown = showable(page, pageFilters(page, filters));
  const drawn = drawable(data, shown.filters, asked.now_s);
  return await PAGE_FUNCTIONS[page](data, drawn.filters, {
    ...asked,
    problems: [...problems, ...shown.problems, ...drawn.problems],
  });
}

/** What the table of a page can be sorted by. */
const SORTS: Readonly<Record<ViewName, readonly string[]>> = {
  overview: [],
  usage: ["name", "change", ...MEASURES.map(({ name }) => name)],
  jobs: JOB_SORTS,
};

interface Usable {
  readonly filters: Filters;
  readonly problems: readonly FilterProblem[];
}

/** The filters with only what the page has: columns to sort by, and something to split by. */
function showable(page: ViewName, filters: Filters): Usable {
  const problems: FilterProblem[] = [];
  const { sort, by } = filters;
  const sortable = sort === null || SORTS[page].includes(sort.replace(/^-/, ""));
  if (!sortable) problems.push({ field: "sort", message: `is "${sort}", no column of this table` });
  if (by === "none") {
    problems.push({ field: "by", message: 'is "none", but this page always splits; here by account' });
  }
  return {
    filters: { ...filters, sort: sortable ? sort : null, by: by === "none" ? null : by },
    problems,
  };
}

/** More bars than this are neither drawn nor read. */
const MAX_BARS = 400;
const STEP_DAYS = { hour: 1 / 24, day: 1, week: 7, month: 30, quarter: 91, year: 365 } as const;

/** The filters with a step that a chart can show. */
function drawable(
  data: Data,
  filters: Filters,
  now_s: number,
): Usable {
  const { step } = filters;
  if (step === "auto" || step === "total") return { filters, problems: [] };
  const { from, to } = rangeOf(data, filters, now_s);
  const bars = Math.ceil(dayCount(from, to) / STEP_DAYS[step]);
  if (bars <= MAX_BARS) return { filters, problems: [] };
  const message = `gives ${bars} bars for these days, more than the ${MAX_BARS} that a chart can show`;
  return { filters: { ...filters, step: "auto" }, problems: [{ field: "step", message }] };
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
