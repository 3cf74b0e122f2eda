import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { Dataset } from "../../../lib/engine/dataset.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { jobRecord, shuffled } from "../../helpers.ts";
import { type Counts, ingest } from "./take_up.ts";

const SUBMIT = 1_700_000_000;

function inTurn(dataset: Dataset, records: readonly JobRecord[]): readonly Counts[] {
  return records.map((record) => ingest(dataset, [record]));
}

function idsOf(dataset: Dataset): readonly string[] {
  return [...dataset.records()].map(({ JobID }) => JobID).sort();
}

/** Whether the sender knows the number that Slurm has for a task: that of the array for what waits of it. */
const SENDERS = ["knows JobIDRaw", "knows none"] as const;
type Sender = (typeof SENDERS)[number];

/** Tasks of array 123 that wait, as one record. */
function block(tasks: string, sender: Sender, fields: Partial<JobRecord> = {}): JobRecord {
  const JobID = `123_[${tasks}]`;
  const JobIDRaw = sender === "knows none" ? JobID : "123";
  return jobRecord({ JobID, JobIDRaw, Submit: SUBMIT, State: "PENDING", ...fields });
}

/** A task of array 123 that runs. */
function task(number: number, sender: Sender, fields: Partial<JobRecord> = {}): JobRecord {
  const JobID = `123_${number}`;
  const JobIDRaw = sender === "knows none" ? JobID : String(200 + number);
  return jobRecord({
    JobID,
    JobIDRaw,
    Submit: SUBMIT,
    Start: SUBMIT + 10 + number,
    State: "RUNNING",
    ...fields,
  });
}

Deno.test("Dataset.plan() lets tasks that wait give way to one of them, in either order, in one batch or several", () => {
  const lists = ["5-9", "5", "1,5", "0-20:5", "5-9%2", "1-4,5,7-8%1"];
  for (const from of SENDERS) {
    for (const to of SENDERS) {
      for (const list of lists) {
        const [waiting, running] = [block(list, from), task(5, to)];
        const what = `${list}, the sender of the first ${from}, of the other ${to}`;
        const after = new Dataset();
        assert.deepEqual(inTurn(after, [waiting, running]), [[1, 0, 0], [0, 1, 0]], what);
        const before = new Dataset();
        assert.deepEqual(inTurn(before, [running, waiting]), [[1, 0, 0], [0, 0, 1]], what);
        const together = new Dataset();
        assert.deepEqual(ingest(together, [waiting, running]), [1, 0, 1], what);
        const turned = new Dataset();
        assert.deepEqual(ingest(turned, [running, waiting]), [1, 0, 1], what);
        for (const dataset of [after, before, together, turned]) {
          assert.deepEqual([...dataset.records()], [running], what);
          assert.deepEqual(ingest(dataset, [waiting, running]), [0, 0, 2], what);
        }
      }
    }
  }
});

Deno.test("Dataset.plan() keeps tasks that wait beside tasks that are not among them", () => {
  for (const sender of SENDERS) {
    const records = [block("5-9:2", sender), task(4, sender), task(6, sender), task(10, sender)];
    for (const order of [records, records.toReversed()]) {
      const dataset = new Dataset();
      assert.deepEqual(ingest(dataset, order), [4, 0, 0], sender);
      assert.deepEqual(inTurn(new Dataset(), order), order.map(() => [1, 0, 0]), sender);
      assert.deepEqual(ingest(dataset, [task(7, sender)]), [0, 1, 0], sender);
      assert.deepEqual(idsOf(dataset), ["123_10", "123_4", "123_6", "123_7"], sender);
    }
  }
});

Deno.test("Dataset.plan() lets fewer tasks that wait take the place of more", () => {
  for (const sender of SENDERS) {
    const blocks = ["1-9", "3-9", "3-5,9", "9"].map((list) => block(list, sender));
    const dataset = new Dataset();
    assert.deepEqual(inTurn(dataset, blocks), [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0]], sender);
    assert.deepEqual(idsOf(dataset), ["123_[9]"]);
    const together = new Dataset();
    assert.deepEqual(ingest(together, blocks), [1, 0, 3], sender);
    assert.deepEqual(idsOf(together), ["123_[9]"]);
  }
});

Deno.test("Dataset.plan() follows an array from look to look", () => {
  for (const sender of SENDERS) {
    const looks: readonly (readonly JobRecord[])[] = [
      [block("1-4", sender)],
      [task(1, sender), block("2-4", sender)],
      [task(1, sender, { End: SUBMIT + 50 }), task(2, sender), task(3, sender), block("4", sender)],
      [task(2, sender), task(3, sender, { End: SUBMIT + 60 }), task(4, sender)],
    ];
    const dataset = new Dataset();
    const found = looks.map((look) => [ingest(dataset, look), idsOf(dataset)]);
    assert.deepEqual(found, [
      [[1, 0, 0], ["123_[1-4]"]],
      [[1, 1, 0], ["123_1", "123_[2-4]"]],
      [[2, 2, 0], ["123_1", "123_2", "123_3", "123_[4]"]],
      [[0, 2, 1], ["123_1", "123_2", "123_3", "123_4"]],
    ], sender);
  }
});

