import assert from "node:assert/strict";
import type { Running } from "../../../agent/slurm/command.ts";
import { Pseudonyms } from "../../../agent/slurm/pseudonym.ts";
import {
  newDelimiter,
  openSacct,
  type Question,
  readWindow,
  type Sacct,
  sacctArgs,
  SacctError,
} from "../../../agent/slurm/sacct.ts";
import { all, type Answer, bytes, fakeStart } from "../fakes.ts";

const NEEDED = "AllocCPUS AllocTRES ElapsedRaw End JobID JobIDRaw JobName Start State Submit";
const WINDOW = { start: 1767225600, end: 1767312000 };
const FIELDS = ["JobIDRaw", "JobName"];

Deno.test("openSacct() gathers what every call needs and what is to be kept", async () => {
  const { start } = fakeStart(({ args }) => ({ stdout: args[0] === "--version" ? "slurm 23.02.1" : NEEDED }));
  const opened = { start, log: () => {}, random: Math.random, job_names: false, cached: null };
  const { fields, cache, delimiter } = await openSacct(opened);
  assert.ok(!fields.includes("JobName") && fields.includes("End"));
  assert.equal(cache?.version, "23.02.1");
  assert.match(delimiter, /^<\|\w{6}\|>$/);
  assert.ok(
    (await openSacct({ ...opened, job_names: true, cached: cache ?? null })).fields.includes("JobName"),
  );
});

Deno.test("openSacct() says that sacct is missing", async () => {
  const start = () => {
    throw new Error("Cannot start sacct: is Slurm's client installed?");
  };
  const opened = { start, log: () => {}, random: Math.random, job_names: false, cached: null };
  await assert.rejects(openSacct(opened), /^Error: Cannot start sacct/);
});

Deno.test("sacctArgs() asks for the states that end a record, or for active ones, or for whatever overlaps", () => {
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
  const expected: Readonly<Record<Exclude<Question, "tasks">, readonly string[]>> = {
    ended: ["--state=BF,CA,CD,DL,F,NF,OOM,PR,RQ,RS,RV,TO"],
    active: ["--state=PD,R,S"],
    overlapping: [],
    never_eligible: ["--state=CA,DL", "--allocations"],
  };
  for (const [question, options] of Object.entries(expected)) {
    assert.deepEqual(sacctArgs(question as Question, asked), [...common, ...options]);
  }
  const tasks = sacctArgs("tasks", { ...asked, jobs: ["87", "90"] });
  assert.ok(tasks.includes("--jobs=87,90"));
  assert.ok(!tasks.some((arg) => /time=/.test(arg)), "with times it would not tell those before");
  for (const question of ["overlapping", "never_eligible"] as const) {
    const args = sacctArgs(question, { ...asked, steps: false });
    assert.equal(args.filter((arg) => arg === "--allocations").length, 1);
  }
});

Deno.test("newDelimiter() is a new text each time", () => {
  const texts = new Set(Array.from({ length: 50 }, () => newDelimiter(Math.random)));
  assert.equal(texts.size, 50);
  for (const text of texts) assert.match(text, /^<\|[0-9a-z]{6}\|>$/);
});

function faked(answer: (number: number) => Answer) {
  const logged: string[] = [];
  let number = 0;
  const { start, calls } = fakeStart(({ args }) => {
    if (args[0] === "--version") return { stdout: "slurm 23.02.1" };
    return answer(number++);
  });
  const sacct: Sacct = { start, fields: FIELDS, delimiter: ";;", log: (line) => logged.push(line) };
  const read = () => readWindow(sacct, { window: WINDOW, question: "ended" });
  return { read, logged, calls, start };
}

function ids(found: readonly unknown[]): readonly unknown[] {
  return (found as { job: { JobIDRaw: unknown } }[]).map(({ job }) => job.JobIDRaw);
}

Deno.test("readWindow() waits longer for sacct than slurmdbd's 45 s of silence", async () => {
  const { read, calls } = faked(() => ({}));
  assert.deepEqual(await all(read()), []);
  assert.ok(calls[0].silence_s > 60);
});

