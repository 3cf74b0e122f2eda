import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { type OverviewModel, overviewPage } from "../../../lib/pages/overview.ts";
import { shareOfCapacity } from "../../../lib/pages/tiles.ts";
import { choose, DEFAULT_FILTERS, parseFilters } from "../../../lib/view/filters.ts";
import { chartOf, clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const DAY_S = 86_400;

async function overview(jobs: readonly Sent[], query = "") {
  const { filters } = parseFilters(new URLSearchParams(query));
  return charted(await overviewPage(dataOf(clusterOf("alpha", jobs)), filters, { now_s: NOW_S }));
}

function charted(model: OverviewModel) {
  return { ...model, figures: model.figures.map(chartOf) };
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
  strictEqual(
    model.against,
    "Not compared: jobs are known from 14 Oct 2026 on, and so only of a part of 25 Sep – 24 Oct 2026",
  );
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

Deno.test("overviewPage() shows GPU-hours and types of GPUs only where there are any", async () => {
  const without = await overview([{ cpus: 2 }]);
  ok(!without.tiles.some((entry) => entry.label === "GPU-hours"));
  ok(!without.rankings.some(({ title }) => title === "GPU types"));
  const with_gpus = await overview([{ cpus: 2, gpus: 1 }]);
  strictEqual(tile(with_gpus, "GPU-hours").value, "1");
  const types = with_gpus.rankings.find(({ title }) => title === "GPU types");
  deepStrictEqual(types?.rows.map(({ label, value }) => [label, value]), [["untyped", 1]]);
});

Deno.test("overviewPage() draws the measure whose tile is chosen, and lists by it where it adds up", async () => {
  const jobs = [{ cpus: 2, wait_s: 120 }, { cpus: 6, account: "chem", wait_s: 120 }, {
    account: "chem",
    cpus: 1,
  }];
  const titles = async (query: string) => {
    const { figures, tiles, rankings } = await overview(jobs, query);
    return {
      figures: figures.map(({ title }) => title),
      selected: tiles.filter(({ selected }) => selected).map(({ label }) => label),
      units: [...new Set(rankings.map(({ unit }) => unit))],
      first: rankings[0].rows.map(({ label, value, share }) => [label, value, share]),
    };
  };
  deepStrictEqual(await titles(""), {
    figures: ["CPU-hours by cluster", "Jobs running and waiting"],
    selected: ["CPU-hours"],
    units: ["CPU-hours"],
    first: [["chem", 7, 7 / 9], ["phys", 2, 2 / 9]],
  });
  deepStrictEqual(await titles("measure=jobs-ended"), {
    figures: ["Jobs ended by cluster", "Jobs running and waiting"],
    selected: ["Jobs ended"],
    units: ["jobs"],
    first: [["chem", 2, 2 / 3], ["phys", 1, 1 / 3]],
  });
  const waits = await titles("measure=wait-p50");
  deepStrictEqual([waits.figures[0], waits.selected, waits.units], [
    "Wait, median by cluster",
    ["Wait, median"],
    ["CPU-hours"],
  ]);
  strictEqual(tile(await overview(jobs), "Wait, median").href, "/?measure=wait-p50");
  strictEqual(tile(await overview(jobs, "measure=users"), "CPU-hours").href, "/");
});

Deno.test("overviewPage() draws the range before behind its chart where it is asked for", async () => {
  const jobs = [
    { submit: NOW_S - 2 * DAY_S, wait_s: 0, cpus: 2 },
    { submit: NOW_S - 32 * DAY_S, wait_s: 0, cpus: 7 },
    { submit: NOW_S - 100 * DAY_S },
  ];
  strictEqual((await overview(jobs)).figures[0].compared, null);
  const { compared, series } = (await overview(jobs, "compare=prev")).figures[0];
  strictEqual(compared?.label, "25 Sep – 24 Oct 2026");
  deepStrictEqual(
    compared?.values.map((value, at) => [value, series[0].values[at]]).filter(([a, b]) => a || b),
    [
      [7, 2],
    ],
  );
  strictEqual(compared?.total, 7);
});

Deno.test("overviewPage() shows its other figures where one cannot be made", async () => {
  const { filters } = parseFilters(new URLSearchParams("step=hour&from=1975-01-01&to=2026-11-23"));
  const failures: unknown[] = [];
  const failed = (error: unknown) => `r${failures.push(error)}`;
  const model = await overviewPage(dataOf(clusterOf("alpha", [{ cpus: 2 }])), filters, {
    now_s: NOW_S,
    failed,
  });
  deepStrictEqual(model.figures.map((figure) => [figure.kind, figure.id]), [
    ["failed", "by-cluster"],
    ["failed", "queue"],
  ]);
  ok(model.rankings.length > 0);
  strictEqual(failures.length, 2);
});

Deno.test("overviewPage() ranks the ten largest and says how many there are", async () => {
  const jobs = Array.from({ length: 14 }, (_, index) => ({ account: `a${index}`, cpus: index + 1 }));
  const { rankings } = await overview(jobs);
  deepStrictEqual(rankings.map((ranking) => ranking.title), [
    "Accounts",
    "Users",
    "Partitions",
    "QOS",
    "States",
  ]);
  const [accounts] = rankings;
  strictEqual(accounts.rows.length, 10);
  deepStrictEqual(accounts.more, { of: 14, href: "/usage" });
  deepStrictEqual([accounts.rows[0].label, accounts.rows[0].href], ["a13", "/?account=a13"]);
});

Deno.test("overviewPage() links a chosen value to the view without it, and one without name to its table", async () => {
  const model = await overview([{ account: "phys" }, { account: null }], "user=alice&account=phys");
  deepStrictEqual(model.rankings[0].rows.map((row) => [row.label, row.href, row.selected]), [
    ["(none)", "/usage?account=phys&user=alice&by=account", false],
    ["phys", "/?user=alice", true],
  ]);
  const unnamed = (await overview([{ account: null }])).rankings[0].rows[0];
  deepStrictEqual([unnamed.label, unnamed.href], ["(none)", "/usage"]);
});

Deno.test("overviewPage() calls the utilisation of chosen jobs a share, and says what stands out", async () => {
  deepStrictEqual(shareOfCapacity("cpu-utilisation", DEFAULT_FILTERS), {});
  const partition = choose(DEFAULT_FILTERS, "partition", ["gpu"]);
  deepStrictEqual(shareOfCapacity("cpu-utilisation", partition), {});
  const user = choose(DEFAULT_FILTERS, "user", ["alice"]);
  deepStrictEqual(shareOfCapacity("gpu-utilisation", user), { label: "Share of all GPUs" });
  deepStrictEqual(shareOfCapacity("cpu-hours", user), {});
  deepStrictEqual((await overview([{}])).standing, []);
  strictEqual((await overview([{}], "from=2020-01-01&to=2020-01-02")).standing, null);
});

Deno.test("overviewPage() filters no list by its own choice, so that another value can be added", async () => {
  const jobs = Array.from({ length: 14 }, (_, index) => ({
    account: `a${String(index).padStart(2, "0")}`,
    cpus: index + 1,
  }));
  const { rankings: [accounts, users] } = await overview(jobs, "account=a00&account=a12");
  deepStrictEqual(accounts.rows.map(({ label }) => label).at(-1), "a00", "small, but chosen");
  strictEqual(accounts.rows.length, 10);
  strictEqual(accounts.more.of, 14);
  ok(accounts.rows.every(({ share }) => (share ?? 1) < 0.5), "shares of the whole");
  const [a13, a12] = accounts.rows;
  deepStrictEqual([a13.href, a13.toggle_href], ["/?account=a13", "/?account=a00&account=a12&account=a13"]);
  deepStrictEqual([a12.selected, a12.toggle_href], [true, "/?account=a00"]);
  deepStrictEqual(users.rows.map(({ value, page_href }) => [value, page_href]), [
    [14, "/usage?account=a00&account=a12&user=alice"],
  ]);
});

Deno.test("overviewPage() headline, chart and ranking have the same total", async () => {
  const jobs = Array.from({ length: 90 }, (_, index) => ({
    submit: NOW_S - (index % 29) * DAY_S - 9000,
    account: `a${index % 12}`,
    run_s: 1000 + index * 377,
    cpus: 1 + index % 5,
  }));
  const data = dataOf(clusterOf("alpha", jobs.slice(0, 50)), clusterOf("beta", jobs.slice(50)));
  const model = charted(await overviewPage(data, DEFAULT_FILTERS, { now_s: NOW_S }));
  const [figure] = model.figures;
  const bars = figure.series.flatMap(({ values }) => values).reduce(
    (sum: number, value) => sum + (value ?? 0),
    0,
  );
  const totals = figure.series.reduce((sum, { total }) => sum + (total ?? 0), 0);
  ok(Math.abs(bars - totals) < 1e-6 * totals);
  strictEqual(tile(model, "CPU-hours").exact, `${Math.round(totals).toLocaleString("en-GB")} CPU-hours`);
});
