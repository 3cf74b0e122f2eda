import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { clusterPage } from "../../../lib/pages/cluster.ts";
import { parseFilters } from "../../../lib/view/filters.ts";
import { after, event, node, snapshot } from "../store/inventory_snapshots.ts";
import { chartOf, clusterOf, dataOf, NOW_S, type Sent } from "./small_data.ts";

const DAY_S = 86_400;
const GAP = "\u00a0";
const GIB = 2 ** 30;

const PARTITIONS = [
  { name: "standard", nodes: "n[1-3]", cpus: 30, max_time_s: 2 * DAY_S, state: "UP" },
  { name: "gpu", nodes: "g1", cpus: 10, max_time_s: null, state: "UP" },
];

/** Three nodes of ten CPUs, and one with GPUs. */
function nodes(gpu_node: Parameters<typeof node>[1]) {
  const has = { cpus: 10, memory_bytes: 64 * GIB };
  return [
    ...["n1", "n2", "n3"].map((name) => node(name, { ...has, partitions: ["standard"] })),
    node("g1", { ...has, gpus: [["a100", 4]], partitions: ["gpu"], ...gpu_node }),
  ];
}

/** Known for ten days; the node with GPUs has been drained for two. */
const INVENTORY = after(
  snapshot(NOW_S - 10 * DAY_S, { nodes: nodes({}), partitions: PARTITIONS }),
  snapshot(NOW_S, {
    nodes: nodes({ state: "IDLE+DRAIN", reason: "alice broke the fan", out: true }),
    events: [event("g1", NOW_S - 2 * DAY_S, null, { state: "DRAIN", reason: "fan" })],
  }, { events_from_s: NOW_S - 10 * DAY_S }),
);

const JOBS: readonly Sent[] = [
  { submit: NOW_S - DAY_S, wait_s: 0, run_s: 36_000, cpus: 10 },
  { submit: NOW_S - DAY_S, wait_s: 60, run_s: 3600, cpus: 5, partition: "gpu", gpus: 2, account: "chem" },
];

async function page(query: string, { inventory = INVENTORY as typeof INVENTORY | null, jobs = JOBS } = {}) {
  const { filters } = parseFilters(new URLSearchParams(query));
  const data = dataOf(clusterOf("alpha", jobs, { inventory }), clusterOf("beta", [{ cpus: 99 }]));
  return await clusterPage(data, filters, { now_s: NOW_S });
}

async function parts(query = "cluster=alpha&period=7d", options = {}) {
  const { cluster } = await page(query, options);
  ok(cluster !== null);
  return cluster;
}

Deno.test("clusterPage() says what the cluster consists of", async () => {
  const { hardware } = await parts();
  deepStrictEqual(hardware?.slice(0, 4).map(({ label, value, note }) => [label, value, note]), [
    ["Nodes", "4", "1 down, drained or in maintenance"],
    ["CPUs", "40", "10 a node"],
    ["GPUs", "4", "4 a100"],
    ["Memory", `256${GAP}GiB`, ""],
  ]);
  strictEqual((await parts("cluster=alpha", { inventory: null })).hardware, null);
});

Deno.test("clusterPage() holds the hours against what there was, where that is known", async () => {
  const cluster = await parts();
  const chart = chartOf(cluster.figures[0]);
  strictEqual(chart.title, "CPU-hours by partition");
  strictEqual(chart.series.reduce((sum, { total }) => sum + (total ?? 0), 0), 105);
  const day = chart.buckets.findIndex(({ from }) => from === "2026-11-20");
  strictEqual(chart.limit?.values[day], 40 * 24);
  strictEqual(chart.limit?.values[day + 2], 30 * 24);
  match(chart.finding, /^105 CPU-hours in all; 1\.[0-9]\u00a0% of what there was/);
  const unknown = await parts("cluster=alpha", { inventory: null });
  strictEqual(chartOf(unknown.figures[0]).limit, null);
  strictEqual(chartOf(unknown.figures[0]).finding, "105 CPU-hours in all.");
  ok(!unknown.tiles.some(({ label }) => label.includes("utilisation")));
});

Deno.test("clusterPage() lists partitions with what they are, how much of them was used and how long jobs waited", async () => {
  const { partitions } = await parts();
  deepStrictEqual(partitions?.rows.map(({ cells }) => cells.slice(0, 7)), [
    ["standard", "UP", "3", "30", `2${GAP}d`, "1", "100"],
    ["gpu", "UP", "1", "10", "no limit", "1", "5"],
  ]);
  for (const { cells } of partitions?.rows ?? []) strictEqual(cells.length, partitions?.columns.length);
  strictEqual(partitions?.rows[1].href, "/usage?cluster=alpha&partition=gpu&period=7d");
  deepStrictEqual(partitions?.rows[1].cells.slice(-2), [`1${GAP}min`, `1${GAP}min`]);
  const bare = (await parts("cluster=alpha", { inventory: null })).partitions;
  deepStrictEqual(bare?.columns.map(({ label }) => label), [
    "Partition",
    "Jobs ended",
    "CPU-hours",
    "Wait, median",
    "Wait, p95",
  ]);
});

Deno.test("clusterPage() names the nodes that are out, since when and why, without names of users", async () => {
  const { nodes_out, nodes_out_note } = await parts();
  deepStrictEqual(nodes_out, [{
    node: "g1",
    href: "/nodes?cluster=alpha&node=g1&period=7d",
    state: "IDLE+DRAIN",
    since: `21 Nov 2026 09:30 (2${GAP}d)`,
    reason: "… broke the fan",
  }]);
  strictEqual(nodes_out_note, "");
  const whole = after(snapshot(NOW_S - DAY_S, { nodes: [node("n1")] }));
  strictEqual(
    (await parts("cluster=alpha", { inventory: whole })).nodes_out_note,
    "Every node is in service.",
  );
});

Deno.test("clusterPage() has no parts for a cluster that there is not, and says which there are", async () => {
  const { cluster, notices } = await page("cluster=gamma");
  strictEqual(cluster, null);
  ok(notices.some((notice) => notice.state === "note" && notice.text.includes("alpha, beta")));
});

Deno.test("clusterPage() tells what there is of a cluster without jobs in the range", async () => {
  const { cluster, notices } = await page("cluster=alpha&from=2020-01-01&to=2020-01-31");
  deepStrictEqual([cluster?.tiles, cluster?.figures], [[], []]);
  strictEqual(cluster?.hardware?.[0].value, "4");
  ok(notices.some(({ state }) => state === "no-data"));
});
