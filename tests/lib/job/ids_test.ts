import assert from "node:assert/strict";
import { ID_KINDS, JobIds } from "../../../lib/job/ids.ts";

const IDS: readonly (string | null)[] = [
  null,
  "0",
  "123",
  "4294967295",
  "4294967296",
  "123_4",
  "123+0",
  "123_[5-9%2]",
  "0123",
  "123_04",
  "s0000000000000",
  "sFZZZZZZZZZZZZ",
  "sG000000000000",
  "sABCDEFGHJKMNP",
  "x",
  "",
  " 123",
];

Deno.test("JobIds gives every id back as it came", () => {
  const ids = new JobIds(IDS.length);
  IDS.forEach((text, row) => ids.set(row, text));
  assert.deepEqual(IDS.map((_, row) => ids.text(row)), IDS);
});

Deno.test("JobIds holds ids of the usual forms as numbers", () => {
  const ids = new JobIds(1);
  ids.set(0, "123_4");
  assert.deepEqual([ids.kinds[0], ids.numbers[0], ids.parts[0]], [ID_KINDS.task, 123, 4]);
  ids.set(0, "s0000000000011");
  assert.deepEqual([ids.kinds[0], ids.numbers[0], ids.parts[0]], [ID_KINDS.sluid, 0, 33]);
  assert.equal(ids.others.size, 1);
});
