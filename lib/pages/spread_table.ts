import { classOrder, isClassGrouping } from "../view/classes.ts";
import { choose, type Filters } from "../view/filters.ts";
import { formatColumn, formatValue } from "../view/format.ts";
import {
  type Grouping,
  GROUPING_LABELS,
  type MeasureName,
  measureOf,
  type ValueFormat,
} from "../view/measures.ts";
import { chosenBy, keyLabel } from "./chart.ts";
import { pageHref, type ViewName } from "./links.ts";
import { type PagingModel, turns } from "./paging.ts";
import type { ColumnModel, UsageTable } from "./usage_table.ts";

/** A table of a page of spreads: a row for each group, the whole below. */
export interface SpreadTable extends UsageTable {
  readonly id: string;
  readonly csv_href: string;
  readonly parquet_href: string;
  /** Which groups of how many are listed, and the way to the others; null where all are. */
  readonly paging: PagingModel | null;
}

/** One column of numbers. */
export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly format: ValueFormat;
}

/** The numbers of one group by the keys of the columns. */
export interface TableRow {
  readonly key: string;
  readonly values: Readonly<Record<string, number | null | undefined>>;
}

interface TableInput extends Pick<SpreadTable, "id" | "caption" | "csv_href" | "parquet_href"> {
  readonly page: ViewName;
  readonly filters: Filters;
  readonly by: Grouping;
  /** The first decides the order unless another is asked for. */
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly total: TableRow["values"];
  /** Whether the order can be chosen; a page has one such table. */
  readonly sortable: boolean;
  /** Page of the groups that is asked for, from 1; the last one where there are fewer. */
  readonly table_page: number;
}

/** Groups of one page. */
export const GROUPS_PER_PAGE = 25;

/** What a row lets one split by next, once it is chosen. */
const NEXT: Readonly<Partial<Record<Grouping, Grouping>>> = {
  cluster: "partition",
  partition: "account",
  account: "user",
  user: "partition",
  qos: "account",
  state: "account",
};

/** Columns of measures, named as on the page. */
export function measureColumns(
  labels: readonly (readonly [MeasureName, string])[],
): readonly TableColumn[] {
  return labels.map(([name, label]) => {
    const { definition, format } = measureOf(name);
    return { key: name, label, title: definition, format };
  });
}

/** The table of all groups, sorted by the filters' `sort`: by default classes in order, else the largest first. */
export function spreadTable(input: TableInput): SpreadTable {
  const { id, caption, csv_href, parquet_href, columns, rows, total, by } = input;
  const order = orderOf(input);
  const sorted = rows.toSorted((a, b) =>
    compare(sortValue(a, order.key, by), sortValue(b, order.key, by), order.descending) ||
    (a.key < b.key ? -1 : 1)
  );
  const pages = Math.max(1, Math.ceil(sorted.length / GROUPS_PER_PAGE));
  const page = Math.min(input.table_page, pages);
  const first = (page - 1) * GROUPS_PER_PAGE;
  const shown = sorted.slice(first, first + GROUPS_PER_PAGE);
  const texts = columns.map(({ key, format }) =>
    formatColumn([...shown.map(({ values }) => values[key] ?? null), total[key] ?? null], format)
  );
  return {
    id,
    caption,
    csv_href,
    parquet_href,
    columns: columnModels(input, order),
    rows: shown.map(({ key }, row) => ({
      key,
      cells: [keyLabel(key, by), ...texts.map((column) => column[row])],
      ...rowLink(key, input),
    })),
    footer: ["All", ...texts.map((column) => column[shown.length])],
    left_out: "",
    paging: pages === 1 ? null : {
      span: `${first + 1}–${first + shown.length} of all ${formatValue(sorted.length, "count", "full")}`,
      pages: turns(page, pages, (at) => pageHref(input.page, { ...input.filters, page: at })),
    },
  };
}

interface Order {
  readonly key: string;
  readonly descending: boolean;
}

function orderOf({ filters: { sort }, columns, by, sortable }: TableInput): Order {
  const key = sort?.replace(/^-/, "") ?? "";
  const known = sortable && (key === "name" || columns.some((column) => column.key === key));
  if (known) return { key, descending: sort?.startsWith("-") ?? false };
  return isClassGrouping(by) ? { key: "name", descending: false } : { key: columns[0].key, descending: true };
}

function sortValue({ key, values }: TableRow, column: string, by: Grouping): string | number | null {
  if (column === "name") return isClassGrouping(by) ? classOrder(by, key) : key;
  return values[column] ?? null;
}

/** Unknown values come last either way. */
function compare(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const difference = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -difference : difference;
}

function columnModels(
  { page, filters, by, columns, id, sortable }: TableInput,
  order: Order,
): readonly ColumnModel[] {
  const name = GROUPING_LABELS[by];
  const heads = [
    { key: "name", label: name.slice(0, 1).toUpperCase() + name.slice(1), title: `Sort by ${name}` },
    ...columns,
  ];
  return heads.map(({ key, label, title }) => {
    const sorted = order.key === key;
    const descending = sorted ? !order.descending : key !== "name";
    const sort = `${descending ? "-" : ""}${key}`;
    return {
      key,
      label,
      numeric: key !== "name",
      title,
      ...(sortable ? { sort_href: `${pageHref(page, { ...filters, sort })}#${id}` } : {}),
      ...(sortable && sorted
        ? { sorted: order.descending ? "descending" as const : "ascending" as const }
        : {}),
    } as ColumnModel;
  });
}

function rowLink(key: string, { page, filters, by }: TableInput): { href?: string; selected: boolean } {
  const chosen = key === "" ? null : chosenBy(by, key, filters);
  if (chosen === null) return { selected: false };
  if (filters.only[chosen].includes(key)) {
    return { href: pageHref(page, { ...choose(filters, chosen, []), sort: null }), selected: true };
  }
  return {
    href: pageHref(page, { ...choose(filters, chosen, [key]), by: NEXT[chosen] ?? by, sort: null }),
    selected: false,
  };
}
