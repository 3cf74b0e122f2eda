import assert from "node:assert/strict";
import { SPREAD_CLASSES } from "../../../lib/view/classes.ts";
import { clusterOf, dataOf, HOSTILE, NOW_S, type Sent, twoClusters } from "./small_data.ts";
import { chartOf, chosenOf, curvesOf, noteOf, spreadModel, tableOf, tileValues } from "./spread_models.ts";

const DAY_S = 86_400;
const GAP = "\u00a0";
const CPUS = [1, 1, 2, 4, 5, 16, 64, 2000];

const JOBS: readonly Sent[] = CPUS.map((cpus, index) => ({
  cpus,
  submit: NOW_S - 5 * DAY_S,
  run_s: 3600,
  gpus: index % 4,
  mem: index === 7 ? "4096G" : `${2 ** index}G`,
  wait_s: 10 * index,
  account: index < 4 ? "phys" : "chem",
}));

function sizes(query = "", jobs = JOBS) {
  return spreadModel("sizes", dataOf(clusterOf("alpha", jobs)), { query });
}

Deno.test("sizesPage() has the percentiles of the CPUs of all jobs on its tiles, and means of two kinds", async () => {
  const tiles = tileValues(await sizes());
  assert.deepEqual(
    [tiles["CPUs, median"], tiles["CPUs, largest"], tiles["With 1 CPU"], tiles["Jobs that ran"]],
    ["4", "2,000", "25 %", "8"],
  );
  const sum = CPUS.reduce((all, cpus) => all + cpus, 0);
  assert.equal(tiles["CPUs, mean"], String(Math.round(sum / CPUS.length)));
  const squares = CPUS.reduce((all, cpus) => all + cpus * cpus, 0);
  assert.equal(tiles["Mean by CPU-hours"], new Intl.NumberFormat("en-GB").format(Math.round(squares / sum)));
});

Deno.test("sizesPage() shows all jobs in classes, the largest too, and leads to the jobs of a class", async () => {
  const { buckets, series } = chartOf(await sizes(), "histogram");
  assert.deepEqual(series[0].values, [2, 2, 2, 1, 0, 0, 1]);
  assert.deepEqual(buckets.map(({ tick }) => tick), [
    "1",
    "2–4",
    "5–16",
    "17–64",
    "65–256",
    "257–1,024",
    `>${GAP}1,024`,
  ]);
  assert.equal(buckets[6].href, "/jobs?size_class=%3E1024");
  assert.equal(buckets[6].label, "over 1,024 CPUs");
});

Deno.test("sizesPage() tells of GPUs, nodes and memory as well, and says which jobs it leaves out", async () => {
  const gpus = await sizes("measure=gpu-hours");
  assert.deepEqual(chartOf(gpus, "histogram").series[0].values.slice(0, 3), [2, 2, 2]);
  assert.equal(noteOf(gpus, "histogram"), "Left out: 2 jobs without GPUs.");
  assert.deepEqual(chosenOf(gpus)["Size in"], ["GPUs"]);
  assert.match(curvesOf(gpus).csv_href, /of=gpus/);
  const memory = await sizes("measure=mem-hours");
  const { series, buckets } = chartOf(memory, "histogram");
  assert.deepEqual(series[0].values, [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1]);
  assert.equal(buckets[1].label, `1–2${GAP}GiB`);
  assert.equal(tileValues(memory)["Memory, largest"], "4,096 GiB");
  const nodes = await sizes("measure=node-hours");
  assert.deepEqual(chartOf(nodes, "histogram").series[0].values[0], 8);
});

Deno.test("sizesPage() has the size of the jobs of each group, sorted as asked, and their wait by size", async () => {
  const model = await sizes("by=account&sort=p50");
  assert.deepEqual(tableOf(model).rows.map(({ cells }) => [cells[0], cells[1], cells[4], cells[7]]), [
    ["phys", "4", "1", "4"],
    ["chem", "4", "16", "2,000"],
  ]);
  const waits = tableOf(model, "waits");
  assert.deepEqual(waits.rows.map(({ cells }) => cells.slice(0, 3)), [
    ["1", "2", `0${GAP}s`],
    ["2-4", "2", `20${GAP}s`],
    ["5-16", "2", `40${GAP}s`],
    ["17-64", "1", `1${GAP}min`],
    [">1024", "1", `1${GAP}min 10${GAP}s`],
  ]);
  assert.ok(waits.columns.every((column) => column.sort_href === undefined));
});

Deno.test("sizesPage() has the share of the jobs, or of the hours, in each class over time", async () => {
  const jobs = chartOf(await sizes(), "shares").series;
  assert.deepEqual(jobs.map(({ label, total }) => [label, total]), [
    ["1 CPU", 0.25],
    ["2–4 CPUs", 0.25],
    ["5–16 CPUs", 0.25],
    ["17–64 CPUs", 0.125],
    ["over 1,024 CPUs", 0.125],
  ]);
  const hours = chartOf(await sizes("weight=cpu-hours"), "shares").series.at(-1);
  assert.ok(Math.abs((hours?.total ?? 0) - 2000 / CPUS.reduce((sum, cpus) => sum + cpus, 0)) < 1e-6);
});

Deno.test("sizesPage() carries hostile names as they are", async () => {
  const model = await spreadModel("sizes", twoClusters(), { query: "by=account&period=90d" });
  const row = tableOf(model).rows.find(({ key }) => key === HOSTILE);
  assert.equal(row?.cells[0], HOSTILE);
});

Deno.test("the classes of every spread rise, have names of their own and hold all values", () => {
  for (const [of, classes] of Object.entries(SPREAD_CLASSES)) {
    assert.equal(new Set(classes.map(({ key }) => key)).size, classes.length, of);
    classes.forEach(({ up_to }, place) => assert.ok(place === 0 || up_to > classes[place - 1].up_to, of));
    assert.equal(classes.at(-1)?.up_to, Infinity, of);
  }
  assert.deepEqual(SPREAD_CLASSES.gpus.map(({ key }) => key), [
    "1",
    "2",
    "3-4",
    "5-8",
    "9-16",
    "17-32",
    "33-64",
    ">64",
  ]);
});
