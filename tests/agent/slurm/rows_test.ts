import assert from "node:assert/strict";
import { parseRows, type RowOrUnread } from "../../../agent/slurm/rows.ts";
import { all, bytes } from "../fakes.ts";

const FIELDS = ["JobIDRaw", "State", "JobName"];
const DELIMITER = "<|x1|>";

function rows(text: string | Uint8Array, size = 7): Promise<RowOrUnread[]> {
  return all(parseRows(bytes(text, size), { fields: FIELDS, delimiter: DELIMITER }));
}

function record(...values: readonly string[]): string {
  return values.map((value) => value + DELIMITER).join("") + "\n";
}

Deno.test("parseRows() reads names with pipes, newlines and delimiters of others", async () => {
  const names = [
    "plain",
    "a|b",
    "line1\nline2",
    "\nbegins",
    "ends\n",
    "\n\n",
    "<|x2|>",
    "tab\there",
    "",
    "  x  ",
    "日本🚀",
  ];
  const text = names.map((name, i) => record(String(i), "COMPLETED", name)).join("");
  for (const size of [1, 2, 5, 1000]) {
    const found = await rows(text, size);
    assert.deepEqual(
      found,
      names.map((JobName, i) => ({ row: { JobIDRaw: String(i), State: "COMPLETED", JobName } })),
    );
  }
});

Deno.test("parseRows() replaces bytes that are not UTF-8", async () => {
  const text = new TextEncoder().encode(record("1", "COMPLETED", "bad?"));
  text[text.indexOf("?".charCodeAt(0))] = 0xff;
  assert.deepEqual(await rows(text), [{ row: { JobIDRaw: "1", State: "COMPLETED", JobName: "bad\ufffd" } }]);
});

Deno.test("parseRows() makes no jobs of banners before, between and after the rows", async () => {
  const text = "Welcome!\n\n" + record("1", "COMPLETED", "a") + "Notice: down on Friday\n" +
    record("2", "FAILED", "b") + "Bye\n";
  assert.deepEqual(await rows(text), [
    { unread: { line: "Welcome!", reason: "Not a row of sacct" } },
    { row: { JobIDRaw: "1", State: "COMPLETED", JobName: "a" } },
    { unread: { line: "Notice: down on Friday", reason: "Not a row of sacct" } },
    { row: { JobIDRaw: "2", State: "FAILED", JobName: "b" } },
    { unread: { line: "Bye\n", reason: "The output ends inside this row" } },
  ]);
});

Deno.test("parseRows() passes over a row with too few or too many fields and finds the next", async () => {
  const text = record("1") + record("2", "FAILED", "b", "c", "d") + record("3", "COMPLETED", "a");
  assert.deepEqual(await rows(text), [
    { unread: { line: "1", reason: "The row has 1 fields instead of 3" } },
    { unread: { line: "2|FAILED|b|c|d", reason: "The row has 5 fields instead of 3" } },
    { row: { JobIDRaw: "3", State: "COMPLETED", JobName: "a" } },
  ]);
});

Deno.test("parseRows() reports a row that was cut off, shortened to 300 characters", async () => {
  const cut = record("1", "COMPLETED", "x".repeat(500)).slice(0, -1);
  const [found, ...others] = await rows(cut);
  assert.ok("unread" in found);
  assert.equal(found.unread.line.length, 300);
  assert.deepEqual(others, []);
});

Deno.test("parseRows() finds nothing in an empty output", async () => {
  assert.deepEqual(await rows(""), []);
  assert.deepEqual(await rows("\n"), []);
});
