import assert from "node:assert/strict";
import type { ValueFormat } from "../../../lib/view/measures.ts";
import {
  formatBytes,
  formatChange,
  formatColumn,
  formatDays,
  formatDuration,
  formatInstant,
  formatPercent,
  formatPoints,
  formatTicks,
  formatValue,
} from "../../../lib/view/format.ts";

/** Texts have no-break spaces; the tables below have plain ones. */
function plain(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

const VALUES: readonly (readonly [number | null, ValueFormat, string, string])[] = [
  [null, "hours", "—", "—"],
  [NaN, "hours", "—", "—"],
  [Infinity, "count", "—", "—"],
  [0, "count", "0", "0"],
  [0, "hours", "0", "0"],
  [-0.001, "count", "0", "0"],
  [1_241_882.4, "hours", "1.24 M", "1,241,882"],
  [9_876.5, "hours", "9,877", "9,877"],
  [12_412, "count", "12.4 k", "12,412"],
  [999_499, "count", "999 k", "999,499"],
  [999_500, "count", "1.00 M", "999,500"],
  [3.2e9, "hours", "3.20 G", "3,200,000,000"],
  [5.5e15, "hours", "5,500 T", "5,500,000,000,000,000"],
  [41.256, "hours", "41.3", "41.3"],
  [0.4567, "hours", "0.457", "0.46"],
  [1.5, "count", "2", "2"],
  [1.5, "ratio", "1.5", "1.5"],
  [-12_412, "count", "−12.4 k", "−12,412"],
  [22_320, "duration", "6 h 12 min", "6 h 12 min"],
  [null, "share", "—", "—"],
  [0, "share", "0 %", "0 %"],
  [0.052, "share", "5.2 %", "5.2 %"],
  [1.2, "share", "120 %", "120 %"],
];

for (const [value, format, short, full] of VALUES) {
  Deno.test(`formatValue() writes ${value} as ${format} "${short}" and in full "${full}"`, () => {
    assert.equal(plain(formatValue(value, format, "short")), short);
    assert.equal(plain(formatValue(value, format, "full")), full);
  });
}

Deno.test("formatPercent() has one decimal under 10 % and none above", () => {
  const texts = [null, NaN, 0, 0.0004, 0.001, 0.052, 0.0996, 0.41234, 1].map((share) =>
    plain(formatPercent(share))
  );
  assert.deepEqual(texts, ["—", "—", "0 %", "< 0.1 %", "0.1 %", "5.2 %", "10 %", "41 %", "100 %"]);
});

Deno.test("formatDuration() has the two largest units", () => {
  const table: readonly (readonly [number | null, string])[] = [
    [null, "—"],
    [0, "0 s"],
    [0.4, "< 1 s"],
    [59.4, "59 s"],
    [59.6, "1 min"],
    [240, "4 min"],
    [272, "4 min 32 s"],
    [3_599.6, "1 h"],
    [22_320, "6 h 12 min"],
    [86_399, "1 d"],
    [183_600, "2 d 3 h"],
    [-60, "−1 min"],
    [400 * 86_400, "400 d"],
  ];
  for (const [seconds, text] of table) assert.equal(plain(formatDuration(seconds)), text);
});

Deno.test("formatDuration() never counts 60 of a smaller unit", () => {
  for (let seconds = 0; seconds < 200_000; seconds += 7.3) {
    assert.doesNotMatch(plain(formatDuration(seconds)), /\b(60 s|60 min|24 h)\b/);
  }
});

Deno.test("formatBytes() counts in powers of 1024", () => {
  const texts = [null, 0, 1023, 1024, 1.5 * 2 ** 30, 2 ** 40 - 1, 1000 * 2 ** 20].map((bytes) =>
    plain(formatBytes(bytes))
  );
  assert.deepEqual(texts, ["—", "0 B", "1,023 B", "1 KiB", "1.5 GiB", "1 TiB", "1,000 MiB"]);
});

Deno.test("formatDays() says month and year once where both days share them", () => {
  assert.equal(formatDays("2026-01-01", "2026-03-31"), "1 Jan – 31 Mar 2026");
  assert.equal(formatDays("2026-09-01", "2026-09-30"), "1 – 30 Sep 2026");
  assert.equal(formatDays("2025-12-24", "2026-01-06"), "24 Dec 2025 – 6 Jan 2026");
  assert.equal(formatDays("2026-02-28", "2026-02-28"), "28 Feb 2026");
});

Deno.test("formatInstant() writes the day and time of the zone given", () => {
  const instant_s = Date.UTC(2026, 10, 21, 1, 0) / 1000;
  assert.equal(formatInstant(instant_s, "UTC"), "21 Nov 2026 01:00");
  assert.equal(formatInstant(instant_s, "Europe/Berlin"), "21 Nov 2026 02:00");
  assert.equal(formatInstant(instant_s, "Pacific/Chatham"), "21 Nov 2026 14:45");
  assert.equal(formatInstant(Date.UTC(2026, 8, 1) / 1000, "UTC"), "1 Sep 2026 00:00");
  assert.equal(formatInstant(null, "UTC"), "—");
});

Deno.test("formatChange() has arrow, sign and word", () => {
  const words = (now: number | null, before: number | null, format: ValueFormat = "hours") => {
    const change = formatChange(now, before, { format });
    return change === null ? null : plain(`${change.arrow} ${change.text} ${change.word}`.trim());
  };
  assert.equal(words(112, 100), "↑ +12 % more");
  assert.equal(words(95, 100, "count"), "↓ −5.0 % fewer");
  assert.equal(words(180, 60, "duration"), "↑ +200 % longer");
  assert.equal(words(300, 60, "duration"), "↑ × 5 as long");
  assert.equal(formatChange(780, 20, { format: "duration" })?.words, "39 times as long");
  assert.equal(formatChange(33, 10, { format: "hours" })?.words, "3.3 times as much");
  assert.equal(formatChange(99, 10, { format: "count" })?.words, "9.9 times as many");
  assert.equal(words(5, 0), "↑ new");
  assert.equal(words(0, 0), "→ unchanged");
  assert.equal(words(100.01, 100), "→ unchanged");
  assert.equal(words(0, 10), "↓ −100 % less");
  assert.equal(plain(formatChange(95, 100, { format: "count" })?.words ?? ""), "5.0 % fewer");
  assert.equal(formatChange(5, 0, { format: "count" })?.words, "new");
  assert.equal(words(0.12, 0.1, "share"), "↑ +2.0 points more");
  assert.equal(words(0.1, 0, "share"), "↑ +10 points more");
  assert.equal(words(null, 10), null);
  assert.equal(words(10, NaN), null);
});

Deno.test("formatColumn() gives the small numbers of a column as many decimals, and whole ones none", () => {
  assert.deepEqual(formatColumn([3.6, 3.587, 27.6, 0, 1234.5, null], "hours"), [
    "3.60",
    "3.59",
    "27.60",
    "0",
    "1,235",
    "—",
  ]);
  assert.deepEqual(formatColumn([3, 27], "hours"), ["3", "27"]);
  assert.deepEqual(formatColumn([3, 27], "count"), ["3", "27"]);
});

Deno.test("formatPoints() compares shares in points", () => {
  assert.equal(plain(formatPoints(0.12, 0.1)?.text ?? ""), "+2.0 points");
  assert.equal(plain(formatPoints(0, 0.25)?.text ?? ""), "−25 points");
  assert.equal(formatPoints(null, 0.1), null);
});

Deno.test("formatTicks() keeps an axis in one power of a thousand", () => {
  const texts = (ticks: readonly number[], format: ValueFormat) => formatTicks(ticks, format).map(plain);
  assert.deepEqual(texts([0, 2000, 4000, 6000, 8000, 10_000], "hours"), [
    "0",
    "2 k",
    "4 k",
    "6 k",
    "8 k",
    "10 k",
  ]);
  assert.deepEqual(texts([1024], "count"), ["1,024"]);
  assert.deepEqual(texts([0, 2000, 4000], "count"), ["0", "2,000", "4,000"]);
  assert.deepEqual(texts([0, 0.1, 0.2], "ratio"), ["0", "0.1", "0.2"]);
  assert.deepEqual(texts([0, 0.2, 0.4], "share"), ["0 %", "20 %", "40 %"]);
  assert.deepEqual(texts([0, 0.0005, 0.001], "share"), ["0 %", "0.05 %", "0.1 %"]);
  assert.deepEqual(texts([0, 21_600, 43_200], "duration"), ["0 s", "6 h", "12 h"]);
});
