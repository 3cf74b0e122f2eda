import type { Range, SeriesAnswer, SeriesRow } from "../query/answers.ts";
import { classLabel, classOrder, isClassGrouping } from "../view/classes.ts";
import type { ChartBucket, ChartSeries, ChartSpec } from "../view/chart_spec.ts";
import { choose, type Filters, formatFilters, toggle } from "../view/filters.ts";
import { formatDays } from "../view/format.ts";
import {
  addsUp,
  type Dimension,
  DIMENSIONS,
  type Grouping,
  type MeasureName,
  measureOf,
} from "../view/measures.ts";
import { nameText } from "../view/name_text.ts";
import { colourSlots, OTHER_TEXTURE, textures } from "../view/palette.ts";
import { addDays } from "./days.ts";
import { helpHref, pageFilters, pageHref, type ViewName, withQuery } from "./links.ts";
import { zoomOf } from "./zoom.ts";

/** What stands for jobs that have no value of a grouping. */
export const NO_VALUE = "(none)";

/** A key of a grouping for people. */
export function keyLabel(key: string, by: Grouping): string {
  if (key === "") return NO_VALUE;
  return isClassGrouping(by) ? classLabel(by, key) : nameText(key);
}

/**
 * What the jobs of a key are chosen by: the grouping itself; but by the tree of accounts, the chosen account and Slurm's
 * root stand for their own jobs alone, which are those of the account of that name.
 */
export function chosenBy(by: Grouping, key: string, { only }: Pick<Filters, "only">): Dimension | null {
  if (by === "account_tree" && (key === "root" || only.account_tree.includes(key))) return "account";
  return isDimension(by) ? by : null;
}

/** How a figure is placed and told: its id, texts and the order of names that colours follow. */
export interface ChartWords {
  readonly id: string;
  readonly title: string;
  readonly finding: string;
  readonly by: Grouping;
  readonly range: Range;
  /** Names in the order in which colours are given out. */
  readonly ranked: readonly string[];
  /** Where all series are listed, when some are folded into the rest. */
  readonly all_href: string;
}

/** The chart of a series answer on a page: every bar and legend entry a link to the view it stands for. */
export function chartSpec(
  answer: SeriesAnswer,
  { page, filters, ...words }: ChartWords & { readonly page: ViewName; readonly filters: Filters },
): ChartSpec {
  const measure = measureOf(answer.measure);
  const stacked = addsUp(measure, words.by);
  const rows = inOrder(answer.series, words.by);
  const named = rows.filter((row) => row.others === undefined);
  const keys = named.map((row) => row.key);
  const [colours, filled] = [colourSlots(keys, words), textures(keys, words)];
  const rest = rows.find((row) => row.others !== undefined);
  const shown = pageFilters("usage", { ...filters, measure: answer.measure, page: 1, sort: null });
  // The file splits by nothing unless it is told to.
  const asked = formatFilters({ ...shown, by: words.by });
  return {
    id: words.id,
    kind: stacked ? "bars" : "lines",
    axis: "time",
    scale: "linear",
    title: words.title,
    subtitle: subtitle(answer, words.range),
    finding: words.finding,
    unit: measure.unit,
    format: measure.format,
    stacked,
    buckets: answer.buckets.map((_, index) => bucket(answer, { index, page, filters, range: words.range })),
    series: rows.map((row, index) =>
      seriesOf(row, {
        page,
        filters,
        by: words.by,
        title: words.title,
        look: row.others === undefined
          ? { colour: colours[index], texture: filled[index] }
          : { colour: "other", texture: OTHER_TEXTURE },
      })
    ),
    truncated: rest === undefined ? null : {
      shown: named.length,
      of: named.length + (rest.others ?? 0),
      href: words.all_href,
    },
    compared: null,
    limit: null,
    band: null,
    zoom: zoomOf(page, filters, { range: words.range, open: answer.incomplete_from !== null }),
    csv_href: withQuery("/api/export/series.csv", asked),
    parquet_href: withQuery("/api/export/series.parquet", asked),
    help_href: helpHref(measure.name, filters),
  };
}

/** The files of a chart with further measures beside its own. */
export function alsoWith(
  { csv_href, parquet_href }: Pick<ChartSpec, "csv_href" | "parquet_href">,
  measures: readonly MeasureName[],
): Pick<ChartSpec, "csv_href" | "parquet_href"> {
  const more = measures.map((name) => `also=${name}`);
  const longer = (href: string) =>
    more.length === 0 ? href : `${href}${href.includes("?") ? "&" : "?"}${more.join("&")}`;
  return { csv_href: longer(csv_href), parquet_href: longer(parquet_href) };
}

/** Series in the order of their classes, the rest last; where they are no classes, as they are. */
function inOrder(rows: readonly SeriesRow[], by: Grouping): readonly SeriesRow[] {
  if (!isClassGrouping(by)) return rows;
  const place = ({ key, others }: SeriesRow) => others === undefined ? classOrder(by, key) : Infinity;
  return rows.toSorted((a, b) => place(a) < place(b) ? -1 : 1);
}

