import type { CalendarStep } from "../../../lib/query/steps.ts";
import type { Span } from "./naive_jobs.ts";

const LOOK_S = 900;
const formats = new Map<string, Intl.DateTimeFormat>();
const labels = new Map<string, string>();

/** What a clock and a calendar in the zone show: `2024-03-31T02:15`. */
function wall(time_s: number, tz: string): string {
  const key = `${time_s} ${tz}`;
  const known = labels.get(key);
  if (known !== undefined) return known;
  const format = formats.get(tz) ?? new Intl.DateTimeFormat("en-CA", {
    timeZone: tz,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(tz, format);
  const parts = Object.fromEntries(
    format.formatToParts(time_s * 1000).map(({ type, value }) => [type, value]),
  );
  const label = `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
  labels.set(key, label);
  return label;
}

/** A name that all moments of one bucket share, and no others next to it. */
function bucketName(
  time_s: number,
  { tz, step }: { readonly tz: string; readonly step: CalendarStep },
): string {
  const label = wall(time_s, tz);
  const day = label.slice(0, 10);
  switch (step) {
    case "hour":
      return label;
    case "day":
      return day;
    case "week":
      // The days since a Monday, in sevens.
      return String(Math.floor((Date.parse(day) - Date.parse("2001-01-01")) / (7 * 86_400_000)));
    case "month":
      return day.slice(0, 7);
    case "quarter":
      return `${day.slice(0, 4)} ${Math.ceil(Number(day.slice(5, 7)) / 3)}`;
    case "year":
      return day.slice(0, 4);
    case "total":
      return "";
  }
}

/** The day that a calendar in the zone shows. */
export function dayAt(time_s: number, tz: string): string {
  return wall(time_s, tz).slice(0, 10);
}

/** Whether a bucket that began at `from_s` is over. */
function ends(
  { from_s, time_s }: { readonly from_s: number; readonly time_s: number },
  { tz, step }: { readonly tz: string; readonly step: CalendarStep },
): boolean {
  // An hour is over when the clock shows the next; where it is set by a part of an hour, after sixty minutes.
  if (step === "hour") return wall(time_s, tz).endsWith(":00") || time_s - from_s >= 3600;
  return bucketName(time_s, { tz, step }) !== bucketName(from_s, { tz, step });
}

/** Buckets of a span, found by looking at the clock every quarter of an hour. */
export function naiveBuckets(
  { start_s, end_s }: Span,
  calendar: { readonly tz: string; readonly step: CalendarStep },
): readonly Span[] {
  const buckets: Span[] = [];
  let from_s = start_s;
  for (let time_s = start_s + LOOK_S; time_s <= end_s; time_s += LOOK_S) {
    if (time_s < end_s && !ends({ from_s, time_s }, calendar)) continue;
    buckets.push({ start_s: from_s, end_s: time_s });
    from_s = time_s;
  }
  return buckets;
}

/** The span of whole days in the zone, found by looking at the clock. */
export function naiveSpan(
  { from, to, tz }: { readonly from: string; readonly to: string; readonly tz: string },
): Span {
  const first = (day: string) => {
    let time_s = Date.parse(day) / 1000 - 86_400;
    while (dayAt(time_s, tz) < day) time_s += LOOK_S;
    return time_s;
  };
  const after = new Date(Date.parse(to) + 86_400_000).toISOString().slice(0, 10);
  return { start_s: first(from), end_s: first(after) };
}

/** A span of time, all of which clocks of the zone show in one hour of the week, 0 for Monday from 0 to 1 h. */
export interface WeekHour extends Span {
  readonly hour: number;
}

/** The hours of the week that a span is made of, found by looking at the clock every quarter of an hour. */
export function naiveWeekHours({ start_s, end_s }: Span, tz: string): readonly WeekHour[] {
  const found: WeekHour[] = [];
  for (let time_s = start_s; time_s < end_s; time_s += LOOK_S) {
    const label = wall(time_s, tz);
    const weekday = (new Date(label.slice(0, 10)).getUTCDay() + 6) % 7;
    const hour = 24 * weekday + Number(label.slice(11, 13));
    const before = found.at(-1);
    if (before?.hour === hour) found[found.length - 1] = { ...before, end_s: time_s + LOOK_S };
    else found.push({ start_s: time_s, end_s: time_s + LOOK_S, hour });
  }
  return found;
}
