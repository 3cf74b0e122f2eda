import assert from "node:assert/strict";
import { coveredUntil, difference, union } from "../../../agent/spool/spans.ts";
import type { Window } from "../../../agent/slurm/windows.ts";

const SECONDS = 30;

function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32;
}

function anyWindows(random: () => number): Window[] {
  return Array.from({ length: Math.floor(random() * 6) }, () => {
    const start = Math.floor(random() * SECONDS);
    return { start, end: start + Math.floor(random() * 8) };
  });
}

function seconds(windows: readonly Window[]): Set<number> {
  const found = new Set<number>();
  for (const { start, end } of windows) for (let at = start; at < end; at++) found.add(at);
  return found;
}

Deno.test("union() and difference() do with spans what sets do with seconds, and give them apart and in order", () => {
  const random = randomOf(7);
  for (let round = 0; round < 2000; round++) {
    const [a, b] = [anyWindows(random), anyWindows(random)];
    const both = union([...a, ...b]);
    assert.deepEqual(seconds(both), seconds([...a, ...b]));
    const left = difference(a, b);
    assert.deepEqual([...seconds(left)], [...seconds(a).difference(seconds(b))].sort((x, y) => x - y));
    for (const spans of [both, left]) {
      for (let at = 1; at < spans.length; at++) assert.ok(spans[at].start > spans[at - 1].end);
    }
  }
});

Deno.test("coveredUntil() ends at the first gap", () => {
  const spans = union([{ start: 10, end: 20 }, { start: 20, end: 25 }, { start: 30, end: 40 }]);
  assert.equal(coveredUntil(spans, 12), 25);
  assert.equal(coveredUntil(spans, 25), 25);
  assert.equal(coveredUntil(spans, 5), 5);
});