/** What a measure counts where, in one line under a title: basis, days and zone. */
export function subtitle(answer: Pick<SeriesAnswer, "measure" | "basis" | "step">, range: Range): string {
  const steps = { hour: "hour", day: "day", week: "week", month: "month", quarter: "quarter", year: "year" };
  const step = answer.step === "total" ? "in all" : `by ${steps[answer.step]}`;
  const basis = measureOf(answer.measure).overlaps === "wait"
    ? "Among jobs waiting at the time"
    : BASIS_WORDS[answer.basis];
  return `${basis}, ${step}, ${formatDays(range.from, range.to)}, ${range.tz}`;
}

const BASIS_WORDS: Readonly<Record<SeriesAnswer["basis"], string>> = {
  prorated: "Apportioned over run time",
  start: "Counted at the start of jobs",
  end: "Counted at the end of jobs",
  submit: "Counted at submission",
  overlap: "Among jobs running at the time",
};

/** Whether a grouping can be filtered by. */
export function isDimension(by: Grouping): by is Dimension {
  return DIMENSIONS.some((dimension) => dimension === by);
}

/** All are on show while none is chosen, so that taking one away is leaving it out. */
export function addOrRemove(filters: Filters, by: Dimension, key: string): Filters {
  if (filters.only[by].length > 0) return toggle(filters, by, key);
  const not = [...new Set([...filters.not[by], key])].sort();
  return { ...filters, not: { ...filters.not, [by]: not }, page: 1 };
}

function seriesOf(
  row: SeriesRow,
  { page, filters, by, title, look }: {
    readonly page: ViewName;
    readonly filters: Filters;
    readonly by: Grouping;
    readonly title: string;
    readonly look: Pick<ChartSeries, "colour" | "texture">;
  },
): ChartSeries {
  const chosen = row.others === undefined ? chosenBy(by, row.key, filters) : null;
  return {
    key: row.others === undefined ? row.key : "\u0000other",
    label: row.others !== undefined ? "Other" : by === "none" ? title : keyLabel(row.key, by),
    ...look,
    values: row.values,
    total: row.total,
    href: chosen === null ? null : pageHref(page, choose(filters, chosen, [row.key])),
    toggle_href: chosen === null ? null : pageHref(page, addOrRemove(filters, chosen, row.key)),
    selected: chosen !== null && filters.only[chosen].includes(row.key),
  };
}

/** The places of an answer's buckets on an axis of time, each a link to its days. */
export function bucketsOf(
  answer: Dated,
  words: { readonly page: ViewName; readonly filters: Filters; readonly range: Range },
): readonly ChartBucket[] {
  return answer.buckets.map((_, index) => bucket(answer, { ...words, index }));
}

type Dated = Pick<SeriesAnswer, "buckets" | "step" | "incomplete_from">;

function bucket(
  answer: Dated,
  { index, page, filters, range }: {
    readonly index: number;
    readonly page: ViewName;
    readonly filters: Filters;
    readonly range: Range;
  },
): ChartBucket {
  const start = answer.buckets[index];
  const next = answer.buckets[index + 1];
  const first = later(start.slice(0, 10), range.from);
  const last = answer.step === "hour"
    ? first
    : next === undefined
    ? range.to
    : later(addDays(next.slice(0, 10), -1), first);
  return {
    start,
    from: first,
    to: last,
    ...bucketText(start, { first, last, step: answer.step }),
    incomplete: answer.incomplete_from !== null && Date.parse(start) >= Date.parse(answer.incomplete_from),
    href: pageHref(page, { ...filters, period: "30d", from: first, to: last, step: "auto", page: 1 }),
  };
}

function later(day: string, other: string): string {
  return day > other ? day : other;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Axis and readout text of a bucket, taken from the local day and time its ISO start is written in. */
function bucketText(
  start: string,
  { first, last, step }: {
    readonly first: string;
    readonly last: string;
    readonly step: SeriesAnswer["step"];
  },
): { tick: string; label: string } {
  const short = formatDays(first, first).split(" ");
  const weekday = WEEKDAYS[new Date(`${first}T00:00:00Z`).getUTCDay()];
  switch (step) {
    case "hour": {
      const time = start.slice(11, 16);
      return { tick: time, label: `${weekday} ${formatDays(first, first)}, ${time}` };
    }
    case "day":
      return { tick: `${short[0]} ${short[1]}`, label: `${weekday} ${formatDays(first, first)}` };
    case "week":
      return { tick: `${short[0]} ${short[1]}`, label: `Week of ${formatDays(first, last)}` };
    case "month":
      return { tick: `${short[1]} ${short[2]}`, label: `${short[1]} ${short[2]}` };
    case "quarter": {
      const text = `Q${Math.ceil(Number(first.slice(5, 7)) / 3)} ${short[2]}`;
      return { tick: text, label: text };
    }
    case "year":
      return { tick: short[2], label: short[2] };
    case "total":
      return { tick: "", label: formatDays(first, last) };
  }
}
