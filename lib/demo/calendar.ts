import type { Random } from "./random.ts";

const DAY_S = 86_400;
const HOUR_S = 3_600;
/** Mean length of a month. */
const MONTH_S = 30.44 * DAY_S;
const ZONE = "Europe/Berlin";

/** How eagerly people submit in each hour of a working day; the mean is about 1. */
const BY_HOUR = [
  0.45,
  0.38,
  0.34,
  0.32,
  0.32,
  0.35,
  0.45,
  0.7,
  1.15,
  1.6,
  1.85,
  1.75,
  1.35,
  1.5,
  1.8,
  1.85,
  1.75,
  1.5,
  1.15,
  0.95,
  0.85,
  0.75,
  0.65,
  0.55,
];
/** Monday to Sunday. */
const BY_WEEKDAY = [1.05, 1.15, 1.15, 1.1, 0.95, 0.42, 0.36];
const HOLIDAYS = new Set(["01-01", "01-06", "05-01", "10-03", "11-01"]);
/** Submissions come in through scripts and portals even while nothing can start. */
const DURING_OUTAGE = 0.5;

/** A stretch of time, epoch seconds, the end excluded. */
export interface Span {
  readonly from_s: number;
  readonly to_s: number;
}

/** The months up to now. */
export function periodOf(now_s: number, months: number): Span {
  return { from_s: Math.floor(now_s - months * MONTH_S), to_s: now_s };
}

/** Two days from the Tuesday morning nearest to the last third of the period, in which nothing runs. */
export function outageOf(period: Span): Span {
  const about_s = period.from_s + (period.to_s - period.from_s) * 0.64;
  // Day 0 of the epoch was a Thursday: Tuesdays are the days 5, 12, 19, …
  const tuesday = Math.round((about_s / DAY_S - 5) / 7) * 7 + 5;
  const from_s = tuesday * DAY_S + 8 * HOUR_S + 2_460;
  return { from_s, to_s: from_s + 2 * DAY_S };
}

/** Epoch seconds of `count` submissions in ascending order, with the rhythm of days, weeks, holidays and growth. */
export function submissionTimes(count: number, context: {
  readonly period: Span;
  readonly outage: Span;
  readonly random: Random;
}): Float64Array {
  const { period, random } = context;
  const hours = hourlyEagerness(context);
  const total = hours.reduce((sum, value) => sum + value, 0);
  const times = new Float64Array(count);
  let hour = 0;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const wanted = total * (i + random.next()) / count;
    while (hour < hours.length - 1 && before + hours[hour] <= wanted) before += hours[hour++];
    const within = Math.min(0.9999, (wanted - before) / hours[hour]);
    times[i] = Math.min(period.to_s - 1, Math.floor(period.from_s + (hour + within) * HOUR_S));
  }
  return times;
}

function hourlyEagerness(
  { period, outage, random }: { readonly period: Span; readonly outage: Span; readonly random: Random },
): Float64Array {
  const length_s = period.to_s - period.from_s;
  const hours = new Float64Array(Math.ceil(length_s / HOUR_S));
  let day = localDay(period.from_s);
  let mood = 1;
  for (let i = 0; i < hours.length; i++) {
    const at_s = period.from_s + i * HOUR_S;
    if (i === 0 || at_s >= day.end_s) {
      day = localDay(at_s);
      mood = Math.exp(0.12 * random.normal());
    }
    const hour = Math.floor((at_s - day.start_s) / HOUR_S) % 24;
    // Scripts of the weekend know no office hours.
    const rhythm = day.eagerness < 0.6 ? 0.5 + BY_HOUR[hour] / 2 : BY_HOUR[hour];
    const growth = 0.8 + 0.4 * (at_s - period.from_s) / length_s;
    const closed = at_s >= outage.from_s && at_s < outage.to_s ? DURING_OUTAGE : 1;
    hours[i] = day.eagerness * mood * rhythm * growth * closed;
  }
  return hours;
}

/** The local day that an instant lies in: its bounds (23 to 25 hours apart) and how eager people are on it. */
function localDay(
  at_s: number,
): { readonly start_s: number; readonly end_s: number; readonly eagerness: number } {
  const start = Temporal.Instant.fromEpochMilliseconds(at_s * 1000).toZonedDateTimeISO(ZONE).startOfDay();
  const date = start.toPlainDate().toString().slice(5);
  const closed = HOLIDAYS.has(date) || date >= "12-23";
  const summer = date >= "07-20" && date <= "08-31" ? 0.85 : 1;
  const weekday = BY_WEEKDAY[start.dayOfWeek - 1];
  return {
    start_s: start.epochMilliseconds / 1000,
    end_s: start.add({ days: 1 }).startOfDay().epochMilliseconds / 1000,
    eagerness: (closed ? Math.min(0.3, weekday) : weekday) * summer,
  };
}
