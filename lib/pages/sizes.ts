import { distribution, type SpreadAnswer } from "../query/distribution.ts";
import type { Data } from "../query/data.ts";
import type { FailedSpec } from "../view/chart_spec.ts";
import type { Spread } from "../view/classes.ts";
import type { Filters } from "../view/filters.ts";
import { type Grouping, GROUPING_LABELS, type MeasureName, measureOf } from "../view/measures.ts";
import { attempt } from "./attempt.ts";
import { pageHref } from "./links.ts";
import type { TileModel } from "./tiles.ts";
import { classShares, trendOfAll } from "./spread_over_time.ts";
import {
  emptySpread,
  filledSpread,
  measureSwitch,
  type Opened,
  openSpread,
  type PageOptions,
  panel,
  type PanelModel,
  splitSwitch,
  type SpreadModel,
  weightSwitch,
} from "./spread_page.ts";
import {
  announcementOf,
  measureTable,
  nowAndThen,
  partsOf,
  spreadPanels,
  type SpreadParts,
} from "./spread_parts.ts";
import { type SpreadTable, spreadTable, type TableColumn, type TableRow } from "./spread_table.ts";
import { measureTiles, valueTile } from "./spread_tiles.ts";
import { SPREAD_WORDS } from "./spreads.ts";
import { tableHrefs } from "./table_hrefs.ts";

/** Everything the page shows. */
export interface SizesModel extends SpreadModel {
  readonly page: "sizes";
}

/** What size means is chosen by the hours that it makes: `measure=gpu-hours` shows GPUs per job. */
const RESOURCES = [
  { measure: "cpu-hours", label: "CPUs", of: "size" },
  { measure: "gpu-hours", label: "GPUs", of: "gpus" },
  { measure: "node-hours", label: "Nodes", of: "nodes" },
  { measure: "mem-hours", label: "Memory", of: "memory" },
] as const satisfies readonly {
  readonly measure: MeasureName;
  readonly label: string;
  readonly of: Spread;
}[];
type Resource = (typeof RESOURCES)[number];

const GROUPINGS: readonly Grouping[] = ["partition", "account", "user", "qos", "state", "cluster"];

const QUANTILES = [["p50", "median"], ["p90", "p90"], ["p95", "p95"], ["p99", "p99"]] as const;

/** Columns of the table by groups; their keys are what it can be sorted by. */
const COLUMNS = [
  { key: "jobs", label: "Jobs", title: "Jobs that ran in the range", format: "count" },
  {
    key: "cpu-hours",
    label: "CPU-hours",
    title: "CPU-hours of these jobs in the range",
    format: "hours",
  },
  { key: "mean", label: "Mean", title: "Mean over the jobs", format: "ratio" },
  { key: "p50", label: "Median", title: "Half of the jobs have at most this", format: "ratio" },
  { key: "p90", label: "p90", title: "90 % of the jobs have at most this", format: "ratio" },
  { key: "p95", label: "p95", title: "95 % of the jobs have at most this", format: "ratio" },
  { key: "max", label: "Largest", title: "Most that any job has", format: "ratio" },
  {
    key: "weighted",
    label: "Mean by CPU-hours",
    title: "Mean over the jobs, each weighted by its CPU-hours",
    format: "ratio",
  },
] as const satisfies readonly TableColumn[];

/** What the table of the page can be sorted by. */
export const SIZE_SORTS: readonly string[] = ["name", ...COLUMNS.map(({ key }) => key)];

const MOST_GROUPS = 500;

/** How big are jobs? */
export async function sizesPage(data: Data, filters: Filters, options: PageOptions): Promise<SizesModel> {
  const question = "How big are jobs?";
  const opened = await openSpread("sizes", { data, filters, title: "Sizes", question, options });
  const resource = RESOURCES.find(({ measure }) => measure === filters.measure) ?? RESOURCES[0];
  const measures = ["jobs-running", resource.measure] as const;
  const { now, then } = await nowAndThen(opened, measures);
  if (now["jobs-running"] === 0) return { ...emptySpread(opened), page: "sizes" };
  const parts = partsOf(opened, resource.of);
  const counted = measureTiles([
    ["jobs-running", "Jobs that ran"],
    [resource.measure, measureOf(resource.measure).label],
  ], { now, then, filters });
  return {
    ...filledSpread(opened, {
      tiles: [...await sizeTiles(opened, parts, resource), ...counted],
      switches: [
        measureSwitch(opened, {
          label: "Size in",
          chosen: resource.measure,
          options: RESOURCES.map(({ measure, label }) => [measure, label]),
          usual: "cpu-hours",
        }),
        splitSwitch(opened, GROUPINGS),
        weightSwitch(opened),
      ],
      panels: [...await spreadPanels(opened, parts), ...await panelsOverTime(opened, resource)],
      tables: [await table(opened, resource), await waits(opened)],
      announcement: await announcementOf(opened, parts),
    }),
    page: "sizes",
  };
}

