import type { ClusterAnswer, Facets, Range } from "../query/answers.ts";
import { clearChoices, type FilterProblem, type Filters } from "../view/filters.ts";
import { formatDays, formatInstant } from "../view/format.ts";
import { type Dimension, DIMENSIONS } from "../view/measures.ts";
import { addDays, dayCount, dayOf } from "./days.ts";
import { dimensionWord, valueWord } from "./facet_model.ts";
import { pageHref, type ViewName } from "./links.ts";

/** Why a page cannot show, or not show all, of what was asked for, with the way out of it. */
export type NoticeModel =
  | { readonly state: "note"; readonly text: string; readonly href: string; readonly link: string }
  | { readonly state: "stale"; readonly cluster: string; readonly age: string; readonly since: string }
  | { readonly state: "no-data"; readonly cluster: string; readonly days: string; readonly href: string }
  | { readonly state: "filtered-out"; readonly filter?: string; readonly href: string };

/** Agents report once a night; a cluster that has left one out is called out. */
const STALE_AFTER_S = 36 * 3600;

/** What is wrong with the address: values that cannot be used, and clusters that do not exist. */
export function addressNotices(
  page: ViewName,
  filters: Filters,
  { problems, clusters }: { problems: readonly FilterProblem[]; clusters: readonly ClusterAnswer[] },
): readonly NoticeModel[] {
  const notices: NoticeModel[] = problems.map((problem) => ({
    state: "note",
    text: `The filter "${problem.field}" was left out: it ${problem.message}.`,
    href: pageHref(page, filters),
    link: "Remove it from the address",
  }));
  if (clusters.length === 0) return notices;
  const known = clusters.map((cluster) => cluster.name);
  for (const mode of ["only", "not"] as const) {
    for (const name of filters[mode].cluster.filter((item) => !known.includes(item))) {
      const kept = filters[mode].cluster.filter((item) => item !== name);
      notices.push({
        state: "note",
        text: `There is no cluster named "${name}". Clusters here: ${known.join(", ")}.`,
        href: pageHref(page, { ...filters, [mode]: { ...filters[mode], cluster: kept }, page: 1 }),
        link: `Show without ${name}`,
      });
    }
  }
  return notices;
}

/** Clusters of the view whose newest report lies further back than a night's report. */
export function staleNotices(
  filters: Filters,
  { clusters, now_s }: { clusters: readonly ClusterAnswer[]; now_s: number },
): readonly NoticeModel[] {
  return clustersShown(clusters, filters).flatMap((cluster): NoticeModel[] =>
    isStale(cluster, now_s) && cluster.fresh_until_s !== null
      ? [{
        state: "stale",
        cluster: cluster.name,
        age: formatAge(now_s - cluster.fresh_until_s),
        since: formatInstant(cluster.fresh_until_s, cluster.tz),
      }]
      : []
  );
}

/** Clusters of the view of which files cannot be read: their jobs are in no figure. */
export function damageNotices(
  filters: Filters,
  { clusters }: { clusters: readonly ClusterAnswer[] },
): readonly NoticeModel[] {
  return clustersShown(clusters, filters).flatMap(({ name, set_aside }): NoticeModel[] =>
    set_aside.length > 0
      ? [{
        state: "note",
        text: `${set_aside.length} ${
          set_aside.length === 1 ? "file" : "files"
        } of ${name} cannot be read: the jobs in them are missing here.`,
        href: "/status",
        link: "Which, and why",
      }]
      : []
  );
}

