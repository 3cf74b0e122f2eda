/** Capacity and utilisation against hours of capacity asked for span by span, and plain hours of jobs. */
import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { capacity } from "../../../lib/query/capacity.ts";
import type { Data } from "../../../lib/query/data.ts";
import { ranking } from "../../../lib/query/ranking.ts";
import { series } from "../../../lib/query/series.ts";
import { totals } from "../../../lib/query/totals.ts";
import { DEFAULT_FILTERS, type Filters } from "../../../lib/view/filters.ts";
import { type Grouping, type MeasureName, measureOf, MEASURES } from "../../../lib/view/measures.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";
import { after, event, node, snapshot } from "../store/inventory_snapshots.ts";
import { naiveMeasure, type Part } from "./naive.ts";
import { naiveBuckets, naiveSpan } from "./naive_calendar.ts";
import { naiveJobs, naiveKeeps, naiveKeys, type Span } from "./naive_jobs.ts";
import { addDays } from "./random_cases.ts";
import { dataOfClusters, type PlainCluster, randomClusters } from "./random_data.ts";

const NOW = { now_s: 0 };
const HOUR = 3600;
const DAY = 86_400;
const GIB = 2 ** 30;
const NODES = ["n1", "n2", "n3", "n4", "n5", "spare"];
const PARTITIONS = ["cpu", "gpu"];
/** Of each measure of utilisation: the hours above, the hours below, and how capacity calls them. */
const SHARES = [
  ["cpu-utilisation", "cpu-hours", "cpu_hours"],
  ["gpu-utilisation", "gpu-hours", "gpu_hours"],
  ["node-utilisation", "node-hours", "node_hours"],
  ["mem-utilisation", "mem-hours", "memory_gib_hours"],
] as const;

/** Nodes that change, come, go and fail, first seen some days around a day. */
function anyInventory(random: Random, around_s: number) {
  const looks = [-12, -3, 2, 9].map((days) => around_s + days * DAY + random.below(DAY));
  return after(...looks.map((at_s) =>
    snapshot(at_s, {
      nodes: NODES.filter(() => random.below(6) > 0).map((name) =>
        node(name, {
          cpus: 8 + random.below(3) * 64,
          memory_bytes: random.below(5) === 0 ? null : 64 * GIB,
          gpus: random.below(2) === 0 ? [] : [["a100", 2], ["v100", 1]],
          partitions: PARTITIONS.filter(() => random.below(3) > 0),
        })
      ),
      events: Array.from({ length: 4 }, () => {
        const start = around_s - 15 * DAY + random.below(30 * DAY);
        return event(random.pick(NODES), start, random.below(4) === 0 ? null : start + random.below(3 * DAY));
      }),
    })
  ));
}

interface World {
  readonly clusters: readonly PlainCluster[];
  readonly data: Data;
}

function anyWorld(seed: number, day: string): World {
  const random = createRandom(seed);
  const clusters = randomClusters(random, { jobs: 120, around_s: utc(day) });
  const data = new Map([...dataOfClusters(clusters)].map(([name, cluster]) => [
    name,
    // Of every third world the second cluster has no inventory.
    { ...cluster, inventory: name === "beta" && seed % 3 === 0 ? null : anyInventory(random, utc(day)) },
  ]));
  return { clusters, data };
}

function filtersOf(parts: Partial<Filters>, only: Partial<Filters["only"]> = {}): Filters {
  return { ...DEFAULT_FILTERS, ...parts, only: { ...DEFAULT_FILTERS.only, ...only } };
}

/** Hours used and hours there were of a key in a span, each cluster's in the part of it that is known; null for unknown. */
function counted(
  { clusters, data }: World,
  { filters, by, key, span, of }: {
    readonly filters: Filters;
    readonly by: Grouping;
    readonly key: string;
    readonly span: Span;
    readonly of: (typeof SHARES)[number];
  },
): { used: number; there: number | null } {
  let used = 0;
  let there: number | null = null;
  for (const plain of clusters) {
    if (filters.only.cluster.length > 0 && !filters.only.cluster.includes(plain.name)) continue;
    const inventory = data.get(plain.name)?.inventory ?? null;
    const known = {
      start_s: Math.max(span.start_s, inventory?.nodes_from_s ?? Infinity),
      end_s: Math.min(span.end_s, plain.fresh_until_s ?? -Infinity),
    };
    if (known.start_s >= known.end_s) continue;
    const parts: Part[] = naiveJobs([plain]).filter((job) => naiveKeeps(filters, job)).flatMap((job) => {
      const weight = naiveKeys(job, by).get(key);
      return weight === undefined ? [] : [{ job, weight }];
    });
    used += naiveMeasure(parts, of[1], { span: known, basis: "prorated", reported_s: 0 }) ?? 0;
    const question = { from_s: known.start_s, to_s: known.end_s };
    const partitions = by === "partition" ? [key] : filters.only.partition;
    const named = inventory?.periods.some(({ node: name, shape }) =>
      by === "node" ? name === key : by !== "partition" || shape.partitions.includes(key)
    );
    if (!named || by === "cluster" && plain.name !== key) continue;
    const shares = by === "node"
      ? [capacity(inventory, { ...question, node: key })]
      : partitions.length > 0
      ? partitions.map((partition) => capacity(inventory, { ...question, partition }))
      : [capacity(inventory, question)];
    there = shares.reduce((sum, { available }) => sum + (available?.[of[2]] ?? 0), there ?? 0);
  }
  return { used, there };
}

