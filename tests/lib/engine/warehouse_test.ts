import assert from "node:assert/strict";
import { Warehouse } from "../../../lib/engine/warehouse.ts";
import { withFolder } from "../../helpers.ts";
import { batchOf, idsOf, job, NOW_MS, segment } from "./stage.ts";

function open(root: string, notices: string[] = []): Promise<Warehouse> {
  return Warehouse.open({
    root,
    now_ms: () => NOW_MS,
    notice: (text) => notices.push(text),
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

Deno.test("Warehouse counts no empty folder as a cluster until something is reported", async () => {
  await withFolder(async (root) => {
    await Deno.mkdir(`${root}/lost+found`);
    await Deno.mkdir(`${root}/empty/weekly-data`, { recursive: true });
    await putCluster(root, "beta", 1);
    const warehouse = await open(root);
    assert.deepEqual([...warehouse.clusters.keys()], ["beta"]);
    await warehouse.cluster("empty").ingest(batchOf([]));
    assert.deepEqual([...warehouse.clusters.keys()], ["beta", "empty"], "an agent with nothing to tell");
    await Deno.mkdir(`${root}/gamma/weekly-data`, { recursive: true });
    await Deno.writeTextFile(`${root}/gamma/weekly-data/x.parquet`, "damaged");
    await warehouse.refresh();
    assert.deepEqual(
      [...warehouse.clusters.keys()],
      ["beta", "empty", "gamma"],
      "to be told of what is wrong",
    );
    warehouse.close();
  });
});

Deno.test("Warehouse reads the other clusters where the folder of one cannot be listed", async () => {
  await withFolder(async (root) => {
    for (const [id, name] of ["alpha", "beta", "gamma"].entries()) await putCluster(root, name, id);
    const weekly = `${root}/beta/weekly-data`;
    await Deno.rename(weekly, `${root}/kept`);
    await Deno.writeTextFile(weekly, "a file where the folder should be");
    const notices: string[] = [];
    const warehouse = await open(root, notices);
    assert.deepEqual([...warehouse.clusters.values()].map(idsOf), [["0"], ["2"]]);
    assert.equal(notices.length, 1);
    assert.match(notices[0], /^beta: its folder could not be read: ./);
    await Deno.remove(weekly);
    await Deno.rename(`${root}/kept`, weekly);
    await warehouse.refresh();
    assert.deepEqual([...warehouse.clusters.values()].map(idsOf), [["0"], ["1"], ["2"]]);
    // Trouble that comes later takes nothing away.
    await Deno.rename(weekly, `${root}/kept`);
    await Deno.writeTextFile(weekly, "again");
    await putCluster(root, "delta", 3);
    await warehouse.refresh();
    assert.deepEqual([...warehouse.clusters.values()].map(idsOf), [["0"], ["1"], ["3"], ["2"]]);
    warehouse.close();
  });
});

Deno.test("Warehouse finds clusters and files behind links after a restart", async () => {
  await withFolder(async (parent) => {
    const [root, disk] = [`${parent}/data`, `${parent}/disk`];
    await putCluster(disk, "far", 1);
    await putCluster(root, "alpha", 2);
    await Deno.writeFile(`${disk}/archive`, segment([job(3)], NOW_MS));
    await Deno.symlink(`${disk}/archive`, `${root}/alpha/weekly-data/archive.parquet`);
    await Deno.symlink(`${disk}/far`, `${root}/beta`);
    for (const broken of [`${root}/gamma`, `${root}/alpha/weekly-data/gone.parquet`]) {
      await Deno.symlink(`${disk}/nothing`, broken);
    }
    for (const expected of [[["2", "3"], ["1"]], [["2", "3"], ["1", "4"]]]) {
      const notices: string[] = [];
      const warehouse = await open(root, notices);
      assert.deepEqual([...warehouse.clusters.keys()], ["alpha", "beta"]);
      assert.deepEqual([...warehouse.clusters.values()].map(idsOf), expected);
      await warehouse.cluster("beta").ingest(batchOf([job(4)]));
      assert.deepEqual(notices, []);
      warehouse.close();
    }
  });
});

Deno.test("Warehouse keeps its jobs and stores nothing while its folder is gone, and goes on when it is back", async () => {
  await withFolder(async (parent) => {
    const root = `${parent}/data`;
    await putCluster(root, "alpha", 1);
    const notices: string[] = [];
    const warehouse = await open(root, notices);
    const alpha = warehouse.cluster("alpha");
    await Deno.rename(root, `${parent}/elsewhere`);
    for (const recreated of [false, true]) {
      if (recreated) await putCluster(root, "other", 9);
      await assert.rejects(() => alpha.ingest(batchOf([job(2)])), { name: "FolderLostError" });
      await assert.rejects(() => warehouse.cluster("new").ingest(batchOf([job(2)])), {
        name: "FolderLostError",
      });
      await warehouse.refresh();
      assert.deepEqual([[...warehouse.clusters.keys()], idsOf(alpha)], [["alpha"], ["1"]]);
    }
    assert.ok(notices.length > 0);
    for (const notice of notices) {
      assert.match(notice, /could not be read: .* is not the folder that this server opened/);
    }
    assert.deepEqual(
      [...Deno.readDirSync(root)].map(({ name }) => name),
      ["other"],
      "left as it was put there",
    );
    await Deno.remove(root, { recursive: true });
    await Deno.rename(`${parent}/elsewhere`, root);
    assert.equal((await alpha.ingest(batchOf([job(2)]))).accepted, 1);
    await warehouse.refresh();
    assert.deepEqual([...warehouse.clusters.values()].map(idsOf), [["1", "2"]]);
    await Deno.remove(root, { recursive: true });
    await warehouse.refresh();
    assert.deepEqual(idsOf(alpha), ["1", "2"], "removed, not only moved");
    warehouse.close();
  });
});
