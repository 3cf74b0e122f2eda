import assert from "node:assert/strict";
import { CLASSES, classOf } from "../../../lib/view/classes.ts";
import { clusterOf, dataOf, HOSTILE, NOW_S, type Sent, twoClusters } from "./small_data.ts";
import {
  chartOf,
  chosenOf,
  curvesOf,
  heatOf,
  noteOf,
  spreadModel,
  tableOf,
  tileValues,
} from "./spread_models.ts";

const DAY_S = 86_400;
const GAP = "\u00a0";
const WAITS_S = [0, 1, 5, 30, 30, 59, 61, 600, 4000, 90_000];

function jobsOf(waits_s: readonly number[]): readonly Sent[] {
  return waits_s.map((wait_s, index) => ({
    wait_s,
    submit: NOW_S - 3 * DAY_S,
    cpus: index + 1,
    run_s: 3600,
    partition: index % 2 === 0 ? "short" : "long",
  }));
}

function waitModel(jobs: readonly Sent[], query = "") {
  return spreadModel("wait", dataOf(clusterOf("alpha", jobs)), { query });
}

Deno.test("waitPage() has the percentiles of all waits on its tiles, each with its definition", async () => {
  const model = await waitModel(jobsOf(WAITS_S));
  const { "Wait, median": median, "Wait, p90": p90, "Longest wait": longest, "Jobs started": jobs } =
    tileValues(
      model,
    );
  assert.deepEqual([median, p90, longest, jobs], ["30 s", "1 h 7 min", "1 d 1 h", "10"]);
  assert.equal(tileValues(model)["Wait, mean"], "2 h 38 min");
  assert.equal(model.tiles.length, 10);
  assert.deepEqual(model.tiles.map(({ href }) => href?.replace(/#.*/, "")), model.tiles.map(() => "/help"));
});

Deno.test("waitPage() counts every job in the class of its wait, or its CPU-hours there", async () => {
  const counted = new Map<string, number>();
  const hours = new Map<string, number>();
  WAITS_S.forEach((wait_s, index) => {
    const key = classOf("wait_class", wait_s);
    counted.set(key, (counted.get(key) ?? 0) + 1);
    hours.set(key, (hours.get(key) ?? 0) + index + 1);
  });
  const keys = CLASSES.wait_class.map(({ key }) => key);
  for (const [query, expected] of [["", counted], ["weight=cpu-hours", hours]] as const) {
    const { buckets, series, axis } = chartOf(await waitModel(jobsOf(WAITS_S), query), "histogram");
    assert.equal(axis, "class");
    assert.deepEqual(buckets.map(({ start }) => start), keys);
    assert.deepEqual(series[0].values, keys.map((key) => expected.get(key) ?? 0));
    assert.equal(series[0].total, [...expected.values()].reduce((sum, value) => sum + value, 0));
  }
});

Deno.test("waitPage() leads from a class of waits to its jobs", async () => {
  const { buckets } = chartOf(await waitModel(jobsOf(WAITS_S), "user=alice"), "histogram");
  assert.equal(buckets[2].href, "/jobs?user=alice&wait_class=%3C%3D+1+min");
});

Deno.test("waitPage() has a curve for each partition that ends at all of its jobs, and says it in words", async () => {
  const spec = curvesOf(await waitModel(jobsOf(WAITS_S)));
  assert.deepEqual(spec.series.map(({ key, jobs }) => [key, jobs]), [["long", 5], ["short", 5]]);
  for (const { key, points } of spec.series) {
    const values = WAITS_S.filter((_, index) => (index % 2 === 0) === (key === "short"));
    for (const [value, share] of points) {
      assert.equal(share, values.filter((wait_s) => wait_s <= value).length / 5, `${key} up to ${value}`);
    }
    assert.equal(points.at(-1)?.[1], 1);
  }
  assert.equal(
    spec.finding,
    `50${GAP}% of 10 jobs waited at most 30${GAP}s, 95${GAP}% at most 1${GAP}d 1${GAP}h.`,
  );
  assert.match(spec.csv_href, /^\/api\/export\/distribution\.csv\?of=wait&part=curve&by=partition$/);
});

Deno.test("waitPage() folds all but six groups into one curve that holds the rest", async () => {
  const jobs = Array.from({ length: 30 }, (_, index) => ({ user: `u${index % 10}`, wait_s: index }));
  const { series } = curvesOf(await waitModel(jobs, "by=user"));
  assert.deepEqual(series.map(({ label, jobs }) => [label, jobs]).at(-1), ["Other", 12]);
  assert.equal(series.length, 7);
  assert.deepEqual([series[6].href, series[6].colour], [null, "other"]);
});

Deno.test("waitPage() shows median and p90 with the middle half of the jobs, or the percentile asked for by group", async () => {
  const model = await waitModel(jobsOf(WAITS_S));
  const { series, band, scale } = chartOf(model, "trend");
  assert.deepEqual(series.map(({ label, total }) => [label, total]), [["Median", 30], ["p90", 4000]]);
  assert.equal(scale, "log");
  const started = band?.low.findIndex((value) => value !== null) ?? -1;
  assert.ok(started >= 0, "some day has quartiles");
  const asked = await waitModel(jobsOf(WAITS_S), "measure=wait-p95");
  assert.deepEqual(chartOf(asked, "trend").series.map(({ key, total }) => [key, total]).toSorted(), [
    ["long", 90_000],
    ["short", 4000],
  ]);
  assert.equal(chartOf(asked, "trend").band, null);
  assert.deepEqual(chosenOf(asked).Wait, ["Since submission"]);
});

Deno.test("waitPage() tells of the time since jobs were eligible once that is asked for", async () => {
  const jobs = jobsOf([100, 200, 300]).map((job) => ({ ...job, eligible: (job.submit ?? 0) + 50 }));
  const model = await waitModel(jobs, "measure=planned-p50");
  assert.equal(tileValues(model)["Wait, median"], "3 min 20 s");
  assert.match(curvesOf(model).csv_href, /of=planned/);
  assert.match(curvesOf(model).finding, /waited at most 2\u00a0min 30\u00a0s/);
  assert.deepEqual(chosenOf(model).Wait, ["Since eligible"]);
  assert.deepEqual(tableOf(model).rows.map(({ cells }) => cells[2]), [`50${GAP}s`, `2${GAP}min 30${GAP}s`]);
});

Deno.test("waitPage() has the shares of all classes, which add up to one", async () => {
  const { series, format } = chartOf(await waitModel(jobsOf(WAITS_S)), "shares");
  assert.equal(format, "share");
  assert.deepEqual(series.map(({ label, total }) => [label, total]), [
    [`≤${GAP}1${GAP}min`, 0.6],
    [`1–10${GAP}min`, 0.2],
    [`1–4${GAP}h`, 0.1],
    [`>${GAP}1${GAP}d`, 0.1],
  ]);
  assert.equal(
    (await waitModel(jobsOf([20_000, 40_000, 50_000])).then((model) => chartOf(model, "shares"))).finding,
    `67${GAP}% of the jobs waited 4–12${GAP}h, 33${GAP}% 12${GAP}h – 1${GAP}d.`,
  );
  const [first] = series;
  assert.equal(first.href, "/wait?wait_class=%3C%3D+1+min&wait_class=%3C%3D+1+s&wait_class=%3C%3D+10+s");
});

Deno.test("waitPage() shades each hour of the week by what one such hour has on the mean", async () => {
  // Two Mondays, 2 and 9 November 2026, 10 h: three jobs and one.
  const monday_s = Date.UTC(2026, 10, 2, 10) / 1000;
  const jobs = [0, 60, 120, 7 * DAY_S].map((after_s) => ({ submit: monday_s + after_s }));
  const model = await waitModel(jobs, "from=2026-11-02&to=2026-11-15");
  const { rows, columns, finding } = heatOf(model);
  assert.deepEqual([rows.length, columns.length], [7, 24]);
  assert.equal(rows[0].cells[10].value, 2);
  assert.equal(rows.flatMap(({ cells }) => cells).reduce((sum, { value }) => sum + (value ?? 0), 0), 2);
  assert.match(finding, /^Busiest Mon 10–11\u00a0h \(2 jobs per hour\)/);
  assert.deepEqual(chosenOf(await waitModel(jobs, "measure=running-mean")).Of, ["Jobs running"]);
});

Deno.test("waitPage() has a row for each group, sorted as asked, and links that sort", async () => {
  const names = async (query: string) =>
    tableOf(await waitModel(jobsOf(WAITS_S), query)).rows.map(({ key }) => key);
  assert.deepEqual(await names("sort=name"), ["long", "short"]);
  assert.deepEqual(await names("sort=-name"), ["short", "long"]);
  assert.deepEqual(await names("sort=wait-p99"), ["short", "long"]);
  const table = tableOf(await waitModel(jobsOf(WAITS_S), "sort=wait-p50"));
  assert.deepEqual(table.rows[0].cells.slice(0, 3), ["short", "5", `30${GAP}s`]);
  assert.deepEqual(table.columns[2], {
    key: "wait-p50",
    label: "Median",
    numeric: true,
    title: "Half of the jobs that started had waited at most this long",
    sort_href: "/wait?sort=-wait-p50#table",
    sorted: "ascending",
  });
  assert.deepEqual(table.footer.slice(0, 3), ["All", "10", `30${GAP}s`]);
});

Deno.test("waitPage() says how many jobs are left out, and how many wait at the newest report", async () => {
  const pending = { submit: NOW_S - 500, waiting: true };
  const model = await waitModel([...jobsOf([5, 5]), pending, pending]);
  const queue = model.tiles.find(({ label }) => label.startsWith("Queue"));
  assert.equal(queue?.note, "2 at 23 Nov 2026 09:30");
  assert.equal(noteOf(model, "histogram"), "");
  const unknown = await waitModel([...jobsOf([5, 5]), { ...jobsOf([5])[0], submit: null }]);
  assert.equal(noteOf(unknown, "histogram"), "Left out: 1 job with a wait that is not known.");
});

Deno.test("waitPage() carries hostile names as they are", async () => {
  const model = await spreadModel("wait", twoClusters(), { query: "by=account&period=90d" });
  const row = tableOf(model).rows.find(({ key }) => key === HOSTILE);
  assert.equal(row?.cells[0], HOSTILE);
  assert.equal(new URL(row?.href ?? "", "http://host").searchParams.get("account"), HOSTILE);
});
