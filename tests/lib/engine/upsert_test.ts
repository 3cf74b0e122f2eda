import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import { Dataset } from "../../../lib/engine/dataset.ts";
import { JOB_COLUMNS, type JobRecord } from "../../../lib/job/columns.ts";
import { jobRecord, shuffled } from "../../helpers.ts";
import { ingest } from "./take_up.ts";

const SUBMIT = 1_700_000_000;

function contentOf(dataset: Dataset): string[] {
  return sorted([...dataset.records()]);
}

function sorted(records: readonly JobRecord[]): string[] {
  return records.map((record) =>
    JOB_COLUMNS.flatMap(({ name }) => record[name] === null ? [] : [`${name}=${record[name]}`]).join(" ")
  ).sort();
}

/** The rules of identity and of the latest version, one record after the other in a plain list. */
class PlainStore {
  readonly records: JobRecord[] = [];

  /** Stores the record; tells what it was: new, a change, or nothing new. */
  take(record: JobRecord): "accepted" | "updated" | "duplicate" {
    const at = this.#find(record);
    if (at < 0) {
      this.records.push(record);
      return "accepted";
    }
    const stored = this.records[at];
    const less = stored.End !== null && record.End === null ||
      stored.Start !== null && record.Start === null && record.End === null;
    if (less || JSON.stringify(stored) === JSON.stringify(record)) return "duplicate";
    this.records[at] = record;
    return "updated";
  }

  #find(record: JobRecord): number {
    const by_sluid = this.records.findIndex(({ SLUID }) => SLUID !== null && SLUID === record.SLUID);
    if (by_sluid >= 0) return by_sluid;
    const alike = (test: (stored: JobRecord) => boolean) =>
      this.records.findIndex((stored) =>
        sameId(stored, record) && stored.Submit === record.Submit &&
        (stored.SLUID === null || record.SLUID === null) && test(stored)
      );
    const same = alike((stored) => stored.Start === record.Start);
    if (same >= 0) return same;
    const waits = ({ Start, End }: JobRecord) => Start === null && End === null;
    return alike((stored) => waits(stored) || waits(record));
  }
}

/** A sender that does not know the JobIDRaw gives the JobID in its place. */
function sameId(a: JobRecord, b: JobRecord): boolean {
  const unknown = [a, b].some(({ JobID, JobIDRaw }) => JobID === JobIDRaw);
  return a.JobIDRaw === b.JobIDRaw || unknown && a.JobID === b.JobID;
}

/** Array tasks and a job alone, as a sender has them that knows their JobIDRaw, or one that does not. */
function anyIds(random: Random, id: number): Pick<JobRecord, "JobID" | "JobIDRaw"> {
  const JobID = id % 3 === 0 ? String(id) : `100_${id}`;
  return { JobID, JobIDRaw: random.below(2) === 0 ? JobID : id % 3 === 0 ? JobID : String(100 + id) };
}

/** What senders report of one job in the course of time: of each of its runs first less, then more. */
function historyOf(random: Random, id: number): JobRecord[][] {
  const runs: JobRecord[][] = [];
  let Submit = SUBMIT + random.below(5) * 100;
  const count = 1 + random.below(3);
  for (let run = 0; run < count; run++) {
    const base = { Submit, User: `u${id % 3}`, NodeList: "n1" };
    const Start = Submit + 10 + run;
    const End = Start + 100;
    const waiting = jobRecord({ ...base, ...anyIds(random, id), State: "PENDING", NodeList: null });
    if (random.below(5) === 0) {
      const cancelled = jobRecord({
        ...base,
        ...anyIds(random, id),
        State: "CANCELLED",
        End,
        NodeList: "None assigned",
      });
      runs.push([waiting, cancelled]);
      return runs;
    }
    const running = jobRecord({ ...base, ...anyIds(random, id), State: "RUNNING", Start, ElapsedRaw: 5 });
    const finished = jobRecord({
      ...base,
      ...anyIds(random, id),
      State: "COMPLETED",
      Start,
      End,
      ElapsedRaw: 100,
    });
    runs.push([waiting, running, finished]);
    // A requeue sets Submit anew, in old versions of Slurm it did not.
    if (random.below(2) === 0) Submit = End + 5;
  }
  return runs;
}

function inBatches<T>(items: readonly T[], random: Random): T[][] {
  const batches: T[][] = [];
  for (let at = 0; at < items.length;) {
    const size = 1 + random.below(9);
    batches.push(items.slice(at, at + size));
    at += size;
  }
  return batches;
}

Deno.test("Dataset.plan() keeps the last version of every run, in whatever order and batches they come", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = createRandom(seed);
    const runs = Array.from({ length: 12 }, (_, id) => historyOf(random, id + 1)).flat();
    const finals = runs.map((versions) => versions[versions.length - 1]);
    const versions = shuffled(runs.flat(), random);
    const dataset = new Dataset();
    for (const batch of inBatches(versions, random)) ingest(dataset, batch);
    assert.deepEqual(contentOf(dataset), sorted(finals), `seed ${seed}`);
  }
});