function same(found: number | null | undefined, expected: number | null, what: string): void {
  const close = found === expected ||
    typeof found === "number" && expected !== null &&
      Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  assert.ok(close, `${what}: ${found}, not ${expected}`);
}

Deno.test("utilisation is hours used by hours there were, of the time for which both are known, by every grouping", async () => {
  let values = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const day = seed % 2 === 0 ? "2024-03-31" : "2024-12-30";
    const world = anyWorld(seed, day);
    const tz = seed % 2 === 0 ? "Europe/Berlin" : "UTC";
    for (
      const [number, by] of (["none", "cluster", "partition", "node", "user", "size_class"] as const)
        .entries()
    ) {
      const only = seed % 4 === 1 && by !== "node"
        ? { partition: ["gpu"] }
        : seed % 4 === 2
        ? { user: ["u1"] }
        : {};
      const filters = filtersOf({
        from: addDays(day, -18),
        to: addDays(day, 25),
        tz,
        by,
        step: (["day", "week", "month"] as const)[(seed + number) % 3],
      }, only);
      const whole = naiveSpan({ from: addDays(day, -18), to: addDays(day, 25), tz });
      const spans = naiveBuckets(whole, { tz, step: filters.step as "day" });
      for (const of of SHARES) {
        const capacity_name = MEASURES.find(({ name }) => name === `${of[1]}-capacity`)?.name;
        for (const name of [of[0], ...capacity_name === undefined ? [] : [capacity_name]]) {
          const answer = await series(world.data, { ...filters, measure: name }, NOW);
          const value = ({ used, there }: { used: number; there: number | null }) =>
            name !== of[0] ? there : there === null || there === 0 ? null : used / there;
          for (const row of answer.series) {
            const about = { filters, by, key: row.key, of };
            const what = `world ${seed}, ${name} by ${by}, ${row.key}`;
            same(row.total, value(counted(world, { ...about, span: whole })), `${what}, in all`);
            spans.forEach((span, i) =>
              same(row.values[i], value(counted(world, { ...about, span })), `${what}, bucket ${i}`)
            );
            values += row.values.filter((found) => found !== null).length;
          }
          const all = value(counted(world, { filters, by: "none", key: "", span: whole, of }));
          same(answer.total, all, `world ${seed}, ${name} by ${by}, the whole`);
        }
      }
    }
  }
  assert.ok(values > 3000, `${values} values were compared`);
});

Deno.test("utilisation × capacity is the hours wherever nodes are known and reported, at every step, and over the range", async () => {
  const day = "2024-03-31";
  const world = anyWorld(2, day);
  // Every bucket lies between the first look at the nodes and the last report.
  const base = { from: addDays(day, -10), to: addDays(day, 9), tz: "Europe/Berlin" };
  for (const [share, hours] of SHARES.slice(0, 3)) {
    const capacity_name = `${hours}-capacity` as MeasureName;
    const ask = (measure: MeasureName, step: Filters["step"]) =>
      series(world.data, filtersOf({ ...base, measure, step }), NOW);
    const totals_by_step: (number | null)[] = [];
    for (const step of ["hour", "day", "week", "month", "total"] as const) {
      const [by_share, used, there] = [
        await ask(share, step),
        await ask(hours, step),
        await ask(capacity_name, step),
      ];
      by_share.series[0].values.forEach((value, i) => {
        same(
          (value ?? 0) * (there.series[0].values[i] ?? 0),
          used.series[0].values[i],
          `${share} by ${step}, bucket ${i}`,
        );
      });
      const sum = (values: readonly (number | null)[]) =>
        values.reduce<number>((all, value) => all + (value ?? 0), 0);
      same(
        by_share.total,
        sum(used.series[0].values) / sum(there.series[0].values),
        `${share} by ${step}, in all`,
      );
      same(there.total, sum(there.series[0].values), `${capacity_name} by ${step} adds up`);
      totals_by_step.push(
        by_share.total,
        (await totals(world.data, filtersOf(base), { ...NOW, measures: [share] }))[share] ?? null,
      );
    }
    for (const total of totals_by_step) same(total, totals_by_step[0], `${share} is the same by every step`);
  }
});

