import type { Step } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { automaticStep, type CalendarStep, firstDay, LENGTHS, stepsOf } from "./steps.ts";

/** Steps that `auto` may come to, the finest first. */
const AUTOMATIC = ["hour", "day", "week", "month", "quarter", "year"] as const;

/**
 * The whole buckets of a range that end by a moment, as a range; null if there are none. With `auto` they are of the
 * finest step that what is left is cut by; a total is of whole days.
 *
 * @param until_s epoch seconds; null if nothing is complete
 */
export function wholeBuckets(range: Range, step: Step, until_s: number | null): Range | null {
  if (until_s === null) return null;
  if (step === "total") return cut(range, "day", until_s);
  if (step !== "auto") return cut(range, step, until_s);
  for (const finest of AUTOMATIC) {
    const found = cut(range, finest, until_s);
    if (found !== null && AUTOMATIC.indexOf(automaticStep(found)) <= AUTOMATIC.indexOf(finest)) return found;
  }
  return null;
}

type Cutting = Exclude<CalendarStep, "total">;

function cut(range: Range, step: Cutting, until_s: number): Range | null {
  const { tz } = range;
  const limit_s = Math.min(range.end_s, until_s);
  // What ends with the last day may be asked for before that day has come.
  const limit = zoned(limit_s, tz).toPlainDate();
  const first_day = Temporal.PlainDate.from(range.from);
  if (step === "hour") {
    const end_s = lastHour(range, limit, limit_s);
    return end_s <= range.start_s
      ? null
      : { ...range, to: zoned(end_s - 1, tz).toPlainDate().toString(), end_s };
  }
  const before = firstDay(first_day, step);
  const first = before.equals(first_day) ? before : before.add(LENGTHS[step]);
  const end = firstDay(limit, step);
  if (Temporal.PlainDate.compare(first, end) >= 0) return null;
  return {
    tz,
    from: first.toString(),
    to: end.subtract({ days: 1 }).toString(),
    start_s: startOf(first, tz),
    end_s: startOf(end, tz),
  };
}

/** The last end of an hour of the zone's clock up to a moment. */
function lastHour(range: Range, day: Temporal.PlainDate, limit_s: number): number {
  if (limit_s <= range.start_s) return range.start_s;
  const start_s = startOf(day, range.tz);
  const text = day.toString();
  const of_day = {
    tz: range.tz,
    from: text,
    to: text,
    start_s,
    end_s: startOf(day.add({ days: 1 }), range.tz),
  };
  const { edges } = stepsOf(of_day, "hour").buckets;
  return edges.reduce((last, edge) => edge <= limit_s ? edge : last, start_s);
}

function startOf(day: Temporal.PlainDate, tz: string): number {
  return day.toZonedDateTime(tz).epochMilliseconds / 1000;
}

function zoned(time_s: number, tz: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time_s * 1000).toZonedDateTimeISO(tz);
}
