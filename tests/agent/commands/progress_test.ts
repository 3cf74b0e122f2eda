import assert from "node:assert/strict";
import { barText, durationText, progressText, startProgress } from "../../../agent/commands/progress.ts";
import { terminalScreen } from "../../../agent/screen.ts";
import { fakeWorld } from "../fakes.ts";

const DAY = 86_400;

/** A world whose clock a test moves on. */
function clocked(parts: Parameters<typeof fakeWorld>[0] = {}) {
  const clock = { now_s: 1000 };
  return { clock, world: fakeWorld({ now: () => clock.now_s, ...parts }) };
}

function day(n: number) {
  return { start: n * DAY, end: (n + 1) * DAY };
}

Deno.test("progressText() says percent, days, jobs, their rate and the time left", () => {
  assert.equal(
    progressText({ done_s: 100 * DAY, total_s: 400 * DAY, jobs: 120_000, elapsed_s: 150 }),
    "25 % (100 of 400 days), 120000 jobs, 800 jobs/s, 8 min left",
  );
  assert.equal(
    progressText({ done_s: DAY / 2, total_s: 2 * DAY, jobs: 3, elapsed_s: 10 }),
    "25 % (0.5 of 2 days), 3 jobs, 0.3 jobs/s, 30 s left",
  );
});

Deno.test("progressText() knows no time left at the very beginning and at the end", () => {
  const at = (done_s: number, elapsed_s: number) =>
    progressText({ done_s, total_s: DAY, jobs: 0, elapsed_s });
  assert.equal(at(0, 0), "0 % (0 of 1 days), 0 jobs");
  assert.equal(at(DAY, 10), "100 % (1 of 1 days), 0 jobs, 0.0 jobs/s");
  // Late windows are read again, so that more can be done than there was to do.
  assert.equal(at(2 * DAY, 10), "100 % (2 of 1 days), 0 jobs, 0.0 jobs/s");
  assert.equal(progressText({ done_s: 0, total_s: 0, jobs: 0, elapsed_s: 0 }), "100 % (0 of 0 days), 0 jobs");
});

Deno.test("barText() is always shorter than the terminal is wide", () => {
  const standing = { done_s: 50 * DAY, total_s: 100 * DAY, jobs: 10, elapsed_s: 5 };
  for (let columns = 0; columns <= 200; columns++) {
    assert.ok(barText(standing, columns).length <= Math.max(0, columns - 1), String(columns));
  }
  const bar = barText(standing, 200);
  assert.equal(bar, `[${"#".repeat(20)}${".".repeat(20)}] ${progressText(standing)}`);
});

Deno.test("durationText() takes the unit that says enough", () => {
  const texts = [0, 89.4, 90, 3599, 3600, 7800, 172_800, 190_000].map(durationText);
  assert.deepEqual(texts, ["0 s", "89 s", "2 min", "1 h", "1 h", "2 h 10 min", "2 d", "2 d 4 h"]);
});

Deno.test("startProgress() draws a bar in one line of a terminal and takes it away at the end", () => {
  const written: string[] = [];
  const screen = terminalScreen((text) => written.push(text), () => 80);
  const { world } = clocked({ screen });
  const progress = startProgress({ total_s: 2 * DAY, world });
  progress.window(day(0), 5);
  progress.window(day(1), 2);
  progress.end();
  assert.equal(written.length, 3);
  const drawn = written.map((text) => text.replaceAll("\r", "<home>").replaceAll("\x1b[K", "<erase>"));
  assert.match(drawn[0], /^<home>\[#+\.+\] 50 % \(1 of 2 days\), 5 jobs<erase>$/);
  assert.match(drawn[1], /^<home>\[#+\] 100 % \(2 of 2 days\), 7 jobs<erase>$/);
  assert.equal(written[2], "\r\x1b[K");
  assert.ok(!written.join("").includes("\n"));
  assert.deepEqual(world.logged, []);
});

Deno.test("startProgress() logs a line each 5 % or 10 s elsewhere", () => {
  const { clock, world } = clocked();
  const progress = startProgress({ total_s: 100 * DAY, world });
  for (let n = 0; n < 12; n++) progress.window(day(n), 1);
  assert.deepEqual(world.logged, ["5 % (5 of 100 days), 5 jobs", "10 % (10 of 100 days), 10 jobs"]);
  clock.now_s += 10;
  progress.window(day(12), 1);
  assert.match(world.logged[2], /^13 % \(13 of 100 days\), 13 jobs, 1\.3 jobs\/s, 67 s left$/);
  progress.end();
  assert.equal(world.logged.length, 3);
});

Deno.test("terminalScreen() clears only what it has drawn", () => {
  const written: string[] = [];
  const screen = terminalScreen((text) => written.push(text), () => 80);
  screen.clear();
  screen.draw("a");
  screen.clear();
  screen.clear();
  assert.deepEqual(written, ["\ra\x1b[K", "\r\x1b[K"]);
});
