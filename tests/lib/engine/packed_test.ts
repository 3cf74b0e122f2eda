import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { type Packed, PackedNumbers, writeCodes } from "../../../lib/engine/packed.ts";

const SECOND = { times: 1, per: 1 };
const MILLISECOND = { times: 1, per: 1000 };
const KIBIBYTE = { times: 1024, per: 1 };

/** Rows to write, among the old ones and after them, with their values, into a column of `length` rows. */
function anyWrites(random: Random, length: number, valueOf: () => number) {
  const rows = Uint32Array.from({ length: random.below(8) }, () => random.below(Math.max(1, length)));
  const unique = length === 0 ? new Uint32Array() : Uint32Array.from(new Set(rows));
  return { length, rows: unique, values: Array.from(unique, valueOf) };
}

function numbersOf(column: PackedNumbers, length: number): number[] {
  return Array.from({ length }, (_, row) => column.at(row));
}

function writtenRow(column: PackedNumbers, row: number, value: number): PackedNumbers {
  return column.written({
    length: row + 1,
    rows: Uint32Array.of(row),
    values: Float64Array.of(value),
  });
}

Deno.test("writeCodes() holds what a plain array holds, and leaves the column before as it was", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = createRandom(seed);
    const limits = [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 2 ** 32 - 1];
    let column: Packed = new Uint8Array();
    let plain: number[] = [];
    for (let step = 0; step < 12; step++) {
      const length = plain.length + random.below(5);
      const { rows, values } = anyWrites(random, length, () => {
        const limit = random.pick(limits.slice(0, 1 + random.below(limits.length)));
        return random.below(2) === 0 ? limit : random.below(limit);
      });
      const before: Packed = column;
      const kept: readonly number[] = [...before];
      column = writeCodes(before, { length, rows, values: Uint32Array.from(values) });
      plain = Array.from({ length }, (_, row) => plain[row] ?? 0);
      rows.forEach((row, i) => plain[row] = values[i]);
      const found = plain.map((_, row) => column[row] ?? 0);
      assert.deepEqual(found, plain, `seed ${seed}, step ${step}`);
      assert.deepEqual([...before], kept, `seed ${seed}, step ${step}: the column before`);
    }
  }
});

Deno.test("writeCodes() grows wider where it must and never wraps; a column without codes takes no room", () => {
  const write = (before: Packed, row: number, value: number) =>
    writeCodes(before, { length: row + 1, rows: Uint32Array.of(row), values: Uint32Array.of(value) });
  let column: Packed = new Uint8Array();
  column = write(column, 999, 0);
  assert.equal(column.byteLength, 0);
  const widths: number[] = [];
  for (const [i, value] of [0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff].entries()) {
    column = write(column, 1000 + i, value);
    widths.push(column.BYTES_PER_ELEMENT);
  }
  assert.deepEqual(widths, [1, 2, 2, 4, 4]);
  assert.deepEqual([...column.subarray(998)], [0, 0, 0xff, 0x100, 0xffff, 0x1_0000, 0xffff_ffff]);
});

Deno.test("PackedNumbers holds what a plain array holds, whatever is written, and leaves the column before as it was", () => {
  const odd = [NaN, 0, -1, 0.5, 1e-9, 1 / 3, -1e300, Infinity, 2 ** 53, Number.MAX_SAFE_INTEGER, 0.001];
  const edges = [254, 255, 256, 65_534, 65_535, 65_536, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1];
  for (const unit of [SECOND, MILLISECOND, KIBIBYTE]) {
    for (let seed = 1; seed <= 150; seed++) {
      const random = createRandom(seed);
      const multiple = (value: number) => value * unit.times / unit.per;
      // Some columns have only usual numbers, some have odd ones too.
      const share = random.pick([1000, 40, 4]);
      const valueOf = () => {
        if (random.below(share) === 0) return random.pick(odd);
        if (random.below(4) === 0) return NaN;
        return multiple(
          random.below(3) === 0 ? random.pick(edges) : random.below(random.pick([9, 300, 70_000])),
        );
      };
      let column = new PackedNumbers(unit);
      let plain: number[] = [];
      for (let step = 0; step < 12; step++) {
        const length = plain.length + random.below(5);
        const { rows, values } = anyWrites(random, length, valueOf);
        const [before, kept] = [column, plain];
        column = before.written({ length, rows, values: Float64Array.from(values) });
        plain = Array.from({ length }, (_, row) => plain[row] ?? NaN);
        rows.forEach((row, i) => plain[row] = values[i]);
        const what = `seed ${seed}, step ${step}, multiples of ${unit.times}/${unit.per}`;
        assert.deepEqual(numbersOf(column, length), plain, what);
        assert.ok(Number.isNaN(column.at(length)), `${what}: beyond its end`);
        const copied = new Float64Array(length + 2);
        column.copyTo(copied);
        assert.deepEqual([...copied], [...plain, NaN, NaN], `${what}: copied`);
        column.copyTo(copied.subarray(0, length >> 1));
        assert.deepEqual([...copied], [...plain, NaN, NaN], `${what}: copied in part`);
        assert.deepEqual(numbersOf(before, kept.length), kept, `${what}: the column before`);
        const picks = Uint32Array.from(
          { length: length > 0 ? random.below(9) : 0 },
          () => random.below(length),
        );
        assert.deepEqual(
          numbersOf(column.picked(picks), picks.length),
          Array.from(picks, (row) => plain[row]),
          `${what}: picked`,
        );
      }
    }
  }
});

Deno.test("PackedNumbers takes the narrowest array that holds its numbers exactly, none for unknown ones", () => {
  let column = writtenRow(new PackedNumbers(SECOND), 999, NaN);
  assert.equal(column.stored.byteLength, 0);
  const widths: number[] = [];
  // One code stands for unknown.
  for (const [i, value] of [254, 255, 65_534, 65_535, 2 ** 32 - 2, 2 ** 32 - 1].entries()) {
    column = writtenRow(column, 1000 + i, value);
    widths.push(column.stored.BYTES_PER_ELEMENT);
  }
  assert.deepEqual(widths, [1, 2, 2, 4, 4, 8]);
  const end = [NaN, 254, 255, 65_534, 65_535, 2 ** 32 - 2, 2 ** 32 - 1];
  assert.deepEqual(numbersOf(column, 1006).slice(999), end);
  assert.equal(writtenRow(new PackedNumbers(SECOND), 0, 0.5).stored.BYTES_PER_ELEMENT, 8);
  assert.equal(writtenRow(new PackedNumbers(MILLISECOND), 0, 0.254).stored.BYTES_PER_ELEMENT, 1);
  assert.equal(writtenRow(new PackedNumbers(KIBIBYTE), 0, 254 * 1024).stored.BYTES_PER_ELEMENT, 1);
  assert.equal(writtenRow(new PackedNumbers(KIBIBYTE), 0, 1000).stored.BYTES_PER_ELEMENT, 8);
});
