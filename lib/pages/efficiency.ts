import type { Data } from "../query/data.ts";
import { efficiencies, type EfficiencyAnswers, type EfficiencyHistogram } from "../query/efficiency.ts";
import { chosenClusters, reportedUntil } from "../query/range.ts";
import { series } from "../query/series.ts";
import type { ChartSpec } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import { formatDays, formatPercent } from "../view/format.ts";
import type { Grouping, MeasureName } from "../view/measures.ts";
import { chartSpec } from "./chart.ts";
import { efficiencyHistogram, efficiencyTitle, leftOutWords, memoryHeat } from "./efficiency_figures.ts";
import { trendOfAll } from "./spread_over_time.ts";
import {
  emptySpread,
  filledSpread,
  type Opened,
  openSpread,
  type PageOptions,
  panel,
  type PanelModel,
  splitSwitch,
  type SpreadModel,
  weightSwitch,
} from "./spread_page.ts";
import { measureTable, nowAndThen } from "./spread_parts.ts";
import { measureTiles } from "./spread_tiles.ts";

/** Everything the page shows. */
export interface EfficiencyModel extends SpreadModel {
  readonly page: "efficiency";
}

const TILES: readonly (readonly [MeasureName, string])[] = [
  ["cpu-efficiency", "CPU efficiency"],
  ["mem-efficiency", "Memory efficiency"],
  ["time-limit-use", "Time-limit use"],
  ["cpu-hours-idle", "CPU-hours not used"],
  ["cpu-hours-failed", "CPU-hours of failed jobs"],
  ["success-share", "Jobs completed"],
];
const GPU_TILES: typeof TILES = [
  ["gpu-efficiency", "GPU efficiency"],
  ["gpu-hours-idle", "GPU-hours not used"],
  ["gpu-hours-failed", "GPU-hours of failed jobs"],
];
const GROUPINGS: readonly Grouping[] = ["user", "account", "partition", "qos", "size_class", "cluster"];
const HISTOGRAMS = ["cpu", "memory", "limit", "gpu"] as const;

/** Is what was asked for used? */
export async function efficiencyPage(
  data: Data,
  filters: Filters,
  options: PageOptions,
): Promise<EfficiencyModel> {
  const question = "Is what was asked for used?";
  const opened = await openSpread("efficiency", { data, filters, title: "Efficiency", question, options });
  const measures = [...TILES, ...GPU_TILES].map(([name]) => name);
  const { now, then } = await nowAndThen(opened, [...measures, "jobs-ended", "gpu-hours"]);
  if ((now["jobs-ended"] ?? 0) === 0) return { ...emptySpread(opened), page: "efficiency" };
  const has_gpus = (now["gpu-hours"] ?? 0) > 0;
  const shown = [...TILES, ...has_gpus ? GPU_TILES : []].filter(([name]) =>
    !name.startsWith("gpu-") ||
    now[name] !== null && (name !== "gpu-hours-idle" || now["gpu-efficiency"] !== null)
  );
  const parts = partsOf(opened);
  const share = now["cpu-efficiency"] ?? null;
  const told = share === null ? "CPU efficiency not known" : `${formatPercent(share)} CPU efficiency`;
  return {
    ...filledSpread(opened, {
      tiles: measureTiles(shown, { now, then, filters }),
      switches: [splitSwitch(opened, GROUPINGS), weightSwitch(opened)],
      panels: [...await histograms(opened, { parts, has_gpus }), ...await failures(opened)],
      tables: [
        await measureTable(opened, {
          id: "table",
          caption: "Hours not used",
          labels: tableColumns(has_gpus),
          file: "cpu-hours-idle",
        }),
      ],
      announcement: `${told}, ${formatDays(opened.range.from, opened.range.to)}`,
    }),
    page: "efficiency",
  };
}

function tableColumns(has_gpus: boolean): readonly (readonly [MeasureName, string])[] {
  const gpus: readonly (readonly [MeasureName, string])[] = has_gpus
    ? [["gpu-hours-idle", "GPU-hours not used"], ["gpu-hours-failed", "GPU-hours failed"]]
    : [];
  return [
    ["cpu-hours-idle", "CPU-hours not used"],
    ["cpu-hours-failed", "CPU-hours failed"],
    ["cpu-efficiency", "CPU efficiency"],
    ["mem-hours-idle", "GiB-hours not used"],
    ["mem-efficiency", "Memory efficiency"],
    ...gpus,
    ["time-limit-use", "Time-limit use"],
    ["jobs-ended", "Jobs ended"],
    ["failed-share", "Failed"],
  ];
}

