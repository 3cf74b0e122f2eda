import assert from "node:assert/strict";
import { parseDuration } from "../../../lib/slurm/duration.ts";

Deno.test("parseDuration() reads every form that sacct prints", () => {
  const seconds: Readonly<Record<string, number>> = {
    "00:00:00": 0,
    "00:00": 0,
    "00:00.207": 0.207,
    "01:27": 87,
    "90:00": 5400,
    "10:21:55": 37_315,
    "30:00:00": 108_000,
    "1-02:03:04": 93_784,
    "37-14:00:00": 3_247_200,
    "1-02": 93_600,
    "1-02:03": 93_780,
    "1-02:03:04.500": 93_784.5,
    " 00:10 ": 10,
  };
  for (const [text, expected] of Object.entries(seconds)) assert.equal(parseDuration(text), expected, text);
});

Deno.test("parseDuration() is null for the words that stand for no duration", () => {
  for (const text of ["", " ", "UNLIMITED", "INVALID", "Partition_Limit", "Unknown"]) {
    assert.equal(parseDuration(text), null, text);
  }
});

Deno.test("parseDuration() throws at anything else and says what it expected", () => {
  for (const text of ["1-2-3-4", "12", "1:2:3:4", "00:60", "00:61:00", "-1:00", "1h", "never", "1-", ":30"]) {
    assert.throws(() => parseDuration(text), SyntaxError, text);
  }
  assert.throws(() => parseDuration("1-2-3-4"), {
    message: 'Cannot parse duration "1-2-3-4": expected [days-]hours:minutes:seconds',
  });
});
