import assert from "node:assert/strict";
import { askedFields, newDelimiter, readWindow, sacctArgs, SacctError } from "../../../agent/slurm/sacct.ts";
import { all, type Answer, fakeStart } from "../fakes.ts";

const NEEDED = "AllocCPUS AllocTRES Elapsed ElapsedRaw End JobID JobIDRaw JobName Start State Submit User";
const WINDOW = { start: 1767225600, end: 1767312000 };
const FIELDS = ["JobIDRaw", "JobName"];

function helpFormat(answers: Readonly<Record<string, Answer>>) {
  return fakeStart(({ args }) => answers[args.join(" ")] ?? { code: 1, stderr: "unexpected" });
}

Deno.test("askedFields() asks for what this sacct has, the id first and the name last", async () => {
  const stdout = `${NEEDED.replaceAll(" ", "     ")}\nQOS                 Reserved\n`;
  const { start } = helpFormat({ "--helpformat": { stdout } });
  assert.deepEqual(await askedFields(start), [
    "JobIDRaw",
    "JobID",
    "User",
    "QOS",
    "State",
    "Submit",
    "Start",
    "End",
    "ElapsedRaw",
    "AllocCPUS",
    "AllocTRES",
    "JobName",
  ]);
});

Deno.test("askedFields() takes up fields that newer versions have", async () => {
  const { start } = helpFormat({ "--helpformat": { stdout: `${NEEDED} Restarts SLUID Planned` } });
  const fields = await askedFields(start);
  assert.ok(fields.includes("Restarts") && fields.includes("SLUID"));
  assert.ok(!fields.includes("Planned"));
});

Deno.test("askedFields() falls back on -e", async () => {
  const { start, calls } = helpFormat({ "--helpformat": { code: 1 }, "-e": { stdout: NEEDED } });
  assert.ok((await askedFields(start)).includes("JobName"));
  assert.deepEqual(calls.map(({ args }) => args), [["--helpformat"], ["-e"]]);
});

Deno.test("askedFields() says why it cannot go on", async () => {
  const failing = helpFormat({ "-e": { code: 1, stderr: "sacct: fatal: no slurm.conf" } });
  await assert.rejects(askedFields(failing.start), /status 1: sacct: fatal: no slurm.conf/);
  const poor = helpFormat({ "--helpformat": { stdout: "JobID State" } });
  await assert.rejects(askedFields(poor.start), /lacks fields that are needed: JobIDRaw, Submit/);
});

Deno.test("sacctArgs() asks for all users' jobs with steps, once more for those never eligible", () => {
  const asked = { window: WINDOW, fields: FIELDS, delimiter: "<|a|>" };
  const common = [
    "--allusers",
    "--duplicates",
    "--parsable",
    "--noheader",
    "--noconvert",
    "--delimiter=<|a|>",
    "--starttime=uts1767225600",
    "--endtime=uts1767312000",
    "--format=JobIDRaw,JobName",
  ];
  assert.deepEqual(sacctArgs("overlapping", asked), common);
  assert.deepEqual(sacctArgs("ended_early", asked), [
    ...common,
    "--state=CANCELLED,DEADLINE",
    "--allocations",
  ]);
});

Deno.test("newDelimiter() is a new text each time", () => {
  const texts = new Set(Array.from({ length: 50 }, () => newDelimiter(Math.random)));
  assert.equal(texts.size, 50);
  for (const text of texts) assert.match(text, /^<\|[0-9a-z]{6}\|>$/);
});

function read(answer: Answer) {
  const logged: string[] = [];
  const { start, calls } = fakeStart(() => answer);
  const sacct = { start, fields: FIELDS, delimiter: ";;", log: (line: string) => logged.push(line) };
  return { rows: readWindow(sacct, { window: WINDOW, question: "overlapping" }), logged, calls };
}

Deno.test("readWindow() waits longer for sacct than slurmdbd's 45 s of silence", async () => {
  const { rows, calls } = read({});
  assert.deepEqual(await all(rows), []);
  assert.ok(calls[0].silence_s > 60);
});

Deno.test("readWindow() passes on what sacct says though it succeeds", async () => {
  const { rows, logged } = read({ stdout: "1;;a;;\n", stderr: "sacct: warning: old" });
  assert.deepEqual(await all(rows), [{ row: { JobIDRaw: "1", JobName: "a" } }]);
  assert.deepEqual(logged, ["sacct says: sacct: warning: old"]);
});

Deno.test("readWindow() fails with sacct's own words after the rows, and takes a cut row for nothing", async () => {
  const failures: readonly (readonly [Answer, RegExp])[] = [
    [
      { code: 95, stderr: "sacct: error: Too wide of a date range in query" },
      /status 95: sacct: error: Too wide/,
    ],
    [{ code: 1 }, /status 1: it said nothing/],
    [{ code: 137, silent: true }, /printed nothing for 300 s and was stopped/],
  ];
  for (const [answer, words] of failures) {
    const { rows } = read({ ...answer, stdout: "1;;a;;\n2;;b" });
    assert.ok("row" in (await rows.next()).value);
    await assert.rejects(rows.next(), (error) => error instanceof SacctError && words.test(error.message));
  }
});
