import assert from "node:assert/strict";
import { logAxis, logPlace, logTicks, valueAxis } from "../../../lib/view/value_axis.ts";
import { sampleSpec } from "../../components/sample_spec.ts";

Deno.test("logTicks() of durations are units of the clock", () => {
  assert.deepEqual(logTicks(1, 30 * 86_400, "duration"), [1, 10, 60, 600, 3600, 86_400, 2_592_000]);
  const clock = [1, 60, 3600].flatMap((unit) => [1, 2, 3, 5, 6, 10, 12, 20, 30].map((count) => count * unit));
  for (const tick of logTicks(7, 5000, "duration")) assert.ok(clock.includes(tick), `${tick}`);
});

Deno.test("logTicks() of other values are 1, 2 and 5 of each decade", () => {
  assert.deepEqual(logTicks(1, 1000, "count"), [1, 10, 100, 1000]);
  assert.deepEqual(logTicks(0.3, 6, "hours"), [0.2, 0.5, 1, 2, 5, 10]);
});

Deno.test("logTicks() reach around all values, counts from 1 on, at most seven decades", () => {
  for (const [low, high] of [[3, 700], [0.004, 0.05], [1, 1], [12, 13], [1e-9, 1e5]] as const) {
    const ticks = logTicks(low, high, "hours");
    assert.ok(ticks[0] <= Math.max(low, high / 1e7), `${low} ${high}: ${ticks}`);
    assert.ok(ticks[ticks.length - 1] >= high && ticks.length >= 2, `${low} ${high}: ${ticks}`);
    assert.ok(ticks[0] >= high / 1e8);
    assert.deepEqual(ticks, ticks.toSorted((a, b) => a - b));
  }
  assert.ok(logTicks(0.2, 9, "count").every((tick) => Number.isInteger(tick)));
});

Deno.test("logTicks() has an axis where there is nothing to show", () => {
  for (const format of ["count", "hours", "duration", "share"] as const) {
    for (const [low, high] of [[0, 0], [NaN, NaN], [Infinity, -Infinity]] as const) {
      const ticks = logTicks(low, high, format);
      assert.ok(ticks.length >= 2 && ticks.every((tick) => tick > 0 && Number.isFinite(tick)), `${ticks}`);
    }
  }
});

Deno.test("logTicks() keep apart so that their texts do", () => {
  for (let seed = 1; seed < 60; seed += 1) {
    const low = 1.7 ** (seed % 13);
    const high = low * 1.9 ** (seed % 29);
    const ticks = logTicks(low, high, seed % 2 ? "duration" : "hours");
    const [first, last] = [ticks[0], ticks[ticks.length - 1]];
    const places = ticks.map((tick) => logPlace(tick, first, last));
    for (let at = 1; at < places.length; at += 1) assert.ok(places[at] - places[at - 1] > 0.1, `${ticks}`);
  }
});

Deno.test("logAxis() lays zero and what is below its first tick on the axis, never under it", () => {
  const axis = logAxis(60, 3600, "duration");
  assert.equal(axis.at(0), 0);
  assert.equal(axis.at(-5), 0);
  assert.equal(axis.at(axis.ticks[0] / 2), 0);
  assert.equal(axis.at(3600), 1);
  assert.ok(axis.at(600) > 0.5 && axis.at(600) < 0.6);
  assert.deepEqual(axis.texts.map((text) => text.replace("\u00a0", " ")).at(0), "1 min");
});

Deno.test("valueAxis() has room for what is compared, for the limit and for the band", () => {
  const plain = sampleSpec({ a: [1, 2] });
  const line = (values: readonly (number | null)[]) => ({ label: "x", values });
  const highest = (spec: Parameters<typeof valueAxis>[0]) => valueAxis(spec).ticks.at(-1) ?? 0;
  assert.equal(highest(plain), 2);
  assert.ok(highest({ ...plain, compared: line([null, 40]) }) >= 40);
  assert.ok(highest({ ...plain, limit: line([50, 50]) }) >= 50);
  assert.ok(highest({ ...plain, band: { label: "x", low: [0, 0], high: [9, null] } }) >= 9);
});

Deno.test("valueAxis() of shares ends at 100 % although their rounding adds up to a little more", () => {
  const spec = { ...sampleSpec({ a: [0.5, 0.5] }), format: "share" } as const;
  const axisOf = (...shares: readonly number[]) => {
    const series = shares.map((share) => ({ ...spec.series[0], values: spec.buckets.map(() => share) }));
    return valueAxis({ ...spec, series, compared: null, limit: null, band: null });
  };
  const top = (...shares: readonly number[]) => axisOf(...shares).ticks.at(-1) ?? 0;
  assert.equal(top(0.500001, 0.500001), 1);
  assert.equal(axisOf(0.500001, 0.500001).texts.at(-1), "100\u00a0%");
  assert.equal(top(0.5, 0.3), 0.8);
  // More than a whole, as of utilisation above capacity, is shown.
  assert.ok(top(0.6, 0.5) > 1);
});
