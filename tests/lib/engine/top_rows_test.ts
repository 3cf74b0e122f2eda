import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { TopRows } from "../../../lib/engine/top_rows.ts";

interface Keyed {
  readonly key: number;
  readonly place: number;
}

/** Rows with many equal keys, or few, rising, falling or in no order; no two share a place. */
function rowsOf(random: Random): readonly Keyed[] {
  const different = random.pick([1, 3, 20, 1e6]);
  const turn = random.pick([-1, 1]);
  const rows = Array.from({ length: random.below(9000) }, (_, i) => ({
    key: random.below(5) === 0 ? turn * Infinity : random.below(different) - 2,
    place: i * turn,
  }));
  const order = random.pick(["as they are", "rising", "falling"]);
  if (order !== "as they are") rows.sort((a, b) => order === "rising" ? a.key - b.key : b.key - a.key);
  return rows;
}

function sorted(rows: readonly Keyed[]): readonly number[] {
  return rows.toSorted((a, b) => a.key === b.key ? a.place - b.place : a.key < b.key ? -1 : 1)
    .map(({ place }) => place);
}

Deno.test("TopRows has the first of a plain sort, with ties, in whatever order they come", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = createRandom(seed);
    const rows = rowsOf(random);
    const expected = sorted(rows);
    for (const count of [1, 2, 7, 100, 1500, 8999, 20_000]) {
      const top = new TopRows(count);
      for (const { key, place } of rows) {
        top.offer(key, place);
        if (random.below(500) === 0) top.settle();
      }
      const from = random.below(2) === 0 ? 0 : random.below(count);
      const what = `seed ${seed}, ${from} to ${count} of ${rows.length}`;
      assert.deepEqual([...top.sorted(from)], expected.slice(from, count), what);
    }
  }
});

Deno.test("TopRows tells the worst key once it is settled, and takes none that is worse", () => {
  let refused = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const random = createRandom(seed);
    const rows = rowsOf(random);
    const count = 1 + random.below(50);
    const top = new TopRows(count);
    const taken: Keyed[] = [];
    let before = Infinity;
    for (const [at, { key, place }] of rows.entries()) {
      if (key > top.worst_key) refused++;
      else {
        taken.push({ key, place });
        top.offer(key, place);
      }
      if (at % 100 === 99) top.settle();
      assert.ok(top.worst_key <= before, `seed ${seed}: the worst key rose to ${top.worst_key}`);
      before = top.worst_key;
    }
    assert.deepEqual([...top.sorted()], sorted(rows).slice(0, count), `seed ${seed}`);
    assert.equal(top.worst_key === Infinity && rows.length >= count && sorted(rows).length < count, false);
  }
  assert.ok(refused > 50_000, `${refused} refused`);
});