const WORK = utc("2024-05-06");

/** One node of 10 CPUs in two partitions, known from the second day on, and a job of 5 CPUs that runs for four days. */
function small(parts: { readonly inventory?: null } = {}) {
  return clusterOf([
    jobRecord({
      User: "alice",
      Partition: "a",
      Submit: WORK,
      Start: WORK,
      End: WORK + 4 * DAY,
      State: "COMPLETED",
      NodeList: "n1",
      AllocCPUS: 5,
      AllocNodes: 1,
    }),
  ], {
    inventory: after(snapshot(WORK + DAY, {
      nodes: [
        node("n1", { cpus: 10, partitions: ["a", "b"] }),
        node("n2", { cpus: 30, partitions: ["b"] }),
      ],
      events: [event("n2", WORK + 2 * DAY, WORK + 3 * DAY)],
    })),
    fresh_until_s: WORK + 4 * DAY + 12 * HOUR,
    ...parts,
  });
}

const SMALL = { from: "2024-05-06", to: "2024-05-11", tz: "UTC", step: "day" } as const;

Deno.test("utilisation is null before nodes are known and after the last report, and leaves no node out that is not used", async () => {
  const ask = async (measure: MeasureName, parts: Partial<Filters> = {}, only = {}) =>
    (await series(dataOf(small()), filtersOf({ ...SMALL, measure, ...parts }, only), NOW)).series;
  const [{ values, total }] = await ask("cpu-utilisation");
  assert.deepEqual(values, [null, 5 / 40, 5 / 10, 5 / 40, 0, null]);
  assert.equal(total, 15 / (40 + 10 + 40 + 20));
  const [there] = await ask("cpu-hours-capacity");
  assert.deepEqual(there.values, [null, 960, 240, 960, 480, null]);
  assert.equal(there.total, 2640);
  const by_node = await ask("cpu-utilisation", { by: "node" });
  assert.deepEqual(by_node.map(({ key, total }) => [key, total]), [["n1", 15 / 35], ["n2", 0]]);
  const by_partition = await ask("cpu-hours-capacity", { by: "partition" });
  assert.deepEqual(
    by_partition.map(({ key, total }) => [key, total]),
    [["b", 2640], ["a", 840]],
    "n1 counts in both of its partitions",
  );
  assert.deepEqual((await ask("cpu-hours-capacity", {}, { partition: ["a"] }))[0].total, 840);
  assert.deepEqual((await ask("cpu-hours-capacity", {}, { partition: ["a", "b"] }))[0].total, 2640);
  assert.deepEqual((await ask("cpu-utilisation", {}, { user: ["bob"] }))[0].values[1], 0, "of all nodes");
});

Deno.test("utilisation of chosen nodes is what jobs held of them alone, by every grouping, and the sum of its nodes", async () => {
  let compared = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const day = "2024-12-30";
    const world = anyWorld(seed, day);
    const random = createRandom(seed);
    const base = { from: addDays(day, -12), to: addDays(day, 14), tz: "UTC", step: "week" } as const;
    const chosen = NODES.filter(() => random.below(2) === 0);
    if (chosen.length === 0) continue;
    const all_nodes = { cluster: ["alpha"] };
    const only = { ...all_nodes, node: chosen };
    for (const [share, hours] of SHARES) {
      const offered_name = hours === "mem-hours" ? "cpu-hours-capacity" : `${hours}-capacity` as MeasureName;
      const ask = async (measure: MeasureName, by: Grouping, choice: Partial<Filters["only"]>) =>
        await series(world.data, filtersOf({ ...base, measure, by }, choice), NOW);
      const by_node = await ask(share, "node", only);
      const whole = await ask(share, "node", all_nodes);
      assert.ok(by_node.series.every(({ key }) => chosen.includes(key)), `world ${seed}: only nodes chosen`);
      for (const row of by_node.series) {
        const same_row = whole.series.find(({ key }) => key === row.key);
        same(row.total, same_row?.total ?? null, `world ${seed}, ${share} of ${row.key}`);
        row.values.forEach((value, i) => same(value, same_row?.values[i] ?? null, `${share}, bucket ${i}`));
        compared++;
      }
      const none = await ask(share, "none", only);
      same(none.total, by_node.total, `world ${seed}, ${share} in all`);
      const few = await series(world.data, filtersOf({ ...base, measure: share, by: "node" }, only), {
        ...NOW,
        top: 1,
      });
      same(few.total, none.total, `world ${seed}, ${share} of the first node and the others`);
      if (hours === "mem-hours") continue;
      const there = await ask(offered_name, "node", only);
      const used = by_node.series.reduce(
        (sum, { key, total }) =>
          sum + (total ?? 0) * (there.series.find((row) => row.key === key)?.total ?? 0),
        0,
      );
      // What is held of nodes that have none is no share of theirs.
      const complete = chosen.every((key) => there.series.some((row) => row.key === key && row.total !== 0));
      if (none.total !== null && complete) {
        same(none.total * (there.total ?? 0), used, `world ${seed}, ${share} adds up`);
      }
      const by_user = await ask(share, "user", only);
      const shares = by_user.series.reduce((sum, { total }) => sum + (total ?? 0), 0);
      if (none.total !== null) same(shares, none.total, `world ${seed}, ${share} by user adds up`);
    }
  }
  assert.ok(compared > 30, `${compared} rows were compared`);
});

