import assert from "node:assert/strict";
import { identity, type SacctRecord, seconds } from "./accounting.ts";
import type { Job } from "./dashboard.ts";

/** States of jobs that have not ended: what sacct says of their run time changes by the second. */
export const RUNNING: ReadonlySet<string> = new Set(["RUNNING", "PENDING", "SUSPENDED"]);

const TEXTS = [
  "JobID",
  "User",
  "Account",
  "Partition",
  "QOS",
  "State",
  "ExitCode",
  "NodeList",
  "AllocTRES",
] as const;

/** Tasks that a record of `123_[5-9,12%2]` stands for; null if it is none of these. */
function tasksOf(job_id: unknown): readonly number[] | null {
  const list = /_\[([\d,-]+)(?:%\d+)?\]$/.exec(String(job_id))?.[1];
  if (list === undefined) return null;
  return list.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** What waits of each record, without tasks that sacct tells twice: in a record of their own as well. */
function withoutKnownTasks(records: readonly SacctRecord[]): ReadonlyMap<SacctRecord, readonly number[]> {
  const ids = new Set(records.map(({ JobID, Submit }) => `${JobID} ${Submit}`));
  return new Map(
    records.filter(({ End }) => End === "Unknown").flatMap((record) => {
      const array = record.JobID.split("_")[0];
      const left = tasksOf(record.JobID)?.filter((task) => !ids.has(`${array}_${task} ${record.Submit}`));
      return left === undefined ? [] : [[record, left] as const];
    }),
  );
}

/** Asserts that the jobs, by their identity, are what sacct tells: ids, names, states, times and resources. */
export function sameRecords(jobs: ReadonlyMap<string, Job>, told: readonly SacctRecord[]): void {
  const waiting = withoutKnownTasks(told);
  const expected = told.filter((record) => waiting.get(record)?.length !== 0);
  assert.deepEqual([...jobs.keys()].toSorted(), expected.map(identity).toSorted());
  for (const record of expected) {
    const job = jobs.get(identity(record));
    assert.ok(job);
    const state = job.CancelledBy === null ? job.State : `${job.State} by ${job.CancelledBy}`;
    const texts = { ...job, State: state };
    for (const field of TEXTS) {
      const left = waiting.get(record);
      if (field === "JobID" && left !== undefined) {
        assert.deepEqual(tasksOf(job.JobID), left, `tasks of ${record.JobID}`);
        continue;
      }
      assert.equal(texts[field] ?? "", record[field], `${field} of ${identity(record)}`);
    }
    for (const field of ["Submit", "Eligible", "Start", "End"] as const) {
      assert.equal(seconds(job[field]), seconds(record[field]), `${field} of ${identity(record)}`);
    }
    for (const field of ["AllocCPUS", "AllocNodes"] as const) {
      assert.equal(job[field], Number(record[field]), `${field} of ${identity(record)}`);
    }
    if (!RUNNING.has(record.State)) assert.equal(job.ElapsedRaw, Number(record.ElapsedRaw));
  }
}
