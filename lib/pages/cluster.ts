import type { ClusterAnswer, Facets, MeasureValues, Range } from "../query/answers.ts";
import { clusters as clusterList } from "../query/clusters.ts";
import type { Asked, Data } from "../query/data.ts";
import { facets } from "../query/facets.ts";
import { inventoryView } from "../query/inventory.ts";
import { type Compared, comparedRange, rangeOf } from "../query/range.ts";
import { ranking } from "../query/ranking.ts";
import { series } from "../query/series.ts";
import { totals } from "../query/totals.ts";
import type { ChartSpec, FigureSpec } from "../view/chart_spec.ts";
import { choose, type FilterProblem, type Filters } from "../view/filters.ts";
import { formatDays, formatPercent } from "../view/format.ts";
import { type MeasureName, measureOf } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import { capacityLine } from "./capacity_line.ts";
import { chartSpec } from "./chart.ts";
import { agentFacts, type ClusterFact, hardwareFacts, type NodeOut, nodesOut } from "./cluster_facts.ts";
import { PARTITION_MEASURES, type PartitionTable, partitionTable } from "./cluster_partitions.ts";
import { againstNote, comparedLine } from "./comparison.ts";
import { frame, type FrameModel } from "./frame.ts";
import { crossHref, pageHref } from "./links.ts";
import { emptyNotices } from "./notices.ts";
import { listFilters, type RankingModel, rankingModel } from "./ranking_list.ts";
import { amountOf, shareOfCapacity, type TileModel, tileOf } from "./tiles.ts";

/** Everything the page of a cluster shows. */
export interface ClusterModel extends FrameModel {
  readonly page: "cluster";
  /** Null where there is no such cluster. */
  readonly cluster: ClusterParts | null;
  /** What is on show after a change of filters, to be read out. */
  readonly announcement: string;
}

/** What is known of a cluster. */
export interface ClusterParts {
  readonly name: string;
  /** Null where it is not known what it consists of. */
  readonly hardware: readonly ClusterFact[] | null;
  readonly agent: readonly ClusterFact[];
  readonly status_href: string;
  readonly nodes_href: string;
  readonly wait_href: string;
  readonly tiles: readonly TileModel[];
  readonly against: string;
  readonly figures: readonly FigureSpec[];
  readonly partitions: PartitionTable | null;
  readonly nodes_out: readonly NodeOut[];
  /** How many are out, or which of them are not listed; empty where nothing is known. */
  readonly nodes_out_note: string;
  readonly rankings: readonly RankingModel[];
}

const HEADLINE = [
  "cpu-utilisation",
  "gpu-utilisation",
  "cpu-hours",
  "gpu-hours",
  "jobs-ended",
  "users",
  "wait-p50",
  "wait-p95",
] as const satisfies readonly MeasureName[];
const MOST_SERIES = 7;

/** What is this cluster and how busy? */
export async function clusterPage(
  data: Data,
  filters: Filters,
  { problems = [], ...asked }: Asked & { readonly problems?: readonly FilterProblem[] },
): Promise<ClusterModel> {
  const range = rangeOf(data, filters, asked.now_s);
  const known = clusterList(data, asked);
  const choices = await facets(data, filters, asked);
  const [name = ""] = filters.only.cluster;
  const built = frame("cluster", filters, {
    title: name === "" ? "Cluster" : name,
    question: "What is this cluster and how busy?",
    range,
    facets: choices,
    clusters: known,
    problems,
    now_s: asked.now_s,
  });
  const cluster = known.find((one) => one.name === name);
  const compared = comparedRange(data, filters, range);
  const now = await totals(data, filters, { ...asked, measures: HEADLINE });
  const then = compared === null
    ? {}
    : await totals(data, filters, { ...asked, measures: HEADLINE, range: compared.range });
  const empty = cluster !== undefined &&
    HEADLINE.every((measure) => (now[measure] ?? 0) === 0) && now["wait-p50"] === null;
  return {
    ...built,
    notices: empty
      ? [...built.notices, ...emptyNotices("cluster", filters, { clusters: known, range, facets: choices })]
      : built.notices,
    page: "cluster",
    cluster: cluster === undefined
      ? null
      : await partsOf(data, filters, { asked, cluster, range, compared, now, then, choices, empty }),
    announcement: `${name}, ${formatDays(range.from, range.to)}`,
  };
}

interface Input {
  readonly asked: Asked;
  readonly cluster: ClusterAnswer;
  readonly range: Range;
  readonly compared: Compared | null;
  readonly now: MeasureValues;
  readonly then: MeasureValues;
  readonly choices: Facets;
  /** Whether there is no job in the range. */
  readonly empty: boolean;
}

