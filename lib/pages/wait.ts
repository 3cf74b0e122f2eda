import type { Data } from "../query/data.ts";
import { hoursOfWeek } from "../query/hours_of_week.ts";
import { chosenClusters, reportedUntil } from "../query/range.ts";
import { totals } from "../query/totals.ts";
import type { ChartSpec } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import { formatInstant, formatValue } from "../view/format.ts";
import { type Grouping, GROUPING_LABELS, type MeasureName, measureOf } from "../view/measures.ts";
import { pageHref } from "./links.ts";
import { classShares, trendByGroup, trendOfAll } from "./spread_over_time.ts";
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
  type SwitchModel,
  weightSwitch,
} from "./spread_page.ts";
import { announcementOf, measureTable, nowAndThen, partsOf, spreadPanels } from "./spread_parts.ts";
import { measureTiles } from "./spread_tiles.ts";
import { weekHeat } from "./week_heat.ts";

/** Everything the page shows. */
export interface WaitModel extends SpreadModel {
  readonly page: "wait";
}

const TILES: readonly (readonly [MeasureName, string])[] = [
  ["wait-p50", "Wait, median"],
  ["wait-p90", "Wait, p90"],
  ["wait-p95", "Wait, p95"],
  ["wait-p99", "Wait, p99"],
  ["wait-max", "Longest wait"],
  ["wait-mean", "Wait, mean"],
  ["planned-p50", "Planned, median"],
  ["expansion-factor", "Expansion factor"],
  ["pending-mean", "Queue depth, mean"],
  ["jobs-started", "Jobs started"],
];
const GROUPINGS: readonly Grouping[] = ["partition", "account", "user", "qos", "size_class", "cluster"];
const HEATS: readonly (readonly [MeasureName, string])[] = [
  ["jobs-submitted", "Jobs submitted"],
  ["running-mean", "Jobs running"],
  ["pending-mean", "Jobs waiting"],
  ["cpu-hours", "CPU-hours"],
];
const QUEUES = [["pending-mean", "Jobs waiting"], ["running-mean", "Jobs running"]] as const;
const TRENDS = {
  wait: [
    [null, "All jobs"],
    ["wait-p50", "Median"],
    ["wait-p95", "p95"],
    ["wait-p90", "p90"],
    ["wait-p99", "p99"],
    ["wait-mean", "Mean"],
  ],
  planned: [
    ["planned-p50", "Median"],
    ["planned-p90", "p90"],
    ["planned-p95", "p95"],
    ["planned-p99", "p99"],
    ["planned-mean", "Mean"],
  ],
} as const satisfies Record<string, readonly (readonly [MeasureName | null, string])[]>;

/** Of what wait the page tells: since submission, or since a job could have started. */
type Of = "wait" | "planned";

/** How long do jobs wait? */
export async function waitPage(data: Data, filters: Filters, options: PageOptions): Promise<WaitModel> {
  const question = "How long do jobs wait?";
  const opened = await openSpread("wait", { data, filters, title: "Wait", question, options });
  const { now, then } = await nowAndThen(opened, TILES.map(([name]) => name));
  // A queue that nothing has left yet is worth a page as well.
  if (now["jobs-started"] === 0 && (now["pending-mean"] ?? 0) === 0) {
    return { ...emptySpread(opened), page: "wait" };
  }
  const of: Of = filters.measure?.startsWith("planned-") ? "planned" : "wait";
  const parts = partsOf(opened, of);
  const notes = { "pending-mean": await waitingNow(opened) };
  return {
    ...filledSpread(opened, {
      tiles: measureTiles(TILES, { now, then, filters, notes }),
      switches: [splitSwitch(opened, GROUPINGS), sinceSwitch(opened, of), weightSwitch(opened)],
      panels: [...await spreadPanels(opened, parts), ...await panelsOverTime(opened, of)],
      tables: [await table(opened, of)],
      announcement: await announcementOf(opened, parts),
    }),
    page: "wait",
  };
}

