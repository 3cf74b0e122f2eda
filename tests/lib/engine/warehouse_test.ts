import assert from "node:assert/strict";
import { Warehouse } from "../../../lib/engine/warehouse.ts";
import { withFolder } from "../../helpers.ts";
import { batchOf, idsOf, job, NOW_MS, segment } from "./stage.ts";

function open(root: string): Promise<Warehouse> {
  return Warehouse.open({
    root,
    now_ms: () => NOW_MS,
    notice: () => {},
    zone: (cluster) => cluster === "beta" ? "Europe/Berlin" : "UTC",
  });
}

async function putCluster(root: string, name: string, id: number) {
  await Deno.mkdir(`${root}/${name}/weekly-data`, { recursive: true });
  await Deno.writeFile(`${root}/${name}/weekly-data/jobs.parquet`, segment([job(id)], NOW_MS));
}

Deno.test("Warehouse.refresh() finds a cluster that appears, without a restart", async () => {
  await withFolder(async (root) => {
    await putCluster(root, "beta", 1);
    const warehouse = await open(root);
    assert.deepEqual([...warehouse.clusters.keys()], ["beta"]);
    await putCluster(root, "alpha", 2);
    await Deno.mkdir(`${root}/not a cluster`);
    await warehouse.refresh();
    assert.deepEqual([...warehouse.clusters.keys()], ["alpha", "beta"]);
    assert.deepEqual([...warehouse.clusters.values()].map(idsOf), [["2"], ["1"]]);
    assert.deepEqual([...warehouse.clusters.values()].map(({ tz }) => tz), ["UTC", "Europe/Berlin"]);
    await warehouse.cluster("gamma").ingest(batchOf([job(3)]));
    assert.deepEqual([...warehouse.clusters.keys()], ["alpha", "beta", "gamma"]);
    warehouse.close();
  });
});

Deno.test("Warehouse.refresh() lets the jobs of a removed cluster vanish", async () => {
  await withFolder(async (root) => {
    await putCluster(root, "beta", 1);
    const warehouse = await open(root);
    await Deno.remove(`${root}/beta`, { recursive: true });
    await warehouse.refresh();
    assert.deepEqual([...warehouse.clusters.keys()], []);
    warehouse.close();
  });
});

Deno.test("Warehouse takes up batches of a cluster while it reads the cluster's folder for the first time", async () => {
  await withFolder(async (root) => {
    const warehouse = await open(root);
    await putCluster(root, "beta", 1);
    const reading = warehouse.refresh();
    const counts = await warehouse.cluster("beta").ingest(batchOf([job(1), job(2)]));
    await reading;
    assert.deepEqual(counts, { accepted: 1, updated: 0, duplicates: 1 });
    assert.deepEqual(idsOf(warehouse.cluster("beta")), ["1", "2"]);
    warehouse.close();
    const again = await open(root);
    assert.deepEqual(idsOf(again.cluster("beta")), ["1", "2"]);
    again.close();
  });
});

Deno.test("Warehouse.open() refuses a folder that is open, and makes one that is missing", async () => {
  await withFolder(async (parent) => {
    const root = `${parent}/new/data`;
    const warehouse = await open(root);
    await assert.rejects(() => open(root), { name: "FolderInUseError" });
    warehouse.close();
    (await open(root)).close();
  });
});
