import type { MeasureValues, RankingAnswer } from "../query/answers.ts";
import { classOrder, isClassGrouping } from "../view/classes.ts";
import { choose, type Filters } from "../view/filters.ts";
import { formatChange, formatColumn, formatPercent, formatValue, UNKNOWN } from "../view/format.ts";
import { addsUp, type Grouping, GROUPING_LABELS, type MeasureName, measureOf } from "../view/measures.ts";
import { chosenBy, keyLabel } from "./chart.ts";
import { pageHref } from "./links.ts";

/** One column of a table; its head is a link that sorts. */
export interface ColumnModel {
  readonly key: string;
  readonly label: string;
  readonly numeric: boolean;
  readonly sort_href: string;
  readonly sorted?: "ascending" | "descending";
  readonly title: string;
}

/** Every value of a grouping with several measures, and the whole below. */
export interface UsageTable {
  readonly caption: string;
  readonly columns: readonly ColumnModel[];
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly string[];
    readonly href?: string;
    readonly selected: boolean;
  }[];
  readonly footer: readonly string[];
  /** What is left out; empty when nothing is. */
  readonly left_out: string;
}

const MOST_ROWS = 500;

/** What a row lets one split by next, once it is chosen. */
const NEXT: Readonly<Partial<Record<Grouping, Grouping>>> = {
  cluster: "account",
  account: "user",
  user: "partition",
  partition: "account",
  qos: "account",
  state: "user",
  // The tree goes on with the children of what is chosen.
  account_1: "account_2",
  account_2: "account",
  gpu_type: "account",
  node: "user",
  group: "user",
  wckey: "account",
  reservation: "user",
  size_class: "account",
  wait_class: "partition",
  elapsed_class: "account",
};

interface TableInput {
  readonly by: Grouping;
  readonly filters: Filters;
  /** The measure asked for first. */
  readonly measures: readonly MeasureName[];
  readonly against: string;
}

/** The table under the usage chart: sorted by the filters' `sort`, by default classes in order, else the largest first. */
export function usageTable(now: RankingAnswer, then: RankingAnswer, input: TableInput): UsageTable {
  const { by, filters, measures } = input;
  const first = measures[0];
  const before = new Map(then.rows.map((row) => [row.key, row.values[first] ?? null]));
  const order = sortOrder(filters.sort, input);
  const rows = now.rows.map((row) => ({ ...row, before: before.get(row.key) ?? null }));
  const sorted = rows.sort((a, b) =>
    compare(sortValue(a, order.key, input), sortValue(b, order.key, input), order)
  );
  const shown = sorted.slice(0, MOST_ROWS);
  const total = now.totals[first] ?? null;
  const texts = new Map(measures.map((name) => [
    name,
    formatColumn(
      [...shown.map(({ values }) => values[name] ?? null), now.totals[name] ?? null],
      measureOf(name).format,
    ),
  ]));
  const textAt = (place: number) => (name: MeasureName) => texts.get(name)?.[place] ?? UNKNOWN;
  return {
    caption: `${measureOf(first).label} by ${GROUPING_LABELS[by]}`,
    columns: columns(input, order),
    rows: shown.map((row, place) => ({
      key: row.key,
      cells: [
        keyLabel(row.key, by),
        ...cells(row.values, {
          measures,
          by,
          total,
          before: row.before,
          text: textAt(place),
          compared: then.totals[first] ?? null,
        }),
      ],
      ...rowLink(row.key, input),
    })),
    footer: [
      "All",
      ...cells(now.totals, {
        measures,
        by,
        total,
        before: then.totals[first] ?? null,
        text: textAt(shown.length),
        compared: then.totals[first] ?? null,
      }),
    ],
    left_out: leftOut(sorted.slice(MOST_ROWS), { first, by, total }),
  };
}

function rowLink(key: string, { by, filters }: TableInput): { href?: string; selected: boolean } {
  const chosen = chosenBy(by, key, filters);
  if (chosen === null) return { selected: false };
  if (filters.only[chosen].includes(key)) {
    return { href: pageHref("usage", { ...choose(filters, chosen, []), sort: null }), selected: true };
  }
  const next = NEXT[chosen] ?? by;
  return {
    href: pageHref("usage", { ...choose(filters, chosen, [key]), by: next, sort: null }),
    selected: false,
  };
}

