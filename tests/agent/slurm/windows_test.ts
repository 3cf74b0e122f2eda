import assert from "node:assert/strict";
import { halve, inWords, type Window, windowsOf } from "../../../agent/slurm/windows.ts";

const DAY = 86_400;
const T = Date.UTC(2026, 0, 1) / 1000;

Deno.test("windowsOf() covers the range without gap or overlap, in whole days inside (mistake 2)", () => {
  const range = { start: T + 7000, end: T + 3 * DAY + 500 };
  const windows = windowsOf(range, DAY);
  assert.deepEqual(windows.map(({ start }) => start), [T + 7000, T + DAY, T + 2 * DAY, T + 3 * DAY]);
  assert.deepEqual(windows.map(({ end }) => end), [T + DAY, T + 2 * DAY, T + 3 * DAY, T + 3 * DAY + 500]);
  assert.deepEqual(windowsOf({ start: T, end: T + DAY }, DAY), [{ start: T, end: T + DAY }]);
  assert.deepEqual(windowsOf({ start: T, end: T }, DAY), []);
});

Deno.test("halve() cuts at whole hours and stops at one", () => {
  assert.deepEqual(halve({ start: T, end: T + DAY }), [{ start: T, end: T + DAY / 2 }, {
    start: T + DAY / 2,
    end: T + DAY,
  }]);
  assert.equal(halve({ start: T, end: T + 3600 }), null);
  assert.deepEqual(halve({ start: T, end: T + 5400 })?.map(({ end }) => end - T), [3600, 5400]);
});

Deno.test("halve() again and again gives parts that cover the window, none longer than an hour", () => {
  const parts = (window: Window): Window[] => halve(window)?.flatMap(parts) ?? [window];
  for (const length of [1, 3600, 3601, 50_000, DAY]) {
    const found = parts({ start: T, end: T + length });
    assert.equal(found[0].start, T);
    assert.equal(found.at(-1)?.end, T + length);
    found.forEach(({ start, end }, i) => {
      assert.ok(end > start && end - start <= 3600);
      if (i > 0) assert.equal(start, found[i - 1].end);
    });
  }
});

Deno.test("inWords() writes both ends in UTC", () => {
  assert.equal(inWords({ start: T, end: T + DAY }), "2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z");
});
