import assert from "node:assert/strict";
import { AURORA, nodesOf } from "../../../lib/demo/hardware.ts";
import { Machine, OVERRUN_S } from "../../../lib/demo/machine.ts";
import { request } from "./make_request.ts";

Deno.test("Machine packs small jobs from the first node on and whole nodes from the last", () => {
  const machine = new Machine(nodesOf(AURORA));
  const small = request({ cpus: 40 });
  assert.deepEqual(machine.fit(small, 0), [0]);
  machine.take([0], small, 0);
  assert.deepEqual(machine.fit(small, 0), [1]);
  assert.deepEqual(machine.fit(request({ nodes: 2 }), 0), [1, 2]);
  assert.equal(machine.fit(request({ nodes: 3 }), 0), null);
  machine.give([0], small);
  assert.deepEqual(machine.fit(request({ nodes: 3 }), 0), [0, 1, 2]);
});

Deno.test("Machine refuses a node without the memory or the GPUs", () => {
  const machine = new Machine(nodesOf(AURORA));
  assert.equal(machine.fit(request({ cpus: 1, mem_mb: 256_001 }), 0), null);
  assert.equal(machine.fit(request({ cpus: 1, gpus: 1 }), 0), null);
});

Deno.test("Machine keeps the nodes that are free soonest, and lets in only what ends in time", () => {
  const machine = new Machine(nodesOf(AURORA));
  machine.take([0], request({ limit_s: 9000 }), 0);
  machine.take([1], request({ limit_s: 5000 }), 0);
  machine.take([2], request({ limit_s: 7000, cpus: 32 }), 0);
  const waits = request({ nodes: 2 });
  assert.equal(machine.fit(waits, 0), null);
  machine.keep(waits, 0);
  // Kept: the nodes 1 and 2, from 7000 s plus the overrun on.
  assert.equal(machine.fit(request({ cpus: 32, limit_s: 7001 }), 0), null);
  assert.deepEqual(machine.fit(request({ cpus: 32, limit_s: 7000 }), 0), [2]);
  assert.equal(machine.fit(request({ cpus: 32, limit_s: 7000 }), OVERRUN_S), null);
  machine.release(waits);
  assert.deepEqual(machine.fit(request({ cpus: 32, limit_s: 7001 }), 0), [2]);
});
