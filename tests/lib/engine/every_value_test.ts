import assert from "node:assert/strict";
import { EveryValue, TooManyValuesError } from "../../../lib/engine/every_value.ts";
import { atOnce } from "../../../lib/engine/work.ts";

Deno.test("EveryValue refuses more values than it may keep, in words, before they take more memory", () => {
  const values = new EveryValue(1, { most: 3 });
  const sample = { slot: 0, bucket: 0, bin: 0, once: true };
  for (const value of [3, 1, 2]) values.add({ ...sample, value });
  assert.throws(() => values.add({ ...sample, value: 4 }), TooManyValuesError);
  atOnce(values.grouping());
  assert.equal(values.quantiles(1).total(0), 3);
});

Deno.test("EveryValue has null for a cell without values, and the exact quantile for one with few or many", () => {
  const values = new EveryValue(3);
  for (let value = 9999; value >= 0; value--) values.add({ slot: 2, bucket: 1, bin: 0, value, once: true });
  values.add({ slot: 2, bucket: 2, bin: 0, value: 50_000, once: false });
  atOnce(values.grouping());
  for (const q of [0.5, 0.9, 1]) {
    const { cell, total, all } = values.quantiles(q);
    assert.deepEqual([cell(0, 0), cell(2, 0), cell(9, 9), total(1)], [null, null, null, null]);
    assert.equal(cell(2, 1), Math.ceil(q * 10_000) - 1);
    assert.equal(cell(2, 2), 50_000);
    assert.equal(total(2), q === 1 ? 50_000 : Math.ceil(q * 10_001) - 1);
    assert.equal(all, Math.ceil(q * 10_000) - 1, "what was given before counts once");
  }
});
