import assert from "node:assert/strict";
import { job } from "../engine/stage.ts";
import { writeInventory } from "../../../lib/store/inventory.ts";
import { after, node, snapshot } from "../store/inventory_snapshots.ts";
import { atDesk } from "./desk.ts";

Deno.test("check, stats and compact take an inventory beside the jobs for what it is; check tells of a damaged one", async () => {
  await atDesk(async (desk) => {
    await desk.ingest("alpha", [job(1)], [job(2)]);
    const inventory = after(snapshot(100, { nodes: [node("a")] }));
    await writeInventory(desk.root, "alpha", { inventory });
    const sound = await desk.store("check");
    assert.deepEqual([sound.code, sound.said], [0, ""]);
    assert.equal(JSON.parse((await desk.store("stats", "--json")).out).at(-1).files, 2);
    assert.equal((await desk.store("compact")).code, 0);

    const path = `${desk.root}/alpha/inventory.json`;
    const damaged = (await Deno.readTextFile(path)).replace('"a",0,100', '"a",0,109');
    await Deno.writeTextFile(path, damaged);
    const { code, out } = await desk.store("check");
    assert.equal(code, 1);
    assert.match(out, /alpha: inventory.json cannot be read: it is damaged/);
    assert.equal(await Deno.readTextFile(path), damaged, "check changes nothing");
  });
});
