import assert from "node:assert/strict";
import { csvLine } from "../../../lib/view/csv.ts";

Deno.test("csvLine() quotes what RFC 4180 wants quoted", () => {
  assert.equal(csvLine(["a", 'say "hi"', "x,y", "two\nlines", ""]), 'a,"say ""hi""","x,y","two\nlines",\r\n');
});

Deno.test("csvLine() lets no text be run as a formula", () => {
  assert.equal(
    csvLine(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")', " =1"]),
    `'=1+1,'+1,'-1,'@SUM(A1),'\tx,"'\rx","'=HYPERLINK(""x"")", =1\r\n`,
  );
});

Deno.test("csvLine() leaves numbers as they are and unknown values empty", () => {
  assert.equal(csvLine([-1.5, 0, 1e21, null, NaN, Infinity, true]), "-1.5,0,1e+21,,,,true\r\n");
});
