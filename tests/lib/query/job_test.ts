import assert from "node:assert/strict";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { job } from "../../../lib/query/job.ts";
import { clusterOf, jobRecord } from "../../helpers.ts";

const NOW = { now_s: 1_790_000_000 };
const SUBMIT = 1_780_000_000;
const DAY_S = 86_400;

function clusterWith(records: readonly Partial<JobRecord>[]) {
  return clusterOf(
    records.map((record) => {
      const Submit = record.Submit ?? SUBMIT;
      return jobRecord({
        JobIDRaw: record.JobID,
        User: "alice",
        JobName: "relax",
        State: "COMPLETED",
        Submit,
        Start: Submit + 60,
        End: Submit + 600,
        ElapsedRaw: 540,
        AllocCPUS: 4,
        Partition: "standard",
        ...record,
      });
    }),
    { name: "alpha" },
  );
}

Deno.test("job() finds a job by its id however it is written, and by the number that Slurm has for it", async () => {
  const cluster = clusterWith([
    { JobID: "7" },
    { JobID: "8_4", JobIDRaw: "12" },
    { JobID: "9+0", JobIDRaw: "9" },
    { JobID: "8_[5-9]", JobIDRaw: "8", Start: null, End: null, ElapsedRaw: null, State: "PENDING" },
    { JobID: "by hand", SLUID: "s0123456789ABC" },
  ]);
  const found = async (id: string) => (await job(cluster, { ...NOW, id }))?.row.JobID ?? null;
  for (const id of ["7", "8_4", "9+0", "8_[5-9]", "by hand"]) assert.equal(await found(id), id);
  assert.deepEqual([await found("12"), await found("9")], ["8_4", "9+0"]);
  assert.equal(await found("s0123456789ABC"), "by hand");
  for (const id of ["", "70", "8_5", "7_7", "' OR 1=1", "07", "7 ", "constructor"]) {
    assert.equal(await found(id), null, id);
  }
});

Deno.test("job() takes the first part of an array or a heterogeneous job for the whole", async () => {
  const cluster = clusterWith([{ JobID: "8_3", JobIDRaw: "13" }, { JobID: "8_2", JobIDRaw: "12" }]);
  assert.equal((await job(cluster, { ...NOW, id: "8" }))?.row.JobID, "8_2");
});

Deno.test("job() has every record of an id, newest first, and shows the one that is asked for", async () => {
  const again = [0, 3, 1].map((days) => ({ JobID: "7", Submit: SUBMIT + days * DAY_S }));
  const cluster = clusterWith(again);
  const newest = await job(cluster, { ...NOW, id: "7" });
  assert.deepEqual(
    newest?.records.map(({ Submit }) => Submit),
    [3, 1, 0].map((days) => SUBMIT + days * DAY_S),
  );
  assert.equal(newest?.row.Submit, SUBMIT + 3 * DAY_S);
  const asked = { ...NOW, id: "7", submit_s: SUBMIT + DAY_S };
  assert.equal((await job(cluster, asked))?.row.Submit, SUBMIT + DAY_S);
  const started = await job(cluster, { ...NOW, id: "7", start_s: SUBMIT + 60 });
  assert.equal(started?.row.Submit, SUBMIT);
  const unknown = await job(cluster, { ...NOW, id: "7", submit_s: 1 });
  assert.equal(unknown?.row.Submit, SUBMIT + 3 * DAY_S);
});

Deno.test("job() counts the tasks of an array by state, the waiting ones too, and names the first fifty", async () => {
  const tasks = Array.from({ length: 70 }, (_, task) => ({
    JobID: `8_${task}`,
    JobIDRaw: String(100 + task),
    State: task % 10 === 0 ? "FAILED" : "COMPLETED",
  }));
  const cluster = clusterWith([
    ...tasks.reverse(),
    { JobID: "8_[70-99]", JobIDRaw: "8", State: "PENDING", Start: null, End: null },
    // Of another time, when ids had begun anew, and of someone else.
    { JobID: "8_1", JobIDRaw: "9000", Submit: SUBMIT - 900 * DAY_S },
    { JobID: "8_1", JobIDRaw: "9001", User: "bob" },
  ]);
  const answer = await job(cluster, { ...NOW, id: "8_3" });
  assert.deepEqual([answer?.array?.of, answer?.array?.count], ["8", 71]);
  assert.deepEqual(answer?.array?.states, [
    { state: "COMPLETED", count: 63 },
    { state: "FAILED", count: 7 },
    { state: "PENDING", count: 1 },
  ]);
  const expected = Array.from({ length: 50 }, (_, task) => `8_${task}`);
  assert.deepEqual(answer?.array?.rows.map(({ JobID }) => JobID), expected);
  assert.equal(answer?.components, null);
});

Deno.test("job() has the components of a heterogeneous job, itself among them", async () => {
  const cluster = clusterWith([{ JobID: "9+0" }, { JobID: "9+1" }, { JobID: "10" }]);
  const answer = await job(cluster, { ...NOW, id: "9+1" });
  assert.deepEqual(answer?.components?.rows.map(({ JobID }) => JobID), ["9+0", "9+1"]);
  assert.equal(answer?.array, null);
});

Deno.test("job() has the newest jobs of the same user and name, of each array one, else of the same size", async () => {
  const cluster = clusterWith([
    { JobID: "1" },
    ...Array.from({ length: 14 }, (_, at) => ({ JobID: String(20 + at), Submit: SUBMIT + at * DAY_S })),
    ...[1, 2, 3].map((task) => ({ JobID: `50_${task}`, Submit: SUBMIT + 40 * DAY_S + task })),
    { JobID: "60", User: "bob", Submit: SUBMIT + 50 * DAY_S },
    { JobID: "61", JobName: "other", Submit: SUBMIT + 50 * DAY_S },
    { JobID: "62", JobName: "lonely", AllocCPUS: 4 },
  ]);
  const similar = async (id: string) => (await job(cluster, { ...NOW, id }))?.similar;
  const named = await similar("1");
  assert.equal(named?.by, "name");
  assert.deepEqual(named?.rows.map(({ JobID }) => JobID), [
    "50_3",
    ..."33 32 31 30 29 28 27 26 25".split(" "),
  ]);
  const sized = await similar("62");
  assert.equal(sized?.by, "size");
  assert.deepEqual(sized?.rows.slice(0, 2).map(({ JobID }) => JobID), ["61", "50_3"]);
});
