import assert from "node:assert/strict";
import { capacity } from "../../../lib/query/capacity.ts";
import { parseClusters, readClusters } from "../../../lib/server/clusters_file.ts";
import { ConfigError } from "../../../lib/server/config.ts";
import { withConfigured } from "../../../lib/store/configured_nodes.ts";
import { utc, withFolder } from "../../helpers.ts";
import { after, node, snapshot } from "../store/inventory_snapshots.ts";

const DAY = 86_400;
const berlin = () => "Europe/Berlin";

const FILE = JSON.stringify({
  alpha: [
    { nodes: "n[1-2]", cpus: 4, from: "2024-01-01", until: "2024-02-01", partitions: ["b", "a"] },
    { nodes: "n[1-2]", cpus: 8, gpus: { a100: 2 }, memory_gib: 16, from: "2024-02-01" },
  ],
});

Deno.test("parseClusters() makes nodes of groups, from midnight in the zone of the cluster", () => {
  const nodes = parseClusters(FILE, berlin).get("alpha") ?? [];
  const february = utc("2024-01-31T23:00");
  assert.deepEqual(
    nodes.map(({ node, from_s, until_s, shape }) => [node, from_s, until_s, shape.cpus]),
    ["n1", "n2"].flatMap((name) => [
      [name, utc("2023-12-31T23:00"), february, 4],
      [name, february, null, 8],
    ]),
  );
  assert.deepEqual(nodes[0].shape.partitions, ["a", "b"]);
  assert.deepEqual(nodes[1].shape, {
    cpus: 8,
    memory_bytes: 16 * 2 ** 30,
    gpus: [["a100", 2]],
    partitions: [],
  });
});

Deno.test("parseClusters() lists every problem at once", () => {
  const wrong = {
    "../x": [],
    alpha: [{ nodes: "n[1-", cpus: 0, from: "yesterday" }, {
      nodes: "m1",
      cpus: 1,
      from: "2024-02-01",
      until: "2024-01-01",
    }],
  };
  const problemsOf = (text: string) => {
    try {
      parseClusters(text, berlin);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
    }
    return [];
  };
  const problems = problemsOf(JSON.stringify(wrong));
  for (const part of ["alpha.0.nodes", "alpha.0.cpus", "alpha.0.from", "alpha.1.until"]) {
    assert.ok(
      problems.some((problem) => problem.startsWith(`CLUSTERS_FILE ${part}`)),
      `${part}: ${problems}`,
    );
  }
  const twice = [{ nodes: "n1", cpus: 1, from: "2024-01-01" }, {
    nodes: "n[1-3]",
    cpus: 2,
    from: "2024-03-01",
  }];
  assert.match(problemsOf(JSON.stringify({ alpha: twice }))[0], /node n1 twice/);
  assert.match(problemsOf("{")[0], /is no JSON/);
});

Deno.test("readClusters() tells of a file that is missing, and needs none", async () => {
  await withFolder(async (folder) => {
    await assert.rejects(readClusters({ clusters_file: `${folder}/none.json`, zone: berlin }), ConfigError);
    await Deno.writeTextFile(`${folder}/clusters.json`, FILE);
    const found = await readClusters({ clusters_file: `${folder}/clusters.json`, zone: berlin });
    assert.deepEqual([...found.keys()], ["alpha"]);
  });
  assert.equal((await readClusters({ clusters_file: null, zone: berlin })).size, 0);
});

Deno.test("withConfigured() holds until the agent has looked at the nodes, which then wins", () => {
  const nodes = parseClusters(FILE, () => "UTC").get("alpha") ?? [];
  const [start, looked] = [utc("2024-01-31"), utc("2024-02-02")];
  const hours = (inventory: ReturnType<typeof withConfigured>) =>
    capacity(inventory, { from_s: start, to_s: looked + DAY }).available?.cpu_hours;
  assert.equal(hours(withConfigured(null, nodes)), 24 * 2 * (4 + 8 + 8));
  const told = after(snapshot(looked, { nodes: [node("n1", { cpus: 100 })] }));
  assert.equal(hours(withConfigured(told, nodes)), 24 * (2 * (4 + 8) + 100));
  assert.equal(withConfigured(told, []), told);
  assert.equal(withConfigured(after(snapshot(0, { nodes: [] })), nodes)?.periods.length, 0);
});
