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
    { unread: { line: "Bye", reason: "Not a row of sacct" } },
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

const MORE = ["JobIDRaw", "JobID", "WCKey", "JobName", "Reservation", "Submit"];

function moreRows(text: string, size = 11): Promise<RowOrUnread[]> {
  return all(parseRows(bytes(text, size), { fields: MORE, delimiter: DELIMITER }));
}

/** Ids of the rows, and the lines that are none. */
function told(found: readonly RowOrUnread[]): readonly string[] {
  return found.map((one) => "row" in one ? one.row.JobIDRaw : `${one.unread.reason}: ${one.unread.line}`);
}

Deno.test("parseRows() reads newlines in any field but the first, whatever field comes last", async () => {
  const texts = ["a\nb", "\n", "\n12", "12\n", "\r\n13.batch", "<|x1|", "|><|x1", '"', "\u0000\u001b[31m"];
  const given = texts.flatMap((text, i) => [
    { JobIDRaw: `${i}`, JobID: `${i}`, WCKey: text, JobName: "n", Reservation: text, Submit: "1" },
    { JobIDRaw: `${i}`, JobID: `7_${i}`, WCKey: "", JobName: text, Reservation: "", Submit: "2" },
  ]);
  const text = given.map((row) => record(...Object.values(row))).join("");
  for (const size of [1, 3, 1000]) {
    assert.deepEqual(await moreRows(text, size), given.map((row) => ({ row })));
  }
});

Deno.test("parseRows() parts a banner that does not end its line from the row behind it", async () => {
  const text = "Welcome! " + record("1", "1", "", "a", "", "9") + "sacct: warning: 5 retries, code 15" +
    record("23", "23", "", "b", "", "9") + "down\nsoon" +
    record("71.batch", "33_4.batch", "", "batch", "", "9") +
    "Bye";
  assert.deepEqual(told(await moreRows(text)), [
    "Not a row of sacct: Welcome!",
    "1",
    "Not a row of sacct: sacct: warning: 5 retries, code 15",
    "23",
    "Not a row of sacct: down",
    "Not a row of sacct: soon",
    "71.batch",
    "Not a row of sacct: Bye",
  ]);
});

Deno.test("parseRows() reads rows whose lines end as a terminal ends them", async () => {
  const text = (record("1", "1", "", "a", "", "9") + record("2", "2", "", "b", "", "9")).replaceAll(
    "\n",
    "\r\n",
  );
  assert.deepEqual(told(await moreRows(text)), ["1", "2"]);
});

Deno.test("parseRows() finds the next row behind rows that are too short together", async () => {
  const text = record("1", "1", "", "a", "") + record("2") + record("3", "3", "", "c", "", "9") +
    record("4") +
    record("5", "5", "", "e", "", "9") + record("6", "6");
  assert.deepEqual(told(await moreRows(text)), [
    "The row has 5 fields instead of 6: 1|1||a|",
    "The row has 1 fields instead of 6: 2",
    "3",
    "The row has 1 fields instead of 6: 4",
    "5",
    "The row has 2 fields instead of 6: 6|6",
  ]);
});

Deno.test("parseRows() keeps little of a row that does not end", async () => {
  const text = record("1", ...Array.from({ length: 5000 }, () => "x".repeat(50))) +
    record("2", "2", "", "b", "", "9");
  const found = await moreRows(text, 4096);
  assert.deepEqual(told(found).map((line) => line.slice(0, 40)), [
    "The row has 5001 fields instead of 6: 1|",
    "2",
  ]);
  assert.ok("unread" in found[0] && found[0].unread.line.length === 300);
});

Deno.test("parseRows() reports what is cut off behind a row that is too short", async () => {
  const text = record("1", "1") + record("2", "2", "", "b", "", "9").slice(0, 20);
  assert.deepEqual(told(await moreRows(text)), [
    "The row has 2 fields instead of 6: 1|1",
    "The output ends inside this row: 2|2||",
  ]);
});