async function panelsOverTime(opened: Opened, of: Of): Promise<readonly PanelModel[]> {
  const { data, filters, asked } = opened;
  const [counted, what] = filters.weight === "jobs"
    ? ["jobs-started", "jobs"] as const
    : ["cpu-hours", "CPU-hours"] as const;
  const heat = HEATS.find(([name]) => name === filters.measure)?.[0] ?? "jobs-submitted";
  return [
    await panel(opened, {
      id: "trend",
      title: "Wait over time",
      make: () => trend(opened, of),
      chosen: trendSwitch(opened, of),
    }),
    await panel(opened, {
      id: "shares",
      title: `Share of ${what} by wait, over time`,
      make: () =>
        classShares(opened, {
          measure: counted,
          by: "wait_class",
          title: `Share of ${what} by wait, over time`,
        }),
    }),
    ...await Promise.all(
      QUEUES.map(([measure, label]) =>
        panel(opened, { id: measure, title: label, make: () => queue(opened, { measure, label }) })
      ),
    ),
    await panel(opened, {
      id: "hours",
      title: `${measureOf(heat).label} by hour of the week`,
      make: async () =>
        weekHeat(await hoursOfWeek(data, { ...filters, by: null, measure: heat }, asked), { filters }),
      chosen: measureSwitch(opened, { label: "Of", chosen: heat, options: HEATS, usual: "jobs-submitted" }),
      wide: true,
    }),
  ];
}

/** The measure whose trend is shown; null for the median and p90 of all jobs. */
function trendMeasure({ measure }: Filters, of: Of): MeasureName | null {
  return TRENDS[of].find(([name]) => name === measure)?.[0] ?? null;
}

/** What the trend is of: of all jobs, or one number with a line for each of the largest groups. */
function trendSwitch(opened: Opened, of: Of): SwitchModel {
  const { links } = measureSwitch(opened, {
    label: "Show",
    chosen: trendMeasure(opened.filters, of),
    options: TRENDS[of].map(([name, label]): readonly [MeasureName | null, string] => [
      name,
      name === null ? label : `${label} by ${GROUPING_LABELS[opened.by]}`,
    ]),
  });
  return { label: "Show", links: links.slice(0, SHOWN_TRENDS), more: links.slice(SHOWN_TRENDS) };
}

const SHOWN_TRENDS = 3;

async function trend(opened: Opened, of: Of): Promise<ChartSpec> {
  const measure = trendMeasure(opened.filters, of);
  if (measure !== null) return await trendByGroup(opened, { measure, log: true });
  return await trendOfAll(opened, {
    id: "trend",
    title: "Wait over time",
    lines: [{ measure: "wait-p50", label: "Median" }, { measure: "wait-p90", label: "p90" }],
    band: ["wait-p25", "wait-p75"],
    log: true,
  });
}

/** How deep the queue is, and how much runs beside it. */
async function queue(
  opened: Opened,
  { measure, label }: { readonly measure: MeasureName; readonly label: string },
) {
  const title = `${label} at one time`;
  return await trendOfAll(opened, {
    id: measure,
    title,
    lines: [{ measure, label }],
    band: null,
    log: false,
  });
}

function sinceSwitch({ page, filters }: Opened, of: Of): SwitchModel {
  const link = (label: string, title: string, measure: MeasureName | null, selected: boolean) => ({
    label,
    title,
    href: pageHref(page, { ...filters, measure, sort: null }),
    selected,
  });
  return {
    label: "Wait",
    links: [
      link("Since submission", "From submission to start", null, of === "wait"),
      link(
        "Since eligible",
        "From when the job could have started to its start: Slurm's Planned",
        "planned-p50",
        of === "planned",
      ),
    ],
    more: [],
  };
}

/** How many jobs wait at the newest report, if it is in the range. */
async function waitingNow({ data, filters, asked, range }: Opened): Promise<string | undefined> {
  const at_s = reportedUntil(chosenClusters(data, filters));
  if (at_s === null || at_s <= range.start_s || at_s > range.end_s) return undefined;
  const moment = { ...range, start_s: at_s - 1, end_s: at_s };
  const { "jobs-pending": jobs } = await totals(data, filters, {
    ...asked,
    measures: ["jobs-pending"],
    range: moment,
  });
  return `${formatValue(jobs ?? 0, "count", "full")} at ${formatInstant(at_s, range.tz)}`;
}

function table(opened: Opened, of: Of) {
  return measureTable(opened, {
    id: "table",
    caption: of === "wait" ? "Wait" : "Planned time",
    labels: [
      ["jobs-started", "Jobs started"],
      [`${of}-p50`, "Median"],
      [`${of}-p90`, "p90"],
      [`${of}-p95`, "p95"],
      [`${of}-p99`, "p99"],
      [`${of}-mean`, "Mean"],
      ["wait-hours", "Wait-hours"],
      ["expansion-factor", "Expansion factor"],
    ],
    file: `${of}-p50`,
  });
}
