import type { Data } from "../query/data.ts";
import type { Filters } from "../view/filters.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
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
  weightSwitch,
} from "./spread_page.ts";
import { announcementOf, measureTable, nowAndThen, partsOf, spreadPanels } from "./spread_parts.ts";
import { measureTiles } from "./spread_tiles.ts";

/** Everything the page shows. */
export interface DurationsModel extends SpreadModel {
  readonly page: "durations";
}

const TILES: readonly (readonly [MeasureName, string])[] = [
  ["elapsed-p50", "Run time, median"],
  ["elapsed-p90", "Run time, p90"],
  ["elapsed-p95", "Run time, p95"],
  ["elapsed-p99", "Run time, p99"],
  ["elapsed-max", "Longest run"],
  ["elapsed-mean", "Run time, mean"],
  ["time-limit-use", "Time-limit use"],
  ["jobs-ended", "Jobs ended"],
  ["wall-hours", "Wall-hours"],
  ["success-share", "Successful jobs"],
];
const GROUPINGS: readonly Grouping[] = ["partition", "account", "user", "qos", "state", "size_class"];
const TRENDS: readonly (readonly [MeasureName | null, string])[] = [
  [null, "Median and p90"],
  ["elapsed-p50", "Median"],
  ["elapsed-p90", "p90"],
  ["elapsed-p95", "p95"],
  ["elapsed-p99", "p99"],
  ["elapsed-mean", "Mean"],
  ["time-limit-use", "Time-limit use"],
];
const COLUMNS: readonly (readonly [MeasureName, string])[] = [
  ["jobs-ended", "Jobs ended"],
  ["elapsed-p50", "Median"],
  ["elapsed-p90", "p90"],
  ["elapsed-p95", "p95"],
  ["elapsed-p99", "p99"],
  ["elapsed-max", "Longest"],
  ["elapsed-mean", "Mean"],
  ["time-limit-use", "Time-limit use"],
  ["wall-hours", "Wall-hours"],
];

/** How long do jobs run? */
export async function durationsPage(
  data: Data,
  filters: Filters,
  options: PageOptions,
): Promise<DurationsModel> {
  const question = "How long do jobs run?";
  const opened = await openSpread("durations", { data, filters, title: "Durations", question, options });
  const { now, then } = await nowAndThen(opened, TILES.map(([name]) => name));
  if (now["jobs-ended"] === 0 && now["wall-hours"] === 0) {
    return { ...emptySpread(opened), page: "durations" };
  }
  const parts = partsOf(opened, "elapsed");
  return {
    ...filledSpread(opened, {
      tiles: measureTiles(TILES, { now, then, filters }),
      switches: [splitSwitch(opened, GROUPINGS), weightSwitch(opened)],
      panels: [...await spreadPanels(opened, parts), ...await panelsOverTime(opened)],
      tables: [
        await measureTable(opened, {
          id: "table",
          caption: "Run time",
          labels: COLUMNS,
          file: "elapsed-p50",
        }),
      ],
      announcement: await announcementOf(opened, parts),
    }),
    page: "durations",
  };
}

async function panelsOverTime(opened: Opened): Promise<readonly PanelModel[]> {
  const { filters } = opened;
  const [counted, what] = filters.weight === "jobs"
    ? ["jobs-ended", "jobs"] as const
    : ["cpu-hours", "CPU-hours"] as const;
  const chosen = TRENDS.find(([name]) => name === filters.measure)?.[0] ?? null;
  const title = `Share of ${what} by run time, over time`;
  return [
    await panel(opened, {
      id: "trend",
      title: "Run time, over time",
      make: () =>
        chosen === null
          ? trendOfAll(opened, {
            id: "trend",
            title: "Run time, over time",
            lines: [{ measure: "elapsed-p50", label: "Median" }, { measure: "elapsed-p90", label: "p90" }],
            band: ["elapsed-p25", "elapsed-p75"],
            log: true,
          })
          : trendByGroup(opened, { measure: chosen, log: chosen !== "time-limit-use" }),
      chosen: measureSwitch(opened, { label: "Of", chosen, options: TRENDS }),
    }),
    await panel(opened, {
      id: "shares",
      title,
      make: () => classShares(opened, { measure: counted, by: "elapsed_class", title }),
    }),
  ];
}
