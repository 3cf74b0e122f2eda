import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { ValueHistogram } from "../../../lib/engine/value_histogram.ts";

function histogramOf(values: readonly number[]): ValueHistogram {
  const histogram = new ValueHistogram([10, Infinity]);
  for (const value of values) histogram.add(value, 1);
  return histogram;
}

Deno.test("ValueHistogram.distribution() gives exact points from the least to the largest, never more than asked for", () => {
  const random = createRandom(11);
  for (let round = 0; round < 60; round++) {
    // Many alike, many different, whole ones and others, large ones too.
    const whole = round % 2 === 0;
    const wide = 10 ** (1 + round % 9);
    const values = Array.from({ length: 1 + random.below(4000) }, () => {
      const value = random.next() ** (1 + round % 5) * wide;
      return whole ? Math.floor(value) : value;
    });
    const most = 2 + random.below(200);
    const { ecdf, count } = histogramOf(values).distribution(most);
    const sorted = values.toSorted((a, b) => a - b);
    assert.equal(count, values.length);
    assert.ok(ecdf.length <= most);
    assert.deepEqual([ecdf[0][0], ecdf.at(-1)], [sorted[0], [sorted.at(-1), 1]]);
    ecdf.forEach(([value, share], i) => {
      assert.equal(share, sorted.filter((other) => other <= value).length / count);
      if (i === 0) return;
      const between = sorted.filter((other) => other > ecdf[i - 1][0] && other < value).length;
      assert.ok(
        between <= Math.ceil(count / (most - 1)),
        `${between} of ${count} between two of ${most} points`,
      );
    });
  }
});

Deno.test("ValueHistogram.distribution() has a point at each share that is asked for besides", () => {
  const values = Array.from({ length: 5000 }, (_, i) => i * 3);
  const { ecdf, quantile } = histogramOf(values).distribution(10, [0.5, 0.95, 0.999]);
  for (const share of [0.5, 0.95, 0.999]) {
    assert.ok(ecdf.some(([value, up_to]) => value === quantile(share) && up_to === share), String(share));
  }
  assert.equal(ecdf.length, 13);
  assert.deepEqual(ecdf, ecdf.toSorted(([a], [b]) => a - b));
});

Deno.test("ValueHistogram.include() is as if all had been added to one", () => {
  const random = createRandom(5);
  const values = Array.from({ length: 900 }, () => random.below(40) / (random.next() < 0.5 ? 1 : 2));
  const [one, two, all] = [values.slice(0, 400), values.slice(400), values].map(histogramOf);
  two.add(NaN, 3);
  all.add(NaN, 3);
  one.include(two);
  const { quantile: of_one, ...found } = one.distribution(200);
  const { quantile: of_all, ...expected } = all.distribution(200);
  assert.deepEqual(found, expected);
  for (const q of [0, 0.3, 0.5, 1]) assert.equal(of_one(q), of_all(q));
});

Deno.test("ValueHistogram.distribution() keeps those without a value apart", () => {
  const histogram = histogramOf([1, 10, 10.5]);
  histogram.add(NaN, 7);
  const { count, unknown, unknown_amount, counts, amounts, quantile } = histogram.distribution(200);
  assert.deepEqual([count, unknown, unknown_amount], [3, 1, 7]);
  assert.deepEqual([counts, amounts], [[2, 1], [2, 1]]);
  assert.deepEqual([0, 0.5, 1].map(quantile), [1, 10, 10.5]);
});

Deno.test("ValueHistogram.distribution() of more values than are counted in one go has each of them", () => {
  const histogram = new ValueHistogram([Infinity]);
  const count = 600_000;
  for (let i = 0; i < count; i++) histogram.add((i * 7919) % count / (i < 5 ? 1 : 2), 0);
  const values = Array.from({ length: count }, (_, i) => (i * 7919) % count / (i < 5 ? 1 : 2)).sort((a, b) =>
    a - b
  );
  const { count: found, ecdf, quantile } = histogram.distribution(50);
  assert.deepEqual([found, ecdf.length, ecdf.at(-1)], [count, 50, [values.at(-1), 1]]);
  for (let rank = 1; rank <= count; rank += 997) {
    assert.equal(quantile(rank / count), values[Math.ceil(rank / count * count) - 1]);
  }
  assert.deepEqual(histogram.distribution(50).ecdf, ecdf, "asked twice it says the same");
});
