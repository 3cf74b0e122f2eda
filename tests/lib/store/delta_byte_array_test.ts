import { deltaByteArray } from "hyparquet/src/delta.js";
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { JobIds } from "../../../lib/job/ids.ts";
import { readIds, writeIds } from "../../../lib/store/delta_byte_array.ts";
import { PageBytes, PageCursor } from "../../../lib/store/page_bytes.ts";

/** Ids as they are usually written, at the edges of it, and beyond. */
const TEXTS = [
  ..."0 1 9 10 99 100 123456 4294967295 4294967296 9999999999 10000000000 00 01 0123 1_0 1_00 1_4294967295"
    .split(" "),
  ..."1_4294967296 4294967295_4294967295 12+0 12+1 12+01 12+ +1 _1 1_ 1__2 1_2_3 1_2+3 12.batch 1_[2-9%3]"
    .split(" "),
  ..."s0123456789ABC sFZZZZZZZZZZZZ s0000000000000 sF0J0KMNPQRSTV sG000000000000 s0ABCDEFGHIJKL s0ABCDEFGHJKLO"
    .split(" "),
  ..."s0ABCDEFGHJKM s0ABCDEFGHJKMNP S0ABCDEFGHJKMN s0abcdefghjkmn s s0 -1 1e5 １２ job😀 \u0000 1\u0000 \uFEFF1"
    .split(" "),
  "",
  " 1",
  "x".repeat(300),
  "12\n",
];

function idsOf(texts: readonly (string | null)[]): JobIds {
  const ids = new JobIds(texts.length);
  texts.forEach((text, row) => ids.set(row, text));
  return ids;
}

function written(texts: readonly (string | null)[]) {
  const page = new PageBytes();
  const { count, min, max } = writeIds(page, idsOf(texts), texts.length);
  return { bytes: page.written(), count, min, max };
}

Deno.test("readIds() gives back the ids that writeIds() was given, each as JobIds would hold its text", () => {
  const random = createRandom(31);
  for (let i = 0; i < 200; i++) {
    let number = random.below(2 ** 31);
    const texts = Array.from({ length: random.pick([1, 2, 130, 400]) }, () => {
      number += random.below(3);
      const usual = random.pick([
        `${number}`,
        `${number}_${random.below(99)}`,
        `s0${String(number).padStart(12, "0")}`,
      ]);
      return random.below(8) === 0 ? null : random.below(4) > 0 ? usual : random.pick(TEXTS);
    });
    const { bytes, count } = written(texts);
    const present = Uint8Array.from(texts, (text) => text === null ? 0 : 1);
    const back = new JobIds(texts.length + 1);
    readIds(new PageCursor(bytes), back, { count, present, row: 1 });
    const expected = idsOf(texts);
    for (const [row, text] of texts.entries()) {
      assert.equal(back.text(row + 1), text);
      // Not only the text: what compares ids compares their parts.
      assert.equal(back.kinds[row + 1], expected.kinds[row], `kind of ${text}`);
      if (back.others.size === 1) {
        assert.equal(back.numbers[row + 1], expected.numbers[row], `number of ${text}`);
      }
      assert.equal(back.parts[row + 1], expected.parts[row], `part of ${text}`);
    }
  }
});

Deno.test("writeIds() writes what another reader reads", () => {
  const { bytes, count } = written(TEXTS);
  const page = bytes.slice();
  const values: Uint8Array[] = [];
  deltaByteArray({ view: new DataView(page.buffer), offset: 0 }, count, values);
  assert.deepEqual(values.map((value) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value)), TEXTS);
});

Deno.test("writeIds() tells the least and the greatest id in the order of their bytes", () => {
  const random = createRandom(32);
  for (let i = 0; i < 300; i++) {
    const texts = Array.from({ length: 1 + random.below(6) }, () => random.pick(TEXTS));
    const sorted = texts.map((text) => new TextEncoder().encode(text)).sort((a, b) => {
      const at = a.findIndex((byte, place) => byte !== b[place]);
      return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1);
    });
    const { min, max } = written(texts);
    assert.deepEqual([min, max], [sorted[0], sorted.at(-1)], JSON.stringify(texts));
  }
  assert.deepEqual([written([null]).min, written([]).max], [undefined, undefined]);
});

Deno.test("readIds() refuses a page that was cut", () => {
  const { bytes, count } = written(["123", "124", "125_1", "x"]);
  for (let length = 0; length < bytes.length; length++) {
    const cut = new PageCursor(bytes.slice(0, length));
    assert.throws(() => readIds(cut, new JobIds(4), { count, present: null, row: 0 }), RangeError);
  }
});
