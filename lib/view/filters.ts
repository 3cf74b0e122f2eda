import {
  type Dimension,
  DIMENSIONS,
  type Grouping,
  GROUPINGS,
  type MeasureName,
  MEASURES,
} from "./measures.ts";

/** Relative periods, each ending today; `all` is from the first job to the newest report. */
export const PERIODS = ["7d", "30d", "90d", "12mo", "mtd", "qtd", "ytd", "all"] as const;
export type Period = (typeof PERIODS)[number];

/** Widths of a bucket; `auto` chooses one that gives at most 120 buckets. */
export const STEPS = ["auto", "hour", "day", "week", "month", "quarter", "year", "total"] as const;
export type Step = (typeof STEPS)[number];

/** How hours are booked: apportioned over the run, or whole at one of its times. */
export const BASES = ["prorated", "start", "end", "submit"] as const;
export type Basis = (typeof BASES)[number];

export const COMPARISONS = ["none", "prev", "year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What each job weighs in a histogram. */
export const WEIGHTS = ["jobs", "cpu-hours"] as const;
export type Weight = (typeof WEIGHTS)[number];

/** Whether a list of nodes has those on which nothing ran. */
export const UNUSED = ["show", "hide"] as const;
export type Unused = (typeof UNUSED)[number];

/** Chosen values by dimension, sorted; "" stands for jobs without a value, `(none)` in the URL. */
export type Choices = Readonly<Record<Dimension, readonly string[]>>;

/**
 * The state of a view, all of it in the URL. Null means: as the page has it by default.
 * `from` and `to` are inclusive days (`2026-01-31`) in the zone of the view and win over `period`.
 */
export interface Filters {
  /** Values to keep, by dimension; none means all. */
  readonly only: Choices;
  /** Values to leave out, by dimension. */
  readonly not: Choices;
  readonly period: Period;
  readonly from: string | null;
  readonly to: string | null;
  readonly compare: Comparison;
  readonly by: Grouping | null;
  readonly measure: MeasureName | null;
  readonly step: Step;
  readonly basis: Basis;
  /** Whether only whole buckets of the step that are fully reported are shown, `complete=1`. */
  readonly complete: boolean;
  readonly tz: string | null;
  readonly weight: Weight;
  readonly unused: Unused;
  /** Columns of the table of jobs in the order chosen, `column` in the URL; none for the usual ones. */
  readonly columns: readonly string[];
  /** Text looked for in job ids and names. */
  readonly q: string | null;
  /** Column to sort a table by, `-` before it for descending. */
  readonly sort: string | null;
  /** Page of a table, from 1. */
  readonly page: number;
  /** Name of the saved view that this is. */
  readonly view_name: string | null;
}

/** One key of the URL whose value cannot be used. */
export interface FilterProblem {
  readonly field: string;
  readonly message: string;
}

/** Longest value and most values of one key that are read. */
const MAX_VALUE_LENGTH = 1024;
export const MAX_VALUES = 500;

const NO_CHOICES = Object.fromEntries(DIMENSIONS.map((name) => [name, []])) as unknown as Choices;

/** The filters of an empty URL. */
export const DEFAULT_FILTERS: Filters = {
  only: NO_CHOICES,
  not: NO_CHOICES,
  period: "30d",
  from: null,
  to: null,
  compare: "none",
  by: null,
  measure: null,
  step: "auto",
  basis: "prorated",
  complete: false,
  tz: null,
  weight: "jobs",
  unused: "show",
  columns: [],
  q: null,
  sort: null,
  page: 1,
  view_name: null,
};

/**
 * Reads the filters of a query string. Unknown keys are ignored and empty values are as if absent; a value
 * that cannot be used is reported and its default taken, so that a page can still be shown.
 */
export function parseFilters(
  params: URLSearchParams,
): { filters: Filters; problems: readonly FilterProblem[] } {
  const problems: FilterProblem[] = [];
  const single = (field: string): string | null => {
    const value = params.getAll(field).find((text) => text !== "") ?? null;
    if (value !== null && value.length > MAX_VALUE_LENGTH) {
      problems.push({ field, message: `is longer than ${MAX_VALUE_LENGTH} characters` });
      return null;
    }
    return value;
  };
  const oneOf = <T extends string>(field: string, known: readonly T[]): T | null => {
    const value = single(field);
    if (value === null) return null;
    const found = known.find((item) => item === value);
    if (found === undefined) {
      problems.push({ field, message: `is "${value}" but must be one of ${known.join(", ")}` });
    }
    return found ?? null;
  };
  const several = (field: string): readonly string[] => {
    const values = [...new Set(params.getAll(field).filter((text) => text !== ""))];
    if (values.length > MAX_VALUES || values.some((text) => text.length > MAX_VALUE_LENGTH)) {
      problems.push({
        field,
        message: `has more than ${MAX_VALUES} values or one over ${MAX_VALUE_LENGTH} characters`,
      });
      return [];
    }
    return values;
  };
  const choices = (prefix: string): Choices =>
    Object.fromEntries(
      DIMENSIONS.map((dimension) => [dimension, several(prefix + dimension).map(keyOfText).sort()]),
    ) as unknown as Choices;
  const day = (field: string): string | null => {
    const value = single(field);
    if (value === null || isDay(value)) return value;
    problems.push({ field, message: `is "${value}" but must be a day such as 2026-01-31` });
    return null;
  };
  const zone = (): string | null => {
    const value = single("tz");
    if (value === null || isZone(value)) return value;
    problems.push({ field: "tz", message: `is "${value}" but must be a time zone such as Europe/Berlin` });
    return null;
  };
  const pageNumber = (): number => {
    const value = single("page");
    if (value === null) return 1;
    if (/^[1-9][0-9]{0,8}$/.test(value)) return Number(value);
    problems.push({ field: "page", message: `is "${value}" but must be a whole number from 1` });
    return 1;
  };
  let from = day("from");
  let to = day("to");
  if (from !== null && to !== null && from > to) {
    problems.push({ field: "to", message: `is ${to}, before from, ${from}` });
    from = to = null;
  }
  const filters: Filters = {
    only: choices(""),
    not: choices("not."),
    period: oneOf("period", PERIODS) ?? DEFAULT_FILTERS.period,
    from,
    to,
    compare: oneOf("compare", COMPARISONS) ?? DEFAULT_FILTERS.compare,
    by: oneOf("by", GROUPINGS),
    measure: oneOf("measure", MEASURES.map((measure) => measure.name)),
    step: oneOf("step", STEPS) ?? DEFAULT_FILTERS.step,
    basis: oneOf("basis", BASES) ?? DEFAULT_FILTERS.basis,
    complete: oneOf("complete", ["0", "1"]) === "1",
    tz: zone(),
    weight: oneOf("weight", WEIGHTS) ?? DEFAULT_FILTERS.weight,
    unused: oneOf("unused", UNUSED) ?? DEFAULT_FILTERS.unused,
    columns: several("column"),
    q: single("q"),
    sort: single("sort"),
    page: pageNumber(),
    view_name: single("view_name"),
  };
  return { filters, problems };
}

/**
 * The one query string of these filters, without `?`: defaults left out, keys in a fixed order, values sorted.
 * It is the cache key and the ETag's part as well; `parseFilters` reads it back to equal filters.
 */
export function formatFilters(filters: Filters): string {
  const params = new URLSearchParams();
  for (const dimension of DIMENSIONS) {
    for (const key of filters.only[dimension]) params.append(dimension, textOfKey(key));
  }
  for (const dimension of DIMENSIONS) {
    for (const key of filters.not[dimension]) params.append(`not.${dimension}`, textOfKey(key));
  }
  const ranged = filters.from !== null || filters.to !== null;
  if (!ranged && filters.period !== DEFAULT_FILTERS.period) params.set("period", filters.period);
  if (filters.from !== null) params.set("from", filters.from);
  if (filters.to !== null) params.set("to", filters.to);
  const write = (...keys: readonly SingleKey[]) => {
    for (const key of keys) {
      const value = filters[key];
      if (value !== null && value !== DEFAULT_FILTERS[key]) params.set(key, value);
    }
  };
  write("compare", "by", "measure", "step", "basis");
  if (filters.complete) params.set("complete", "1");
  write("tz", "weight", "unused");
  for (const column of filters.columns) params.append("column", column);
  write("q", "sort");
  if (filters.page !== 1) params.set("page", String(filters.page));
  write("view_name");
  return params.toString();
}

/** Keys of the URL that hold one text. */
type SingleKey =
  | "compare"
  | "by"
  | "measure"
  | "step"
  | "basis"
  | "tz"
  | "weight"
  | "unused"
  | "q"
  | "sort"
  | "view_name";

/** What stands in the URL for jobs without a value. */
export const NO_VALUE = "(none)";

/** A value that reads like {@link NO_VALUE} stands in one more pair of brackets, so that it means itself. */
const LIKE_NO_VALUE = /^\(+none\)+$/;

/** A chosen value as it stands in the URL; "", for jobs without a value, is `(none)`. */
export function textOfKey(key: string): string {
  return key === "" ? NO_VALUE : LIKE_NO_VALUE.test(key) ? `(${key})` : key;
}

/** The value that a text of the URL stands for; the inverse of {@link textOfKey}. */
export function keyOfText(text: string): string {
  return text === NO_VALUE ? "" : /^\(\(+none\)+\)$/.test(text) ? text.slice(1, -1) : text;
}

/** The filters with one value added to a dimension, or taken out if it was chosen; back on the first page. */
export function toggle(filters: Filters, dimension: Dimension, value: string): Filters {
  const chosen = filters.only[dimension];
  const next = chosen.includes(value) ? chosen.filter((item) => item !== value) : [...chosen, value].sort();
  return { ...filters, only: { ...filters.only, [dimension]: next }, page: 1 };
}

/** The filters with exactly these values of a dimension chosen; back on the first page. */
export function choose(filters: Filters, dimension: Dimension, values: readonly string[]): Filters {
  return { ...filters, only: { ...filters.only, [dimension]: [...new Set(values)].sort() }, page: 1 };
}

/** The filters without any choice of values; period, measure and view stay. */
export function clearChoices(filters: Filters): Filters {
  return { ...filters, only: NO_CHOICES, not: NO_CHOICES, q: null, page: 1 };
}

/** Whether the text is a day of the calendar, `2026-01-31`, from 1970 to 2105. */
export function isDay(text: string): boolean {
  if (!/^(19[7-9]\d|20\d\d|210[0-5])-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether the text names a time zone, as `Europe/Berlin`; an offset such as `+05:30` is none. */
export function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return !/^[+-]/.test(text);
  } catch {
    return false;
  }
}
