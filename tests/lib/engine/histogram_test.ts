import assert from "node:assert/strict";
import { binOf } from "../../../lib/engine/bins.ts";
import { Histogram } from "../../../lib/engine/histogram.ts";

const QUANTILES = [0.25, 0.5, 0.75, 1];

function quantilesOf(values: readonly number[], whole: boolean): (number | null)[] {
  const histogram = new Histogram();
  for (const value of values) histogram.counts[binOf(value)]++;
  histogram.want(QUANTILES, whole);
  for (const value of values) histogram.take(binOf(value), value);
  return QUANTILES.map((q) => histogram.quantile(q));
}

Deno.test("Histogram.quantile() is exact for small and large whole numbers, whether it keeps them or not", () => {
  const values = [0, 0, 1, 31, 32, 63, 64, 65, 100_001, 100_002];
  const expected = [1, 32, 65, 100_002];
  assert.deepEqual(quantilesOf(values, true), expected);
  assert.deepEqual(quantilesOf(values, false), expected);
});

Deno.test("Histogram.quantile() is exact for fractions, which a bin alone does not tell", () => {
  assert.deepEqual(quantilesOf([0.25, 0.5, 0.75, 1.5], false), [0.25, 0.5, 0.75, 1.5]);
});

Deno.test("Histogram.quantile() is null without values, and refuses what was not wanted", () => {
  assert.deepEqual(quantilesOf([], true), [null, null, null, null]);
  const histogram = new Histogram();
  histogram.counts[3]++;
  histogram.want([0.5], true);
  assert.throws(() => histogram.quantile(0.9), /0.9 was not wanted/);
});
