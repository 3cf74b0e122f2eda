import assert from "node:assert/strict";
import { isFuture, isOut, isServing, stateWords } from "../../../lib/slurm/node_state.ts";

Deno.test("stateWords() takes off the marks of nodes that do not answer, sleep, boot or are planned for", () => {
  assert.deepEqual(stateWords("DOWN*+CLOUD+POWERED_DOWN"), ["DOWN", "CLOUD", "POWERED_DOWN"]);
  assert.deepEqual(stateWords("drained$"), ["DRAINED"]);
  assert.deepEqual(stateWords("IDLE~"), ["IDLE"]);
  assert.deepEqual(stateWords(""), []);
});

Deno.test("isOut() is true of what takes no new jobs, and not of what sleeps, is planned for or reserved", () => {
  for (
    const state of [
      "DOWN",
      "DOWN*",
      "IDLE+DRAIN",
      "MIXED+DRAIN",
      "draining",
      "DRAIN$",
      "DOWN+DRAIN+MAINTENANCE+RESERVED",
      "IDLE+MAINTENANCE+RESERVED",
      "FAIL",
      "FUTURE",
      "ERROR",
    ]
  ) assert.equal(isOut(state), true, state);
  for (
    const state of [
      "IDLE",
      "ALLOCATED+",
      "MIXED+PLANNED",
      "IDLE+CLOUD+POWERED_DOWN",
      "IDLE~",
      "IDLE+RESERVED",
      "COMPLETING",
      "POWERING_DOWN",
      "UNKNOWN",
      "toString",
    ]
  ) assert.equal(isOut(state), false, state);
});

Deno.test("isFuture() is true of nodes that are only planned", () => {
  assert.equal(isFuture("FUTURE"), true);
  assert.equal(isFuture("futr"), true);
  assert.equal(isFuture("IDLE+PLANNED"), false);
});

Deno.test("isServing() is true of nodes at work, idle, kept for a job or asleep, and of nothing that it does not know", () => {
  for (const state of ["IDLE", "MIXED+PLANNED", "PLND", "IDLE~", "IDLE+CLOUD+POWERED_DOWN", "ALLOC#"]) {
    assert.equal(isServing(state), true, state);
  }
  for (const state of ["", "DOWN", "IDLE+DRAIN", "DRAIN$", "BOOT^", "REBOOT", "INVAL", "toString"]) {
    assert.equal(isServing(state), false, state);
  }
});
