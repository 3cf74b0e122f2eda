import assert from "node:assert/strict";
import { type JobId, parseJobId } from "../../../lib/slurm/job_id.ts";

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
