import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { capacity } from "../../../lib/query/capacity.ts";
import { nodes } from "../../../lib/query/nodes.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { after, event, node, snapshot } from "../store/inventory_snapshots.ts";
import { randomData } from "./random_data.ts";

const NOW = { now_s: 0 };
const DAY = 86_400;
const WORK = utc("2024-05-06");

function filtersOf(parts: Partial<Filters>, only: Partial<Filters["only"]> = {}): Filters {
  return { ...DEFAULT_FILTERS, ...parts, only: { ...DEFAULT_FILTERS.only, ...only } };
}

function near(found: number | null | undefined, expected: number | null | undefined, what: string): void {
  const close = (found ?? null) === (expected ?? null) ||
    typeof found === "number" && typeof expected === "number" &&
      Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(close, `${what}: ${found}, not ${expected}`);
}

Deno.test("nodes() gives each node what the measures by node give, over the range and by bucket", async () => {
  const data = randomData(createRandom(11), { jobs: 200, around_s: utc("2024-03-31") });
  const looks = (at: string) =>
    snapshot(utc(at), {
      nodes: ["n1", "n2", "n3", "spare"].map((name) => node(name, { cpus: 64, gpus: [["a100", 4]] })),
      events: [event("n2", utc("2024-03-20"), utc("2024-03-22"))],
    });
  const known = dataOf({ ...data.get("alpha") ?? clusterOf([]), inventory: after(looks("2024-03-18")) });
  for (
    const [measure, share] of [["cpu-hours", "cpu-utilisation"], ["gpu-hours", "gpu-utilisation"]] as const
  ) {
    for (const only of [{}, { user: ["u1", "u2"] }]) {
      const filters = filtersOf({
        from: "2024-03-13",
        to: "2024-04-10",
        tz: "Europe/Berlin",
        step: "day",
        measure,
      }, only);
      const answer = await nodes(known, filters, NOW);
      const by_node = await ranking(known, filters, {
        ...NOW,
        by: "node",
        measures: [
          "cpu-hours",
          "gpu-hours",
          "node-hours",
          "jobs-ended",
          "jobs-failed",
          share,
          "cpu-hours-capacity",
        ],
      });
      const shares = await series(known, { ...filters, measure: share, by: "node" }, NOW);
      assert.deepEqual(
        answer.rows.map((row) => row.node).sort(),
        by_node.rows.map(({ key }) => key).filter((key) => key !== "").sort(),
      );
      for (const row of answer.rows) {
        const values = by_node.rows.find(({ key }) => key === row.node)?.values ?? {};
        near(row.cpu_hours, values["cpu-hours"], `CPU-hours of ${row.node}`);
        near(row.gpu_hours, values["gpu-hours"], `GPU-hours of ${row.node}`);
        near(row.node_hours, values["node-hours"], `node-hours of ${row.node}`);
        near(row.utilisation, values[share], `${share} of ${row.node}`);
        assert.deepEqual(
          [row.jobs, row.jobs_failed],
          [values["jobs-ended"], values["jobs-failed"]],
          row.node,
        );
        const by_bucket = shares.series.find(({ key }) => key === row.node)?.values ?? [];
        row.values.forEach((value, i) => near(value, by_bucket[i], `${share} of ${row.node}, bucket ${i}`));
        const there = capacity(known.get("alpha")?.inventory ?? null, {
          from_s: utc("2024-03-18"),
          to_s: answer.range.end_s,
          node: row.node,
        });
        const hours = measure === "cpu-hours" ? there.available?.cpu_hours : there.available?.gpu_hours;
        if (row.cpus !== null) near(row.capacity_hours, hours, `capacity of ${row.node}`);
      }
      const named = by_node.rows.filter(({ key }) => key !== "").map(({ values }) => values[measure] ?? 0);
      near(answer.hours, named.reduce((sum, value) => sum + value, 0), "hours in all");
    }
  }
});

function job(node_list: string, parts: Parameters<typeof jobRecord>[0] = {}) {
  return jobRecord({
    Submit: WORK,
    Start: WORK,
    End: WORK + DAY,
    State: "COMPLETED",
    NodeList: node_list,
    AllocCPUS: 4,
    AllocNodes: 1,
    Partition: "all",
    ...parts,
  });
}

const TWO_DAYS = { from: "2024-05-06", to: "2024-05-07", tz: "UTC", step: "day" } as const;

Deno.test("nodes() shows nodes that nothing ran on, and leaves them out when asked to", async () => {
  const data = dataOf(clusterOf([job("n2"), job("n10", { JobID: "2", State: "FAILED", AllocCPUS: 2 })], {
    inventory: after(snapshot(WORK - DAY, {
      nodes: ["n1", "n2", "n10"].map((name) => node(name, { state: name === "n1" ? "DOWN" : "IDLE" })),
    })),
    fresh_until_s: WORK + 2 * DAY,
  }));
  const names = async (parts: Partial<Filters>) =>
    (await nodes(data, filtersOf({ ...TWO_DAYS, ...parts }), NOW)).rows.map((row) => row.node);
  assert.deepEqual(await names({}), ["n2", "n10", "n1"]);
  assert.deepEqual(await names({ unused: "hide" }), ["n2", "n10"]);
  assert.deepEqual(await names({ sort: "name" }), ["n1", "n2", "n10"]);
  assert.deepEqual(await names({ sort: "-failed" }), ["n10", "n2", "n1"]);
  const answer = await nodes(data, filtersOf(TWO_DAYS), NOW);
  assert.deepEqual([answer.count, answer.unused, answer.values], [3, 1, "share"]);
  assert.deepEqual(answer.rows.map(({ values }) => values), [[1, 0], [0.5, 0], [null, null]]);
  assert.deepEqual(answer.rows.map(({ state, out }) => [state, out]), [["IDLE", false], ["IDLE", false], [
    "DOWN",
    true,
  ]]);
  const second = await nodes(data, filtersOf({ ...TWO_DAYS, page: 9 }), { ...NOW, per_page: 2 });
  assert.deepEqual([second.page, second.pages, second.rows.map((row) => row.node)], [2, 2, ["n1"]]);
  const one = await nodes(data, filtersOf(TWO_DAYS, { node: ["n10"] }), NOW);
  assert.deepEqual(one.rows.map((row) => row.node), ["n10"]);
});

Deno.test("nodes() gives hours where no capacity is known, and keeps nodes of one name in two clusters apart", async () => {
  const alpha = clusterOf([job("n1")], { fresh_until_s: WORK + 2 * DAY });
  const data = dataOf(alpha, { ...clusterOf([job("n[1-2]", { AllocNodes: 2 })]), name: "beta" });
  const answer = await nodes(data, filtersOf(TWO_DAYS), NOW);
  assert.equal(answer.values, "hours");
  assert.equal(answer.utilisation, null);
  assert.deepEqual(
    answer.rows.map(({ cluster, node, values, cpus }) => [cluster, node, values, cpus]),
    [["alpha", "n1", [96, 0], null], ["beta", "n1", [48, 0], null], ["beta", "n2", [48, 0], null]],
  );
});
