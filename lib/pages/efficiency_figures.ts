import type {
  EfficiencyAnswers,
  EfficiencyHistogram,
  EfficiencyPart,
  MemoryBins,
} from "../query/efficiency.ts";
import type { ChartSpec, FigureWords, HeatSpec } from "../view/chart_spec.ts";
import type { UseGrouping } from "../view/classes.ts";
import { memoryText } from "../view/efficiency_classes.ts";
import { choose, type Filters, formatFilters, type Weight } from "../view/filters.ts";
import { formatDays, formatPercent, formatValue } from "../view/format.ts";
import type { MeasureName } from "../view/measures.ts";
import { classChart } from "./class_chart.ts";
import { helpHref, pageFilters, pageHref, withQuery } from "./links.ts";

type HistogramOf = EfficiencyHistogram["of"];

/** What a histogram is called, what its jobs lack that are left out, and the measure that it belongs to. */
const WORDS: Readonly<
  Record<HistogramOf, {
    readonly title: string;
    readonly without: string;
    readonly definition: MeasureName;
    readonly beyond: string;
    /** What its bins are filtered by. */
    readonly dimension: UseGrouping;
  }>
> = {
  cpu: {
    title: "CPU efficiency",
    without: "without CPU time",
    definition: "cpu-efficiency",
    beyond: "More than 100 %",
    dimension: "cpu_use_class",
  },
  memory: {
    title: "memory efficiency",
    without: "without memory use",
    definition: "mem-efficiency",
    beyond: "More than 100 %",
    dimension: "mem_use_class",
  },
  limit: {
    title: "use of the time limit",
    without: "without a time limit",
    definition: "time-limit-use",
    beyond: "At or over the limit",
    dimension: "limit_use_class",
  },
  gpu: {
    title: "GPU efficiency",
    without: "without GPU use",
    definition: "gpu-efficiency",
    beyond: "More than 100 %",
    dimension: "gpu_use_class",
  },
};

/** Where a figure stands, and what each job counts for. */
export interface EfficiencyFigure {
  readonly filters: Filters;
  readonly weight: Weight;
}

/** What a histogram counts: jobs or hours. */
function countedBy({ hours_unit }: Pick<EfficiencyHistogram, "hours_unit">, weight: Weight) {
  return weight === "jobs"
    ? { label: "Jobs", unit: "jobs", format: "count", of: ({ jobs }: EfficiencyPart) => jobs } as const
    : {
      label: hours_unit,
      unit: hours_unit,
      format: "hours",
      of: ({ hours }: EfficiencyPart) => hours,
    } as const;
}

/** Title of a histogram, as "Jobs by CPU efficiency". */
export function efficiencyTitle(of: HistogramOf, weight: Weight): string {
  const counted = weight === "jobs" ? "Jobs" : of === "gpu" ? "GPU-hours" : "CPU-hours";
  return `${counted} by ${WORDS[of].title}`;
}

/** Jobs, or hours, by the share that was used: a bar for each 5 %, and one for what is beyond. */
export function efficiencyHistogram(
  answer: EfficiencyHistogram,
  { earlier, ...figure }: EfficiencyFigure & { readonly earlier: EfficiencyHistogram | null },
): ChartSpec {
  const { of } = answer;
  const { label, unit, format, of: partOf } = countedBy(answer, figure.weight);
  const { beyond, definition, dimension } = WORDS[of];
  const last = answer.bins.length - 1;
  const chart = classChart(
    {
      ...wordsOf(answer, { ...figure, definition }),
      id: `by-${of}`,
      title: efficiencyTitle(of, figure.weight),
      finding: histogramFinding(answer, figure.weight),
    },
    answer.bins.map(({ key, from, to }, place) => ({
      key,
      tick: place === last
        ? (of === "limit" ? "≥ 100 %" : "> 100 %")
        : place % 2 === 0
        ? `${from * 100} %`
        : "",
      label: to === null ? beyond : `${Math.round(from * 100)} to ${Math.round(to * 100)} %`,
      href: pageHref("jobs", { ...choose(figure.filters, dimension, [key]), sort: null }),
    })),
    {
      label,
      unit,
      format,
      values: answer.bins.map(partOf),
      compared: earlier === null
        ? null
        : { label: formatDays(earlier.from, earlier.to), values: earlier.bins.map(partOf) },
    },
  );
  return { ...chart, x_title: capitalised(WORDS[of].title) };
}

