import assert from "node:assert/strict";
import { askedFields, fieldList } from "../../../agent/slurm/fields.ts";
import { type Answer, fakeStart } from "../fakes.ts";

const NEEDED =
  "AllocCPUS AllocTRES Elapsed ElapsedRaw End JobID JobIDRaw JobName Start State Submit User Group";
const NAMED = { job_names: true };

function known(text: string): readonly string[] {
  return text.toLowerCase().split(" ");
}

/** A sacct that answers these options. */
function sacct(answers: Readonly<Record<string, Answer>>) {
  return fakeStart(({ args }) => answers[args.join(" ")] ?? { code: 1, stderr: "unexpected" });
}

const VERSION = { stdout: "slurm-wlm 22.05.8\n" };

Deno.test("askedFields() asks for what this sacct has, the id first and the name last", () => {
  const fields = askedFields(known(`${NEEDED} QOS AveDiskRead`), NAMED);
  assert.equal(fields[0], "JobIDRaw");
  assert.equal(fields.at(-1), "JobName");
  assert.equal(new Set(fields).size, fields.length);
  for (const name of ["User", "Group", "QOS", "AllocTRES"]) assert.ok(fields.includes(name), name);
  for (const name of ["AveDiskRead", "Restarts", "Planned"]) assert.ok(!fields.includes(name), name);
});

Deno.test("askedFields() leaves the name out where it is not to be known", () => {
  const fields = askedFields(known(NEEDED), { job_names: false });
  assert.ok(!fields.includes("JobName"));
  assert.ok(fields.includes("User") && fields.includes("Group"));
});

Deno.test("askedFields() takes up fields that some versions have", () => {
  const newer = askedFields(known(`${NEEDED} Restarts SLUID TRESUsageInTot TRESUsageOutTot`), NAMED);
  for (const name of ["Restarts", "SLUID", "TRESUsageInTot", "TRESUsageOutTot"]) {
    assert.ok(newer.includes(name), name);
  }
});

Deno.test("askedFields() says what is missing", () => {
  assert.throws(
    () => askedFields(known("JobID State"), NAMED),
    /lacks fields that are needed: JobIDRaw, Submit/,
  );
});

Deno.test("fieldList() asks for the fields once for each version", async () => {
  const { start, calls } = sacct({ "--version": VERSION, "--helpformat": { stdout: "JobID   State\nEnd" } });
  const list = await fieldList(start, null);
  assert.deepEqual(list, { version: "22.05.8", fields: ["jobid", "state", "end"] });
  assert.deepEqual(await fieldList(start, list), list);
  assert.deepEqual(calls.map(({ args }) => args[0]), ["--version", "--helpformat", "--version"]);
  const updated = await fieldList(start, { version: "21.08.1", fields: ["jobid"] });
  assert.deepEqual(updated, list);
});

Deno.test("fieldList() keeps nothing of a version that does not tell its number", async () => {
  const { start, calls } = sacct({ "--version": { stdout: "slurm\n" }, "--helpformat": { stdout: "JobID" } });
  await fieldList(start, await fieldList(start, null));
  assert.equal(calls.filter(({ args }) => args[0] === "--helpformat").length, 2);
});

Deno.test("fieldList() falls back on -e", async () => {
  const { start, calls } = sacct({
    "--version": VERSION,
    "--helpformat": { code: 1 },
    "-e": { stdout: "JobID" },
  });
  assert.deepEqual((await fieldList(start, null)).fields, ["jobid"]);
  assert.deepEqual(calls.map(({ args }) => args[0]), ["--version", "--helpformat", "-e"]);
});

Deno.test("fieldList() says why it cannot go on", async () => {
  const mute = sacct({ "--version": VERSION, "-e": { code: 1, stderr: "sacct: fatal: no slurm.conf" } });
  await assert.rejects(
    fieldList(mute.start, null),
    /which fields sacct has: .*status 1: sacct: fatal: no slurm.conf/,
  );
  const broken = sacct({});
  await assert.rejects(
    fieldList(broken.start, null),
    /the version of sacct: sacct ended with status 1: unexpected/,
  );
});
