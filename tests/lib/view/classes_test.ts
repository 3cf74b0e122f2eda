import assert from "node:assert/strict";
import {
  CLASS_GROUPINGS,
  CLASSES,
  classLabel,
  classOf,
  classOrder,
  NUMBER_GROUPINGS,
} from "../../../lib/view/classes.ts";

Deno.test("classOf() puts a number on a border into the lower class and the next into the upper", () => {
  const sizes = [1, 2, 4, 5, 16, 17, 64, 65, 256, 257, 1024, 1025, 2 ** 31].map((cpus) =>
    classOf("size_class", cpus)
  );
  assert.deepEqual(sizes, [
    "1",
    "2-4",
    "2-4",
    "5-16",
    "5-16",
    "17-64",
    "17-64",
    "65-256",
    "65-256",
    "257-1024",
    "257-1024",
    ">1024",
    ">1024",
  ]);
  const waits = [0, 1, 1.5, 10, 60, 61, 600, 3600, 14_400, 43_200, 86_400, 172_800, 604_800, 604_801];
  assert.deepEqual(waits.map((seconds) => classOf("wait_class", seconds)), [
    "<= 1 s",
    "<= 1 s",
    "<= 10 s",
    "<= 10 s",
    "<= 1 min",
    "<= 10 min",
    "<= 10 min",
    "<= 1 h",
    "<= 4 h",
    "<= 12 h",
    "<= 1 d",
    "<= 2 d",
    "<= 7 d",
    "> 7 d",
  ]);
  assert.deepEqual([0, 60, 61].map((seconds) => classOf("elapsed_class", seconds)), [
    "<= 1 min",
    "<= 1 min",
    "<= 10 min",
  ]);
});

Deno.test("classOf() has no class for what is unknown and for a job of no CPUs", () => {
  for (const by of NUMBER_GROUPINGS) {
    assert.equal(classOf(by, null), "");
    assert.equal(classOf(by, NaN), "");
  }
  assert.equal(classOf("size_class", 0), "");
});

Deno.test("classOrder() follows the numbers, not the letters, and has jobs of no class last", () => {
  for (const by of CLASS_GROUPINGS) {
    const keys = CLASSES[by].map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(keys.map((key) => classOrder(by, key)), keys.map((_, place) => place));
    assert.ok(classOrder(by, "") === keys.length);
  }
  for (const by of NUMBER_GROUPINGS) {
    const borders = CLASSES[by].map(({ up_to }) => up_to);
    assert.deepEqual(borders, borders.toSorted((a, b) => a - b));
    assert.equal(borders.at(-1), Infinity);
  }
});

Deno.test("classLabel() writes a key for people, with the sign of what it is", () => {
  assert.deepEqual([classLabel("wait_class", "<= 1 min"), classLabel("size_class", "2-4")], [
    "≤ 1 min",
    "2-4",
  ]);
  const share = (text: string) => `${text}\u00a0%`;
  assert.equal(classLabel("cpu_use_class", "95-100"), share("95–100"));
  assert.equal(classLabel("mem_use_class", ">100"), share("> 100"));
  assert.equal(classLabel("limit_use_class", ">100"), share("≥ 100"));
});
