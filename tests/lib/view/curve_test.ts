import assert from "node:assert/strict";
import { curvePlace, curveStops, curveTicks, shareAt, valueAt } from "../../../lib/view/curve.ts";

const MARKS = [{ at: 60, label: "1 min" }, { at: 3600, label: "1 h" }, { at: 86_400, label: "1 d" }];
const WAIT = { x_min: 1, x_max: 2_592_000, x_format: "duration", marks: MARKS } as const;
const CURVE = { points: [[1, 0.1], [10, 0.5], [1000, 0.9], [10_000, 1]] } as const;

Deno.test("curveStops() has the ends, the marks and round values between them, each once", () => {
  const stops = curveStops(WAIT);
  assert.equal(stops[0], 1);
  assert.equal(stops.at(-1), 2_592_000);
  for (const { at } of MARKS) assert.ok(stops.includes(at));
  assert.deepEqual(stops, [...new Set(stops)].toSorted((a, b) => a - b));
  assert.ok(curveStops({ x_min: 1, x_max: 500, x_format: "count", marks: [] }).every(Number.isInteger));
});

Deno.test("curveTicks() labels every mark, and other places only where there is room", () => {
  const ticks = curveTicks(WAIT);
  assert.deepEqual(ticks.filter(({ mark }) => mark).map(({ label }) => label), ["1 min", "1 h", "1 d"]);
  const places = ticks.map(({ at }) => curvePlace(WAIT, at));
  for (let at = 1; at < places.length; at += 1) assert.ok(places[at] - places[at - 1] >= 0.08);
  assert.ok(ticks.length > 5);
});

Deno.test("shareAt() is the share of the last point at or below a value", () => {
  assert.equal(shareAt(CURVE, 10), 0.5);
  assert.equal(shareAt(CURVE, 999), 0.5);
  assert.equal(shareAt(CURVE, 0.5), 0);
  assert.equal(shareAt(CURVE, 1e9), 1);
  assert.equal(shareAt({ points: [] }, 10), null);
});

Deno.test("valueAt() is the other way round", () => {
  assert.equal(valueAt(CURVE, 0.5), 10);
  assert.equal(valueAt(CURVE, 0.7), 1000);
  assert.equal(valueAt(CURVE, 0.05), 1);
  assert.equal(valueAt(CURVE, 1), 10_000);
  assert.equal(valueAt({ points: [] }, 0.5), null);
  for (const [value, share] of CURVE.points) {
    assert.equal(valueAt(CURVE, share), value);
    assert.equal(shareAt(CURVE, value), share);
  }
});
