import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { overviewPage } from "../../../lib/pages/overview.ts";
import { DEFAULT_FILTERS, parseFilters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const DAY_S = 86_400;

async function overview(jobs: readonly Sent[], query = "") {
  const { filters } = parseFilters(new URLSearchParams(query));
  return await overviewPage(dataOf(clusterOf("alpha", jobs)), filters, { now_s: NOW_S });
}

function tile(model: Awaited<ReturnType<typeof overview>>, label: string) {
  const found = model.tiles.find((entry) => entry.label === label);
  ok(found, `no tile ${label}`);
  return found;
}

Deno.test("overviewPage() shows hours, jobs, users and wait with their change against the period before", async () => {
  const model = await overview([
    { submit: NOW_S - DAY_S, run_s: 3600, cpus: 6, wait_s: 60 },
    { submit: NOW_S - 2 * DAY_S, run_s: 7200, cpus: 2, wait_s: 180, user: "bob" },
    { submit: NOW_S - 40 * DAY_S, run_s: 3600, cpus: 8, wait_s: 240 },
    { submit: NOW_S - 100 * DAY_S },
  ]);
  deepStrictEqual([tile(model, "CPU-hours").value, tile(model, "CPU-hours").change?.text], [
    "10",
    "+25\u00a0%",
  ]);
  strictEqual(tile(model, "Jobs ended").value, "2");
  deepStrictEqual([tile(model, "Active users").value, tile(model, "Active users").change?.word], [
    "2",
    "more",
  ]);
  strictEqual(model.against, "Changes against 25 Sep – 24 Oct 2026, up to the same time on the last day");
  strictEqual(model.figures[0].finding, "10 CPU-hours in all, 25\u00a0% more than the 30 days before.");
});

Deno.test("overviewPage() compares with nothing where the jobs begin within the period before", async () => {
  const model = await overview([{ submit: NOW_S - DAY_S }, { submit: NOW_S - 40 * DAY_S }]);
  strictEqual(tile(model, "CPU-hours").change, null);
  strictEqual(model.against, "Nothing to compare with: there are no jobs from so long before");
  ok(!model.figures[0].finding.includes("than"));
});

Deno.test("overviewPage() compares an unfinished range with as much of the one before", async () => {
  // The range of 30 days has been reported up to half past nine of its last day.
  const before = [NOW_S - 30 * DAY_S - 7200, NOW_S - 30 * DAY_S + 3600];
  const model = await overview([
    { submit: NOW_S - DAY_S, wait_s: 0, run_s: 3600, cpus: 4 },
    { submit: before[0], wait_s: 0, run_s: 3600, cpus: 2 },
    { submit: before[1], wait_s: 0, run_s: 3600, cpus: 99 },
    { submit: NOW_S - 100 * DAY_S },
  ]);
  match(tile(model, "CPU-hours").change?.text ?? "", /100/);
});

Deno.test("overviewPage() counts FAILED, NODE_FAIL, OUT_OF_MEMORY and TIMEOUT as failed, cancellations not", async () => {
  const states = [
    "COMPLETED",
    "FAILED",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "TIMEOUT",
    "CANCELLED",
    "COMPLETED",
    "COMPLETED",
  ];
  const failed = tile(await overview(states.map((state) => ({ state }))), "Failed jobs");
  strictEqual(failed.value, "50\u00a0%");
  strictEqual(failed.exact, "4 of 8 jobs that ended");
  strictEqual(tile(await overview([{ state: "COMPLETED" }]), "Failed jobs").value, "0\u00a0%");
});

Deno.test("overviewPage() shows GPU-hours only where there are any", async () => {
  const without = await overview([{ cpus: 2 }]);
  deepStrictEqual(without.figures.map((figure) => figure.id), ["cpu-hours-by-cluster"]);
  ok(!without.tiles.some((entry) => entry.label === "GPU-hours"));
  const with_gpus = await overview([{ cpus: 2, gpus: 1 }]);
  deepStrictEqual(with_gpus.figures.map((figure) => figure.id), [
    "cpu-hours-by-cluster",
    "gpu-hours-by-cluster",
  ]);
  strictEqual(tile(with_gpus, "GPU-hours").value, "1");
});

Deno.test("overviewPage() ranks the ten largest and says how many there are", async () => {
  const jobs = Array.from({ length: 14 }, (_, index) => ({ account: `a${index}`, cpus: index + 1 }));
  const { rankings } = await overview(jobs);
  deepStrictEqual(rankings.map((ranking) => ranking.title), ["Accounts", "Users", "Partitions", "States"]);
  const [accounts] = rankings;
  strictEqual(accounts.rows.length, 10);
  deepStrictEqual(accounts.more, { of: 14, href: "/usage" });
  deepStrictEqual([accounts.rows[0].label, accounts.rows[0].href], ["a13", "/?account=a13"]);
});

Deno.test("overviewPage() links a chosen value to the view without it, and one without name to its table", async () => {
  const model = await overview([{ account: "phys" }, { account: null }], "user=alice&account=phys");
  deepStrictEqual(model.rankings[0].rows.map((row) => [row.label, row.href, row.selected]), [[
    "phys",
    "/?user=alice",
    true,
  ]]);
  const unnamed = (await overview([{ account: null }])).rankings[0].rows[0];
  deepStrictEqual([unnamed.label, unnamed.href], ["(none)", "/usage"]);
});

Deno.test("overviewPage() headline, chart and ranking have the same total", async () => {
  const jobs = Array.from({ length: 90 }, (_, index) => ({
    submit: NOW_S - (index % 29) * DAY_S - 9000,
    account: `a${index % 12}`,
    run_s: 1000 + index * 377,
    cpus: 1 + index % 5,
  }));
  const data = dataOf(clusterOf("alpha", jobs.slice(0, 50)), clusterOf("beta", jobs.slice(50)));
  const model = await overviewPage(data, DEFAULT_FILTERS, { now_s: NOW_S });
  const [figure] = model.figures;
  const bars = figure.series.flatMap(({ values }) => values).reduce(
    (sum: number, value) => sum + (value ?? 0),
    0,
  );
  const totals = figure.series.reduce((sum, { total }) => sum + (total ?? 0), 0);
  ok(Math.abs(bars - totals) < 1e-6 * totals);
  strictEqual(tile(model, "CPU-hours").exact, `${Math.round(totals).toLocaleString("en-GB")} CPU-hours`);
});
