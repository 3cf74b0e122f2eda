import assert from "node:assert/strict";
import { nearest, suggestion } from "../../agent/nearest.ts";

const KNOWN = ["collect", "backfill", "verify", "doctor", "status"];

Deno.test("nearest() finds letters swapped, missing, doubled or wrong, and beginnings", () => {
  for (
    const [word, meant] of [
      ["colelct", "collect"],
      ["STATUS", "status"],
      ["statu", "status"],
      ["back-fill", "backfill"],
      ["bac", "backfill"],
      ["docttor", "doctor"],
    ]
  ) assert.equal(nearest(word, KNOWN), meant, word);
});

Deno.test("nearest() finds none when nothing is near", () => {
  for (const word of ["x", "", "upgrade", "collection of jobs"]) {
    assert.equal(nearest(word, KNOWN), null, word);
  }
  assert.equal(suggestion("upgrade", ["a", "b"]), "known are a, b");
});
