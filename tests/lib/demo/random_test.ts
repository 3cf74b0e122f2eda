import assert from "node:assert/strict";
import { createRandom, cumulate, noise, pickByWeight } from "../../../lib/demo/random.ts";

Deno.test("createRandom() repeats itself for a seed and differs for another", () => {
  const [first, same, other] = [createRandom(5), createRandom(5), createRandom(6)];
  const numbers = Array.from({ length: 20 }, () => first.next());
  assert.deepEqual(Array.from({ length: 20 }, () => same.next()), numbers);
  assert.notDeepEqual(Array.from({ length: 20 }, () => other.next()), numbers);
});

Deno.test("createRandom() spreads evenly, and normally where asked", () => {
  const random = createRandom(1);
  const counts = [0, 0, 0, 0, 0];
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < 20_000; i++) {
    counts[random.below(5)]++;
    const value = random.normal();
    sum += value;
    squares += value * value;
  }
  assert.ok(counts.every((count) => Math.abs(count - 4_000) < 250), counts.join(" "));
  assert.ok(Math.abs(sum / 20_000) < 0.03);
  assert.ok(Math.abs(squares / 20_000 - 1) < 0.05);
});

Deno.test("noise() depends on both keys and spreads evenly over neighbouring ones", () => {
  assert.equal(noise(7, 1), noise(7, 1));
  assert.notEqual(noise(7, 1), noise(7, 2));
  const values = Array.from({ length: 10_000 }, (_, key) => noise(key, 3));
  assert.ok(values.every((value) => value >= 0 && value < 1));
  assert.ok(Math.abs(values.reduce((a, b) => a + b) / 10_000 - 0.5) < 0.02);
});

Deno.test("pickByWeight() gives each index its share and none to weight 0", () => {
  const totals = cumulate([1, 0, 3]);
  assert.deepEqual([0, 0.24, 0.25, 0.5, 0.999].map((share) => pickByWeight(totals, share)), [0, 0, 2, 2, 2]);
});
