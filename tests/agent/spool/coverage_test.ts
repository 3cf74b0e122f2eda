import assert from "node:assert/strict";
import { missing, withCovered, withoutFuture } from "../../../agent/spool/coverage.ts";
import { firstState } from "../../../agent/spool/state.ts";

const STATE = firstState({
  destination: { api_url: "https://x.example", cluster: "a" },
  now_s: 0,
  window_days: 1,
});

Deno.test("withCovered() settles what was read later than the margin after its end, and covers the rest", () => {
  const state = withCovered(STATE, { covers: [{ start: 0, end: 100 }], read_s: 100 }, {
    now_s: 110,
    margin_s: 30,
  });
  assert.deepEqual(state.covered, [{ start: 0, end: 100 }]);
  assert.deepEqual(state.settled, [{ start: 0, end: 70 }]);
  assert.deepEqual(missing({ start: 0, end: 120 }, state, []), [{ start: 70, end: 120 }]);
  const next = withCovered(state, { covers: [{ start: 70, end: 120 }], read_s: 120 }, {
    now_s: 120,
    margin_s: 30,
  });
  assert.deepEqual(next.settled, [{ start: 0, end: 90 }]);
});

Deno.test("withCovered() settles by when sacct was asked, not by when the batch arrived", () => {
  const late = withCovered(STATE, { covers: [{ start: 0, end: 100 }], read_s: 100 }, {
    now_s: 9999,
    margin_s: 30,
  });
  assert.deepEqual(late.settled, [{ start: 0, end: 70 }]);
});

Deno.test("withCovered() and withoutFuture() believe nothing of a clock that was ahead", () => {
  const ahead = { covers: [{ start: 0, end: 9000 }], read_s: 9000 };
  const state = withCovered(STATE, ahead, { now_s: 100, margin_s: 30 });
  assert.deepEqual(state.covered, [{ start: 0, end: 100 }]);
  assert.deepEqual(state.settled, [{ start: 0, end: 70 }]);
  const believed = withCovered(STATE, ahead, { now_s: 9000, margin_s: 30 });
  const later = withoutFuture(believed, { now_s: 200, margin_s: 30 });
  assert.deepEqual(later.covered, [{ start: 0, end: 200 }]);
  assert.deepEqual(later.settled, [{ start: 0, end: 170 }]);
});

Deno.test("missing() leaves out what is settled and what waits to be sent", () => {
  const state = { ...STATE, settled: [{ start: 0, end: 10 }] };
  assert.deepEqual(missing({ start: 0, end: 40 }, state, [{ start: 20, end: 30 }]), [
    { start: 10, end: 20 },
    { start: 30, end: 40 },
  ]);
});
