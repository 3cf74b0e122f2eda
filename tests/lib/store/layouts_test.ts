/** Segments of other builds of this program: older and newer ones, with fewer and with more columns. */
import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { type JobTable, recordAt } from "../../../lib/job/table.ts";
import {
  decodeSegment,
  encodeSegment,
  NewerVersionError,
  openSegment,
  type SegmentMeta,
} from "../../../lib/store/segment.ts";
import { decodeColumns } from "../../../lib/store/table_columns.ts";
import { jobRecord, tableOf } from "../../helpers.ts";
import { anyRecord } from "./any_record.ts";
import { plainColumns, readGenerally, sealed, writeGenerally } from "./general_path.ts";

const META: SegmentMeta = {
  cluster: "alpha",
  received_ms: 1,
  idempotency: null,
  counts: { accepted: 0, updated: 0, duplicates: 0 },
};

function recordsOf(table: JobTable): readonly JobRecord[] {
  return Array.from({ length: table.length }, (_, row) => recordAt(table, row));
}

function someRecords(seed: number, count = 200): readonly JobRecord[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => anyRecord(random));
}

async function read(bytes: Uint8Array): Promise<readonly JobRecord[]> {
  const opened = openSegment(bytes.slice().buffer as ArrayBuffer);
  assert.ok(opened.meta !== null, "not recognised as a segment");
  return recordsOf(await decodeSegment(opened));
}

Deno.test("decodeSegment() reads the files of the first builds", async () => {
  for (const name of ["typical", "odd"]) {
    const path = new URL(`../../fixtures/segments/version_1_${name}`, import.meta.url);
    const opened = openSegment((await Deno.readFile(`${path.pathname}.parquet`)).buffer);
    const { meta, records } = JSON.parse(await Deno.readTextFile(`${path.pathname}.json`));
    assert.deepEqual(opened.meta, meta);
    // Columns that came later are unknown.
    const expected = records.map((fields: Partial<JobRecord>) => jobRecord(fields));
    assert.deepEqual(recordsOf(await decodeSegment(opened)), expected);
    assert.equal("DiskRead" in records[0], false);
    // Texts that are nearly all ids, which were coded then, are the only ones that go another way.
    assert.deepEqual(decodeColumns(opened).unread, ["SLUID"]);
  }
});

Deno.test("the typed path and the general path read the same from either one's files", async () => {
  for (let seed = 41; seed < 50; seed++) {
    const records = someRecords(seed, [1, 40, 700][seed % 3]);
    const table = tableOf(records);
    for (const bytes of [encodeSegment(table, META), writeGenerally(plainColumns(table), { meta: META })]) {
      assert.deepEqual(await read(bytes), records);
      const opened = openSegment(bytes.slice().buffer as ArrayBuffer);
      assert.deepEqual(recordsOf(await readGenerally(opened)), records);
    }
    const ours = openSegment(encodeSegment(table, META).slice().buffer as ArrayBuffer);
    assert.deepEqual(decodeColumns(ours).unread, [], "every column of our own files is read straight away");
  }
});

Deno.test("decodeSegment() reads a file that lacks columns of a later build as if they were unknown", async () => {
  const records = someRecords(51);
  const later = ["SLUID", "User", "Submit", "AllocGPUS", "MaxRSS", "GPUHours"] as const;
  const columns = plainColumns(tableOf(records)).filter(({ element: { name } }) =>
    !later.some((column) => column === name)
  );
  const unknown = Object.fromEntries(later.map((name) => [name, null]));
  assert.deepEqual(
    await read(writeGenerally(columns, { meta: META })),
    records.map((record) => ({ ...record, ...unknown })),
  );
});

Deno.test("decodeSegment() reads a file of a version before this one", async () => {
  const records = someRecords(52);
  assert.deepEqual(
    await read(writeGenerally(plainColumns(tableOf(records)), { meta: META, version: 0 })),
    records,
  );
});

Deno.test("decodeSegment() refuses a file without the columns that make a job", async () => {
  const columns = plainColumns(tableOf(someRecords(53))).filter(({ element }) => element.name !== "JobIDRaw");
  await assert.rejects(() => read(writeGenerally(columns, { meta: META })), {
    name: "SegmentError",
    message: "it has no column JobIDRaw",
  });
});

Deno.test("decodeSegment() passes over columns of a later build, wherever they stand", async () => {
  const records = someRecords(54);
  const [first, ...rest] = plainColumns(tableOf(records));
  const added = {
    element: { name: "EnergyJoules", type: "INT64", repetition_type: "OPTIONAL" },
    data: records.map((_, row) => row % 3 === 0 ? null : BigInt(row)),
  } as const;
  assert.deepEqual(await read(writeGenerally([first, added, ...rest], { meta: META })), records);
});

Deno.test("decodeSegment() reads columns that another build declared otherwise, and several row groups", async () => {
  const records = someRecords(55).map((record) => ({
    ...record,
    ElapsedRaw: 7,
    User: "17",
    Submit: 1_700_000_000,
  }));
  const columns = plainColumns(tableOf(records)).map((column) => {
    const { name } = column.element;
    const repetition_type = "OPTIONAL" as const;
    if (name === "ElapsedRaw") {
      return { element: { name, repetition_type, type: "INT32" as const }, data: records.map(() => 7) };
    }
    if (name === "User") {
      return { element: { name, repetition_type, type: "INT64" as const }, data: records.map(() => 17n) };
    }
    if (name === "Submit") {
      const element = {
        name,
        repetition_type,
        type: "INT64" as const,
        logical_type: { type: "TIMESTAMP" as const, isAdjustedToUTC: true, unit: "MICROS" as const },
      };
      return { element, data: records.map(() => 1_700_000_000_000_000n) };
    }
    return column;
  });
  assert.deepEqual(await read(writeGenerally(columns, { meta: META })), records);
  const split = writeGenerally(plainColumns(tableOf(records)), { meta: META, row_group_size: 30 });
  assert.deepEqual(await read(split), records);
});

Deno.test("openSegment() refuses a file of a newer version and says what wrote it", () => {
  const bytes = writeGenerally(plainColumns(tableOf([jobRecord({ Submit: 5 })])), { meta: META, version: 2 });
  assert.throws(() => openSegment(bytes.buffer), NewerVersionError);
  assert.throws(() => openSegment(bytes.buffer), {
    message: "its schema version is 2; this program reads up to 1: it needs a newer version",
  });
});

Deno.test("decodeColumns() comes to an end with any damage that a fitting digest covers up", () => {
  const whole = encodeSegment(tableOf(someRecords(56, 60)), META).slice();
  const digest = openSegment(whole.buffer).metadata.key_value_metadata?.find(({ key }) =>
    key.endsWith("digest")
  )
    ?.value;
  const footer_at = whole.length - 8 - new DataView(whole.buffer).getUint32(whole.length - 8, true);
  const random = createRandom(57);
  let other_ways = 0;
  for (let i = 0; i < 500; i++) {
    const bytes = whole.slice();
    bytes[4 + random.below(footer_at - 4)] ^= 1 << random.below(8);
    const { table, unread } = decodeColumns(openSegment(sealed(bytes, digest).buffer));
    assert.equal(table.length, 60);
    if (unread.length > 0) other_ways++;
  }
  assert.ok(other_ways > 100, `${other_ways} of 500 were noticed`);
});
