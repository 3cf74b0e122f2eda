import type { Asked, Data } from "../query/data.ts";
import { JOB_SORTS } from "../query/jobs.ts";
import { NODE_SORTS } from "../query/node_rows.ts";
import { type FilterProblem, type Filters, parseFilters } from "../view/filters.ts";
import { strangeKeys } from "../view/strange_keys.ts";
import { MEASURES } from "../view/measures.ts";
import { holdsNoneComplete, rangeOf } from "../query/range.ts";
import { dayCount } from "./days.ts";
import { type ClusterModel, clusterPage } from "./cluster.ts";
import { type DurationsModel, durationsPage } from "./durations.ts";
import { type EfficiencyModel, efficiencyPage } from "./efficiency.ts";
import { type JobsModel, jobsPage } from "./jobs.ts";
import { ownHref, pageFilters, type ViewName } from "./links.ts";
import { paramsOf } from "./paths.ts";
import { type NodesModel, nodesPage } from "./nodes.ts";
import { type OverviewModel, overviewPage } from "./overview.ts";
import { SIZE_SORTS, type SizesModel, sizesPage } from "./sizes.ts";
import { type UsageModel, usagePage } from "./usage.ts";
import { type WaitModel, waitPage } from "./wait.ts";

/** Model of each filtered page. */
export interface Models {
  readonly overview: OverviewModel;
  readonly usage: UsageModel;
  readonly wait: WaitModel;
  readonly durations: DurationsModel;
  readonly sizes: SizesModel;
  readonly efficiency: EfficiencyModel;
  readonly nodes: NodesModel;
  readonly jobs: JobsModel;
  readonly cluster: ClusterModel;
}

/** Model of a filtered page; `page` tells which. */
export type ViewModel = Models[ViewName];

type PageFunctions = {
  readonly [View in ViewName]: (
    data: Data,
    filters: Filters,
    options: Asked & { readonly problems?: readonly FilterProblem[] },
  ) => Promise<Models[View]>;
};

const PAGE_FUNCTIONS: PageFunctions = {
  overview: overviewPage,
  usage: usagePage,
  wait: waitPage,
  durations: durationsPage,
  sizes: sizesPage,
  efficiency: efficiencyPage,
  nodes: nodesPage,
  jobs: jobsPage,
  cluster: clusterPage,
};

/** The plain data that a page and its view endpoint show for a query string. */
export async function pageModel<View extends ViewName>(
  data: Data,
  page: View,
  { params, ...asked }: Asked & { readonly params: URLSearchParams },
): Promise<Models[View]> {
  const { filters, problems } = parseFilters(params);
  const shown = showable(page, pageFilters(page, filters));
  const drawn = drawable(data, shown.filters, asked.now_s);
  const whole = completable(data, drawn.filters, asked.now_s);
  return await PAGE_FUNCTIONS[page](data, whole.filters, {
    ...asked,
    problems: [...problems, ...strangeKeys(params), ...shown.problems, ...drawn.problems, ...whole.problems],
  });
}

/** The filters without the wish for complete periods where the days hold none. */
function completable(data: Data, filters: Filters, now_s: number): Usable {
  if (!holdsNoneComplete(data, filters, now_s)) return { filters, problems: [] };
  const { step } = filters;
  const period = step === "auto" || step === "total" ? "period" : step;
  const message = `asks for complete periods, but these days hold no whole ${period} that is fully reported`;
  return { filters: { ...filters, complete: false }, problems: [{ field: "complete", message }] };
}

/** What the table of a page can be sorted by. */
const SORTS: Readonly<Record<ViewName, readonly string[]>> = {
  overview: [],
  usage: ["name", "change", ...MEASURES.map(({ name }) => name)],
  wait: ["name", ...MEASURES.map(({ name }) => name)],
  durations: ["name", ...MEASURES.map(({ name }) => name)],
  sizes: SIZE_SORTS,
  efficiency: ["name", ...MEASURES.map(({ name }) => name)],
  nodes: NODE_SORTS,
  jobs: JOB_SORTS,
  cluster: [],
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
  const splits = by !== "none" || page === "usage";
  if (!splits) {
    const by_partition = page === "wait" || page === "durations" || page === "sizes";
    const usual = by_partition ? "partition" : page === "efficiency" ? "user" : "account";
    problems.push({ field: "by", message: `is "none", but this page always splits; here by ${usual}` });
  }
  return {
    filters: { ...filters, sort: sortable ? sort : null, by: splits ? by : null },
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
 * the order differs. Null when it is canonical, or holds a value that cannot be used, or a key
 * that looks like another, and a notice must tell.
 */
export function canonicalRedirect(page: ViewName, url: URL): string | null {
  const params = paramsOf(url);
  const { filters, problems } = parseFilters(params);
  const canonical = ownHref(page, filters);
  const [path, query] = canonical.split("?");
  if (
    problems.length + strangeKeys(params).length > 0 ||
    url.pathname === path && url.searchParams.toString() === (query ?? "")
  ) {
    return null;
  }
  return canonical;
}