async function partsOf(data: Data, filters: Filters, input: Input): Promise<ClusterParts> {
  const { asked, cluster, compared, now, then, empty } = input;
  const { name, tz } = cluster;
  const whole = data.get(name);
  if (whole === undefined) throw new RangeError(`There is no cluster ${name}`);
  const inventory = await inventoryView(data, { ...asked, cluster: whole, filters });
  const out = nodesOut(inventory, {
    tz,
    now_s: asked.now_s,
    hrefOf: (node) => crossHref("nodes", choose(filters, "node", [node])),
  });
  const used = await ranking(data, filters, { ...asked, by: "partition", measures: PARTITION_MEASURES });
  const partitions = partitionTable(used, { inventory, filters });
  const lists: RankingModel[] = [];
  for (const [by, title] of empty ? [] : [["account", "Accounts"], ["user", "Users"]] as const) {
    const answer = await ranking(data, listFilters(filters, by), { ...asked, by, measures: ["cpu-hours"] });
    lists.push(rankingModel(answer, { by, title, measure: "cpu-hours", page: "cluster", filters }));
  }
  return {
    name,
    hardware: hardwareFacts(cluster),
    agent: agentFacts(cluster, asked.now_s),
    status_href: `${pageHref("status", filters)}#${encodeURIComponent(name)}`,
    nodes_href: pageHref("nodes", filters),
    wait_href: pageHref("wait", { ...filters, by: "partition" }),
    tiles: empty ? [] : tiles(filters, now, then),
    against: empty ? "" : againstNote(compared, { data, filters, range: input.range }),
    figures: empty ? [] : await figures(data, filters, input),
    partitions: partitions.rows.length === 0 ? null : partitions,
    nodes_out: out.rows,
    nodes_out_note: cluster.hardware === null
      ? ""
      : out.rows.length === 0
      ? "Every node is in service."
      : out.left_out,
    rankings: lists,
  };
}

/** Tiles of what is known and there; each leads to the same measure of this cluster on the page of usage. */
function tiles(filters: Filters, now: MeasureValues, then: MeasureValues): readonly TileModel[] {
  const only_where_some: readonly MeasureName[] = ["gpu-hours", "gpu-utilisation", "cpu-utilisation"];
  return HEADLINE.filter((name) =>
    now[name] !== null && (!only_where_some.includes(name) || (now[name] ?? 0) > 0)
  ).map((name) =>
    tileOf(name, {
      now,
      then,
      href: pageHref("usage", { ...filters, measure: name }),
      ...shareOfCapacity(name, filters),
    })
  );
}

/** CPU- and GPU-hours by partition, under what there was. */
async function figures(data: Data, filters: Filters, input: Input): Promise<readonly FigureSpec[]> {
  const made: FigureSpec[] = [];
  for (const measure of ["cpu-hours", "gpu-hours"] as const) {
    if (measure === "gpu-hours" && !((input.now[measure] ?? 0) > 0)) continue;
    const title = `${measureOf(measure).label} by partition`;
    made.push(
      await attempt(() => hoursFigure(data, filters, { ...input, measure, title }), {
        id: measure,
        title,
        retry_href: pageHref("cluster", filters),
        failed: input.asked.failed,
      }),
    );
  }
  return made;
}

async function hoursFigure(
  data: Data,
  filters: Filters,
  { asked, range, compared, now, then, choices, measure, title }: Input & {
    readonly measure: "cpu-hours" | "gpu-hours";
    readonly title: string;
  },
): Promise<ChartSpec> {
  const split: Filters = { ...filters, measure, by: "partition" };
  const answer = await series(data, split, { ...asked, top: MOST_SERIES });
  const used = now[measure === "cpu-hours" ? "cpu-utilisation" : "gpu-utilisation"] ?? null;
  const amount = amountOf(measure, now[measure] ?? null, "short");
  const spec = chartSpec(answer, {
    page: "cluster",
    filters,
    id: measure,
    title,
    finding: used === null
      ? `${amount} in all.`
      : `${amount} in all; ${formatPercent(used)} of what there was, as far as that is known.`,
    by: "partition",
    range,
    ranked: choices.partition.map(({ value }) => value),
    all_href: pageHref("usage", split),
  });
  return {
    ...spec,
    compared: await comparedLine(data, split, { ...asked, compared, answer, total: then[measure] ?? null }),
    limit: await capacityLine(data, { ...split, by: "none" }, { ...asked, answer }),
  };
}
