import assert from "node:assert/strict";
import { RowEnds } from "../../../agent/slurm/row_ends.ts";

const DELIMITER = "<|x|>";

/** Whether output that comes in pieces of some bytes is cut. */
function cut(text: string, size: number): boolean {
  const bytes = new TextEncoder().encode(text.replaceAll(";", DELIMITER));
  const ends = new RowEnds(DELIMITER);
  for (let at = 0; at < bytes.length; at += size) ends.add(bytes.subarray(at, at + size));
  return ends.cut;
}

Deno.test("RowEnds tells output that breaks off inside a row, wherever its pieces end", () => {
  const rows = "1;COMPLETED;ä b\nc;\n2;FAILED;x;\n";
  for (const size of [1, 2, 3, 7, 1000]) {
    for (const whole of ["", rows, "Welcome!\n" + rows, rows + "Goodbye.\n", "only a banner\n"]) {
      assert.equal(cut(whole, size), false, JSON.stringify(whole));
      assert.equal(cut(whole.replaceAll("\n", "\r\n"), size), false, "lines may end as those of Windows");
    }
    for (const words of ["Have a nice day", "3 jobs\nsince 2026", "3rd line", "x3", "12345678901"]) {
      for (const whole of [words, rows + words]) assert.equal(cut(whole, size), false, JSON.stringify(whole));
    }
    for (
      const end of ["3<", "3<|x", "3.bat", "words\n3", "3;", "3;COMP", "3;COMPLETED;a\n", "3;COMPLETED;a;"]
    ) {
      assert.equal(cut(rows + end, size), true, JSON.stringify(end));
    }
  }
});

Deno.test("RowEnds keeps little of output without any end of a row, and knows whether one had begun", () => {
  for (const begun of [true, false]) {
    const ends = new RowEnds(DELIMITER);
    ends.add(new TextEncoder().encode(begun ? `3${DELIMITER}` : "3"));
    const text = new TextEncoder().encode("x".repeat(60_000));
    for (let i = 0; i < 200; i++) ends.add(text);
    assert.equal(ends.cut, begun);
    ends.add(new TextEncoder().encode(`${DELIMITER}\n`));
    assert.equal(ends.cut, false);
  }
});