Deno.test("Dataset.plan() does as a plain list of records does, whether they come one by one or together", () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = createRandom(seed);
    // Few ids and times, so that records meet in every way. A job known by SLUIDs runs once after a submission.
    const named = seed % 2 === 0;
    const pickOrNull = (values: readonly number[]) => random.below(3) === 0 ? null : random.pick(values);
    const records = Array.from({ length: 60 }, () => {
      const ids = anyIds(random, 1 + random.below(3));
      const Submit = random.pick([SUBMIT, SUBMIT, SUBMIT + 1]);
      const Start = pickOrNull(named ? [SUBMIT + 10] : [SUBMIT + 10, SUBMIT + 20]);
      return jobRecord({
        ...ids,
        Submit,
        Start,
        End: named && Start === null ? null : pickOrNull([SUBMIT + 30]),
        SLUID: named && random.below(2) === 0 ? `s${ids.JobID}-${Submit}` : null,
        AllocCPUS: random.below(2),
      });
    });
    const plain = new PlainStore();
    const one_by_one = new Dataset();
    for (const record of records) {
      const expected = plain.take(record);
      const [accepted, updated, duplicates] = ingest(one_by_one, [record]);
      assert.deepEqual(
        { accepted, updated, duplicate: duplicates },
        { accepted: 0, updated: 0, duplicate: 0, [expected]: 1 },
        `seed ${seed}`,
      );
    }
    assert.deepEqual(contentOf(one_by_one), sorted(plain.records), `one by one, seed ${seed}`);
    const batched = new Dataset();
    for (const batch of inBatches(records, random)) {
      const counts = ingest(batched, batch);
      assert.equal(counts.reduce((sum, count) => sum + count), batch.length);
    }
    assert.deepEqual(contentOf(batched), sorted(plain.records), `in batches, seed ${seed}`);
    const length = batched.length;
    const { generation } = batched;
    const finals = [...batched.records()];
    assert.deepEqual(ingest(batched, finals), [0, 0, length], `everything again, seed ${seed}`);
    assert.equal(batched.generation, generation);
  }
});

Deno.test("Dataset.plan() counts new, changed and repeated records exactly", () => {
  const dataset = new Dataset();
  const a = jobRecord({ JobID: "1", Submit: SUBMIT });
  const b = jobRecord({ JobID: "2", Submit: SUBMIT });
  assert.deepEqual(ingest(dataset, [a, b]), [2, 0, 0]);
  assert.deepEqual(ingest(dataset, [a, b]), [0, 0, 2]);
  const b2 = { ...b, State: "RUNNING", Start: SUBMIT + 1 };
  assert.deepEqual(ingest(dataset, [a, b2, jobRecord({ JobID: "3", Submit: SUBMIT })]), [1, 1, 1]);
  assert.equal(dataset.length, 3);
  assert.equal(dataset.generation, 2);
});

Deno.test("Dataset.plan() stores a job once that is in a batch twice, as it came last", () => {
  const dataset = new Dataset();
  const first = jobRecord({ Submit: SUBMIT, Start: SUBMIT, End: SUBMIT + 9, State: "FAILED" });
  const last = { ...first, State: "COMPLETED" };
  assert.deepEqual(ingest(dataset, [first, first, last]), [1, 0, 2]);
  assert.deepEqual([...dataset.records()].map(({ State }) => State), ["COMPLETED"]);
});

Deno.test("Dataset.plan() keeps the same id of two years apart", () => {
  const dataset = new Dataset();
  const job = jobRecord({ Submit: SUBMIT, Start: SUBMIT, End: SUBMIT + 9 });
  const year_later = { ...job, Submit: SUBMIT + 31e6, Start: SUBMIT + 31e6, End: SUBMIT + 31e6 + 9 };
  assert.deepEqual(ingest(dataset, [job]), [1, 0, 0]);
  assert.deepEqual(ingest(dataset, [year_later]), [1, 0, 0]);
  assert.equal(dataset.length, 2);
});

Deno.test("Dataset.plan() keeps a requeued job's runs and a resized job's records apart", () => {
  const requeued = [10, 1010].map((Start) =>
    jobRecord({ Submit: SUBMIT, Start: SUBMIT + Start, End: SUBMIT + Start + 500 })
  );
  const resized = [0, 600].map((later) =>
    jobRecord({ JobID: "2", Submit: SUBMIT + later, Start: SUBMIT + 1, End: SUBMIT + later + 600 })
  );
  for (const records of [requeued, resized]) {
    const together = new Dataset();
    assert.deepEqual(ingest(together, records), [2, 0, 0]);
    const apart = new Dataset();
    for (const record of records) assert.deepEqual(ingest(apart, [record]), [1, 0, 0]);
    // The waiting record that came before is replaced by one run and does not hide the other.
    const waiting = new Dataset();
    ingest(waiting, [{ ...records[0], Start: null, End: null }]);
    assert.deepEqual(ingest(waiting, records), [1, 1, 0]);
  }
});