Deno.test("Dataset.plan() takes another Submit or another number for another array", () => {
  for (const sender of SENDERS) {
    const waiting = block("5-9", sender);
    const later = task(5, sender, { Submit: SUBMIT + 1 });
    const other = { ...task(5, sender), JobID: "1234_5", JobIDRaw: "1240" };
    const others = [later, other, block("6-9", sender, { Submit: SUBMIT + 7 * 86_400 })];
    for (const record of others) {
      for (const records of [[waiting, record], [record, waiting]]) {
        assert.deepEqual(ingest(new Dataset(), records), [2, 0, 0], record.JobID);
        assert.deepEqual(inTurn(new Dataset(), records), [[1, 0, 0], [1, 0, 0]], record.JobID);
      }
    }
  }
});

Deno.test("Dataset.plan() keeps tasks that were cancelled while they waited", () => {
  for (const sender of SENDERS) {
    const waiting = block("5-9", sender);
    const cancelled = { ...waiting, State: "CANCELLED", End: SUBMIT + 99 };
    const running = task(4, sender);
    const dataset = new Dataset();
    assert.deepEqual(
      inTurn(dataset, [waiting, cancelled, waiting, running]),
      [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]],
      sender,
    );
    assert.deepEqual([...dataset.records()], [cancelled, running]);
    // What is over does not give way, nor does it take the place of what runs.
    for (const records of [[cancelled, task(5, sender)], [task(5, sender), cancelled]]) {
      assert.deepEqual(ingest(new Dataset(), records), [2, 0, 0], sender);
      assert.deepEqual(inTurn(new Dataset(), records), [[1, 0, 0], [1, 0, 0]], sender);
    }
    const started = task(6, sender, { Start: null, End: SUBMIT + 9, State: "CANCELLED" });
    assert.deepEqual(
      inTurn(new Dataset(), [waiting, started]),
      [[1, 0, 0], [0, 1, 0]],
      "a task cancelled alone",
    );
  }
});

Deno.test("Dataset.plan() ends with each task once, in whatever order and batches the looks at an array come", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = createRandom(seed);
    const count = 1 + random.below(12);
    const sender = random.pick(SENDERS);
    const finals = Array.from(
      { length: count },
      (_, i) => task(i, sender, { End: SUBMIT + 500, State: "COMPLETED" }),
    );
    const reports = [...finals];
    for (let started = 0; started < count; started++) {
      reports.push(block(started === count - 1 ? String(started) : `${started}-${count - 1}%2`, sender));
      reports.push(task(started, sender));
    }
    const dataset = new Dataset();
    const arriving = shuffled([...reports, ...reports], random);
    let [accepted, seen] = [0, 0];
    while (seen < arriving.length) {
      const batch = arriving.slice(seen, seen + 1 + random.below(6));
      const counts = ingest(dataset, batch);
      assert.equal(counts.reduce((sum, part) => sum + part), batch.length);
      accepted += counts[0];
      seen += batch.length;
    }
    assert.equal(dataset.length, accepted, `seed ${seed}`);
    const name = ({ JobID }: JobRecord) => JobID;
    assert.deepEqual(idsOf(dataset), finals.map(name).sort(), `seed ${seed}`);
    for (const record of dataset.records()) assert.equal(record.State, "COMPLETED", `seed ${seed}`);
  }
});

Deno.test("Dataset.plan() is quick with an array of a million tasks", () => {
  const begin_ms = performance.now();
  const dataset = new Dataset();
  let accepted = 0;
  for (let batch = 0; batch < 20; batch++) {
    // Tasks start one after the other; the sender looks once for every fifty of them.
    const records = Array.from({ length: 1000 }, (_, i) => {
      const started = batch * 1000 + i;
      const running = task(started, "knows none");
      return i % 50 === 49 ? [running, block(`${started + 1}-999999%100`, "knows none")] : [running];
    }).flat();
    const [added, updated, duplicates] = ingest(dataset, records);
    assert.equal(added + updated + duplicates, 1020);
    accepted += added;
  }
  assert.equal(accepted, 20_001);
  assert.equal(dataset.length, 20_001);
  assert.ok(idsOf(dataset).includes("123_[20000-999999%100]"));
  const took_ms = performance.now() - begin_ms;
  assert.ok(took_ms < 10_000, `${Math.round(took_ms)} ms`);
});
Deno.test("Dataset.plan() drops a late report of tasks of which one is known, though others still wait", () => {
  for (const sender of SENDERS) {
    const known = [block("5-9", sender), task(5, sender), task(6, sender), block("7-9", sender)];
    for (const batches of [known.map((record) => [record]), [known]]) {
      const dataset = new Dataset();
      for (const batch of batches) ingest(dataset, batch);
      assert.deepEqual(ingest(dataset, [block("5-9", sender)]), [0, 0, 1], sender);
      assert.deepEqual(ingest(dataset, [block("6-9", sender)]), [0, 0, 1], sender);
      assert.deepEqual(idsOf(dataset), ["123_5", "123_6", "123_[7-9]"], sender);
    }
  }
});
