/** Columns of all shapes: few and many distinct values, none at all, more than a code of two bytes can tell apart. */
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { Dictionary } from "../../../lib/job/dictionary.ts";
import { type CodedColumn, type JobTable, newTable, pickRows, textAt } from "../../../lib/job/table.ts";
import { decodeSegment, encodeSegment, openSegment, type SegmentMeta } from "../../../lib/store/segment.ts";
import { decodeColumns } from "../../../lib/store/table_columns.ts";
import { jobRecord, tableOf } from "../../helpers.ts";

const META: SegmentMeta = {
  cluster: "alpha",
  received_ms: 1,
  idempotency: null,
  counts: { accepted: 0, updated: 0, duplicates: 0 },
};

/** A table with ids and one column of texts, the text of each row given by its place among `texts`. */
function tableWith(name: CodedColumn, texts: readonly string[], codes: Uint32Array): JobTable {
  const table = newTable(codes.length);
  table.length = codes.length;
  for (let row = 0; row < codes.length; row++) {
    table.ids.JobID.kinds[row] = table.ids.JobIDRaw.kinds[row] = 1;
    table.ids.JobID.numbers[row] = table.ids.JobIDRaw.numbers[row] = row + 1;
  }
  for (const numbers of Object.values(table.numbers)) numbers.fill(NaN);
  return { ...table, text: { ...table.text, [name]: { codes, dictionary: new Dictionary(texts) } } };
}

function writtenAs(bytes: Uint8Array, name: string) {
  const opened = openSegment(bytes.slice().buffer as ArrayBuffer);
  assert.deepEqual(decodeColumns(opened).unread, []);
  const chunk = opened.metadata.row_groups[0].columns.find(({ meta_data }) =>
    meta_data?.path_in_schema[0] === name
  );
  return { opened, encodings: chunk?.meta_data?.encodings, statistics: chunk?.meta_data?.statistics };
}

async function assertSameTexts(table: JobTable, name: CodedColumn, encodings: readonly string[]) {
  const written = writtenAs(encodeSegment(table, META), name);
  assert.deepEqual(written.encodings, encodings);
  const back = await decodeSegment(written.opened);
  assert.equal(back.length, table.length);
  for (let row = 0; row < table.length; row++) {
    if (textAt(back, name, row) !== textAt(table, name, row)) {
      assert.equal(textAt(back, name, row), textAt(table, name, row), `row ${row}`);
    }
  }
  return back;
}

Deno.test("a million distinct node lists are written one after the other and come back", async () => {
  const texts = Array.from({ length: 1_000_000 }, (_, i) => `node[${i}-${i + 7}]`);
  const table = tableWith("NodeList", texts, Uint32Array.from(texts, (_, i) => i + 1));
  const back = await assertSameTexts(table, "NodeList", ["PLAIN"]);
  assert.equal(back.text.NodeList.dictionary.size, 1_000_001);
});

Deno.test("texts that come again are written as codes, be there one, 300, or more than two bytes can tell apart", async () => {
  for (const [distinct, rows] of [[1, 1], [1, 5000], [300, 5000], [70_000, 200_000]]) {
    const texts = Array.from({ length: distinct }, (_, i) => `job ${i} 😀`);
    const random = createRandom(distinct);
    const codes = Uint32Array.from(
      { length: rows },
      (_, row) => row < distinct ? distinct - row : random.below(distinct + 1),
    );
    await assertSameTexts(
      tableWith("JobName", texts, codes),
      "JobName",
      rows === 1 ? ["PLAIN"] : ["PLAIN", "RLE_DICTIONARY"],
    );
  }
});

Deno.test("names that nearly all differ are written without a dictionary, with gaps where there is none", async () => {
  const texts = Array.from({ length: 4000 }, (_, i) => `run ${i}\n\u0000`);
  const codes = Uint32Array.from(
    { length: 5000 },
    (_, row) => row % 5 === 0 ? 0 : 1 + Math.floor(row * 0.79),
  );
  await assertSameTexts(tableWith("JobName", texts, codes), "JobName", ["PLAIN"]);
});

Deno.test("a few rows of a table write those texts of its large dictionary only which they use", async () => {
  const texts = Array.from({ length: 100_000 }, (_, i) => `text ${i}`);
  const table = tableWith("Reason", texts, Uint32Array.from(texts, (_, i) => i + 1));
  const picked = pickRows(table, [99_999, 5, 99_999, 99_999, 5, 5]);
  const back = await assertSameTexts(picked, "Reason", ["PLAIN", "RLE_DICTIONARY"]);
  assert.equal(back.text.Reason.dictionary.size, 3);
  assert.ok(encodeSegment(picked, META).length < 12_000);
});

Deno.test("bounds of texts are those of their bytes, of numbers and times those of the values", () => {
  const records = ["z", "\u{1F600}", "\uFFFD", "b", null].map((User, i) =>
    jobRecord({
      JobID: String(i),
      User,
      Submit: 10 + i,
      MaxRSS: User === null ? null : 2 ** 40 * i,
      CPUHours: 0.5,
    })
  );
  const bytes = encodeSegment(tableOf(records), META);
  const bounds = (name: string) => {
    const { min_value, max_value, null_count } = writtenAs(bytes, name).statistics ?? {};
    return [min_value, max_value, null_count];
  };
  // Characters beyond the first plane have greater bytes, though lesser UTF-16 units.
  assert.deepEqual(bounds("User"), ["b", "\u{1F600}", 1n]);
  assert.deepEqual(bounds("JobID"), ["0", "4", 0n]);
  assert.deepEqual(bounds("Submit"), [new Date(10_000), new Date(14_000), 0n]);
  assert.deepEqual(bounds("MaxRSS"), [0n, 3n * 2n ** 40n, 1n]);
  assert.deepEqual(bounds("CPUHours"), [0.5, 0.5, 0n]);
  assert.deepEqual(bounds("End"), [undefined, undefined, 5n]);
});

Deno.test("encodeSegment() refuses a job without an id in words", () => {
  const table = tableOf([jobRecord({ Submit: 5 }), jobRecord({ Submit: 6 })]);
  table.ids.JobIDRaw.set(1, null);
  assert.throws(() => encodeSegment(table, META), {
    name: "TypeError",
    message: "JobIDRaw is unknown in row 1: every job has one",
  });
});

Deno.test("encodeSegment() refuses numbers that a file cannot hold, in words", () => {
  const refused = (fields: Parameters<typeof jobRecord>[0], message: string) =>
    assert.throws(() => encodeSegment(tableOf([jobRecord({ Submit: 5 }), jobRecord(fields)]), META), {
      name: "RangeError",
      message,
    });
  refused({ AllocCPUS: 2.5 }, "AllocCPUS is 2.5 in row 1, which its INT32 cannot hold");
  refused({ AllocCPUS: 2 ** 31 }, "AllocCPUS is 2147483648 in row 1, which its INT32 cannot hold");
  refused({ ReqMem: 0.1 }, "ReqMem is 0.1 in row 1, which its INT64 cannot hold");
  refused({ ReqMem: Infinity }, "ReqMem is Infinity in row 1, which its INT64 cannot hold");
  refused({ Start: 1.0001 }, "Start is 1.0001 in row 1, which its INT64 cannot hold");
});
