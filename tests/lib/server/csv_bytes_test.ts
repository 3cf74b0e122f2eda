import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { CsvBytes, TextCells } from "../../../lib/server/csv_bytes.ts";
import { csvCell } from "../../../lib/view/csv.ts";

function written(write: (csv: CsvBytes) => void, capacity = 8): string {
  const csv = new CsvBytes(capacity);
  write(csv);
  return new TextDecoder().decode(csv.take());
}

Deno.test("CsvBytes.number() writes numbers as csvCell() does", () => {
  const random = createRandom(1);
  const numbers = [
    ...[
      0,
      -0,
      1,
      9,
      10,
      99,
      100,
      999_999_999,
      1e9,
      1e9 + 1,
      4_294_967_295,
      2 ** 53 - 1,
      2 ** 53,
      1e21,
      NaN,
      -1,
    ],
    ...[
      0.001,
      0.0001,
      1e-7,
      0.1,
      0.5,
      0.25,
      12.5,
      1.001,
      999.999,
      1 / 3,
      0.1 + 0.2,
      1e15 + 0.5,
      123456789.123,
    ],
  ];
  for (let i = 0; i < 20_000; i++) {
    const size = 10 ** random.below(16);
    numbers.push(
      Math.floor(random.next() * size),
      random.next() * size,
      Math.floor(random.next() * size) / 1000,
      Math.floor(random.next() * size) / 3600,
    );
  }
  for (const number of numbers) {
    assert.equal(written((csv) => csv.number(number)), csvCell(number), String(number));
  }
});

Deno.test("CsvBytes.time() writes times as ISO text in UTC", () => {
  const random = createRandom(2);
  const times = [0, 1, 59, 60, 3599, 3600, 86_399, 86_400, 951_782_400, 2 ** 32 - 1, -1, 253_402_300_800];
  for (let i = 0; i < 5000; i++) times.push(random.below(2 ** 31));
  for (const time_s of times) {
    const expected = new Date(time_s * 1000).toISOString().replace(".000Z", "Z");
    assert.equal(written((csv) => csv.time(time_s)), expected);
  }
  assert.equal(written((csv) => csv.time(NaN)), "");
});

Deno.test("CsvBytes grows for what is longer than it, and begins anew when taken", () => {
  const csv = new CsvBytes(4);
  const text = "ÜBER 😀 ".repeat(5000);
  csv.text(text);
  csv.copy(new Uint8Array([45, 44, 45]), 1, 2);
  csv.text("\ud800");
  assert.equal(new TextDecoder().decode(csv.take()), `${text},\ufffd`);
  assert.equal(csv.length, 0);
  csv.text("a");
  assert.deepEqual(csv.take(), new Uint8Array([97]));
});

Deno.test("TextCells writes the cell of each code, long or short, though many share a place", () => {
  const texts = Array.from(
    { length: 9000 },
    (_, code) => code % 7 === 0 ? null : code % 5 === 0 ? `=${"ü".repeat(code % 200)},"` : `n${code}`,
  );
  const cells = new TextCells((code) => csvCell(texts[code]));
  const random = createRandom(3);
  for (let i = 0; i < 30_000; i++) {
    const code = random.below(random.pick([10, 9000]));
    assert.equal(written((csv) => cells.write(csv, code)), csvCell(texts[code]), String(code));
  }
});