/** How much lies under a half, or at the limit, in one sentence; empty where nothing is known. */
function histogramFinding(answer: EfficiencyHistogram, weight: Weight): string {
  const { of: partOf, unit } = countedBy(answer, weight);
  const all = partOf(answer.known);
  if (all === 0) return "";
  const share = (bins: EfficiencyHistogram["bins"]) =>
    formatPercent(bins.reduce((sum, bin) => sum + partOf(bin), 0) / all);
  const whole = wholeWords(unit, weight);
  const low = answer.bins.filter(({ to }) => to !== null && to <= 0.5);
  const beyond = answer.bins.slice(-1);
  switch (answer.of) {
    case "cpu":
      return `${share(low)} of ${whole} used less than half of their CPUs.`;
    case "gpu":
      return `${share(low)} of ${whole} used less than half of their GPUs.`;
    case "memory":
      return `${share(low)} of ${whole} used less than half of their memory.`;
    case "limit":
      return `${share(low)} of ${whole} took less than half of their time, ${share(beyond)} ${
        weight === "jobs" ? "" : "of jobs that "
      }reached their limit.`;
  }
}

/** What is said of jobs of which it is not known; empty where there are none. */
export function leftOutWords({ of, unknown: { jobs } }: EfficiencyHistogram | MemoryBins): string {
  if (jobs === 0) return "";
  const what = of === "memory-bins" ? "without memory use" : WORDS[of].without;
  return `Left out: ${formatValue(jobs, "count", "full")} ${jobs === 1 ? "job" : "jobs"} ${what}.`;
}

/** Memory asked for against the largest that was resident, of all jobs: rows by what was asked, columns by what was used. */
export function memoryHeat(answer: MemoryBins, figure: EfficiencyFigure): HeatSpec {
  const { label, unit, format, of: partOf } = countedBy(answer, figure.weight);
  const places = answer.cells.flatMap(({ asked, used }) => [asked, used]);
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const shown = answer.classes.slice(first, last + 1);
  const values = new Map(answer.cells.map((cell) => [`${cell.asked} ${cell.used}`, partOf(cell)]));
  const heads = shown.map(({ key, from_gib, to_gib }) => ({
    key,
    label: from_gib === 0
      ? `less than ${memoryText(to_gib ?? 0)}`
      : to_gib === null
      ? `${memoryText(from_gib)} or more`
      : `${memoryText(from_gib)} to ${memoryText(to_gib)}`,
    tick: from_gib === 0 ? `< ${memoryText(to_gib ?? 0)}` : memoryText(from_gib),
    href: null,
  }));
  return {
    ...wordsOf(answer, { ...figure, definition: "mem-efficiency" }),
    kind: "heat",
    id: "memory-bins",
    title: `${label} by memory asked for and used`,
    finding: memoryFinding(answer, figure.weight),
    unit,
    format,
    columns: heads,
    rows: heads.map((head, row) => ({
      ...head,
      cells: heads.map((_, column) => ({
        value: values.get(`${first + row} ${first + column}`) ?? 0,
        href: null,
        marked: row === column,
      })),
    })).reverse(),
    full: null,
    numbers: false,
    marked_label: "used as asked",
    row_title: "Asked for",
    column_title: "Used",
  };
}

/** How much asked for at least four times what it used. */
function memoryFinding(answer: MemoryBins, weight: Weight): string {
  const { of: partOf, unit } = countedBy(answer, weight);
  const all = partOf(answer.known);
  if (all === 0) return "";
  const over = answer.cells.filter(({ asked, used }) => asked - used > 2)
    .reduce((sum, cell) => sum + partOf(cell), 0);
  return `${formatPercent(over / all)} of ${
    wholeWords(unit, weight)
  } asked for more than four times what they used.`;
}

/** What a share is of, up to what is said of the jobs. */
function wholeWords(unit: string, weight: Weight): string {
  return weight === "jobs" ? "the jobs" : `the ${unit} were of jobs that`;
}

function wordsOf(
  { of, tz, from, to }: EfficiencyAnswers[keyof EfficiencyAnswers],
  { filters, weight, definition }: EfficiencyFigure & { readonly definition: MeasureName },
): Pick<FigureWords, "subtitle" | "csv_href" | "parquet_href" | "help_href"> {
  const shown = formatFilters(pageFilters("efficiency", { ...filters, sort: null, by: null }));
  const query = [`of=${of}`, shown].filter((part) => part !== "").join("&");
  return {
    subtitle: `Jobs that ended${weight === "jobs" ? "" : ", with the hours of their whole run"}, ${
      formatDays(from, to)
    }, ${tz}`,
    csv_href: withQuery("/api/export/efficiency.csv", query),
    parquet_href: withQuery("/api/export/efficiency.parquet", query),
    help_href: helpHref(definition, filters),
  };
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
