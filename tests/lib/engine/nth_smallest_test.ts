import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { nthSmallest } from "../../../lib/engine/nth_smallest.ts";

Deno.test("nthSmallest() finds what sorting finds, whatever the values", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = createRandom(seed);
    const length = 1 + random.below(random.pick([3, 40, 400, 3000]));
    const kinds = random.pick([1, 2, 10, 1e9]);
    const values = Float64Array.from({ length }, () => random.below(kinds) - random.pick([0, 5]));
    if (random.below(3) === 0) values.sort();
    if (random.below(3) === 0) values.reverse();
    const sorted = values.toSorted();
    for (const n of [0, length - 1, random.below(length), length >> 1]) {
      assert.equal(nthSmallest(values.slice(), n), sorted[n], `seed ${seed}: ${n} of ${length}`);
    }
  }
});

Deno.test("nthSmallest() takes infinite values and a single one", () => {
  assert.equal(nthSmallest(Float64Array.of(7), 0), 7);
  const values = Float64Array.from({ length: 99 }, (_, i) => i % 3 === 0 ? Infinity : -i);
  assert.equal(nthSmallest(values.slice(), 98), Infinity);
  assert.equal(nthSmallest(values.slice(), 0), -98);
});
