import assert from "node:assert/strict";
import { CLASSES } from "../../../lib/view/classes.ts";
import {
  barShare,
  bucketOf,
  classPlaces,
  hasValues,
  highestOf,
  niceTicks,
  placeAt,
  segmentAt,
  thinned,
  tickPlaces,
} from "../../../lib/view/scale.ts";
import { sampleSpec } from "../../components/sample_spec.ts";

/** A small generator with a seed, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

Deno.test("niceTicks() go evenly from 0 to just above the highest, at most six", () => {
  const random = seeded(11);
  for (let round = 0; round < 5_000; round += 1) {
    const highest = 10 ** (random() * 16 - 4);
    for (const format of ["hours", "count", "duration", "ratio", "share"] as const) {
      const ticks = niceTicks(highest, format);
      const step = ticks[1];
      const last = ticks[ticks.length - 1];
      assert.equal(ticks[0], 0);
      assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks.length} ticks for ${highest} ${format}`);
      assert.ok(last >= highest * (1 - 1e-9), `${last} is below ${highest}`);
      assert.ok(last - step < highest, `${last} leaves a step free above ${highest}`);
      ticks.forEach((tick, index) => assert.ok(Math.abs(tick - index * step) <= step * 1e-9));
      if (format === "count") assert.ok(Number.isInteger(step));
    }
  }
});

Deno.test("niceTicks() are written without rounding noise", () => {
  assert.deepEqual(niceTicks(0.5, "ratio"), [0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  assert.deepEqual(niceTicks(8_000, "hours"), [0, 2000, 4000, 6000, 8000]);
});

Deno.test("niceTicks() of durations are steps of the clock", () => {
  assert.deepEqual(niceTicks(7_000, "duration"), [0, 1800, 3600, 5400, 7200]);
  assert.deepEqual(niceTicks(9 * 86_400, "duration"), [0, 2, 4, 6, 8, 10].map((days) => days * 86_400));
});

Deno.test("niceTicks() has an axis where there is nothing to show", () => {
  for (const highest of [0, -1, NaN, Infinity]) assert.deepEqual(niceTicks(highest, "count"), [0, 1]);
});

Deno.test("thinned() keeps the first and every k-th, no more than there is room for", () => {
  assert.deepEqual(thinned(5, 10), [0, 1, 2, 3, 4]);
  assert.deepEqual(thinned(90, 10), [0, 9, 18, 27, 36, 45, 54, 63, 72, 81]);
  assert.deepEqual(thinned(0, 10), []);
  for (let count = 1; count < 400; count += 1) assert.ok(thinned(count, 10).length <= 10);
});

Deno.test("tickPlaces() has at most four places for small screens", () => {
  for (let count = 0; count < 400; count += 1) {
    const narrow = tickPlaces(count).filter((place) => place.from === "narrow");
    assert.ok(narrow.length <= 4 && (count === 0 || narrow[0].index === 0));
  }
});

Deno.test("placeAt() stays within the places", () => {
  assert.deepEqual([-1, 0, 0.49, 0.5, 0.999, 1, 7].map((fraction) => placeAt(fraction, 4)), [
    0,
    0,
    1,
    2,
    3,
    3,
    3,
  ]);
});

Deno.test("bucketOf() finds the bucket an instant lies in, and none outside", () => {
  const starts_ms = [100, 200, 400];
  assert.deepEqual([99, 100, 199, 200, 399, 400, 599, 600].map((at_ms) => bucketOf(starts_ms, at_ms)), [
    null,
    0,
    0,
    1,
    1,
    2,
    2,
    null,
  ]);
  assert.equal(bucketOf([], 5), null);
  assert.equal(bucketOf([100], 5_000), 0);
});

Deno.test("highestOf() is that of the stack when series lie on one another", () => {
  const buckets = ["a", "b"].map((start) => ({
    start,
    from: "",
    to: "",
    tick: "",
    label: "",
    incomplete: false,
    href: "",
  }));
  const series = [[1, null], [2, 5]].map((values, index) => ({
    key: String(index),
    label: "",
    colour: 1 as const,
    texture: "plain" as const,
    values,
    total: null,
    href: null,
    toggle_href: null,
    selected: false,
  }));
  assert.equal(highestOf({ buckets, series, stacked: false }), 5);
  assert.equal(highestOf({ buckets: buckets.slice(0, 1), series, stacked: true }), 3);
  assert.equal(highestOf({ buckets, series: [], stacked: true }), 0);
  assert.equal(hasValues({ series }), true);
  assert.equal(hasValues({ series: [{ ...series[0], values: [null, null] }] }), false);
});

Deno.test("barShare() leaves more room between fewer bars", () => {
  const shares = [1, 10, 20, 90].map(barShare);
  assert.deepEqual(shares, shares.toSorted((a, b) => a - b));
  assert.ok(shares.every((share) => share > 0 && share < 1));
});

Deno.test("classPlaces() labels every class where all have room, and fewer on narrower figures", () => {
  const texts = Array.from({ length: 11 }, (_, index) => `≤ ${index} min`);
  const places = classPlaces(texts);
  assert.equal(places.length, 11);
  const count = (from: string) => places.filter((place) => place.from === from).length;
  assert.ok(count("narrow") >= 2 && count("narrow") < 6);
  assert.ok(classPlaces(["a", "b", "c"]).every(({ from }) => from === "narrow"));
  assert.ok(classPlaces(texts.map((text) => text.repeat(4))).length < 11);
});

Deno.test("segmentAt() finds the series of a stack that a point lies on", () => {
  const spec = sampleSpec({ a: [30], b: [20] });
  const at = (value: number) => value / 100;
  const found = (up: number, across = 0.5) => segmentAt(spec, { index: 0, across, up, at });
  assert.deepEqual([0.1, 0.31, 0.49, 0.6].map((up) => found(up)), [0, 1, 1, null]);
  assert.equal(found(0.1, 0.05), null, "beside the bar");
});

Deno.test("segmentAt() finds the bar of series that stand side by side, and none where a value is missing", () => {
  const spec = sampleSpec({ a: [30], b: [null], c: [90] }, { stacked: false });
  const found = (across: number, up: number) =>
    segmentAt(spec, { index: 0, across, up, at: (value) => value / 100 });
  assert.deepEqual([found(0.3, 0.2), found(0.5, 0.2), found(0.7, 0.8)], [0, null, 2]);
});

Deno.test("classPlaces() labels all classes of waits in a figure of half a wide window", () => {
  const ticks = CLASSES.wait_class.map(({ key }) => key.replace("<=", "≤"));
  const labelled = classPlaces(ticks).filter(({ from }) => from !== "roomy");
  assert.equal(labelled.length, ticks.length);
  assert.ok(classPlaces(ticks).filter(({ from }) => from === "narrow").length < ticks.length);
});
