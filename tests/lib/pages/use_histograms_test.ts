import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { usagePage } from "../../../lib/pages/usage.ts";
import { parseFilters } from "../../../lib/view/filters.ts";
import { chartOf, clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const DAY_S = 86_400;

async function below(jobs: readonly Sent[], query: string) {
  const { filters } = parseFilters(new URLSearchParams(query));
  return (await usagePage(dataOf(clusterOf("alpha", jobs)), filters, { now_s: NOW_S })).below;
}

/** On each of so many days before today as many jobs as its number. */
function rising(days: number): readonly Sent[] {
  return Array.from(
    { length: days },
    (_, day) =>
      Array.from({ length: day + 1 }, () => ({ submit: NOW_S - (day + 1) * DAY_S, wait_s: 0, run_s: 60 })),
  ).flat();
}

Deno.test("spreadFigure() counts whole days by how much each had, and says what half of them had", async () => {
  const [figure] = await below(rising(20), "measure=jobs-submitted&from=2026-11-03&to=2026-11-23");
  const { title, finding, buckets, series, unit, axis } = chartOf(figure);
  deepStrictEqual([title, unit, axis], ["Jobs submitted per day", "days", "class"]);
  // 1 to 20 jobs on the 20 days before today, which is not over.
  strictEqual(finding, "Half of the 20 days had 5 to 15 jobs; the median is 10.");
  strictEqual(series[0].values.reduce((sum: number, value) => sum + (value ?? 0), 0), 20);
  deepStrictEqual(buckets.map(({ tick }) => tick).slice(0, 3), ["0", "2", "4"]);
  deepStrictEqual(series[0].values.slice(0, 3), [1, 2, 2]);
});

Deno.test("spreadFigure() leaves out weeks that the range cuts", async () => {
  const [figure] = await below(rising(60), "measure=jobs-submitted&step=week&from=2026-09-29&to=2026-11-23");
  match(chartOf(figure).finding, /^Half of the 7 weeks had /);
});

Deno.test("spreadFigure() is left out where there are too few periods or all are alike", async () => {
  deepStrictEqual((await below(rising(3), "measure=jobs-submitted&from=2026-11-20&to=2026-11-23")).length, 0);
  const alike = Array.from(
    { length: 20 },
    (_, day) => ({ submit: NOW_S - (day + 1) * DAY_S, wait_s: 0, run_s: 60 }),
  );
  const figures = await below(alike, "measure=jobs-submitted&from=2026-11-10&to=2026-11-22");
  deepStrictEqual(figures.map(({ id }) => id), ["hours"]);
});

Deno.test("activityFigure() counts users by the days on which they were active", async () => {
  const jobs = [
    ...[1, 2, 3, 4, 5, 6].map((day) => ({ user: "ada", submit: NOW_S - day * DAY_S })),
    { user: "bob" },
    { user: "carol" },
  ];
  const figures = await below(jobs, "measure=users&period=7d");
  const { finding, series, buckets, csv_href } = chartOf(figures[0]);
  strictEqual(
    finding,
    "Of 3 users, 2 (67\u00a0%) were active on a single day and 1 on at least half of the 7 days; the mean is 2.7 days.",
  );
  deepStrictEqual(series[0].values, [2, 0, 0, 0, 0, 1, 0]);
  deepStrictEqual(buckets.map(({ tick }) => tick), ["1", "2", "3", "4", "5", "6", "7"]);
  strictEqual(csv_href, "/api/export/activity.csv?period=7d&by=user&per=day");
  // Nobody adds up users of hours.
  strictEqual(figures.length, 1);
});

Deno.test("hoursFigure() has the mean of each hour of the week, on which the clock of the zone shows it", async () => {
  // Two CPUs from 10 to 11 on each of two Mondays.
  const monday = Date.UTC(2026, 10, 9, 10) / 1000;
  const jobs = [monday, monday + 7 * DAY_S].map((submit) => ({ submit, wait_s: 0, run_s: 3600, cpus: 2 }));
  const query = "from=2026-11-09&to=2026-11-22";
  const figures = await below(jobs, query);
  const heat = figures.find(({ kind }) => kind === "heat");
  ok(heat?.kind === "heat");
  strictEqual(heat.rows[0].cells[10].value, 2);
  strictEqual(heat.rows.flatMap(({ cells }) => cells).reduce((sum, { value }) => sum + (value ?? 0), 0), 2);
  match(heat.finding, /^Busiest Mon 10–11\u00a0h \(2 CPU-hours per hour\), quietest /);
  const berlin = (await below(jobs, `${query}&tz=Europe%2FBerlin`)).find(({ kind }) => kind === "heat");
  ok(berlin?.kind === "heat");
  strictEqual(berlin.rows[0].cells[11].value, 2);
  ok(!(await below(jobs, "measure=wait-p50")).some(({ kind }) => kind === "heat"));
});
