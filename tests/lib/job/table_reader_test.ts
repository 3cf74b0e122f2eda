import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { JOB_COLUMNS } from "../../../lib/job/columns.ts";
import { jobReader } from "../../../lib/job/record.ts";
import { recordAt } from "../../../lib/job/table.ts";
import { tableReader } from "../../../lib/job/table_reader.ts";

/** Values of any field: usual ones of some column, odd ones of every kind. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  "",
  " ",
  "0",
  0,
  -0,
  1,
  "1",
  "007",
  7.5,
  "7.5",
  1e-7,
  1e15,
  1e15 + 2,
  1e21,
  2 ** 31 - 1,
  2 ** 31,
  0xfffffff0,
  0xffffffff,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  2 ** 60,
  NaN,
  Infinity,
  -1,
  "-1",
  "+5",
  "1e3",
  ".5",
  "5.",
  true,
  false,
  [],
  ["1"],
  {},
  { a: 1 },
  "Unknown",
  "None",
  "N/A",
  "UNLIMITED",
  "INVALID",
  "Partition_Limit",
  "None assigned",
  1_730_534_400,
  1_730_534_400.9,
  0.5,
  "1730534400",
  " 1730534400 ",
  "1730534400.7",
  "0000000001",
  "4294967295",
  "4294967296",
  "2024-11-02T08:00:00",
  "2024-11-02T08:00:59",
  "2024-11-02 08:00:07Z",
  "2024-11-02T08:00:60",
  "2024-11-02T08:00",
  "2024-11-02T08:00:01.5",
  "2024-11-02T08:00:01+01:00",
  "2024-11-02T08:00:02+0130",
  "2024-11-02T08:00:1x",
  "2024-03-31T02:30:15",
  "2024-10-27T02:30:15",
  "2024-13-01T00:00:00",
  "2106-02-07T06:28:15Z",
  "2106-02-07T06:28:16Z",
  "1970-01-01T00:00:00Z",
  "1970-01-01T00:00:05Z",
  "1969-12-31T23:59:59Z",
  "2:aaaaaaaaaaaaaa:00",
  "00:15:00",
  "1-02:03:04",
  "02:03.500",
  "1-2-3",
  "4000Mc",
  "31000Mn",
  "2147486648Mn",
  "62.50G",
  "9999999999E",
  "16K",
  "1000000000Tc",
  "0M",
  "cpu=4,mem=16G,node=2,gres/gpu:a100=2,gres/gpu=3",
  "billing=9,cpu=x",
  "cpu=99999999999",
  "gres/gpu=4000000000",
  "=",
  "n[1-4]",
  "gpu[01-03],cpu[5-6]",
  "broken[1-",
  "node001",
  "n[1-200000]",
  "CANCELLED by 1000",
  "CANCELLED by 10+",
  "CANCELLED+",
  "COMPLETED",
  "COMPLETED ",
  "PENDING",
  "NEWER_STATE",
  "OUT_OF_ME+",
  "123",
  "123_4",
  "123_[5-9%2]",
  "123+0",
  "123.batch",
  "123_4.extern",
  " 77 ",
  "12345678901",
  "4294967295",
  "0123",
  "1_02",
  "1_",
  "_1",
  "s0123456789ABC",
  "s01K8BBJN7VP5Q",
  "made-by-hand",
  "x".repeat(255),
  "1".repeat(256),
  "y".repeat(65_537),
  "half \ud800 pair",
  "😀 ünïcode",
  "a,b",
  "__proto__",
  "constructor",
  "toString",
  "o'brien",
  "nul\u0000inside",
];

/** What a record most often has, so that most records are read to their end. */
function usual(name: string, random: Random): unknown {
  const time_s = 1_730_534_400 + random.below(100_000);
  switch (JOB_COLUMNS.find((column) => column.name === name)?.type) {
    case "time":
      return random.pick([
        time_s,
        String(time_s),
        new Date(time_s * 1000).toISOString().slice(0, 19),
        "Unknown",
      ]);
    case "text":
      return name.startsWith("JobID")
        ? random.pick([
          String(1 + random.below(99)),
          `${1 + random.below(99)}_${random.below(5)}`,
          random.below(50),
        ])
        : random.pick([
          "physics",
          "COMPLETED",
          "n1",
          "n[1-2]",
          "cpu=4,node=1,gres/gpu=2",
          "CANCELLED by 7",
          null,
        ]);
    case "bytes":
      return random.pick(["4000Mc", "16G", 4096, null]);
    default:
      return random.pick([0, 1, 128, "64", null]);
  }
}

