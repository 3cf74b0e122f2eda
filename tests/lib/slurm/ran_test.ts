import assert from "node:assert/strict";
import { ran } from "../../../lib/slurm/ran.ts";

Deno.test("ran() needs a Start and nodes", () => {
  assert.equal(ran(1_730_368_800, "node[1-2]"), true);
  assert.equal(ran(null, "node1"), false);
  assert.equal(ran(1_730_368_800, "None assigned"), false);
  assert.equal(ran(null, null), false);
});

Deno.test("ran() counts a record without a NodeList as having nodes", () => {
  assert.equal(ran(1_730_368_800, null), true);
  assert.equal(ran(1_730_368_800, ""), true);
});