Deno.test("utilisation of nodes filled by a job of several is 1 where one of them is chosen, and never more", async () => {
  const cluster = clusterOf([
    jobRecord({
      User: "alice",
      Submit: WORK,
      Start: WORK,
      End: WORK + DAY,
      State: "COMPLETED",
      NodeList: "n[1-4]",
      AllocCPUS: 40,
      AllocNodes: 4,
    }),
  ], {
    inventory: after(snapshot(WORK, {
      nodes: ["n1", "n2", "n3", "n4"].map((name) => node(name, { cpus: 10, partitions: ["a"] })),
      events: [],
    })),
    fresh_until_s: WORK + DAY,
  });
  const ask = async (
    only: Partial<Filters["only"]>,
  ) => (await totals(dataOf(cluster), filtersOf({ ...SMALL, to: "2024-05-06" }, only), {
    ...NOW,
    measures: ["cpu-utilisation", "node-utilisation"],
  }));
  for (const nodes of [["n1"], ["n1", "n3"], []]) {
    assert.deepEqual(await ask({ node: nodes }), { "cpu-utilisation": 1, "node-utilisation": 1 });
  }
});

Deno.test("utilisation of GPUs by type is of the GPUs of that type", async () => {
  const cluster = clusterOf([
    jobRecord({
      User: "alice",
      Submit: WORK,
      Start: WORK,
      End: WORK + DAY,
      State: "COMPLETED",
      NodeList: "n1",
      AllocCPUS: 4,
      AllocNodes: 1,
      AllocTRES: "cpu=4,gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1",
      AllocGPUS: 3,
    }),
  ], {
    inventory: after(snapshot(WORK, {
      nodes: [
        node("n1", { cpus: 8, gpus: [["a100", 4], ["v100", 1]], partitions: ["a"] }),
        node("n2", { cpus: 8, gpus: [["h100", 8], ["v100", 4]], partitions: ["a"] }),
      ],
      events: [],
    })),
    fresh_until_s: WORK + DAY,
  });
  const ask = async (measures: readonly MeasureName[]) =>
    await ranking(dataOf(cluster), filtersOf({ ...SMALL, to: "2024-05-06" }), {
      ...NOW,
      by: "gpu_type",
      measures,
    });
  const answer = await ask(["gpu-utilisation", "gpu-hours-capacity"]);
  assert.deepEqual(
    answer.rows.map(({ key, values }) => [key, values["gpu-utilisation"], values["gpu-hours-capacity"]]),
    [["a100", 2 / 4, 96], ["v100", 1 / 5, 120], ["h100", 0, 192]],
  );
  assert.equal(answer.totals["gpu-utilisation"], 3 / 17);
  assert.equal(answer.totals["gpu-hours-capacity"], 24 * 17);
  const cpus = await ask(["cpu-utilisation"]);
  assert.deepEqual(cpus.totals["cpu-utilisation"], 4 / 16);
});

Deno.test("utilisation leaves out the hours of clusters whose nodes are not known, and is null where none are", async () => {
  const unknown = { ...small({ inventory: null }), name: "beta" };
  const both = await ranking(dataOf(small(), unknown), filtersOf(SMALL), {
    ...NOW,
    by: "cluster",
    measures: ["cpu-hours", "cpu-utilisation", "cpu-hours-capacity"],
  });
  assert.deepEqual(both.rows.map(({ values }) => values["cpu-utilisation"]), [15 / 110, null]);
  assert.equal(both.totals["cpu-utilisation"], 15 / 110);
  const none = await totals(dataOf(unknown), filtersOf(SMALL), {
    ...NOW,
    measures: ["cpu-utilisation", "gpu-hours-capacity", "mem-utilisation"],
  });
  assert.deepEqual(none, { "cpu-utilisation": null, "gpu-hours-capacity": null, "mem-utilisation": null });
});

Deno.test("utilisation is apportioned over the runs, whatever basis the hours are asked for", async () => {
  const asked = filtersOf({ ...SMALL, measure: "cpu-utilisation", basis: "submit" });
  const answer = await series(dataOf(small()), asked, NOW);
  assert.equal(answer.basis, "prorated");
  assert.equal(answer.total, 15 / 110);
  assert.equal(measureOf("cpu-utilisation").unit, "");
});
