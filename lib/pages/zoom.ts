import type { Range } from "../query/answers.ts";
import type { ChartZoom } from "../view/chart_spec.ts";
import type { Filters } from "../view/filters.ts";
import { addDays } from "./days.ts";
import { pageHref, type ViewName } from "./links.ts";

/** The ways from a range to a part of it and to the calendar's next longer period around it. */
export function zoomOf(
  page: ViewName,
  filters: Filters,
  { range, open }: {
    readonly range: Pick<Range, "from" | "to" | "today">;
    /** Whether the range reaches the present, which nothing is known after. */
    readonly open: boolean;
  },
): ChartZoom {
  const view = (changes: Partial<Filters>) =>
    pageHref(page, { ...filters, period: "30d", from: null, to: null, step: "auto", page: 1, ...changes });
  const around = enclosing(range, open);
  const everything = filters.period === "all" && filters.from === null && filters.to === null;
  return {
    href: view({ from: "{from}", to: "{to}" }).replace("%7Bfrom%7D", "{from}").replace("%7Bto%7D", "{to}"),
    out_href: everything ? null : view(around ?? { period: "all" }),
  };
}

/**
 * The shortest of week, month, quarter and year that has a range in it and is longer; null where there is none. One that
 * is not over yet ends today.
 */
export function enclosing(
  { from, to, today }: Pick<Range, "from" | "to" | "today">,
  open: boolean,
): { readonly from: string; readonly to: string } | null {
  const [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))];
  const weekday = new Date(`${from}T00:00:00Z`).getUTCDay();
  const monday = addDays(from, -((weekday + 6) % 7));
  const quarter = month - (month - 1) % 3;
  const periods = [
    { from: monday, to: addDays(monday, 6) },
    { from: monthStart(year, month), to: addDays(monthStart(year, month + 1), -1) },
    { from: monthStart(year, quarter), to: addDays(monthStart(year, quarter + 3), -1) },
    { from: monthStart(year, 1), to: addDays(monthStart(year, 13), -1) },
  ];
  const latest = (day: string) => today === undefined || day <= today || to > today ? day : today;
  const found = periods
    .filter((period) => period.to >= to)
    .map((period) => ({ from: period.from, to: open ? to : latest(period.to) }))
    .find((period) => period.from < from || period.to > to);
  return found ?? null;
}

function monthStart(year: number, month: number): string {
  const years = year + Math.floor((month - 1) / 12);
  return `${String(years).padStart(4, "0")}-${String((month - 1) % 12 + 1).padStart(2, "0")}-01`;
}
