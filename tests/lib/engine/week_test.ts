import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { Dataset } from "../../../lib/engine/dataset.ts";
import { Week, weekOfSubmission } from "../../../lib/engine/week.ts";
import { weekWrites } from "../../../lib/engine/week_writes.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { jobRecord, tableOf, utc } from "../../helpers.ts";

const MONDAY = utc("2024-03-25");

function anyRecord(random: Random, id: number): JobRecord {
  const maybe = <T>(value: T) => random.below(4) === 0 ? null : value;
  const Submit = MONDAY + random.below(500_000);
  const Start = maybe(Submit + random.below(random.pick([2, 300, 70_000])));
  const End = maybe(Submit + random.below(200_000));
  const AllocCPUS = maybe(random.pick([0, 1, 64, 300, 70_000]));
  const span_s = Start === null || End === null ? null : End - Start;
  return jobRecord({
    JobID: random.pick([String(id), `${id}_${id % 7}`, `${id}+1`, `${id}_[1-3%2]`, `by hand ${id}`]),
    JobIDRaw: String(id),
    SLUID: maybe(random.pick(["s0000000000001", "s1ZZZZZZZZZZZZ", "odd"])),
    Submit,
    Start,
    End,
    Eligible: random.pick([Submit, null, Submit + 7]),
    User: maybe(`u${random.below(400)}`),
    State: random.pick(["COMPLETED", "RUNNING", "FAILED"]),
    NodeList: random.pick(["n1", "n[1-2]", "None assigned", null]),
    ElapsedRaw: random.pick([span_s !== null && span_s >= 0 ? span_s : null, null, 5, 0]),
    AllocCPUS,
    AllocGPUS: maybe(random.below(3)),
    ReqMem: maybe(random.pick([1024, 1000, 2 ** 40, 1])),
    TotalCPU: maybe(random.pick([0.001, 12.345, 1 / 3, 4e9])),
    // Hours as they follow from the rest, or as someone says.
    CPUHours: random.pick([
      null,
      0.1,
      span_s !== null && span_s >= 0 && AllocCPUS !== null ? AllocCPUS * span_s / 3600 : null,
    ]),
    GPUHours: maybe(0),
  });
}

/** The records in all rows of a week. */
function recordsOf(dataset: Dataset, week: Week): readonly JobRecord[] {
  return Array.from({ length: week.length }, (_, row) => dataset.record(week, row));
}

Deno.test("Week.written() in several steps gives the records of a plain list; the week before stays as it was", () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = createRandom(seed);
    const dataset = new Dataset();
    const earlier: { readonly week: Week; readonly list: readonly JobRecord[] }[] = [];
    let week = Week.EMPTY;
    let list: JobRecord[] = [];
    for (let step = 0; step < 8; step++) {
      earlier.push({ week, list });
      list = [...list];
      const rows: number[] = [];
      const batch: JobRecord[] = [];
      for (let i = random.below(6); i > 0; i--) {
        const row = random.below(2) === 0 ? list.length : random.below(list.length + 1);
        if (rows.includes(row)) continue;
        const record = anyRecord(random, 1 + random.below(100_000));
        list[row] = record;
        rows.push(row);
        batch.push(record);
      }
      const table = tableOf(batch);
      const { codes } = dataset.plan(table);
      week = week.written(weekWrites(table, {
        from: Uint32Array.from(batch.keys()),
        rows: Uint32Array.from(rows),
        length: list.length,
        codes,
      }));
      if (random.below(3) === 0) assert.equal(week.runs.rows.length, week.length);
      assert.deepEqual(recordsOf(dataset, week), list, `seed ${seed}, step ${step}`);
      const picks = Uint32Array.from({ length: list.length === 0 ? 0 : 5 }, () => random.below(list.length));
      const picked = week.picked(picks);
      assert.deepEqual(
        recordsOf(dataset, picked),
        Array.from(picks, (row) => list[row]),
        `seed ${seed}, step ${step}: picked`,
      );
    }
    for (const [step, before] of earlier.entries()) {
      assert.deepEqual(recordsOf(dataset, before.week), before.list, `seed ${seed}, week of step ${step}`);
    }
  }
  assert.equal(Week.EMPTY.length, 0);
});

Deno.test("a week holds columns that nobody sends in no room, and others in as little as their unit allows", () => {
  const weekOf = (fields: Partial<JobRecord>) => {
    const records = Array.from(
      { length: 100 },
      (_, at) => jobRecord({ ...fields, JobID: `${at + 1}`, Submit: MONDAY }),
    );
    const table = tableOf(records);
    const rows = Uint32Array.from(records.keys());
    const { codes } = new Dataset().plan(table);
    return Week.EMPTY.written(weekWrites(table, { from: rows, rows, length: 100, codes }));
  };
  const bytes = (fields: Partial<JobRecord>) => weekOf(fields).bytes - weekOf({}).bytes;
  assert.equal(bytes({ GPUUtilAve: null, DiskRead: null }), 0);
  // Tenths of a percent in two bytes, KiB up to 4 TiB in four.
  assert.equal(bytes({ GPUUtilAve: 812.3 }), 200);
  assert.equal(bytes({ DiskRead: 2 ** 41 }), 400);
  assert.equal(bytes({ DiskRead: 1001 }), 800);
  assert.equal(weekOf({ DiskRead: 1024 }).isUnknown("DiskRead"), false);
  assert.equal(weekOf({ DiskRead: 1024 }).isUnknown("DiskWrite"), true);
  // What follows from others is not stored, nor are times packed.
  assert.equal(weekOf({ Eligible: MONDAY }).isUnknown("Eligible"), false);
  assert.equal(weekOf({}).isUnknown("Submit"), false);
});

Deno.test("weekOfSubmission() counts weeks from Monday to Sunday, UTC, and has one for unknown submissions", () => {
  const week = weekOfSubmission(MONDAY);
  assert.equal(weekOfSubmission(MONDAY - 1), week - 1);
  assert.equal(weekOfSubmission(MONDAY + 7 * 86_400 - 1), week);
  assert.equal(weekOfSubmission(MONDAY + 7 * 86_400), week + 1);
  const none = weekOfSubmission(0);
  assert.equal(weekOfSubmission(NaN), none);
  for (const time_s of [utc("1970-01-05"), MONDAY, 2 ** 32 - 1]) {
    assert.notEqual(weekOfSubmission(time_s), none);
  }
});