/** Why a view has no job, for each cluster shown, and the way to a view that has some. */
export function emptyNotices(
  page: ViewName,
  filters: Filters,
  { clusters, range, facets }: { clusters: readonly ClusterAnswer[]; range: Range; facets?: Facets },
): readonly NoticeModel[] {
  const spans = clustersShown(clusters, filters).flatMap((cluster) =>
    cluster.first_s === null || cluster.last_s === null ? [] : [{
      cluster: cluster.name,
      from: dayOf(cluster.first_s, range.tz),
      to: dayOf(cluster.last_s, range.tz),
    }]
  );
  const reached = spans.some((span) => span.from <= range.to && span.to >= range.from);
  // Where no cluster is left to speak of, a filter has left it out.
  const left_out = clusters.length > 0 && clustersShown(clusters, filters).length === 0;
  if (reached || left_out) return [emptiedBy(page, filters, facets)];
  const length = dayCount(range.from, range.to);
  return spans.map(({ cluster, from, to }) => {
    const nearest = to < range.from
      ? { from: addDays(to, 1 - length), to }
      : { from, to: addDays(from, length - 1) };
    return {
      state: "no-data",
      cluster,
      days: formatDays(from, to),
      href: pageHref(page, { ...filters, period: "30d", ...nearest, page: 1 }),
    };
  });
}

interface Emptier {
  readonly filter: string;
  readonly without: Filters;
  /** How many jobs come back without it. */
  readonly jobs: number;
}

/** The one filter that leaves nothing: of several, the one without which most jobs come back. */
function emptiedBy(page: ViewName, filters: Filters, facets: Facets | undefined): NoticeModel {
  const found: Emptier[] = [];
  for (const dimension of DIMENSIONS) {
    const [only, not] = [filters.only[dimension], filters.not[dimension]];
    if (only.length === 0 && not.length === 0) continue;
    // The page of a cluster cannot be left by a filter.
    if (page === "cluster" && dimension === "cluster") continue;
    const label = dimensionWord(dimension);
    const parts = [
      only.length === 0 ? "" : `${label} ${alternatives(only, dimension)}`,
      not.length === 0 ? "" : `the exclusion of ${label} ${alternatives(not, dimension)}`,
    ];
    found.push({
      filter: parts.filter((part) => part !== "").join(" and "),
      without: {
        ...filters,
        only: { ...filters.only, [dimension]: [] },
        not: { ...filters.not, [dimension]: [] },
      },
      // A dimension is not filtered by its own choice, so its list tells what there is without that choice.
      jobs: facets?.[dimension]?.reduce((sum, { jobs }) => sum + jobs, 0) ?? 0,
    });
  }
  if (page === "jobs" && filters.q !== null) {
    found.push({ filter: `the search "${filters.q}"`, without: { ...filters, q: null }, jobs: 0 });
  }
  const most = found.reduce<Emptier | null>(
    (best, next) => next.jobs > (best?.jobs ?? 0) ? next : best,
    null,
  );
  const search = found.find(({ without }) => without.q !== filters.q);
  const named = found.length === 1 ? found[0] : facets === undefined ? null : most ?? search ?? null;
  if (named === null) return { state: "filtered-out", href: pageHref(page, clearChoices(filters)) };
  return { state: "filtered-out", filter: named.filter, href: pageHref(page, { ...named.without, page: 1 }) };
}

/** Values to choose from in words; of many only how many there are. */
function alternatives(values: readonly string[], dimension: Dimension): string {
  return values.length > 5
    ? `(${values.length} values)`
    : values.map((value) => valueWord(value, dimension)).join(" or ");
}

/** Whether a cluster's reports end further back than a night's report. */
export function isStale(cluster: Pick<ClusterAnswer, "fresh_until_s">, now_s: number): boolean {
  return cluster.fresh_until_s === null || now_s - cluster.fresh_until_s > STALE_AFTER_S;
}

/** The clusters that a view takes its jobs from. */
export function clustersShown(
  clusters: readonly ClusterAnswer[],
  filters: Filters,
): readonly ClusterAnswer[] {
  const { only, not } = filters;
  return clusters.filter(({ name }) =>
    (only.cluster.length === 0 || only.cluster.includes(name)) && !not.cluster.includes(name)
  );
}

/** An age in its largest unit, as "26 h". */
export function formatAge(age_s: number): string {
  if (age_s < 60) return "less than a minute";
  if (age_s < 3600) return `${Math.floor(age_s / 60)} min`;
  if (age_s < 48 * 3600) return `${Math.floor(age_s / 3600)} h`;
  return `${Math.floor(age_s / 86_400)} days`;
}
