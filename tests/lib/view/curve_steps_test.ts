import assert from "node:assert/strict";
import { shareAt, valueAt } from "../../../lib/view/curve.ts";

Deno.test("shareAt() and valueAt() take a curve as rising only at its points, so that they agree with percentiles", () => {
  const curve = { points: [[1, 0.25], [16, 0.5], [64, 1]] as const };
  assert.deepEqual([0.5, 1, 15, 16, 63, 64, 1000].map((x) => shareAt(curve, x)), [
    0,
    0.25,
    0.25,
    0.5,
    0.5,
    1,
    1,
  ]);
  assert.deepEqual([0, 0.25, 0.26, 0.5, 0.95, 1].map((share) => valueAt(curve, share)), [
    1,
    1,
    16,
    16,
    64,
    64,
  ]);
  assert.deepEqual([shareAt({ points: [] }, 5), valueAt({ points: [] }, 0.5)], [null, null]);
});