function wireOf(random: Random): unknown {
  if (random.below(40) === 0) return random.pick(VALUES);
  const wire: Record<string, unknown> = {};
  const odd = random.pick([0, 0, 1, 2, 5, 30]);
  for (const { name } of JOB_COLUMNS) {
    if (name === "JobID" || random.below(6) > 0) wire[name] = usual(name, random);
  }
  for (let count = 0; count < odd; count++) wire[random.pick(JOB_COLUMNS).name] = random.pick(VALUES);
  // Inherited fields are no fields.
  return random.below(30) === 0 ? Object.create(wire) : wire;
}

Deno.test("tableReader() has the verdict, the values and the reasons of jobReader(), whatever stands in the fields", () => {
  let read = 0;
  let refused = 0;
  for (const zone of ["UTC", "Europe/Berlin", "Pacific/Chatham"]) {
    for (let seed = 1; seed <= 30; seed++) {
      const random = createRandom(seed);
      const batch = Array.from({ length: 200 }, () => wireOf(random));
      const record = jobReader(zone);
      const { table, rejected, read: take } = tableReader({ zone, capacity: batch.length });
      batch.forEach(take);
      const verdicts = batch.map((raw) => record(raw));
      const records = verdicts.filter((verdict) => !("reason" in verdict));
      const reasons = verdicts.flatMap((verdict, index) =>
        "reason" in verdict ? [{ index, reason: verdict.reason.slice(0, 500) }] : []
      );
      assert.deepEqual(
        rejected.map(({ index, reason }) => ({ index, reason: reason.slice(0, 500) })),
        reasons,
        `${zone}, seed ${seed}`,
      );
      for (const [row, expected] of records.entries()) {
        assert.deepEqual(recordAt(table, row), expected, `${zone}, seed ${seed}, row ${row}`);
      }
      assert.equal(table.length, records.length);
      read += records.length;
      refused += reasons.length;
    }
  }
  assert.ok(read > 5000 && refused > 3000, `${read} read, ${refused} refused`);
});

Deno.test("tableReader() has the verdict of jobReader() for each odd value alone in each field", () => {
  const usual_job = { JobID: "5", Submit: 1_730_534_400, Start: 1_730_534_500, End: 1_730_538_000 };
  const record = jobReader("Europe/Berlin");
  let refused = 0;
  for (const { name } of JOB_COLUMNS) {
    const batch = VALUES.map((value) => ({ ...usual_job, [name]: value }));
    const { table, rejected, read } = tableReader({ zone: "Europe/Berlin", capacity: batch.length });
    batch.forEach((wire, index) => {
      read(wire);
      const expected = record(wire);
      const what = JSON.stringify(wire).slice(0, 200);
      if ("reason" in expected) assert.equal(rejected.at(-1)?.index, index, what);
      else assert.deepEqual(recordAt(table, table.length - 1), expected, what);
    });
    assert.equal(table.length + rejected.length, batch.length);
    refused += rejected.length;
  }
  assert.ok(refused > 1000, `${refused} refused`);
});

Deno.test("tableReader() counts all rejected records and names the first thousand", () => {
  const reader = tableReader({ zone: "UTC", capacity: 1500 });
  for (let i = 0; i < 1500; i++) reader.read(7);
  assert.deepEqual([reader.rejected.length, reader.rejected_count, reader.table.length], [1000, 1500, 0]);
});

Deno.test("tableReader() names a rejected record by its place in the batch, its id and a reason cut short", () => {
  const { rejected, read } = tableReader({ zone: "UTC", capacity: 3 });
  read({ JobID: "1", Submit: 1_730_534_400 });
  read({ JobID: 2, Submit: "x".repeat(1000) });
  read(["3"]);
  assert.deepEqual(rejected.map(({ index, job_id }) => [index, job_id]), [[1, "2"], [2, null]]);
  assert.equal(rejected[0].reason.length, 501);
});