/** What the histograms are made from, asked for once. */
interface Parts {
  readonly answers: () => Promise<EfficiencyAnswers>;
  readonly earlier: () => Promise<EfficiencyAnswers | null>;
}

function partsOf({ data, filters, asked, compared }: Opened): Parts {
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | null = null;
    return () => made ??= make();
  };
  return {
    answers: once(() => efficiencies(data, filters, asked)),
    earlier: once(async () =>
      compared === null || filters.compare === "none"
        ? null
        : await efficiencies(data, filters, { ...asked, range: compared.range })
    ),
  };
}

async function histograms(
  opened: Opened,
  { parts, has_gpus }: { readonly parts: Parts; readonly has_gpus: boolean },
): Promise<readonly PanelModel[]> {
  const { filters } = opened;
  const { weight } = filters;
  const panels: PanelModel[] = [];
  const later = endedLaterWords(opened);
  for (const of of HISTOGRAMS.filter((name) => name !== "gpu" || has_gpus)) {
    panels.push(
      await panel(opened, {
        id: `by-${of}`,
        title: efficiencyTitle(of, weight),
        make: async () => {
          const earlier: EfficiencyHistogram | null = (await parts.earlier())?.[of] ?? null;
          return efficiencyHistogram((await parts.answers())[of], { filters, weight, earlier });
        },
        note: async () =>
          [leftOutWords((await parts.answers())[of]), later].filter((text) => text !== "").join(" "),
      }),
    );
  }
  panels.push(
    await panel(opened, {
      id: "memory-bins",
      title: "Memory asked for and used",
      make: async () => memoryHeat((await parts.answers())["memory-bins"], { filters, weight }),
      note: async () => leftOutWords((await parts.answers())["memory-bins"]),
      wide: panels.length % 2 === 0,
    }),
  );
  return panels;
}

/**
 * What is said of the jobs that a bar leads to, which are those that were there in the range: where there are reports
 * of what came after it, some of them ended only then.
 */
function endedLaterWords({ data, filters, range }: Opened): string {
  const until_s = reportedUntil(chosenClusters(data, filters));
  return until_s === null || until_s < range.end_s
    ? ""
    : "A bar leads to its jobs and to others like them that were there, but ended later.";
}

/** Jobs that did not complete, by how they ended, and the shares of jobs that failed and that completed. */
async function failures(opened: Opened): Promise<readonly PanelModel[]> {
  const { filters } = opened;
  const title = `${filters.weight === "jobs" ? "Jobs" : "CPU-hours of jobs"} that did not complete`;
  return [
    await panel(opened, { id: "failures", title, make: () => failuresByState(opened, title) }),
    await panel(opened, {
      id: "failed-share",
      title: "Share of jobs completed and failed",
      make: () =>
        trendOfAll(opened, {
          id: "failed-share",
          title: "Share of jobs completed and failed",
          lines: [
            { measure: "success-share", label: "Completed", colour: 3 },
            { measure: "failed-share", label: "Failed", colour: 6 },
          ],
          band: null,
          log: false,
        }),
    }),
  ];
}

async function failuresByState(
  { data, page, filters, asked, range, choices }: Opened,
  title: string,
): Promise<ChartSpec> {
  const jobs = filters.weight === "jobs";
  const left = [...new Set([...filters.not.state, "COMPLETED"])].sort();
  const others: Filters = {
    ...filters,
    not: { ...filters.not, state: left },
    by: "state",
    measure: jobs ? "jobs-ended" : "cpu-hours",
    basis: jobs ? filters.basis : "end",
  };
  const answer = await series(data, others, { ...asked, top: 7 });
  const about = {
    page,
    id: "failures",
    title: `${title}, by state`,
    finding: failureFinding(answer.series, answer.total),
    by: "state",
    range,
    ranked: choices.state.map(({ value }) => value),
    all_href: "",
  } as const;
  const chart = chartSpec(answer, { ...about, filters });
  // Links choose among all states, the files hold what the chart shows.
  const { csv_href, parquet_href } = chartSpec(answer, { ...about, filters: others });
  return { ...chart, csv_href, parquet_href };
}

function failureFinding(
  rows: readonly { readonly key: string; readonly total: number | null }[],
  total: number | null,
): string {
  const [most] = rows;
  if (most === undefined || total === null || total === 0) return "";
  return `${most.key} is the most frequent end, ${formatPercent((most.total ?? 0) / total)} of them.`;
}
