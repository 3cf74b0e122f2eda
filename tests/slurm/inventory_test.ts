/**
 * Nodes of a real Slurm go down, are drained and come back; what the agent tells of it, the server knows. Needs root and
 * Debian's Slurm packages, takes half a minute, and is skipped where they are missing.
 */
import assert from "node:assert/strict";
import { parseConfig } from "../../agent/config.ts";
import { sendInventory } from "../../agent/inventory/send.ts";
import type { Run } from "../../agent/run.ts";
import { startCommand } from "../../agent/slurm/command.ts";
import { realWorld } from "../../agent/world.ts";
import type { InventoryView } from "../../lib/query/inventory.ts";
import { type Cluster, obstacle, startCluster } from "./cluster.ts";
import { type Dashboard, startDashboard } from "./dashboard.ts";

/** Sends an inventory as the agent does; a second later, as an event may not have got to the database yet. */
async function send(cluster: Cluster, { url, key }: Dashboard, last_s: number | null) {
  await pause(2000);
  const run: Run = {
    world: {
      ...realWorld(),
      start: (command) => startCommand(command, { ...Deno.env.toObject(), ...cluster.env }),
    },
    config: parseConfig(JSON.stringify({ api_url: url, api_key: key }), "config.json"),
    options: {} as Run["options"],
    cluster: cluster.name,
  };
  return await sendInventory(run, {
    last_s,
    digest: null,
    pseudonyms: null,
    post: async (path, body) => {
      const headers = { "content-type": "application/json", "x-api-key": key };
      const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
      assert.equal(response.status, 200, await response.clone().text());
      return await response.json();
    },
  });
}

async function view({ url }: Dashboard, cluster: string): Promise<InventoryView> {
  return await (await fetch(`${url}/api/dashboard/inventory?cluster=${cluster}&period=7d`)).json();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

Deno.test({
  name: "the server knows what a real cluster has, and when which of its nodes were out",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const missing = await obstacle();
    if (missing !== null) {
      console.log(`skipped: ${missing}`);
      return;
    }
    const cluster = await startCluster();
    try {
      const dashboard = await startDashboard(cluster.name);
      try {
        const node = (name: string, ...settings: string[]) =>
          cluster.run("scontrol", "update", `nodename=${name}`, ...settings);
        // While jobs run on a node that is drained, it is still in use: Slurm notes no event.
        const listed = await cluster.run("sinfo", "-h", "-N", "-t", "idle", "-n", "node[1-4]", "-o", "%N");
        const [idle] = listed.split("\n");
        assert.match(idle, /^node\d$/);
        await node(idle, "state=drain", "reason=disk | of\nsomebody State=IDLE");
        await cluster.run(
          "scontrol",
          "create",
          "reservation",
          "reservationname=upgrade",
          "starttime=now",
          "duration=60",
          "nodes=node[5-6]",
          "flags=MAINT,IGNORE_JOBS",
          "users=root",
        );
        const first = await send(cluster, dashboard, null);
        assert.deepEqual([first.sent, first.notices], [true, []]);
        const before = await view(dashboard, cluster.name);
        assert.deepEqual(
          before.nodes.map(({ name, cpus, gpus, memory_bytes }) => [name, cpus, gpus, memory_bytes]),
          [1, 2, 3, 4, 5, 6].map((number) => [
            `node${number}`,
            64,
            number === 3 || number === 4 ? [["a100", 4]] : [],
            256_000 * 1024 ** 2,
          ]),
        );
        assert.deepEqual(before.nodes.filter(({ out }) => out).map(({ name }) => name), [
          idle,
          "node5",
          "node6",
        ]);
        const open = (shown: InventoryView) =>
          shown.events.filter(({ end_s }) => end_s === null).map(({ node: name }) => name).toSorted();
        assert.deepEqual(open(before), [idle, "node5", "node6"]);
        assert.ok(
          before.accounts.some(({ account, parent }) => account === "physics" && parent === "science"),
        );

        await node(idle, "state=resume");
        await cluster.run("scontrol", "delete", "reservationname=upgrade");
        const second = await send(cluster, dashboard, first.sent_s);
        assert.equal(second.sent, false, "a day has not passed");
        await send(cluster, dashboard, null);
        const after = await view(dashboard, cluster.name);
        assert.deepEqual(open(after), []);
        assert.deepEqual(after.nodes.filter(({ out }) => out), []);
        const drained = after.events.find(({ node: name }) => name === idle);
        assert.ok(drained !== undefined && drained.end_s !== null && drained.end_s > drained.start_s);
        assert.match(drained.reason ?? "", /^disk \| of\n/);
      } finally {
        await dashboard.stop();
      }
    } finally {
      await cluster.destroy();
    }
  },
});
