import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { recordAt } from "../../../lib/job/table.ts";
import {
  decodeSegment,
  encodeSegment,
  openSegment,
  SCHEMA_VERSION,
  SegmentError,
  type SegmentMeta,
} from "../../../lib/store/segment.ts";
import { jobRecord, tableOf } from "../../helpers.ts";
import { anyRecord } from "./any_record.ts";

const META: SegmentMeta = {
  cluster: "alpha",
  received_ms: 1_700_000_000_123,
  idempotency: { key: "k-1 😀", digest: "0".repeat(64) },
  counts: { accepted: 3, updated: 2, duplicates: 1 },
};

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}

async function read(bytes: ArrayBuffer) {
  const opened = openSegment(bytes);
  // Taken for another tool's file, it would be read by looser rules.
  assert.ok(opened.meta !== null, "not recognised as a segment");
  const table = await decodeSegment(opened);
  return {
    meta: opened.meta,
    records: Array.from({ length: table.length }, (_, row) => recordAt(table, row)),
  };
}

function manyRecords({ seed, count }: { readonly seed: number; readonly count: number }) {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => anyRecord(random));
}

Deno.test("decodeSegment() gives back what encodeSegment() was given, whatever the values", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const records = manyRecords({ seed, count: [1, 2, 9, 120, 1500][seed % 5] });
    const back = await read(bufferOf(encodeSegment(tableOf(records), META)));
    assert.deepEqual(back.records, records, `seed ${seed}`);
    assert.deepEqual(back.meta, META);
  }
});

Deno.test("encodeSegment() writes an empty table and columns without any value", async () => {
  assert.deepEqual((await read(bufferOf(encodeSegment(tableOf([]), META)))).records, []);
  const bare = [jobRecord({ Submit: 5 }), jobRecord({ JobID: "2", Submit: 6 })];
  assert.deepEqual((await read(bufferOf(encodeSegment(tableOf(bare), META)))).records, bare);
});

Deno.test("encodeSegment() writes the rows of a table only, not the room it was made with", async () => {
  const table = tableOf([jobRecord({ Submit: 5 }), jobRecord({ JobID: "2", Submit: 6 })]);
  table.length = 1;
  assert.equal((await read(bufferOf(encodeSegment(table, META)))).records.length, 1);
});

Deno.test("openSegment() notices a flipped bit anywhere in a file", async () => {
  const whole = encodeSegment(tableOf(manyRecords({ seed: 3, count: 40 })), META);
  const random = createRandom(5);
  // The footer begins behind the pages; most of what a flip could silently change is there.
  const footer_bytes = new DataView(bufferOf(whole)).getUint32(whole.length - 8, true) + 8;
  for (let i = 0; i < 1000; i++) {
    const bytes = whole.slice();
    const at = i % 2 === 0 ? random.below(bytes.length) : bytes.length - 1 - random.below(footer_bytes);
    bytes[at] ^= 1 << random.below(8);
    await assert.rejects(
      () => read(bufferOf(bytes)),
      SegmentError,
      `bit flipped in byte ${at} of ${bytes.length}`,
    );
  }
});

Deno.test("openSegment() notices a file that was cut, or has grown", async () => {
  const whole = encodeSegment(tableOf(manyRecords({ seed: 4, count: 40 })), META);
  const random = createRandom(6);
  for (let i = 0; i < 100; i++) {
    const cut = i < 10 ? i : random.below(whole.length);
    await assert.rejects(() => read(bufferOf(whole.subarray(0, cut))), SegmentError, `cut to ${cut} bytes`);
    const from = 1 + random.below(whole.length - 1);
    await assert.rejects(() => read(bufferOf(whole.subarray(from))), SegmentError, `cut from ${from}`);
  }
  const middle = whole.length >> 1;
  const gap = Uint8Array.from([...whole.subarray(0, middle), ...whole.subarray(middle + 1)]);
  await assert.rejects(() => read(bufferOf(gap)), SegmentError);
  const grown = Uint8Array.from([...whole.subarray(0, middle), 0, ...whole.subarray(middle)]);
  await assert.rejects(() => read(bufferOf(grown)), SegmentError);
});

Deno.test("openSegment() says of what is no Parquet file that it is none", () => {
  for (const text of ["", "PAR1", "JobID,User\n1,alice\n", "PAR1".repeat(20)]) {
    assert.throws(() => openSegment(bufferOf(new TextEncoder().encode(text))), {
      name: "SegmentError",
      message: /^no Parquet file: /,
    });
  }
});

Deno.test("openSegment() refuses a file of a newer version in words", () => {
  const bytes = encodeSegment(tableOf([jobRecord({ Submit: 5 })]), META);
  const key = new TextEncoder().encode("slurm-usage-history.schema_version");
  const at = bytes.findIndex((_, i) => key.every((byte, j) => bytes[i + j] === byte)) + key.length;
  // A byte for the type and one for the length come before the value.
  assert.equal(String.fromCharCode(bytes[at + 2]), String(SCHEMA_VERSION));
  bytes[at + 2] = String(SCHEMA_VERSION + 1).charCodeAt(0);
  assert.throws(() => openSegment(bufferOf(bytes)), {
    name: "NewerVersionError",
    message: "its schema version is 2, written by slurm-usage-history version 1.0.0; " +
      "this program reads up to 1: it needs a newer version",
  });
});
