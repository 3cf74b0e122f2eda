import type { Filters } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { wholeBuckets } from "./complete.ts";
import type { ClusterData, Data } from "./data.ts";
import { DAY_S } from "../view/units.ts";

/** The clusters a view speaks of, in alphabetical order. */
export function chosenClusters(data: Data, filters: Filters): readonly ClusterData[] {
  const { only, not } = filters;
  return [...data.values()].filter(({ name }) =>
    (only.cluster.length === 0 || only.cluster.includes(name)) && !not.cluster.includes(name)
  );
}

/** The zone of a view: the one asked for, else that of its clusters if they share one, else UTC. */
export function zoneOf(data: Data, filters: Filters): string {
  const zones = new Set(chosenClusters(data, filters).map(({ tz }) => tz));
  const [zone] = zones;
  return filters.tz ?? (zones.size === 1 ? zone : "UTC");
}

/**
 * The days a view speaks of: its dates, or its period up to today. With `complete` only the whole buckets among them
 * that are fully reported, or all if there are none.
 */
export function rangeOf(data: Data, filters: Filters, now_s: number): Range {
  const range = fullRange(data, filters, now_s);
  const shown = filters.complete ? completePart(data, filters, range) ?? range : range;
  return { ...shown, today: dayOf(now_s, range.tz).toString() };
}

/** Whether only complete buckets are asked for, and the days hold none. */
export function holdsNoneComplete(data: Data, filters: Filters, now_s: number): boolean {
  return filters.complete && completePart(data, filters, fullRange(data, filters, now_s)) === null;
}

function completePart(data: Data, filters: Filters, range: Range): Range | null {
  return wholeBuckets(range, filters.step, reportedUntil(chosenClusters(data, filters)));
}

function fullRange(data: Data, filters: Filters, now_s: number): Range {
  const tz = zoneOf(data, filters);
  const today = dayOf(now_s, tz);
  if (filters.from === null && filters.to === null && filters.period !== "all") {
    return rangeOfDays(firstOfPeriod(today, filters.period), today, tz);
  }
  const clusters = chosenClusters(data, filters);
  const firsts = clusters.map(({ dataset }) => dataset.first_event_s).filter((time_s) =>
    !Number.isNaN(time_s)
  );
  const first = firsts.length === 0 ? today : dayOf(Math.min(...firsts), tz);
  const from = filters.from === null ? first : Temporal.PlainDate.from(filters.from);
  const to = filters.to !== null
    ? Temporal.PlainDate.from(filters.to)
    : filters.from !== null
    ? today
    : newestReport(clusters, tz) ?? today;
  // With one end open the other may lie beyond it: then the range is that one day.
  if (Temporal.PlainDate.compare(from, to) <= 0) return rangeOfDays(from, to, tz);
  return filters.to === null ? rangeOfDays(from, from, tz) : rangeOfDays(to, to, tz);
}

/** The day of the newest report, null if there is none. */
function newestReport(clusters: readonly ClusterData[], tz: string): Temporal.PlainDate | null {
  const times = clusters.flatMap(({ fresh_until_s }) => fresh_until_s ?? []);
  return times.length === 0 ? null : dayOf(Math.max(...times), tz);
}

/**
 * The days to compare a range with: a year earlier for `compare=year`; else what comes before it, by the
 * calendar where the range is by the calendar: whole months before whole months, the same days of the month,
 * quarter or year before for `mtd`, `qtd`, `ytd`, and otherwise as many days.
 */
export function previousRange(range: Range, filters: Filters): Range {
  const from = Temporal.PlainDate.from(range.from);
  const to = Temporal.PlainDate.from(range.to);
  if (filters.compare === "year") {
    return rangeOfDays(from.subtract({ years: 1 }), to.subtract({ years: 1 }), range.tz);
  }
  const relative = filters.from === null && filters.to === null;
  const months = relative ? CALENDAR_MONTHS[filters.period] : undefined;
  if (months !== undefined) return rangeOfDays(from.subtract({ months }), to.subtract({ months }), range.tz);
  const next = to.add({ days: 1 });
  if (from.day === 1 && next.day === 1) {
    return rangeOfDays(
      from.subtract({ months: from.until(next, { largestUnit: "month" }).months }),
      from.subtract({ days: 1 }),
      range.tz,
    );
  }
  return rangeOfDays(from.subtract(from.until(next)), from.subtract({ days: 1 }), range.tz);
}

