/**
 * The same jobs as each supported version of Slurm prints them: see tests/fixtures/versions/README.md. After a change
 * that is meant, write the expectation anew (from 22.05, the recorded one) and read its diff:
 * deno test -A tests/agent/slurm/versions_test.ts -- -u
 */
import assert from "node:assert/strict";
import type { StartCommand } from "../../../agent/slurm/command.ts";
import { STEP_FIELDS } from "../../../agent/slurm/record.ts";
import { parseRows, type Row } from "../../../agent/slurm/rows.ts";
import { openSacct, readWindow } from "../../../agent/slurm/sacct.ts";
import { all, bytes, fakeStart } from "../fakes.ts";

const FOLDER = new URL("../../fixtures/versions/", import.meta.url);
const EXPECTATION = new URL("jobs.expected.json", FOLDER);
const VERSIONS = ["20.11", "21.08", "22.05", "23.02", "23.11", "24.05", "25.11"];
const DELIMITER = "<|@|>";
const WINDOW = { start: 1_795_410_000, end: 1_795_430_000 };

type Job = Readonly<Record<string, string | number | null>>;

/** What a version tells in another way than the recorded one. */
const OTHERWISE: readonly {
  readonly versions: readonly string[];
  readonly fields: readonly string[];
  readonly of: (job: Job) => boolean;
  readonly check: (value: Job[string], expected: Job[string]) => boolean;
}[] = [
  {
    // Until 22.05 a job that never got any had the CPUs that it asked for.
    versions: ["23.02", "23.11", "24.05", "25.11"],
    fields: ["AllocCPUS"],
    of: ({ NodeList }) => NodeList === "None assigned",
    check: (value) => value === 0,
  },
  {
    // Memory for each CPU is that of the CPUs left; later versions repeat what was asked for before the resize.
    versions: ["20.11"],
    fields: ["ReqMem"],
    of: ({ JobID, State }) => JobID === "8" && State === "COMPLETED",
    check: (value, expected) => value === Number(expected) / 2,
  },
  {
    versions: ["25.11"],
    fields: ["SLUID"],
    of: () => true,
    check: (value) => typeof value === "string" && /^s[0-9A-Z]{13}$/.test(value),
  },
  {
    versions: ["25.11"],
    fields: ["Restarts"],
    of: () => true,
    check: (value) => value === 0 || value === 1,
  },
];

async function textOf(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(name, FOLDER));
}

async function rowsOf(version: string): Promise<readonly Row[]> {
  const text = await textOf(`${version}.rows.txt`);
  const header = text.indexOf("\n");
  const fields = text.slice(0, header).split(DELIMITER).slice(0, -1);
  const found = await all(parseRows(bytes(text.slice(header + 1)), { fields, delimiter: DELIMITER }));
  return found.map((one) => {
    assert.ok("row" in one, JSON.stringify(one));
    return one.row;
  });
}

/** A sacct of a version: it knows the fields that version has, refuses others, and prints what it was asked for. */
async function sacctOf(version: string): Promise<StartCommand> {
  const known = await textOf(`${version}.fields.txt`);
  const names = new Map(known.trim().split(/\s+/).map((name) => [name.toLowerCase(), name]));
  const rows = await rowsOf(version);
  return fakeStart(({ args }) => {
    if (args.includes("--version")) return { stdout: `slurm ${version}.1\n` };
    if (args.includes("--helpformat")) return { stdout: known };
    const option = (name: string) =>
      args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
    const asked = option("format").split(",");
    const unknown = asked.find((field) => !names.has(field.toLowerCase()));
    if (unknown !== undefined) {
      return { code: 1, stderr: `sacct: fatal: Invalid field requested: "${unknown}"` };
    }
    const line = (row: Row) =>
      asked.map((field) => (row[names.get(field.toLowerCase()) ?? ""] ?? "") + option("delimiter")).join("");
    return { stdout: rows.map((row) => line(row) + "\n").join("") };
  }).start;
}

async function jobsOf(version: string): Promise<readonly Job[]> {
  const start = await sacctOf(version);
  const log = (line: string) => assert.fail(line);
  const sacct = await openSacct({ start, log, random: Math.random, job_names: true, cached: null });
  const found = await all(readWindow(sacct, { window: WINDOW, question: "overlapping" }));
  return found.map((one) => {
    assert.ok("job" in one, JSON.stringify(one));
    return one.job;
  });
}

if (Deno.args.includes("-u")) {
  await Deno.writeTextFile(EXPECTATION, JSON.stringify(await jobsOf("22.05"), null, 2) + "\n");
}

for (const version of VERSIONS) {
  Deno.test(`foldSteps() makes the same jobs of the output of Slurm ${version}`, async () => {
    const jobs = await jobsOf(version);
    const expected: readonly Job[] = JSON.parse(await Deno.readTextFile(EXPECTATION));
    assert.equal(jobs.length, expected.length);
    for (const [at, job] of jobs.entries()) {
      const same = { ...job };
      for (const { versions, fields, of, check } of OTHERWISE) {
        if (!versions.includes(version) || !of(job)) continue;
        for (const field of fields) {
          assert.ok(check(job[field], expected[at][field]), `${field} of job ${job.JobID}: ${job[field]}`);
          if (field in expected[at]) same[field] = expected[at][field];
          else delete same[field];
        }
      }
      assert.deepEqual(same, expected[at]);
    }
  });
}

Deno.test("a version's sacct refuses the fields of others", async () => {
  for (const [version, field] of [["20.11", "SubmitLine"], ["22.05", "Planned"], ["23.02", "Reserved"]]) {
    const start = await sacctOf(version);
    const sacct = { start, fields: ["JobIDRaw", field], delimiter: "<|x|>", log: () => {} };
    await assert.rejects(
      all(readWindow(sacct, { window: WINDOW, question: "overlapping" })),
      new RegExp(`Invalid field requested: "${field}"`),
    );
  }
});

Deno.test("each version is asked for usage of steps, and the newest for what tells restarts apart", async () => {
  for (const version of VERSIONS) {
    const known = (await textOf(`${version}.fields.txt`)).split(/\s+/);
    for (const field of STEP_FIELDS) assert.ok(known.includes(field), `${version}: ${field}`);
  }
  const requeued = (await jobsOf("25.11")).filter(({ JobID }) => JobID === "6");
  assert.deepEqual(requeued.map(({ State, Restarts }) => [State, Restarts]), [["REQUEUED", 0], [
    "COMPLETED",
    1,
  ]]);
  assert.notEqual(requeued[0].SLUID, requeued[1].SLUID);
});