Deno.test("Dataset.plan() lets a finished record never give way to an unfinished one", () => {
  const finished = jobRecord({ Submit: SUBMIT, Start: SUBMIT + 1, End: SUBMIT + 9 });
  const running = { ...finished, End: null };
  const waiting = { ...running, Start: null };
  const orders = [[running, finished, waiting], [finished, running], [waiting, running, finished, running]];
  for (const versions of orders) {
    const dataset = new Dataset();
    for (const version of versions) ingest(dataset, [version]);
    assert.deepEqual(contentOf(dataset), sorted([finished]));
    const batch = new Dataset();
    assert.deepEqual(ingest(batch, versions), [1, 0, versions.length - 1]);
    assert.deepEqual(contentOf(batch), sorted([finished]));
  }
});

Deno.test("Dataset.plan() knows a job by its SLUID though its times were corrected, and without one as before", () => {
  const dataset = new Dataset();
  const job = jobRecord({ Submit: SUBMIT, Start: SUBMIT + 1, End: SUBMIT + 9 });
  ingest(dataset, [job]);
  const named = { ...job, SLUID: "sF00" };
  assert.deepEqual(ingest(dataset, [named]), [0, 1, 0], "Slurm was upgraded: the same job now has an SLUID");
  const moved = { ...named, Submit: SUBMIT - 5, Start: SUBMIT + 3 };
  assert.deepEqual(ingest(dataset, [moved]), [0, 1, 0]);
  assert.deepEqual(ingest(dataset, [{ ...moved, SLUID: null }]), [0, 1, 0]);
  const others = [{ ...moved, SLUID: "sOTHER" }, { ...moved, SLUID: "sTHIRD" }];
  assert.deepEqual(ingest(dataset, others), [1, 1, 0]);
});

Deno.test("Dataset.plan() takes a job for one whose JobIDRaw only one of two senders knows, in either order", () => {
  const times = { Submit: SUBMIT, Start: SUBMIT + 5, End: SUBMIT + 90, AllocCPUS: 2 };
  const knowing = jobRecord({ ...times, JobID: "100_4", JobIDRaw: "104", User: "alice" });
  const other = jobRecord({ ...times, JobID: "100_4" });
  for (const [first, last] of [[knowing, other], [other, knowing]]) {
    const apart = new Dataset();
    assert.deepEqual(ingest(apart, [first]), [1, 0, 0]);
    assert.deepEqual(ingest(apart, [last]), [0, 1, 0]);
    assert.deepEqual(ingest(apart, [first]), [0, 1, 0], "found by what it was and by what it has become");
    assert.deepEqual(ingest(apart, [last, last]), [0, 1, 1]);
    const together = new Dataset();
    assert.deepEqual(ingest(together, [first, last, first, last]), [1, 0, 3]);
    for (const dataset of [apart, together]) assert.deepEqual(contentOf(dataset), sorted([last]));
  }
  // A waiting array becomes its last task, which keeps its number inside Slurm.
  const array = new Dataset();
  const task = { ...knowing, JobID: "100_9", JobIDRaw: "100" };
  ingest(array, [jobRecord({ JobID: "100_[1-9]", JobIDRaw: "100", Submit: SUBMIT })]);
  assert.deepEqual(ingest(array, [task]), [0, 1, 0]);
  assert.deepEqual(ingest(array, [{ ...task, JobIDRaw: "100_9" }]), [0, 1, 0]);
});

Deno.test("Dataset.plan() keeps array tasks apart, and a task from another job with the number of its JobIDRaw", () => {
  const run = (JobID: string, JobIDRaw: string, start_s = 5) =>
    jobRecord({ JobID, JobIDRaw, Submit: SUBMIT, Start: SUBMIT + start_s, End: SUBMIT + 900 });
  // The last task of an array has the array's own number inside Slurm.
  const apart = [
    [run("33", "33"), run("33_4", "33", 7)],
    [run("33_4", "33_4"), run("33_5", "33_5")],
    [run("33_4", "37"), run("33_5", "33_5")],
    [run("33_4", "37"), run("33_4", "38")],
    [run("37", "37"), run("33_4", "37", 7)],
    [run("33_4", "33_4"), run("33_4", "33_4", 7)],
    [run("33_4", "33_4"), run("33_4", "37", 7)],
    [run("33_4", "37"), { ...run("33_4", "33_4"), Submit: SUBMIT + 1 }],
  ];
  for (const [a, b] of apart) {
    for (const records of [[a, b], [b, a]]) {
      const what = JSON.stringify(sorted(records));
      assert.deepEqual(ingest(new Dataset(), records), [2, 0, 0], what);
      const in_turn = new Dataset();
      for (const record of records) assert.deepEqual(ingest(in_turn, [record]), [1, 0, 0], what);
      assert.deepEqual(ingest(in_turn, records), [0, 0, 2], what);
    }
  }
});
