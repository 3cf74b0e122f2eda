import assert from "node:assert/strict";
import { isTerminal, parseState, stateFamily, STATES } from "../../../lib/slurm/state.ts";

Deno.test("parseState() keeps the uid of CANCELLED by apart", () => {
  assert.deepEqual(parseState("CANCELLED by 1000"), { state: "CANCELLED", cancelled_by: "1000" });
  assert.deepEqual(parseState("CANCELLED by 0"), { state: "CANCELLED", cancelled_by: "0" });
  assert.deepEqual(parseState("CANCELLED"), { state: "CANCELLED", cancelled_by: null });
});

Deno.test("parseState() completes a state cut by a column's width (mistake 24)", () => {
  for (
    const cut of ["CANCELLED+", "CANCELLED +", "CANCELLED b+", "CANCELLED by+", "CANCELLED by 10+", "CANCEL+"]
  ) {
    assert.deepEqual(parseState(cut), { state: "CANCELLED", cancelled_by: null }, cut);
  }
  assert.equal(parseState("OUT_OF_ME+").state, "OUT_OF_MEMORY");
  for (const state of STATES.filter((state) => state.length > 10)) {
    assert.equal(parseState(state.slice(0, 9) + "+").state, state);
  }
});

Deno.test("parseState() keeps a cut that fits several states or none, and unknown states, as they are", () => {
  for (const state of ["COMPLET+", "RE+", "NEW_THING+", "+", "NEW_STATE", "completed", ""]) {
    assert.deepEqual(parseState(state), { state, cancelled_by: null });
  }
});

Deno.test("isTerminal() is true for every state in which a record ends", () => {
  const ended = [
    "COMPLETED",
    "FAILED",
    "CANCELLED",
    "TIMEOUT",
    "NODE_FAIL",
    "PREEMPTED",
    "OUT_OF_MEMORY",
    "BOOT_FAIL",
  ];
  for (const state of [...ended, "DEADLINE", "REQUEUED", "RESIZING", "REVOKED"]) {
    assert.ok(isTerminal(state), state);
  }
  for (const state of ["RUNNING", "PENDING", "SUSPENDED", "COMPLETING", "CONFIGURING", "NEW_STATE"]) {
    assert.ok(!isTerminal(state), state);
  }
});

Deno.test("stateFamily() groups what a program, a person and the system ended", () => {
  const families: Readonly<Record<string, string>> = {
    COMPLETED: "completed",
    FAILED: "failed",
    CANCELLED: "cancelled",
    TIMEOUT: "limit",
    OUT_OF_MEMORY: "limit",
    DEADLINE: "limit",
    PREEMPTED: "limit",
    NODE_FAIL: "limit",
    BOOT_FAIL: "limit",
    RUNNING: "running",
    SUSPENDED: "running",
    PENDING: "pending",
    REQUEUED: "other",
    RESIZING: "other",
    NEW_STATE: "other",
    toString: "other",
  };
  for (const [state, family] of Object.entries(families)) assert.equal(stateFamily(state), family, state);
});