/** Tiles of the spread; none where it cannot be told, which its figures then say. */
async function sizeTiles(
  { filters }: Opened,
  { of, answer, earlier }: SpreadParts,
  { measure }: Resource,
): Promise<readonly TileModel[]> {
  const { noun, unit } = SPREAD_WORDS[of];
  const asked = await Promise.all([answer(), earlier()]).catch(() => null);
  if (asked === null) return [];
  const [now, then] = [asked[0].all, asked[1]?.all ?? null];
  const tile = (label: string, value: (spread: SpreadAnswer) => number | null, definition: MeasureName) =>
    valueTile({
      label,
      now: value(now),
      then: then === null ? null : value(then),
      format: "ratio",
      unit,
      with_unit: of === "memory",
      definition,
    }, filters);
  const [largest, mean] = of === "size" ? ["size-max", "size-mean"] as const : [measure, measure];
  return [
    ...QUANTILES.map(([key, label]) => tile(`${noun}, ${label}`, (spread) => spread[key], mean)),
    tile(`${noun}, largest`, ({ max }) => max, largest),
    tile(`${noun}, mean`, (spread) => spread.mean, mean),
    tile(
      "Mean by CPU-hours",
      (spread) => spread.mean_by_cpu_hours,
      of === "size" ? "size-mean-by-cpu-hours" : measure,
    ),
    valueTile({
      label: of === "memory" ? "At most 1 GiB" : `With 1 ${unit.replace(/s$/, "")}`,
      now: firstShare(now),
      then: then === null ? null : firstShare(then),
      format: "share",
      unit: "",
      definition: mean,
    }, filters),
  ];
}

function firstShare({ counts, jobs }: SpreadAnswer): number | null {
  return jobs === 0 ? null : counts[0] / jobs;
}

async function panelsOverTime(opened: Opened, { of, measure }: Resource): Promise<readonly PanelModel[]> {
  const { filters } = opened;
  const { label } = measureOf(measure);
  const counted = filters.weight === "jobs" ? "jobs-running" : measure;
  const title = `Share of ${filters.weight === "jobs" ? "jobs" : label} by CPUs per job, over time`;
  const shares = await panel(opened, {
    id: "shares",
    title,
    make: () => classShares(opened, { measure: counted, by: "size_class", title }),
    wide: of !== "size",
  });
  if (of !== "size") return [shares];
  const trend = await panel(opened, {
    id: "trend",
    title: "CPUs per job, over time",
    make: () =>
      trendOfAll(opened, {
        id: "trend",
        title: "CPUs per job, over time",
        lines: [
          { measure: "size-mean", label: "Mean" },
          { measure: "size-mean-by-cpu-hours", label: "Mean by CPU-hours" },
        ],
        band: null,
        log: false,
      }),
  });
  return [trend, shares];
}

/** Size of the jobs of each group. */
function table(
  { data, page, filters, asked, by, table_page }: Opened,
  { of, measure, label }: Resource,
): Promise<SpreadTable | FailedSpec> {
  const caption = `${label} per job${of === "memory" ? " (GiB)" : ""}, by ${GROUPING_LABELS[by]}`;
  const make = async () => {
    const { groups, all } = await distribution(data, { ...filters, by }, { ...asked, of, top: MOST_GROUPS });
    const rows = groups.filter(({ jobs, others }) => jobs > 0 && others === undefined);
    return spreadTable({
      id: "table",
      caption,
      page,
      filters,
      by,
      columns: COLUMNS,
      rows: rows.map(({ key, ...spread }) => ({ key, values: valuesOf(spread) })),
      total: valuesOf(all),
      sortable: true,
      table_page,
      ...tableHrefs({ filters, by }, measure),
    });
  };
  return attempt(make, {
    id: "table",
    title: caption,
    retry_href: pageHref(page, filters),
    failed: asked.failed,
  });
}

function valuesOf(spread: SpreadAnswer): TableRow["values"] {
  const { jobs, cpu_hours, mean, p50, p90, p95, max, mean_by_cpu_hours } = spread;
  const hours = cpu_hours.reduce((sum, part) => sum + part, 0);
  return { jobs, "cpu-hours": hours, mean, p50, p90, p95, max, weighted: mean_by_cpu_hours };
}

/** How long jobs of each size wait. */
function waits(opened: Opened): Promise<SpreadTable | FailedSpec> {
  return measureTable(opened, {
    id: "waits",
    caption: "Wait",
    by: "size_class",
    labels: [
      ["jobs-started", "Jobs started"],
      ["wait-p50", "Median"],
      ["wait-p90", "p90"],
      ["wait-p95", "p95"],
      ["wait-mean", "Mean"],
      ["expansion-factor", "Expansion factor"],
      ["cpu-hours", "CPU-hours"],
    ],
    file: "wait-p50",
    sortable: false,
  });
}
