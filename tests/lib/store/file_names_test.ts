import assert from "node:assert/strict";
import { batchName, isYearly, mergedName, mergedWeek, nameTime } from "../../../lib/store/file_names.ts";

const TIME = Date.UTC(2024, 9, 31, 12, 0, 0, 123);

Deno.test("mergedName() tells its time and its week, and sorts after the batch of that time", () => {
  const name = mergedName(TIME, { week: "2024W44", copy: 1 });
  assert.equal(name, "jobs_20241031_120000_123_2024W44.parquet");
  assert.equal(mergedName(TIME, { week: "2024W44", copy: 3 }), "jobs_20241031_120000_123_2024W44_3.parquet");
  for (const copy of [1, 2]) {
    const merged = mergedName(TIME, { week: "2020W53", copy });
    assert.deepEqual([nameTime(merged), mergedWeek(merged)], [TIME, "2020W53"]);
    assert.ok(merged > batchName(TIME).replace(".parquet", ""));
  }
});

Deno.test("nameTime() takes digits that follow for milliseconds only if there are three", () => {
  assert.equal(nameTime("jobs_20241031_120000.parquet"), TIME - 123);
  assert.equal(nameTime("jobs_20241031_120000_123.parquet"), TIME);
  assert.equal(nameTime("jobs_20241031_120000_2024W44.parquet"), TIME - 123);
  for (const name of ["week.parquet", "jobs_2024.parquet", "jobs_20241331_120000_000.parquet"]) {
    assert.equal(nameTime(name), null, name);
  }
});

Deno.test("mergedWeek() and isYearly() know their own names only", () => {
  for (const name of [batchName(TIME), "jobs_2024W44.parquet", "jobs_20241031_120000_2024W44.parquet"]) {
    assert.equal(mergedWeek(name), null, name);
  }
  assert.deepEqual(["jobs_2024.parquet", "jobs_20241.parquet", "jobs_2024.parquet.tmp"].map(isYearly), [
    true,
    false,
    false,
  ]);
});
