import { Buckets } from "../engine/buckets.ts";
import type { Step } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import { DAY_S, HOUR_S } from "../view/units.ts";

export type CalendarStep = Exclude<Step, "auto">;

/** Most buckets of one answer: ten years of hours. */
const MAX_BUCKETS = 87_700;

/** A range cut into buckets by the calendar of its zone. */
export interface Steps {
  readonly step: CalendarStep;
  /** ISO start of each bucket by the calendar, with the zone's offset; the first may lie before the range. */
  readonly starts: readonly string[];
  /** The parts of the buckets that lie in the range. */
  readonly buckets: Buckets;
}

/** More buckets were asked for than an answer may have. */
export class TooManyBucketsError extends RangeError {
  override readonly name = "TooManyBucketsError";
}

/**
 * Cuts a range into calendar buckets: ISO weeks start on Monday, days may have 23 or 25 hours.
 *
 * @throws {TooManyBucketsError} for hours over more than about ten years
 */
export function stepsOf(range: Range, step: Step): Steps {
  const chosen = step === "auto" ? automaticStep(range) : step;
  if (chosen === "total") {
    return {
      step: chosen,
      starts: [iso(range.start_s, range.tz)],
      buckets: new Buckets([range.start_s, range.end_s]),
    };
  }
  if (chosen === "hour" && (range.end_s - range.start_s) / 3600 > MAX_BUCKETS) {
    throw new TooManyBucketsError(
      `step=hour over ${range.from} to ${range.to} gives too many buckets: use step=day`,
    );
  }
  const starts: string[] = [];
  const edges: number[] = [];
  for (const { start_s, text } of chosen === "hour" ? hours(range) : startsOf(range, chosen)) {
    starts.push(text);
    edges.push(Math.max(start_s, range.start_s));
  }
  return { step: chosen, starts, buckets: new Buckets([...edges, range.end_s]) };
}

/** Start of the first bucket that ends after what the clusters have reported. */
export function incompleteFrom(fresh_until_s: number | null, { buckets, starts }: Steps): string | null {
  if (fresh_until_s === null) return null;
  for (let bucket = 0; bucket < buckets.count; bucket++) {
    if (buckets.edges[bucket + 1] > fresh_until_s) return starts[bucket];
  }
  return null;
}

/** The finest step with at most 120 buckets, hours only up to three days. */
export function automaticStep({ from, to }: Range): Exclude<CalendarStep, "total"> {
  const days = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to)).days + 1;
  if (days <= 3) return "hour";
  if (days <= 120) return "day";
  if (days <= 119 * 7) return "week";
  if (days <= 119 * 30) return "month";
  return days <= 119 * 91 ? "quarter" : "year";
}

interface Start {
  readonly start_s: number;
  readonly text: string;
}

function* startsOf({ from, tz, end_s }: Range, step: keyof typeof LENGTHS): Generator<Start> {
  let day = firstDay(Temporal.PlainDate.from(from), step);
  for (let before_s = -Infinity;;) {
    const start_s = day.toZonedDateTime(tz).epochMilliseconds / 1000;
    if (start_s >= end_s) return;
    // A day that the zone skipped begins when the next one does.
    if (start_s > before_s) yield { start_s, text: iso(start_s, tz) };
    before_s = start_s;
    day = day.add(LENGTHS[step]);
  }
}

function* hours(range: Range): Generator<Start> {
  const { tz, end_s } = range;
  let time_s = range.start_s;
  for (const { start_s } of startsOf(range, "day")) {
    const next_s = start_s + DAY_S;
    const offset = offsetOf(start_s, tz);
    // The calendar is slow and most days are plain: it is asked for the hours of those alone on which a clock is set.
    if (time_s === start_s && next_s <= end_s && offset === offsetOf(next_s, tz)) {
      for (; time_s < next_s; time_s += HOUR_S) yield { start_s: time_s, text: isoAt(time_s, offset) };
    } else {
      for (; time_s < Math.min(next_s, end_s); time_s = nextHour(time_s, tz)) {
        yield { start_s: time_s, text: iso(time_s, tz) };
      }
    }
  }
  for (; time_s < end_s; time_s = nextHour(time_s, tz)) yield { start_s: time_s, text: iso(time_s, tz) };
}

/** How long the steps of whole days are. */
export const LENGTHS = {
  day: { days: 1 },
  week: { days: 7 },
  month: { months: 1 },
  quarter: { months: 3 },
  year: { years: 1 },
} as const;

/** The day on which the bucket of a day begins. */
export function firstDay(day: Temporal.PlainDate, step: keyof typeof LENGTHS): Temporal.PlainDate {
  switch (step) {
    case "day":
      return day;
    case "week":
      return day.subtract({ days: day.dayOfWeek - 1 });
    case "month":
      return day.with({ day: 1 });
    case "quarter":
      return day.with({ day: 1, month: day.month - (day.month - 1) % 3 });
    case "year":
      return day.with({ day: 1, month: 1 });
  }
}

/** Start of the next hour of the zone's clock; where a clock is set by half an hour, an hour may have 30 minutes. */
function nextHour(time_s: number, tz: string): number {
  const later = zoned(time_s, tz).add({ hours: 1 });
  const rounded = later.round({ smallestUnit: "hour", roundingMode: "floor" }).epochMilliseconds / 1000;
  return rounded > time_s ? rounded : later.epochMilliseconds / 1000;
}

/** ISO time with the zone's offset, `2026-03-01T00:00:00+01:00`; `Z` for UTC. */
export function iso(time_s: number, tz: string): string {
  return isoAt(time_s, offsetOf(time_s, tz));
}

/** A zone's distance from UTC at one moment, as text: `+01:00`, or `Z` for UTC itself. */
function offsetOf(time_s: number, tz: string): string {
  return tz === "UTC" ? "Z" : zoned(time_s, tz).offset;
}

function isoAt(time_s: number, offset: string): string {
  const [, sign, hour, minute, second] = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(offset) ?? ["", "+", 0, 0];
  const offset_s = Number(hour) * HOUR_S + Number(minute) * 60 + Number(second ?? 0);
  const local = new Date((time_s + (sign === "-" ? -offset_s : offset_s)) * 1000);
  return local.toISOString().slice(0, 19) + offset;
}

function zoned(time_s: number, tz: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time_s * 1000).toZonedDateTimeISO(tz);
}
