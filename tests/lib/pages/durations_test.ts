import assert from "node:assert/strict";
import { CLASSES, classOf } from "../../../lib/view/classes.ts";
import { clusterOf, dataOf, HOSTILE, NOW_S, type Sent, twoClusters } from "./small_data.ts";
import { chartOf, chosenOf, curvesOf, spreadModel, tableOf, tileValues } from "./spread_models.ts";

const DAY_S = 86_400;
const RUNS_S = [0, 30, 60, 61, 3600, 5000, 50_000, 90_000];

function durations(runs_s: readonly number[], query = "") {
  const jobs = runs_s.map((run_s, index): Sent => ({
    run_s,
    submit: NOW_S - 5 * DAY_S,
    cpus: 2,
    partition: index < 4 ? "short" : "long",
    state: index === 0 ? "FAILED" : "COMPLETED",
  }));
  return spreadModel("durations", dataOf(clusterOf("alpha", jobs)), { query });
}

Deno.test("durationsPage() has the percentiles of all run times on its tiles", async () => {
  const tiles = tileValues(await durations(RUNS_S));
  assert.deepEqual(
    [tiles["Run time, median"], tiles["Run time, p90"], tiles["Longest run"], tiles["Jobs ended"]],
    ["1 min 1 s", "1 d 1 h", "1 d 1 h", "8"],
  );
  const mean_s = RUNS_S.reduce((sum, run_s) => sum + run_s, 0) / RUNS_S.length;
  assert.equal(tiles["Run time, mean"], "5 h 10 min", `${mean_s} s`);
});

Deno.test("durationsPage() counts every job in the class of its run time and leads to those jobs", async () => {
  const { buckets, series } = chartOf(await durations(RUNS_S), "histogram");
  assert.deepEqual(
    series[0].values,
    CLASSES.elapsed_class.map(({ key }) =>
      RUNS_S.filter((run_s) => classOf("elapsed_class", run_s) === key).length
    ),
  );
  assert.equal(buckets[0].href, "/jobs?elapsed_class=%3C%3D+1+min");
  const hours = chartOf(await durations(RUNS_S, "weight=cpu-hours"), "histogram").series[0];
  const expected = RUNS_S.reduce((sum, run_s) => sum + run_s * 2 / 3600, 0);
  assert.ok(Math.abs((hours.total ?? 0) - expected) < 1e-9, `${hours.total}, not ${expected}`);
});

Deno.test("durationsPage() compares the histogram with the range before only if asked to", async () => {
  const jobs = [5, 35, 80].map((days): Sent => ({ submit: NOW_S - days * DAY_S, run_s: 100 }));
  const data = dataOf(clusterOf("alpha", jobs));
  assert.equal(chartOf(await spreadModel("durations", data), "histogram").compared, null);
  const { compared } = chartOf(await spreadModel("durations", data, { query: "compare=year" }), "histogram");
  assert.equal(compared, null, "nothing is known of the year before");
  const drawn =
    chartOf(await spreadModel("durations", data, { query: "compare=prev" }), "histogram").compared;
  assert.deepEqual([drawn?.label, drawn?.values[1]], ["25 Sep – 24 Oct 2026", 1]);
  const trend = chartOf(await spreadModel("durations", data, { query: "compare=prev" }), "trend").compared;
  assert.match(trend?.label ?? "", /^Median, /);
  assert.equal(trend?.values.filter((value) => value !== null).length, 1);
});

Deno.test("durationsPage() splits curves and table by what is asked for", async () => {
  const model = await durations(RUNS_S, "by=state");
  assert.deepEqual(curvesOf(model).series.map(({ key, jobs }) => [key, jobs]), [["COMPLETED", 7], [
    "FAILED",
    1,
  ]]);
  assert.deepEqual(tableOf(model).rows.map(({ cells }) => cells.slice(0, 2)), [["COMPLETED", "7"], [
    "FAILED",
    "1",
  ]]);
  assert.deepEqual(chosenOf(model)["Split by"], ["State"]);
  assert.equal(tableOf(model).rows[1].href, "/durations?state=FAILED&by=account");
});

Deno.test("durationsPage() shows the use of time limits on an axis of shares", async () => {
  const { scale, format } = chartOf(await durations(RUNS_S, "measure=time-limit-use"), "trend");
  assert.deepEqual([scale, format], ["linear", "share"]);
});

Deno.test("durationsPage() carries hostile names as they are", async () => {
  const model = await spreadModel("durations", twoClusters(), { query: "by=user&period=90d" });
  const row = tableOf(model).rows.find(({ key }) => key === HOSTILE);
  assert.equal(row?.cells[0], HOSTILE);
  assert.equal(new URL(row?.href ?? "", "http://host").searchParams.get("user"), HOSTILE);
});
