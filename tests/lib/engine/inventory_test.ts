/** Whichever call to the disk fails, and however: the inventory is the old one or the new one. */
import assert from "node:assert/strict";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { InventoryBlockedError } from "../../../lib/engine/inventory_keeper.ts";
import { FAULTS, FaultyDisk } from "../disk/faulty_disk.ts";
import { event, eventsOf, node, periodsOf, snapshot } from "../store/inventory_snapshots.ts";
import { batchOf, filesIn, idsOf, job, onStage } from "./stage.ts";

const FIRST = snapshot(100, { nodes: [node("a")], events: [event("a", 10, null)] });
const SECOND = snapshot(200, { nodes: [node("a", { cpus: 8 })], events: [event("a", 10, 150)] });

Deno.test("takeInventory() leaves the old inventory or the new one, whichever call to the disk fails", async () => {
  const seen = new Set<string>();
  for (const fault of FAULTS) {
    for (let at = 0, failed = true; failed; at++) {
      await onStage(async (stage) => {
        await (await stage.open()).takeInventory(FIRST);
        const disk = new FaultyDisk(at, fault);
        let acknowledged = true;
        const cluster = await stage.open(disk);
        await cluster.takeInventory(SECOND).catch(() => acknowledged = false);
        failed = disk.failed;
        if (!failed) assert.ok(at >= 5, `only ${at} calls were made`);
        const shown = cluster.inventory;
        const again = await stage.open();
        assert.ok(again.inventory !== null && shown !== null);
        const periods = periodsOf(again.inventory).join();
        const old = periods === "a 100- 4";
        assert.ok(old || periods === "a 100-200 4,a 200- 8", `${fault} in call ${at}: ${periods}`);
        assert.deepEqual(eventsOf(again.inventory), old ? ["a 10-"] : ["a 10-150"]);
        if (acknowledged) {
          assert.equal(old, false, `${fault} in call ${at}: what was acknowledged is there`);
          assert.deepEqual(periodsOf(shown), periodsOf(again.inventory));
        }
        assert.deepEqual(filesIn(`${stage.root}/alpha`).filter((name) => name.endsWith(".tmp")), []);
        await again.takeInventory(SECOND);
        assert.equal(periodsOf(again.inventory ?? shown).join(), "a 100-200 4,a 200- 8", "sent again");
        seen.add(`${acknowledged} ${old}`);
      });
    }
  }
  assert.ok(seen.has("true false") && seen.has("false true"));
});

Deno.test("a cluster with an inventory exists, keeps it over a restart, and its jobs are untouched by it", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    assert.equal(cluster.exists, false);
    await cluster.takeInventory(FIRST);
    assert.equal(cluster.exists, true);
    const { view } = cluster;
    await cluster.ingest(batchOf([job(1)]));
    await cluster.takeInventory(SECOND);
    assert.deepEqual(
      view.inventory && periodsOf(view.inventory),
      ["a 100- 4"],
      "what was read stays as it was",
    );
    const again = await stage.open();
    assert.deepEqual(idsOf(again), ["1"]);
    assert.deepEqual(again.inventory, cluster.inventory);
  });
});

Deno.test("a damaged inventory is set aside and told, the jobs are there, and the next one begins anew", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    await cluster.takeInventory(FIRST);
    await cluster.ingest(batchOf([job(1)]));
    const path = `${stage.root}/alpha/inventory.json`;
    await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace('"a",0,100', '"a",0,101'));
    const again = await stage.open();
    assert.equal(again.inventory, null);
    assert.deepEqual(idsOf(again), ["1"]);
    assert.match(stage.notices.join(), /alpha: inventory.json cannot be read.*damaged/);
    assert.ok(again.set_aside.has("inventory.json"), "the status page names it");
    assert.deepEqual(filesIn(`${stage.root}/alpha/set-aside`), ["inventory.json"]);
    await again.takeInventory(SECOND);
    assert.deepEqual(again.inventory && periodsOf(again.inventory), ["a 200- 8"]);
  });
});

Deno.test("inventories that come at once are taken up one after the other", async () => {
  await onStage(async (stage) => {
    const cluster = await stage.open();
    await Promise.all(
      Array.from(
        { length: 8 },
        (_, at) => cluster.takeInventory(snapshot(100 + at, { nodes: [node("a"), node(`n${at}`)] })),
      ),
    );
    assert.equal(cluster.inventory?.changes, 8);
    assert.equal(cluster.inventory.periods.length, 9);
    assert.deepEqual((await stage.open()).inventory, cluster.inventory);
  });
});

Deno.test("an inventory that cannot be read for a while is neither written over nor lost, and jobs go on", async () => {
  await onStage(async (stage) => {
    await (await stage.open()).takeInventory(FIRST);
    const path = `${stage.root}/alpha/inventory.json`;
    await Deno.rename(path, `${path}.away`);
    await Deno.mkdir(path);
    const again = await stage.open();
    assert.match(stage.notices.join(), /alpha: inventory.json cannot be read, nothing is written over it/);
    await assert.rejects(() => again.takeInventory(SECOND), InventoryBlockedError);
    await again.ingest(batchOf([job(1)]));
    assert.deepEqual(idsOf(again), ["1"]);
    await Deno.remove(path);
    await Deno.rename(`${path}.away`, path);
    await again.takeInventory(SECOND);
    assert.deepEqual(again.inventory && periodsOf(again.inventory), ["a 100-200 4", "a 200- 8"]);
  });
});

Deno.test("a damaged inventory that cannot be set aside is not written over", async () => {
  await onStage(async (stage) => {
    await (await stage.open()).takeInventory(FIRST);
    const path = `${stage.root}/alpha/inventory.json`;
    await Deno.writeTextFile(path, "{");
    let refuses = true;
    const rename: typeof MACHINE.rename = (from, to) =>
      refuses ? Promise.reject(new Error("no")) : MACHINE.rename(from, to);
    const again = await stage.open({ ...MACHINE, rename });
    await assert.rejects(() => again.takeInventory(SECOND), /could not be set aside, nothing is written/);
    assert.equal(await Deno.readTextFile(path), "{");
    refuses = false;
    await again.takeInventory(SECOND);
    assert.equal(await Deno.readTextFile(`${stage.root}/alpha/set-aside/inventory.json`), "{");
    assert.deepEqual(again.inventory && periodsOf(again.inventory), ["a 200- 8"]);
  });
});
