import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { ByteWriter } from "hyparquet-writer";
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { readDeltas, writeDeltas } from "../../../lib/store/delta_binary_packed.ts";
import { PageBytes, PageCursor } from "../../../lib/store/page_bytes.ts";

/** Whole numbers whose differences take from 0 to `bits` bits. */
function wandering(
  { seed, count, bits }: { readonly seed: number; readonly count: number; readonly bits: number },
) {
  const random = createRandom(seed);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const size = 2 ** (i % 300 < 150 ? bits : random.below(bits + 1));
    values[i] = Math.floor(random.below(1 << 30) / (1 << 30) * size) -
      (i % 2 === 0 ? 0 : Math.floor(size / 2));
  }
  return values;
}

Deno.test("readDeltas() gives back what writeDeltas() was given, and so does another reader", () => {
  for (let bits = 0; bits <= 50; bits++) {
    const count = [1, 2, 32, 33, 129, 700][bits % 6];
    const values = wandering({ seed: bits, count, bits });
    const page = new PageBytes();
    writeDeltas(page, values, count);
    const back = new Float64Array(count);
    const cursor = new PageCursor(page.written());
    readDeltas(cursor, back, count);
    assert.deepEqual(back, values, `${bits} bits`);
    assert.equal(cursor.at, page.length, "all of it was read");
    const bytes = page.written().slice();
    const other = new BigInt64Array(count);
    deltaBinaryUnpack({ view: new DataView(bytes.buffer), offset: 0 }, count, other);
    assert.deepEqual(
      Array.from(other, Number),
      Array.from(values, (value) => value + 0),
      `${bits} bits, another`,
    );
  }
});

Deno.test("readDeltas() reads what another writer wrote", () => {
  for (let bits = 0; bits <= 50; bits++) {
    const values = wandering({ seed: bits, count: 400, bits });
    const writer = new ByteWriter();
    deltaBinaryPack(writer, Array.from(values, BigInt), "INT64");
    const back = new Float64Array(400);
    readDeltas(new PageCursor(writer.getBytes()), back, 400);
    assert.deepEqual(Array.from(back, BigInt), Array.from(values, BigInt), `${bits} bits`);
  }
});

Deno.test("readDeltas() reads no numbers where there are none, and refuses another count and a page that was cut", () => {
  const none = new PageBytes();
  writeDeltas(none, new Float64Array(0), 0);
  readDeltas(new PageCursor(none.written()), new Float64Array(0), 0);
  const page = new PageBytes();
  writeDeltas(page, wandering({ seed: 1, count: 300, bits: 20 }), 300);
  assert.throws(() => readDeltas(new PageCursor(page.written()), new Float64Array(299), 299), {
    name: "RangeError",
    message: "a page of differences holds 300 numbers, not 299",
  });
  for (let length = 0; length < page.length - 100; length++) {
    const cut = new PageCursor(page.written().slice(0, length));
    assert.throws(() => readDeltas(cut, new Float64Array(300), 300), RangeError, `cut to ${length}`);
  }
});
