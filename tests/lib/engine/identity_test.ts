import assert from "node:assert/strict";
import { IdentityIndex, partsHash } from "../../../lib/engine/identity.ts";
import { ID_KINDS } from "../../../lib/job/ids.ts";

function hashOf(number: number, part = 0): number {
  return partsHash({ kind: part === 0 ? ID_KINDS.job : ID_KINDS.task, number, part }, 1_700_000_000, 0);
}

function entriesOf(index: IdentityIndex, hash: number): number[] {
  const found: number[] = [];
  index.find(hash, (entry) => {
    found.push(entry);
    return false;
  });
  return found.sort((a, b) => a - b);
}

Deno.test("IdentityIndex.find() tries every entry of a hash, whatever else there is", () => {
  const index = new IdentityIndex();
  const hashes = Array.from({ length: 5000 }, (_, row) => hashOf(row % 1500));
  hashes.forEach((hash, row) => index.add(hash, row));
  for (const [row, hash] of hashes.slice(0, 100).entries()) {
    assert.deepEqual(entriesOf(index, hash), hashes.flatMap((other, at) => other === hash ? [at] : []));
    assert.equal(index.find(hash, (entry) => entry === row + 1500), row + 1500, "the one that is accepted");
  }
  assert.deepEqual(entriesOf(index, hashOf(1500)), []);
  assert.equal(index.find(hashOf(1), () => false), -1);
});

Deno.test("IdentityIndex.add() keeps an entry once, however often two senders change it back and forth", () => {
  const index = new IdentityIndex();
  const [by_id, by_raw] = [hashOf(100, 4), hashOf(104)];
  for (let time = 0; time < 2000; time++) {
    index.add(by_id, 7);
    index.add(by_raw, 7);
  }
  index.add(by_id, 8);
  assert.deepEqual([entriesOf(index, by_id), entriesOf(index, by_raw)], [[7, 8], [7]]);
});

Deno.test("partsHash() spreads the tasks of an array and jobs in a row", () => {
  for (
    const hashes of [
      Array.from({ length: 10_000 }, (_, task) => hashOf(77, task + 1)),
      Array.from({ length: 10_000 }, (_, id) => hashOf(id)),
    ]
  ) {
    const places = new Set(hashes.map((hash) => hash & 0x7fff));
    assert.ok(places.size > 8000, `${places.size} places of 32,768 for 10,000 ids`);
  }
});
