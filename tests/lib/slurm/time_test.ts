import assert from "node:assert/strict";
import { parseTime } from "../../../lib/slurm/time.ts";

const TEN = Date.UTC(2024, 9, 31, 10) / 1000;

Deno.test("parseTime() reads epoch seconds as a number or digits", () => {
  assert.equal(parseTime(TEN), TEN);
  assert.equal(parseTime(String(TEN)), TEN);
  assert.equal(parseTime(TEN + 0.9), TEN);
  assert.equal(parseTime(4294967295), 4294967295);
});

Deno.test("parseTime() honours an offset, whatever the zone", () => {
  const texts = [
    "2024-10-31T10:00:00Z",
    "2024-10-31T10:00:00.999Z",
    "2024-10-31 10:00Z",
    "2024-10-31T11:00:00+01:00",
    "2024-10-31T11:00:00+0100",
    "2024-10-31T11:00+01",
    "2024-10-31T06:00:00-04:00",
    "2024-10-31t10:00:00z",
  ];
  for (const text of texts) assert.equal(parseTime(text, "Asia/Tokyo"), TEN, text);
});

Deno.test("parseTime() reads a time without offset in the zone, UTC unless told otherwise (mistake 14)", () => {
  for (
    const text of ["2024-10-31T10:00:00", "2024-10-31 10:00:00", "2024-10-31T10:00", "2024-10-31 10:00:00.5"]
  ) {
    assert.equal(parseTime(text), TEN, text);
    assert.equal(parseTime(text, "Asia/Tokyo"), TEN - 9 * 3600, text);
  }
});

Deno.test("parseTime() takes the first of two equal local times and moves on over a gap", () => {
  assert.equal(parseTime("2025-10-26T02:30:00", "Europe/Berlin"), Date.UTC(2025, 9, 26, 0, 30) / 1000);
  assert.equal(parseTime("2025-03-30T02:30:00", "Europe/Berlin"), Date.UTC(2025, 2, 30, 1, 30) / 1000);
});

Deno.test("parseTime() is null where the time is unknown (mistake 1)", () => {
  for (const value of ["Unknown", "None", "", "N/A", " ", "0", 0]) assert.equal(parseTime(value), null);
});

Deno.test("parseTime() throws at what is no time", () => {
  const texts = [
    "yesterday",
    "2024-10-31",
    "2024-13-01T00:00:00",
    "2024-02-30T00:00:00",
    "2024-10-31T25:00:00",
  ];
  for (const text of [...texts, "23:53:47", "Tomorr 00:40", "10/31/2024 10:00"]) {
    assert.throws(() => parseTime(text), SyntaxError, text);
  }
  assert.throws(() => parseTime(NaN), SyntaxError);
});

Deno.test("parseTime() refuses times outside 1970 to 2106 and unknown zones", () => {
  for (const value of [4294967296, -1, TEN * 1000, "1969-12-31T23:59:59Z", "2106-02-07T06:28:16Z"]) {
    assert.throws(() => parseTime(value), RangeError, String(value));
  }
  assert.throws(() => parseTime("2024-10-31T10:00:00", "Nowhere/City"), RangeError);
});