Deno.test("openSacct() logs what sacct says though it succeeds once in a run", async () => {
  const logged: string[] = [];
  const { start } = fakeStart(({ args }) => {
    if (args[0] === "--version") return { stdout: "slurm 23.02.1" };
    if (args[0] === "--helpformat") return { stdout: NEEDED };
    return { stderr: `sacct: warning: old setting in line ${args.find((arg) => arg.includes("endtime"))}` };
  });
  const options = { start, random: Math.random, job_names: true, cached: null };
  const sacct = await openSacct({ ...options, log: (line) => logged.push(line) });
  for (let end = 1; end < 5; end++) {
    await all(readWindow(sacct, { window: { start: 0, end }, question: "ended" }));
  }
  assert.deepEqual(logged, ["sacct says: sacct: warning: old setting in line --endtime=uts1"]);
});

Deno.test("readWindow() fails with sacct's own words after the jobs, and takes a cut row for nothing", async () => {
  const failures: readonly (readonly [Answer, RegExp, boolean])[] = [
    [{ code: 95, stderr: "sacct: error: Too wide of a date range in query" }, /status 95: .*Too wide/, true],
    [{ code: 1, stderr: "sacct: error: Too wide of a date range in query" }, /status 1: .*Too wide/, true],
    [{ code: 1 }, /status 1: it said nothing/, false],
    [{ code: 139, signal: "SIGSEGV" }, /ended by SIGSEGV/, false],
    [{ code: 137, silent: true }, /printed nothing for 300 s and was stopped/, false],
    [{ code: 0 }, /ended well, but its output breaks off inside a row/, false],
  ];
  for (const [answer, words, too_wide] of failures) {
    const found: unknown[] = [];
    const { read } = faked(() => ({ ...answer, stdout: "1;;a;;\n2;;b;;\n3;;c" }));
    await assert.rejects(async () => {
      for await (const one of read()) found.push(one);
    }, (error) => error instanceof SacctError && words.test(error.message) && error.too_wide === too_wide);
    // The last whole job waits for its steps, which may be lost: it comes with the next try.
    assert.deepEqual(ids(found), ["1"]);
  }
});

Deno.test("readWindow() takes words without a newline behind the rows for what they are", async () => {
  for (const rows of ["", "1;;a;;\n"]) {
    const found = await all(faked(() => ({ stdout: `${rows}Have a nice day` })).read());
    const unread = found.filter((one) => "unread" in one);
    assert.deepEqual(unread, [{ unread: { line: "Have a nice day", reason: "Not a row of sacct" } }]);
    assert.equal(found.length, rows === "" ? 1 : 2);
  }
});

Deno.test("readWindow() shows each job as sacct tells it to whoever watches", async () => {
  const seen: unknown[] = [];
  const { start } = fakeStart(() => ({ stdout: "1;;alice;;\n2;;bob;;\n" }));
  const pseudonyms = new Pseudonyms(new Uint8Array(32));
  const sacct: Sacct = {
    start,
    fields: ["JobIDRaw", "User"],
    delimiter: ";;",
    log: () => {},
    pseudonyms,
    watch: ({ User }) => seen.push(User),
  };
  const found = await all(readWindow(sacct, { window: WINDOW, question: "ended" }));
  assert.deepEqual(seen, ["alice", "bob"]);
  assert.ok(!JSON.stringify(found).includes("alice"));
});

Deno.test("readWindow() takes a program that cannot be started for a failure of sacct", async () => {
  const { read } = faked(() => {
    throw new Error("Cannot start sacct: gone");
  });
  await assert.rejects(
    all(read()),
    (error) => error instanceof SacctError && /Cannot start/.test(error.message),
  );
});

Deno.test("readWindow() begins one call when the one before has ended", async () => {
  let at_once = 0;
  let most = 0;
  const sacct: Sacct = {
    fields: FIELDS,
    delimiter: ";;",
    log: () => {},
    start: (): Running => {
      most = Math.max(most, ++at_once);
      const outcome = Promise.withResolvers<{ code: number; stderr: string; silent: boolean }>();
      const stdout = async function* () {
        yield* bytes("1;;a;;\n", 2);
        at_once--;
        outcome.resolve({ code: 0, stderr: "", silent: false });
      };
      return { stdout: stdout(), outcome: outcome.promise };
    },
  };
  const reads = [1, 2, 3].map(() => all(readWindow(sacct, { window: WINDOW, question: "ended" })));
  const found = await Promise.all(reads);
  assert.deepEqual(found.map((jobs) => jobs.length), [1, 1, 1]);
  assert.equal(most, 1);
});
