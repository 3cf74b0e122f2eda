import assert from "node:assert/strict";
import type { ChartSpec } from "../../../lib/view/chart_spec.ts";
import { drawnLimit, limitLabel } from "../../../lib/view/limit_label.ts";

function spec(bars: readonly number[], limit: readonly (number | null)[], incomplete = 0) {
  const look = { colour: 1, texture: "plain", href: null, toggle_href: null, selected: false } as const;
  return {
    series: [{ key: "", label: "", ...look, values: bars, total: null }],
    stacked: true,
    buckets: bars.map((_, index) => ({
      start: String(index),
      from: "",
      to: "",
      tick: "",
      label: "",
      incomplete: index >= bars.length - incomplete,
      href: "",
    })),
    scale: "linear",
    format: "hours",
    compared: null,
    band: null,
    limit: { label: "Capacity", values: limit },
  } as const satisfies Partial<ChartSpec>;
}

Deno.test("drawnLimit() ends with the last bucket that is fully reported", () => {
  assert.deepEqual(drawnLimit(spec([1, 1, 1], [9, 9, 4], 1)), [9, 9, null]);
  assert.equal(limitLabel(spec([1], [4], 1)), null);
});

Deno.test("limitLabel() stands at the right end of a level line, and away from a last bucket that is not complete", () => {
  const bars = new Array<number>(20).fill(5);
  assert.deepEqual(limitLabel(spec(bars, bars.map(() => 8))), { right: 1, value: 8 });
  const cut = bars.map((_, index) => index === 19 ? 3 : 8);
  assert.deepEqual(limitLabel(spec(bars, cut, 1)), { right: 0.95, value: 8 });
});

Deno.test("limitLabel() stands where no bar reaches into it", () => {
  const bars = Array.from({ length: 20 }, (_, index) => index > 9 ? 9 : 2);
  assert.deepEqual(limitLabel(spec(bars, bars.map(() => 6))), { right: 0.5, value: 6 });
});

Deno.test("limitLabel() stands on the higher stretch of a line that falls", () => {
  const limit = Array.from({ length: 20 }, (_, index) => index > 17 ? 4 : 8);
  assert.deepEqual(limitLabel(spec(limit.map(() => 1), limit)), { right: 0.9, value: 8 });
});
