import type { Range } from "../query/answers.ts";

const DAY_MS = 86_400_000;

/** The day so many days later (earlier when negative), `2026-01-31`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days there are from the first to the last, both counted. */
export function dayCount(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;
}

/** The calendar day of an instant, given in epoch seconds, in a zone. */
export function dayOf(time_s: number, tz: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: tz,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(time_s * 1000);
  const part = (type: string) => parts.find((item) => item.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/**
 * The range of the same length just before (-1) or after (+1): so many whole months when the range is made of
 * whole months, else so many days.
 */
export function neighbour(
  range: Pick<Range, "from" | "to">,
  direction: -1 | 1,
): { from: string; to: string } {
  const next_day = addDays(range.to, 1);
  if (range.from.endsWith("-01") && next_day.endsWith("-01")) {
    const months = monthNumber(next_day) - monthNumber(range.from);
    const first = monthNumber(range.from) + direction * months;
    return { from: monthStart(first), to: addDays(monthStart(first + months), -1) };
  }
  const days = direction * dayCount(range.from, range.to);
  return { from: addDays(range.from, days), to: addDays(range.to, days) };
}

function monthNumber(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
}

function monthStart(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, "0");
  return `${year}-${String((month % 12) + 1).padStart(2, "0")}-01`;
}
