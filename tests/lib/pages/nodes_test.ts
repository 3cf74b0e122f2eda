import assert from "node:assert/strict";
import { pageModel } from "../../../lib/pages/page_model.ts";
import { dataOf } from "../../helpers.ts";
import { after, event, node, snapshot } from "../store/inventory_snapshots.ts";
import { clusterOf, NOW_S } from "./small_data.ts";

const DAY = 86_400;

/** Two nodes, one of them idle, and two jobs of 4 CPUs for an hour on the other. */
function data(nodes = ["n001", "n002"]) {
  return dataOf({
    ...clusterOf("alpha", [{}, { state: "FAILED" }]),
    inventory: after(snapshot(NOW_S - 60 * DAY, { nodes: nodes.map((name) => node(name, { cpus: 8 })) })),
  });
}

function model(query: string, of = data()) {
  return pageModel(of, "nodes", { params: new URLSearchParams(query), now_s: NOW_S });
}

Deno.test("nodesPage() shows each node by day and in a table, the unused one too, each leading to its jobs", async () => {
  const page = await model("period=7d");
  assert.ok(page.figure?.kind === "heat");
  assert.deepEqual(page.figure.rows.map(({ label }) => label), ["n001", "n002"]);
  assert.equal(page.figure.columns.length, 7);
  assert.equal(page.figure.full, 1);
  const busiest = Math.max(...page.figure.rows[0].cells.map(({ value }) => value ?? 0));
  assert.ok(busiest > 0.04 && busiest < 0.043, `8 of 192 CPU-hours, ${busiest}`);
  assert.deepEqual(page.figure.rows[1].cells.every(({ value }) => value === 0 || value === null), true);
  assert.deepEqual(page.table?.rows.map(({ cells }) => cells.slice(0, 1)), [["n001"], ["n002"]]);
  assert.equal(page.table?.rows[0].href, "/jobs?node=n001&period=7d");
  assert.deepEqual(page.tiles.at(-1)?.note, "1 without a job, none out of service");
  assert.equal(page.span, "1–2 of 2 nodes");
});

Deno.test("nodesPage() hides nodes without a job when asked to, and sorts by its columns alone", async () => {
  const hidden = await model("period=7d&unused=hide");
  assert.deepEqual(hidden.table?.rows.map(({ cells }) => cells[0]), ["n001"]);
  assert.ok(hidden.switches.some(({ links }) => links.some(({ label }) => label === "Hide 1")));
  const by_name = await model("period=7d&sort=-name");
  assert.deepEqual(by_name.table?.rows.map(({ cells }) => cells[0]), ["n002", "n001"]);
  assert.equal(by_name.table?.columns[0].sorted, "descending");
  const odd = await model("period=7d&sort=-wait-p50");
  assert.ok(odd.notices.length > 0);
});

Deno.test("nodesPage() tells hours where no capacity is known, and says why where there is nothing", async () => {
  const page = await model("period=7d", dataOf(clusterOf("alpha", [{}])));
  assert.ok(page.figure?.kind === "heat" && page.figure.unit === "CPU-hours" && page.figure.full === null);
  const empty = await model("period=7d&user=nobody", dataOf(clusterOf("alpha", [{}])));
  assert.equal(empty.figure, null);
  assert.ok(empty.notices.length > 0);
});

Deno.test("nodesPage() counts of a job on several nodes only what it held of those chosen, in tiles as in rows", async () => {
  const cluster = {
    ...clusterOf("alpha", [{ cpus: 8, nodes: "n00[1-2]", more: { AllocNodes: 2 } }, { cpus: 3 }]),
    inventory: after(
      snapshot(NOW_S - 60 * DAY, { nodes: ["n001", "n002"].map((name) => node(name, { cpus: 8 })) }),
    ),
  };
  const tile = async (query: string) => {
    const { tiles } = await model(query, dataOf(cluster));
    const value = (name: string) => tiles.find(({ label }) => label === name)?.value;
    return [value("CPU-hours"), Number.parseFloat(value("CPU utilisation") ?? "")];
  };
  const [all, one, other] = [
    await tile("period=7d"),
    await tile("period=7d&node=n001"),
    await tile("period=7d&node=n002"),
  ];
  assert.deepEqual([all[0], one[0], other[0]], ["11", "7", "4"]);
  // Each is rounded to a tenth of a per cent.
  assert.ok(Math.abs(Number(one[1]) + Number(other[1]) - 2 * Number(all[1])) <= 0.2);
  assert.deepEqual(await tile("period=7d&node=n001&node=n002"), all);
});

Deno.test("nodesPage() puts nodes out of service first where asked to, with reason and since when, and links there", async () => {
  const cluster = {
    ...clusterOf("alpha", [{}]),
    inventory: after(
      snapshot(NOW_S - 60 * DAY, {
        nodes: [
          node("n001", { cpus: 8 }),
          node("n002", { cpus: 8, state: "IDLE+DRAIN", reason: "alice broke the fan", out: true }),
        ],
        events: [event("n002", NOW_S - 2 * DAY, null, { state: "DRAIN", reason: "fan" })],
      }),
    ),
  };
  const usual = await model("period=7d", dataOf(cluster));
  assert.equal(usual.tiles.at(-1)?.note, "1 without a job, 1 out of service");
  assert.equal(usual.tiles.at(-1)?.href, "/nodes?period=7d&sort=state#table");
  const sorted = await model("period=7d&sort=state", dataOf(cluster));
  assert.deepEqual(sorted.table?.rows.map(({ cells, state, why }) => [cells[0], state, why]), [
    ["n002", "out", "… broke the fan, since 21 Nov 2026 09:30"],
    ["n001", "good", ""],
  ]);
  assert.equal(sorted.table?.rows[1].href, "/jobs?node=n001&period=7d", "without the order of this table");
  const finding = ({ figure }: typeof usual) => figure?.kind === "heat" ? figure.finding : null;
  assert.equal(finding(sorted), finding(usual));
});
