import type { HoursOfWeekAnswer } from "../query/hours_of_week.ts";
import type { HeatSpec } from "../view/chart_spec.ts";
import { type Filters, formatFilters } from "../view/filters.ts";
import { formatDays, formatValue } from "../view/format.ts";
import { measureOf } from "../view/measures.ts";
import { helpHref, pageFilters, withQuery } from "./links.ts";
import { HOUR_S } from "../view/units.ts";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const HOURS = 24;
const GAP = "\u00a0";

/** When it is busy: a measure by weekday and hour of the day, of one such hour on the mean. */
export function weekHeat(
  answer: HoursOfWeekAnswer,
  { filters }: { readonly filters: Filters },
): HeatSpec {
  const { label, unit, format } = measureOf(answer.measure);
  // Some weekdays come more often in a range than others: what adds up is told per hour that is reported.
  const values = answer.values.map((value, cell) =>
    answer.of === "mean" || value === null
      ? value
      : answer.reported_s[cell] > 0
      ? value / (answer.reported_s[cell] / HOUR_S)
      : null
  );
  const per_hour = answer.of === "mean" ? "" : " per hour";
  const shown = pageFilters("usage", { ...filters, by: null, measure: answer.measure, sort: null });
  const query = formatFilters({ ...shown, by: null, measure: answer.measure });
  // Nobody reads more, and the page is smaller.
  const digits = (value: number | null) => value === null ? null : Number(value.toPrecision(8));
  const exported = (type: string) => withQuery(`/api/export/hours-of-week.${type}`, query);
  return {
    kind: "heat",
    id: "hours",
    title: `${label.replace(", on average", "")}${per_hour}, by hour of the week`,
    subtitle: `${BASIS[answer.basis]},${per_hour} on average, ${
      formatDays(answer.from, answer.to)
    }, ${answer.tz}`,
    finding: busiestWords(values, { format, unit: `${unit}${per_hour}` }),
    csv_href: exported("csv"),
    parquet_href: exported("parquet"),
    help_href: helpHref(answer.measure, { ...filters, page: 1 }),
    unit: `${unit}${per_hour}`,
    format: format === "count" ? "ratio" : format,
    columns: Array.from({ length: HOURS }, (_, hour) => ({
      key: String(hour),
      label: hoursText(hour),
      tick: hour % 3 === 0 ? String(hour) : "",
      href: null,
    })),
    rows: DAYS.map((day, row) => ({
      key: day,
      label: day,
      tick: day.slice(0, 3),
      href: null,
      cells: Array.from(
        { length: HOURS },
        (_, hour) => ({ value: digits(values[row * HOURS + hour]), href: null }),
      ),
    })),
    full: null,
    numbers: false,
    row_title: "Weekday",
    column_title: "Hour",
  };

  function busiestWords(
    values: readonly (number | null)[],
    { format, unit }: { readonly format: HeatSpec["format"]; readonly unit: string },
  ): string {
    const known = values.flatMap((value, cell) => value === null ? [] : [{ value, cell }]);
    const most = known.reduce((best, next) => next.value > best.value ? next : best, { value: 0, cell: 0 });
    if (most.value === 0) return "";
    const least = known.reduce((best, next) => next.value < best.value ? next : best, most);
    const at = ({ value, cell }: typeof most) =>
      `${DAYS[Math.floor(cell / HOURS)].slice(0, 3)} ${hoursText(cell % HOURS)} (${
        formatValue(value, format === "count" ? "ratio" : format, "short")
      }`;
    return `Busiest ${at(most)} ${unit}), quietest ${at(least)}).`;
  }
}

const BASIS: Readonly<Record<HoursOfWeekAnswer["basis"], string>> = {
  prorated: "Apportioned over run time",
  start: "Counted at the start of jobs",
  end: "Counted at the end of jobs",
  submit: "Counted at submission",
  overlap: "Jobs at one time",
};

function hoursText(hour: number): string {
  return `${hour}–${hour + 1}${GAP}h`;
}