/** A range to compare with, and whether it is cut short. */
export interface Compared {
  readonly range: Range;
  /** Whether it ends at the same time in its period as the reports do in theirs. */
  readonly cut: boolean;
}

/**
 * What a range can fairly be compared with: the range before it, no longer than what is reported of the range
 * itself. Null where that is before the first job, or where nothing of the range is reported yet.
 */
export function comparedRange(data: Data, filters: Filters, range: Range): Compared | null {
  const earlier = previousRange(range, filters);
  const clusters = chosenClusters(data, filters);
  const first_s = firstEvent(clusters);
  // The first day of all may begin in the middle.
  if (first_s >= earlier.start_s + DAY_S) return null;
  const until_s = reportedUntil(clusters);
  const last_end_s = startOfDay(Temporal.PlainDate.from(range.to).add({ days: 1 }), range.tz);
  // A range of complete hours ends within its last day.
  const known_s = range.end_s < last_end_s ? Math.min(until_s ?? Infinity, range.end_s) : until_s;
  if (known_s === null || known_s >= last_end_s) return { range: earlier, cut: false };
  const end_s = Math.min(earlier.end_s, earlier.start_s + known_s - range.start_s);
  return end_s <= earlier.start_s ? null : { range: { ...earlier, end_s }, cut: end_s < earlier.end_s };
}

/** The day of the first job that is known of the chosen clusters; null where there is none. */
export function firstDay(data: Data, filters: Filters, tz: string): string | null {
  const first_s = firstEvent(chosenClusters(data, filters));
  return Number.isFinite(first_s) ? dayOf(first_s, tz).toString() : null;
}

function firstEvent(clusters: readonly ClusterData[]): number {
  return Math.min(...clusters.map(({ dataset }) => dataset.first_event_s).filter((time_s) => time_s > 0));
}

const WEEK_S = 7 * DAY_S;

/** Up to when all clusters have reported; one that fell silent a week before the newest no longer counts. */
export function reportedUntil(clusters: readonly ClusterData[]): number | null {
  const times = clusters.map(({ fresh_until_s }) => fresh_until_s).filter((time_s) => time_s !== null);
  const newest_s = Math.max(...times);
  return times.length === 0 ? null : Math.min(...times.filter((time_s) => time_s > newest_s - WEEK_S));
}

const CALENDAR_MONTHS: Readonly<Partial<Record<Filters["period"], number>>> = {
  mtd: 1,
  qtd: 3,
  ytd: 12,
  "12mo": 12,
};

/** The relative period that is exactly some days up to `today`, the shortest name of them; null for none. */
export function periodOf(
  { from, to }: Pick<Range, "from" | "to">,
  today: string,
): Exclude<Filters["period"], "all"> | null {
  if (to !== today) return null;
  const day = Temporal.PlainDate.from(today);
  return RELATIVE.find((period) => firstOfPeriod(day, period).toString() === from) ?? null;
}

const RELATIVE = ["7d", "30d", "90d", "12mo", "mtd", "qtd", "ytd"] as const;

function firstOfPeriod(
  today: Temporal.PlainDate,
  period: Exclude<Filters["period"], "all">,
): Temporal.PlainDate {
  switch (period) {
    case "7d":
      return today.subtract({ days: 6 });
    case "30d":
      return today.subtract({ days: 29 });
    case "90d":
      return today.subtract({ days: 89 });
    case "12mo":
      return today.subtract({ months: 12 }).add({ days: 1 });
    case "mtd":
      return today.with({ day: 1 });
    case "qtd":
      return today.with({ day: 1, month: today.month - (today.month - 1) % 3 });
    case "ytd":
      return today.with({ day: 1, month: 1 });
  }
}

function rangeOfDays(from: Temporal.PlainDate, to: Temporal.PlainDate, tz: string): Range {
  return {
    tz,
    from: from.toString(),
    to: to.toString(),
    start_s: startOfDay(from, tz),
    end_s: startOfDay(to.add({ days: 1 }), tz),
  };
}

function startOfDay(day: Temporal.PlainDate, tz: string): number {
  return day.toZonedDateTime(tz).epochMilliseconds / 1000;
}

function dayOf(time_s: number, tz: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(time_s * 1000).toZonedDateTimeISO(tz).toPlainDate();
}
