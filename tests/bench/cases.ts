/** What the contestants are asked, and the form in which their answers are compared. */
import { type Filters, parseFilters } from "../../lib/view/filters.ts";
import type { MeasureName } from "../../lib/view/measures.ts";
import { NOW_S, START_S } from "./trace.ts";

/** Whether contestants other than the engine answer a case too. */
export type Contestant = "engine" | "naive" | "parquet" | "memory";

/** One page with all its figures, in one range and with one choice of jobs. */
export interface Case {
  readonly name: string;
  /** The page's query string. */
  readonly query: string;
  readonly tz: string;
  readonly step: "month" | "day";
  /** Edges of its buckets, epoch seconds. */
  readonly edges: readonly number[];
  readonly account: string | null;
}

const TODAY = Temporal.Instant.fromEpochMilliseconds(NOW_S * 1000).toZonedDateTimeISO("UTC").toPlainDate();
const FIRST = Temporal.Instant.fromEpochMilliseconds(START_S * 1000).toZonedDateTimeISO("UTC").toPlainDate();

/** All cases; the trace's busiest account is near enough `acct0000`. */
export const CASES: readonly Case[] = [
  madeCase("all time, by month", { query: "period=all", from: FIRST, step: "month" }),
  madeCase("one year", {
    query: `from=${TODAY.subtract({ days: 364 })}&to=${TODAY}`,
    from: TODAY.subtract({ days: 364 }),
    step: "month",
  }),
  madeCase("90 days, by day", { query: "period=90d", from: TODAY.subtract({ days: 89 }), step: "day" }),
  madeCase("one account", { query: "period=all", from: FIRST, step: "month", account: "acct0004" }),
  madeCase("all time, Berlin", { query: "period=all", from: FIRST, step: "month", tz: "Europe/Berlin" }),
];

function madeCase(
  name: string,
  { query, from, step, account = null, tz = "UTC" }: {
    readonly query: string;
    readonly from: Temporal.PlainDate;
    readonly step: "month" | "day";
    readonly account?: string | null;
    readonly tz?: string;
  },
): Case {
  const next = step === "day" ? { days: 1 } : { months: 1 };
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime(tz).epochMilliseconds / 1000;
  const edges = [at(from)];
  const end = TODAY.add({ days: 1 });
  let day = step === "day" ? from : from.with({ day: 1 });
  for (day = day.add(next); Temporal.PlainDate.compare(day, end) < 0; day = day.add(next)) {
    edges.push(at(day));
  }
  edges.push(at(end));
  const chosen = account === null ? "" : `&account=${account}`;
  return { name, query: `${query}&step=${step}&tz=${tz}${chosen}`, tz, step, edges, account };
}

/** The filters of a case; `round` makes them new to every cache without changing the answer. */
export function filtersOf({ query }: Case, round: number | null): Filters {
  const params = new URLSearchParams(query);
  if (round !== null) params.append("not.user", `nobody${round}`);
  const { filters, problems } = parseFilters(params);
  if (problems.length > 0) throw new Error(`${query}: ${JSON.stringify(problems)}`);
  return filters;
}

/** Measures over the whole range. */
export const TOTALS = [
  "cpu-hours",
  "gpu-hours",
  "node-hours",
  "jobs-submitted",
  "jobs-started",
  "jobs-ended",
  "jobs-never-ran",
  "users",
  "accounts",
  "wait-p50",
  "wait-p90",
  "wait-p95",
  "wait-p99",
  "elapsed-p50",
  "elapsed-p95",
] as const satisfies readonly MeasureName[];

/** Measures over time. */
export const SERIES = [
  ["cpu-hours", "cluster"],
  ["cpu-hours", "account"],
  ["gpu-hours", "cluster"],
  ["gpu-hours", "account"],
  ["jobs-ended", "state"],
  ["wait-p50", "none"],
  ["wait-p90", "none"],
  ["wait-p95", "none"],
  ["wait-p99", "none"],
  ["elapsed-p50", "none"],
  ["elapsed-p95", "none"],
  ["users", "none"],
] as const;

/** By what the largest users of CPU-hours are listed, with their jobs. */
export const RANKINGS = ["account", "user", "partition", "state", "qos"] as const;
export type Ranked = (typeof RANKINGS)[number];
export const TOP = 7;
export const CLUSTER = "bench";
/** Key of what does not belong to the largest. */
export const OTHERS = "(others)";

/** Values by what they are of: `series cpu-hours account acct0001` has one for each bucket. */
export type Answers = Readonly<Record<string, readonly (number | null)[]>>;

/** Leaves out what has nothing in it: whether that is listed at all is not compared. */
export function something(answers: Answers): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([, values]) => values.some((value) => value)));
}

/** The series of the largest keys and of all others together. */
export function largest(
  series: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, readonly number[]> {
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const sorted = [...series].map(([key, values]) => ({ key, values, total: sum(values) }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1));
  const top = new Map<string, readonly number[]>(
    sorted.slice(0, TOP).map(({ key, values }) => [key, values]),
  );
  const rest = sorted.slice(TOP);
  if (rest.length > 0) {
    top.set(OTHERS, rest[0].values.map((_, at) => sum(rest.map(({ values }) => values[at]))));
  }
  return top;
}

/** Where two answers differ by more than a rounding error, in words; the first few places. */
export function differences(found: Answers, expected: Answers): readonly string[] {
  const words: string[] = [];
  for (const key of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    const [a, b] = [found[key], expected[key]];
    if (a?.length !== b?.length) words.push(`${key}: ${JSON.stringify(a)}, not ${JSON.stringify(b)}`);
    else {
      const at = a.findIndex((value, i) => !near(value ?? 0, b[i] ?? 0));
      if (at >= 0) words.push(`${key}, place ${at}: ${a[at]}, not ${b[at]}`);
    }
    if (words.length > 9) break;
  }
  return words;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
}
