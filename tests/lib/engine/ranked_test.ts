import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { Ranked } from "../../../lib/engine/ranked.ts";

Deno.test("Ranked.quantile() gives what sorting gives, few values or many, small or huge", () => {
  const random = createRandom(5);
  const draws: readonly (() => number)[] = [
    () => random.below(10),
    () => Math.floor(random.next() ** 9 * 3e6),
    () => random.next() * 1000,
    () => 2 ** (random.next() * 50),
    () => 0,
  ];
  for (const size of [1, 2, 100, 4096, 4097, 30_000]) {
    for (const draw of draws) {
      const values = Float64Array.from({ length: size }, draw);
      const sorted = values.slice().sort();
      const ranked = new Ranked(values);
      for (const q of [0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 1]) {
        const expected = sorted[Math.max(0, Math.ceil(q * size) - 1)];
        assert.equal(ranked.quantile(q), expected, `${q} of ${size}`);
      }
    }
  }
});

Deno.test("Ranked.quantile() is null without values", () => {
  assert.equal(new Ranked(new Float64Array()).quantile(0.5), null);
});
