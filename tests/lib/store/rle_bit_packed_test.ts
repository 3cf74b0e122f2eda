import assert from "node:assert/strict";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { ByteWriter } from "hyparquet-writer";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { PageBytes, PageCursor } from "../../../lib/store/page_bytes.ts";
import { codeWidth, readHybrid, writeHybrid } from "../../../lib/store/rle_bit_packed.ts";

/** Values below 2^bits with runs of all lengths among them. */
function mixed(
  random: Random,
  { count, bits }: { readonly count: number; readonly bits: number },
): Uint32Array {
  const values = new Uint32Array(count);
  for (let at = 0; at < count;) {
    const run = random.below(3) > 0 ? 1 : random.pick([7, 8, 9, 63, 64, 65, 300]);
    const value = random.pick([0, 2 ** bits - 1, random.below(2 ** bits)]);
    values.fill(value, at, at += run);
  }
  return values;
}

Deno.test("readHybrid() gives back what writeHybrid() was given, and so does another reader", () => {
  const random = createRandom(21);
  for (let i = 0; i < 400; i++) {
    const width = [1, 8, 16, 24, 32][i % 5];
    const count = random.pick([0, 1, 7, 8, 9, 64, 65, random.below(2000)]);
    const values = mixed(random, { count, bits: width });
    const page = new PageBytes();
    writeHybrid(page, values, { count, width });
    const back = new Uint32Array(count);
    const cursor = new PageCursor(page.written());
    readHybrid(cursor, back, { count, width });
    assert.deepEqual(back, values, `width ${width}, ${count} values`);
    assert.equal(cursor.at, page.length, "all of it was read");
    // Of wider ones the other reader keeps no more than it can shift.
    if (width > 16 || count === 0) continue;
    const bytes = page.written().slice();
    const other = new Uint32Array(count);
    readRleBitPackedHybrid({ view: new DataView(bytes.buffer), offset: 0 }, width, other, bytes.length);
    assert.deepEqual(other, values, `width ${width}, ${count} values, read by another`);
  }
});

Deno.test("readHybrid() reads packed values of every width", () => {
  const random = createRandom(22);
  for (let width = 1; width <= 24; width++) {
    const values = mixed(random, { count: 999, bits: width });
    const writer = new ByteWriter();
    writeRleBitPackedHybrid(writer, values, width);
    const back = new Uint32Array(999);
    readHybrid(new PageCursor(writer.getBytes()), back, { count: 999, width });
    assert.deepEqual(back, values, `width ${width}`);
  }
});

Deno.test("readHybrid() refuses a page that was cut", () => {
  const page = new PageBytes();
  const values = mixed(createRandom(23), { count: 500, bits: 16 });
  writeHybrid(page, values, { count: 500, width: 16 });
  for (let length = 0; length < page.length; length++) {
    const cut = new PageCursor(page.written().slice(0, length));
    assert.throws(() => readHybrid(cut, new Uint32Array(500), { count: 500, width: 16 }), RangeError);
  }
});

Deno.test("codeWidth() has room for every code", () => {
  const cases = [[1, 8], [256, 8], [257, 16], [65_536, 16], [65_537, 24], [2 ** 24, 24], [2 ** 24 + 1, 32]];
  for (const [codes, width] of cases) assert.equal(codeWidth(codes), width, `${codes} codes`);
});