interface Order {
  readonly key: string;
  readonly descending: boolean;
}

function sortOrder(sort: string | null, { by, measures }: TableInput): Order {
  const key = sort?.replace(/^-/, "") ?? "";
  const known = key === "name" || key === "change" || measures.some((name) => name === key);
  if (known) return { key, descending: sort?.startsWith("-") ?? false };
  // Classes are read in their own order, all else by size.
  return isClassGrouping(by) ? { key: "name", descending: false } : { key: measures[0], descending: true };
}

function sortValue(
  row: { key: string; values: MeasureValues; before: number | null },
  key: string,
  { by, measures }: TableInput,
): string | number | null {
  if (key === "name") return isClassGrouping(by) ? classOrder(by, row.key) : row.key;
  const value = row.values[measures[0]] ?? null;
  if (key !== "change") return row.values[key as MeasureName] ?? null;
  if (value === null || row.before === null) return null;
  return row.before === 0 ? Infinity : value / row.before;
}

/** Unknown values come last either way. */
function compare(a: string | number | null, b: string | number | null, { descending }: Order): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const difference = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -difference : difference;
}

function columns({ by, filters, measures, against }: TableInput, order: Order): readonly ColumnModel[] {
  const first = measureOf(measures[0]);
  const column = (key: string, label: string, title: string): ColumnModel => {
    const sorted = order.key === key;
    const descending = sorted ? !order.descending : key !== "name";
    return {
      key,
      label,
      numeric: key !== "name",
      sort_href: `${pageHref("usage", { ...filters, sort: `${descending ? "-" : ""}${key}` })}#table`,
      ...(sorted ? { sorted: order.descending ? "descending" as const : "ascending" as const } : {}),
      title,
    };
  };
  const name = GROUPING_LABELS[by];
  return [
    column("name", name.slice(0, 1).toUpperCase() + name.slice(1), `Sort by ${name}`),
    column(first.name, first.label, first.definition),
    ...(addsUp(first, by)
      ? [{ ...column("share", "Share", `Part of all ${first.label}`), ...shareSort() }]
      : []),
    column("change", "Change", `How much more or less ${against}`),
    ...measures.slice(1).map((measure) => {
      const { label, definition } = measureOf(measure);
      return column(measure, label, definition);
    }),
  ];

  function shareSort(): Pick<ColumnModel, "sort_href"> {
    const sort = isClassGrouping(by) ? `-${first.name}` : null;
    return { sort_href: `${pageHref("usage", { ...filters, sort })}#table` };
  }
}

function cells(
  values: MeasureValues,
  { measures, by, total, before, text, compared }: {
    readonly measures: readonly MeasureName[];
    readonly by: Grouping;
    readonly total: number | null;
    readonly before: number | null;
    /** The value of a measure as it stands in its column. */
    readonly text: (name: MeasureName) => string;
    /** The whole of the period before; null or 0 when nothing is known of it. */
    readonly compared: number | null;
  },
): readonly string[] {
  const first = measureOf(measures[0]);
  const value = values[measures[0]] ?? null;
  const share = value === null || total === null || total === 0 ? null : value / total;
  const earlier = compared === null || compared === 0 ? null : before ?? (first.additive ? 0 : null);
  const change = formatChange(value, earlier, { format: first.format });
  return [
    text(measures[0]),
    ...(addsUp(first, by) ? [formatPercent(share)] : []),
    change?.text ?? UNKNOWN,
    ...measures.slice(1).map(text),
  ];
}

function leftOut(
  rest: readonly { readonly values: MeasureValues }[],
  { first, by, total }: { first: MeasureName; by: Grouping; total: number | null },
): string {
  if (rest.length === 0) return "";
  const { label, format } = measureOf(first);
  const sum = rest.reduce((all, row) => all + (row.values[first] ?? 0), 0);
  const part = addsUp(measureOf(first), by) && total !== null && total > 0
    ? ` with ${formatValue(sum, format, "full")} ${label} (${formatPercent(sum / total)})`
    : "";
  return `The first ${MOST_ROWS} are listed; ${rest.length} more${part} are in the CSV file.`;
}
