import assert from "node:assert/strict";
import { identityHash, IdentityIndex } from "../../../lib/engine/identity.ts";

Deno.test("IdentityIndex.rows() gives every row of a hash, whatever else there is", () => {
  const index = new IdentityIndex();
  const hashes = Array.from({ length: 5000 }, (_, row) => identityHash(String(row % 1500), 1_700_000_000));
  hashes.forEach((hash, row) => index.add(hash, row));
  for (const [row, hash] of hashes.entries()) {
    const expected = hashes.flatMap((other, at) => at % 1500 === row % 1500 && other === hash ? [at] : []);
    if (row < 100) assert.deepEqual([...index.rows(hash)].sort((a, b) => a - b), expected);
  }
  assert.deepEqual([...index.rows(identityHash("1500", 1_700_000_000))], []);
});

Deno.test("IdentityIndex.add() keeps a row once, however often two senders change it back and forth", () => {
  const index = new IdentityIndex();
  const [by_id, by_raw] = [identityHash("100_4", NaN), identityHash("104", NaN)];
  for (let time = 0; time < 2000; time++) {
    index.add(by_id, 7);
    index.add(by_raw, 7);
  }
  index.add(by_id, 8);
  assert.deepEqual([[...index.rows(by_id)], [...index.rows(by_raw)]], [[7, 8], [7]]);
});
