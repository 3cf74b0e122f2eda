import assert from "node:assert/strict";
import { firstTasks, holdsTask, type JobId, parseJobId, withoutTasks } from "../../../lib/slurm/job_id.ts";

function id(base: number, parts: Partial<JobId> = {}): JobId {
  return { kind: "job", base, task: null, pending_tasks: null, component: null, step: null, ...parts };
}

Deno.test("parseJobId() takes jobs, array tasks and het components apart", () => {
  const ids: Readonly<Record<string, JobId>> = {
    "123": id(123),
    "123_4": id(123, { task: 4 }),
    "123_[5-9%2]": id(123, { pending_tasks: "5-9%2" }),
    "35_[3,7-10]": id(35, { pending_tasks: "3,7-10" }),
    "35_[0-30:5%4]": id(35, { pending_tasks: "0-30:5%4" }),
    "123+0": id(123, { component: 0 }),
    "4294967295": id(4294967295),
  };
  for (const [text, expected] of Object.entries(ids)) assert.deepEqual(parseJobId(text), expected, text);
});

Deno.test("parseJobId() tells steps from jobs", () => {
  const ids: Readonly<Record<string, JobId>> = {
    "123.batch": id(123, { kind: "step", step: "batch" }),
    "123.extern": id(123, { kind: "step", step: "extern" }),
    "123.interactive": id(123, { kind: "step", step: "interactive" }),
    "123.0": id(123, { kind: "step", step: "0" }),
    "123_4.batch": id(123, { kind: "step", task: 4, step: "batch" }),
    "37+0.0": id(37, { kind: "step", component: 0, step: "0" }),
  };
  for (const [text, expected] of Object.entries(ids)) assert.deepEqual(parseJobId(text), expected, text);
});

Deno.test("parseJobId() throws at anything else", () => {
  const texts = [
    "",
    "JobID",
    "abc",
    "12a",
    "123_",
    "123_[",
    "123+",
    "123.",
    "123.name",
    "-1",
    "1.5.2",
    "12345678901",
  ];
  for (const text of texts) assert.throws(() => parseJobId(text), SyntaxError, text);
});

/** The tasks of a list, written out by hand; each list is that of a waiting array. */
const LISTS: Readonly<Record<string, readonly number[]>> = {
  "5": [5],
  "5-9": [5, 6, 7, 8, 9],
  "5-9%2": [5, 6, 7, 8, 9],
  "3,7-10": [3, 7, 8, 9, 10],
  "0-30:5%4": [0, 5, 10, 15, 20, 25, 30],
  "1-10:4": [1, 5, 9],
  "1,3,5-7:2,20%1": [1, 3, 5, 7, 20],
  "7-7": [7],
};

Deno.test("holdsTask() knows the tasks of numbers, ranges and steps, and no others", () => {
  for (const [list, tasks] of Object.entries(LISTS)) {
    const held = Array.from({ length: 40 }, (_, task) => task).filter((task) => holdsTask(list, task));
    assert.deepEqual(held, tasks, list);
  }
  for (const nothing of ["9-5", "", "x", "%3", "1-5:0", "..."]) {
    assert.ok(![0, 1, 2, 3, 5, 9].some((task) => holdsTask(nothing, task)), nothing);
  }
  assert.ok(holdsTask("0-4000000000", 3_999_999_999));
});

Deno.test("holdsTask() and firstTasks() take up of a list that was cut off what is whole", () => {
  assert.deepEqual(firstTasks("1-3,5,...", 9), [1, 2, 3, 5]);
  assert.ok(holdsTask("1-3,5,...", 5) && !holdsTask("1-3,5,...", 7));
});

Deno.test("firstTasks() lists as many as asked for, however long the list", () => {
  for (const [list, tasks] of Object.entries(LISTS)) {
    for (const count of [0, 1, 2, 5, 100]) {
      assert.deepEqual(firstTasks(list, count), tasks.slice(0, count), `${count} of ${list}`);
    }
  }
  assert.deepEqual(firstTasks("0-4000000000,7", 3), [0, 1, 2]);
});

Deno.test("withoutTasks() leaves the other tasks, as few ranges, and the limit", () => {
  const without = (tasks: string, ...gone: readonly number[]) => withoutTasks(tasks, { gone: new Set(gone) });
  assert.equal(without("5-9%2", 5, 7), "6,8-9%2");
  assert.equal(without("1,4-6", 2), "1,4-6");
  assert.equal(without("0-8:4,20", 0, 20), "4,8");
  assert.equal(without("3%1", 3), "");
});

Deno.test("withoutTasks() says when it cannot tell: a list that is cut, one that is too long", () => {
  assert.equal(withoutTasks("1-5,...", { gone: new Set([1]) }), null);
  assert.equal(withoutTasks("1-2000000", { gone: new Set([1]) }), null);
  assert.equal(withoutTasks("1-5", { gone: new Set([1]), most: 5 }), "2-5");
  assert.equal(withoutTasks("1-5", { gone: new Set([1]), most: 4 }), null);
});
