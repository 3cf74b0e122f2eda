import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { nodes, NODES_PER_PAGE, type NodesAnswer } from "../query/nodes.ts";
import { chosenClusters, comparedRange, rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { totals } from "../query/totals.ts";
import type { MeasureValues, Range } from "../query/answers.ts";
import type { FigureSpec } from "../view/chart_spec.ts";
import { type FilterProblem, type Filters, formatFilters } from "../view/filters.ts";
import { formatDays, formatPercent, formatValue } from "../view/format.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import { againstNote } from "./comparison.ts";
import type { LinkModel } from "./filter_bar.ts";
import { frame, type FrameModel } from "./frame.ts";
import { pageFilters, pageHref, withQuery } from "./links.ts";
import { NODE_CHOICES, NODE_WORDS, nodesHeat } from "./nodes_heat.ts";
import { type NodesTable, nodesTable } from "./nodes_table.ts";
import { emptyNotices } from "./notices.ts";
import { turns, type TurnsModel } from "./paging.ts";
import type { SwitchModel } from "./spread_page.ts";
import { measureTiles } from "./spread_tiles.ts";
import type { TileModel } from "./tiles.ts";

/** Everything the page shows. */
export interface NodesModel extends FrameModel {
  readonly page: "nodes";
  readonly tiles: readonly TileModel[];
  readonly against: string;
  readonly switches: readonly SwitchModel[];
  readonly figure: FigureSpec | null;
  readonly table: NodesTable | null;
  /** Which nodes of how many are listed, and the way to the others. */
  readonly span: string;
  readonly pages: TurnsModel;
  readonly csv_href: string;
  readonly parquet_href: string;
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

/** Which nodes work? */
export async function nodesPage(
  data: Data,
  filters: Filters,
  { problems = [], ...asked }: Asked & { readonly problems?: readonly FilterProblem[] },
): Promise<NodesModel> {
  const range = rangeOf(data, filters, asked.now_s);
  const choices = await facets(data, filters, asked);
  const known = clusterList(data, asked);
  const built = frame("nodes", filters, {
    title: "Nodes",
    question: "Which nodes work?",
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s: asked.now_s,
  });
  const answer = await nodes(data, filters, asked);
  const empty = answer.count + answer.unused === 0;
  const compared = comparedRange(data, filters, range);
  const { hours, share } = NODE_WORDS[answer.of];
  const measures = [share, hours] as const;
  const taken = (of_range: Range) => ofNodes(data, filters, { ...asked, share, hours, range: of_range });
  const now = await taken(range);
  const then = compared === null ? {} : await taken(compared.range);
  const several = chosenClusters(data, filters).length > 1;
  const labels: readonly (readonly [MeasureName, string])[] = measures.map((
    name,
  ) => [name, measureOf(name).label]);
  const file = formatFilters(pageFilters("nodes", { ...filters, page: 1 }));
  return {
    ...built,
    notices: empty && known.length > 0
      ? [...built.notices, ...emptyNotices("nodes", filters, { clusters: known, range, facets: choices })]
      : built.notices,
    page: "nodes",
    tiles: empty ? [] : [
      ...measureTiles(labels, { now, then, filters }).filter((_, at) => at > 0 || now[share] !== null),
      nodesTile(answer, filters),
    ],
    against: empty ? "" : againstNote(compared, { data, filters, range }),
    switches: empty ? [] : [
      measureSwitch(answer, filters),
      ...answer.unused > 0 ? [unusedSwitch(answer, filters)] : [],
      ...(answer.out ?? 0) > 0 ? [orderSwitch(answer, filters)] : [],
    ],
    figure: empty ? null : await attempt(() => nodesHeat(answer, { filters, several }), {
      id: "busy",
      title: "Nodes by day",
      retry_href: pageHref("nodes", filters),
      failed: asked.failed,
    }),
    table: empty ? null : nodesTable(answer, { filters, several }),
    ...paging(answer, filters),
    csv_href: withQuery("/api/export/nodes.csv", file),
    parquet_href: withQuery("/api/export/nodes.parquet", file),
    announcement: `${formatValue(answer.count, "count", "full")} ${answer.count === 1 ? "node" : "nodes"}${
      answer.utilisation === null ? "" : `, ${formatPercent(answer.utilisation)} in use`
    }, ${formatDays(range.from, range.to)}`,
  };
}

/** Share and hours of the chosen nodes: of a job that ran on others, too, only what it held of these. */
async function ofNodes(
  data: Data,
  filters: Filters,
  { share, hours, ...asked }: Asked & {
    readonly share: MeasureName;
    readonly hours: MeasureName;
    readonly range: Range;
  },
): Promise<MeasureValues> {
  const whole = await totals(data, filters, { ...asked, measures: [share, hours] });
  const chosen = filters.only.node;
  if (chosen.length === 0) return whole;
  const { rows } = await ranking(data, filters, { ...asked, by: "node", measures: [hours] });
  const held = rows.filter(({ key }) => chosen.includes(key)).map(({ values }) => values[hours] ?? 0);
  return { ...whole, [hours]: held.reduce((sum, value) => sum + value, 0) };
}

function nodesTile({ count, unused, out }: NodesAnswer, filters: Filters): TileModel {
  const all = filters.unused === "hide" ? count + unused : count;
  const used = unused === 0 ? "all of them used" : `${formatValue(unused, "count", "full")} without a job`;
  const serving = out === null
    ? []
    : [out === 0 ? "none out of service" : `${formatValue(out, "count", "full")} out of service`];
  return {
    ...(out === null || out === 0 ? {} : { href: outHref(filters) }),
    label: "Nodes",
    value: formatValue(all, "count", "short"),
    exact: `${formatValue(all, "count", "full")} nodes`,
    note: [used, ...serving].join(", "),
    change: null,
  };
}

/** The nodes with those out of service first. */
export function outHref(filters: Filters): string {
  return `${pageHref("nodes", { ...filters, sort: "state", unused: "show", page: 1 })}#table`;
}

function measureSwitch({ of }: NodesAnswer, filters: Filters): SwitchModel {
  return {
    label: "Of",
    links: NODE_CHOICES.map((resource): LinkModel => ({
      label: NODE_WORDS[resource].label,
      title: measureOf(NODE_WORDS[resource].share).definition,
      href: pageHref("nodes", { ...filters, measure: NODE_WORDS[resource].hours, page: 1 }),
      selected: resource === of,
    })),
    more: [],
  };
}

function orderSwitch({ out }: NodesAnswer, filters: Filters): SwitchModel {
  const link = (label: string, title: string, href: string, selected: boolean): LinkModel => ({
    label,
    title,
    href,
    selected,
  });
  const at_state = filters.sort === "state";
  const usual = `${pageHref("nodes", { ...filters, sort: null, page: 1 })}#table`;
  return {
    label: "First",
    links: [
      link("Most used", "The nodes that jobs used most come first", usual, filters.sort === null),
      link(
        `${formatValue(out, "count", "full")} out of service`,
        "Nodes that take no jobs come first, with the reason",
        outHref(filters),
        at_state,
      ),
    ],
    more: [],
  };
}

function unusedSwitch({ unused }: NodesAnswer, filters: Filters): SwitchModel {
  const link = (label: string, title: string, value: Filters["unused"]): LinkModel => ({
    label,
    title,
    href: pageHref("nodes", { ...filters, unused: value, page: 1 }),
    selected: filters.unused === value,
  });
  return {
    label: "Without a job",
    links: [
      link("Show", "List the nodes on which nothing ran, too", "show"),
      link(
        `Hide ${formatValue(unused, "count", "full")}`,
        "List only nodes on which something ran",
        "hide",
      ),
    ],
    more: [],
  };
}

function paging(
  { page, pages, count, rows }: NodesAnswer,
  filters: Filters,
): Pick<NodesModel, "span" | "pages"> {
  const at = (number: number) => pageHref("nodes", { ...filters, page: number });
  const text = (number: number) => formatValue(number, "count", "full");
  const first = (page - 1) * NODES_PER_PAGE;
  return {
    span: rows.length === 0
      ? "No nodes"
      : `${text(first + 1)}–${text(first + rows.length)} of ${text(count)} nodes`,
    pages: turns(page, pages, at),
  };
}
