import assert from "node:assert/strict";
import {
  type SentAgain,
  verifyCommand,
  verifyIfDue,
  type VerifyParts,
} from "../../../agent/commands/verify.ts";
import { UsageError } from "../../../agent/config.ts";
import type { Run } from "../../../agent/run.ts";
import { SacctError } from "../../../agent/slurm/sacct.ts";
import type { Window } from "../../../agent/slurm/windows.ts";
import type { WireJob } from "../../../lib/job/batch.ts";
import { utc } from "../../helpers.ts";
import { fakeWorld } from "../fakes.ts";

/** A quarter past three on the ninth: the eighth is over, for more than two hours. */
const NOW = utc("2026-01-09T03:15");
const DONE: SentAgain = { failures: [], unreachable: null, refused: null };

/** A job that used two CPUs for an hour. */
function job(id: string, end: string, fields: WireJob = {}): WireJob {
  const End = utc(end);
  const times = { Submit: End - 4000, Eligible: End - 4000, Start: End - 3600, End, ElapsedRaw: 3600 };
  return { JobID: id, JobIDRaw: id, AllocCPUS: 2, NodeList: "n1", State: "COMPLETED", ...times, ...fields };
}

type Day = readonly [day: string, jobs: number, cpu_seconds: number];

/** A check with a sacct of these jobs and a server of these days. */
function check(
  jobs: readonly WireJob[],
  before: readonly Day[],
  { after = before, options = {}, origin = "2026-01-01", fails, ...parts }: {
    /** What the server holds when days were sent again. */
    readonly after?: readonly Day[];
    readonly options?: Readonly<Record<string, unknown>>;
    readonly origin?: string;
    readonly fails?: (window: Window) => boolean;
  } & Partial<VerifyParts> = {},
) {
  const world = fakeWorld({ now: () => NOW });
  const paths: string[] = [];
  const sent: Window[] = [];
  let days = before;
  const run = {
    world,
    cluster: "alpha",
    options: { start_date: null, end_date: null, dry_run: false, ...options },
  } as unknown as Run;
  const all: VerifyParts = {
    origin_s: utc(origin),
    ask: async function* (window, question) {
      if (fails?.(window)) throw new SacctError("no");
      const asked = jobs.filter(({ Eligible }) => (question === "never_eligible") === (Eligible === null));
      for (const one of asked) yield await Promise.resolve({ job: one });
    },
    get: (path) => {
      paths.push(path);
      const listed = days.map(([day, jobs, cpu_seconds]) => ({ day, jobs, cpu_seconds }));
      return Promise.resolve({ text: JSON.stringify({ hostname: "alpha", tz: "UTC", days: listed }) });
    },
    send_again: (windows) => {
      sent.push(...windows);
      days = after;
      return Promise.resolve(DONE);
    },
    ...parts,
  };
  return { run, parts: all, world, paths, sent, verify: () => verifyCommand(run, all) };
}

const JOBS = [
  job("1", "2026-01-05T00:00"),
  job("2", "2026-01-05T23:59:59"),
  job("3", "2026-01-06T12:00", { Eligible: null, Start: null, NodeList: "None assigned", ElapsedRaw: 0 }),
];
const SAME: readonly Day[] = [["2026-01-05", 2, 14_400], ["2026-01-06", 1, 0]];

Deno.test("verifyCommand() says that all is there, of every whole day that is over", async () => {
  const { verify, world, paths, sent } = check(JOBS, SAME);
  assert.equal(await verify(), 0);
  assert.deepEqual(world.printed, ["8 days compared, 0 differ"]);
  assert.deepEqual(paths, ["/api/data/days?hostname=alpha&from=2026-01-01&to=2026-01-08"]);
  assert.deepEqual(sent, []);
  assert.match(world.logged.at(-1) ?? "", /Nothing is missing at the server/);
});

Deno.test("verifyCommand() prints the days that differ, sends them again and says that this helped", async () => {
  const { verify, world, sent } = check(JOBS, [["2026-01-05", 1, 7200]], { after: SAME });
  assert.equal(await verify(), 0);
  assert.deepEqual(world.printed, [
    "8 days compared, 2 differ",
    "day         sacct jobs  server jobs  sacct CPU-hours  server CPU-hours",
    "2026-01-05           2            1             4.00              2.00",
    "2026-01-06           1            0             0.00              0.00",
  ]);
  const day = { start: utc("2026-01-05"), end: utc("2026-01-06") };
  assert.deepEqual(sent, [day, { start: day.end, end: day.end + 86_400 }]);
});

Deno.test("verifyCommand() fails when the server still holds less, of jobs or of hours", async () => {
  for (const left of [["2026-01-05", 1, 14_400], ["2026-01-05", 2, 14_399]] as const) {
    const { verify, world } = check(JOBS, [left, SAME[1]]);
    assert.equal(await verify(), 1);
    assert.ok(world.printed.includes("Still different:"));
    assert.match(
      world.logged.at(-1) ?? "",
      /^error: On 1 days the server holds less than sacct, first on 2026-01-05/,
    );
  }
});

Deno.test("verifyCommand() takes more at the server for what a purge leaves behind", async () => {
  const { verify, world, sent } = check(JOBS, [["2026-01-02", 7, 100], ["2026-01-05", 3, 20_000], SAME[1]]);
  assert.equal(await verify(), 0);
  assert.equal(sent.length, 1, "of the day that sacct has nothing of there is nothing to send");
  assert.ok(world.logged.some((line) => /On 2 days the server holds more than sacct: .*purged/.test(line)));
});

Deno.test("verifyCommand() leaves out what the server's retention has moved away", async () => {
  const kept = { hostname: "alpha", tz: "UTC", kept_from: "2026-01-06", days: [] };
  const { verify, world, sent } = check(JOBS, [], {
    get: () => Promise.resolve({ text: JSON.stringify(kept) }),
  });
  assert.equal(await verify(), 1);
  assert.deepEqual(sent, [{ start: utc("2026-01-06"), end: utc("2026-01-07") }]);
  assert.ok(world.logged.some((line) => line.startsWith("Not compared: days before 2026-01-06")));
});

Deno.test("verifyCommand() compares only in a dry run", async () => {
  const { verify, sent } = check(JOBS, [], { options: { dry_run: true } });
  assert.equal(await verify(), 1);
  assert.deepEqual(sent, []);
});

Deno.test("verifyCommand() counts a record once, leaves out what the server rejects, and what has not ended", async () => {
  const resized = job("5", "2026-01-05T10:00", { Submit: utc("2026-01-05T09:30") });
  const suspended = job("6", "2026-01-05T10:00", { ElapsedRaw: 1800 });
  const jobs = [
    ...JOBS,
    JOBS[0],
    resized,
    suspended,
    job("", "2026-01-05T11:00"),
    job("7", "2026-01-05", { End: null }),
  ];
  const { verify, world } = check(jobs, [["2026-01-05", 4, 14_400 + 3600 + 3600], SAME[1]]);
  assert.equal(await verify(), 0, world.printed.join("\n"));
  assert.deepEqual(world.printed, ["8 days compared, 0 differ"]);
});

Deno.test("verifyCommand() leaves a day out that sacct does not tell completely, and fails", async () => {
  const bad = utc("2026-01-06T05:00");
  const { verify, world, sent } = check(JOBS, [SAME[0]], {
    fails: ({ start, end }) => start <= bad && bad < end,
  });
  assert.equal(await verify(), 1);
  assert.deepEqual(world.printed, ["7 days compared, 0 differ"]);
  assert.deepEqual(sent, []);
  assert.ok(world.logged.some((line) => /^warning: Not compared: 2026-01-06T05:00:00Z to .*: no/.test(line)));
});

Deno.test("verifyCommand() ends with 75 or 2 where the server does not answer or refuses", async () => {
  const nobody = { ...DONE, unreachable: "Cannot reach it" };
  const refused = { ...DONE, refused: "answered 401" };
  for (
    const [said, status, words] of [[nobody, 75, "Cannot reach it"], [refused, 2, "answered 401"]] as const
  ) {
    const asked = check(JOBS, SAME, { get: () => Promise.resolve(said) });
    assert.equal(await asked.verify(), status);
    assert.equal(asked.world.logged.at(-1), `error: ${words}`);
    const sending = check(JOBS, [], { send_again: () => Promise.resolve(said) });
    assert.equal(await sending.verify(), status);
  }
  for (
    const text of [
      "<html>",
      "{}",
      '{"hostname":"beta","tz":"UTC","days":[]}',
      '{"hostname":"alpha","days":[{}]}',
    ]
  ) {
    const { verify, world } = check(JOBS, SAME, { get: () => Promise.resolve({ text }) });
    assert.equal(await verify(), 2, text);
    assert.match(world.logged.at(-1) ?? "", /told no days: it may be older/);
  }
});

Deno.test("verifyCommand() fails when what differs could not all be collected again", async () => {
  const send_again = () => Promise.resolve({ ...DONE, failures: ["an hour"] });
  const { verify } = check(JOBS, [["2026-01-05", 3, 20_000], SAME[1]], { send_again });
  assert.equal(await verify(), 1);
});

Deno.test("verifyCommand() asks for the days that are wanted, whole ones, none that is not over", async () => {
  const range = async (options: Readonly<Record<string, unknown>>, origin = "2026-01-01") => {
    const { verify, paths, world } = check([job("1", "2026-01-01T01:00")], [], { options, origin });
    await verify();
    const { from, to } = Object.fromEntries(new URLSearchParams(paths[0]?.split("?")[1]));
    return [from, to, world.printed.length > 0];
  };
  assert.deepEqual(await range({}, "2026-01-01T00:00:01"), ["2026-01-02", "2026-01-08", true]);
  assert.deepEqual(await range({}, "2025-01-01"), ["2025-12-06", "2026-01-08", true]);
  assert.deepEqual(await range({ start_date: "2025-12-31T12:00" }), ["2025-12-31", "2026-01-08", true]);
  assert.deepEqual(await range({ start_date: "2026-01-01", end_date: "2026-01-01" }), [
    "2026-01-01",
    "2026-01-01",
    true,
  ]);
  assert.deepEqual(await range({}, "2026-01-08T12:00"), [undefined, undefined, false]);
  await assert.rejects(range({ start_date: "yesterday" }), UsageError);
});

Deno.test("verifyCommand() asks a server for ten years at a time at most", async () => {
  const { verify, paths } = check(JOBS, SAME, { options: { start_date: "2005-01-01" } });
  assert.equal(await verify(), 0);
  assert.equal(paths.length, 3);
  assert.match(paths[0], /from=2005-01-01&to=20/);
  assert.match(paths[2], /to=2026-01-08$/);
});

Deno.test("verifyCommand() prints one object for programs", async () => {
  const { verify, world } = check(JOBS, [SAME[0]], { options: { json: true } });
  assert.equal(await verify(), 1);
  assert.equal(world.printed.length, 1);
  const { different, still_different, missing, cluster } = JSON.parse(world.printed[0]);
  assert.deepEqual([cluster, missing], ["alpha", ["2026-01-06"]]);
  assert.deepEqual(different, still_different);
  assert.deepEqual(different[0].sacct, { jobs: 1, cpu_seconds: 0 });
});

Deno.test("verifyIfDue() checks a week after the last time, or if there was none", async () => {
  const { run, parts } = check(JOBS, SAME);
  const DAY = 86_400;
  const due = async (verified_s: number | null) => await verifyIfDue(run, { ...parts, verified_s });
  for (const verified_s of [null, NOW - 7 * DAY, NOW + 1]) {
    assert.deepEqual(await due(verified_s), { status: 0, verified_s: NOW });
  }
  for (const verified_s of [NOW, NOW - 7 * DAY + 1]) assert.equal(await due(verified_s), null);
  const dated = check(JOBS, SAME, { options: { start_date: "2025-01-01", dry_run: true, json: true } });
  await verifyIfDue(dated.run, { ...dated.parts, verified_s: null });
  assert.deepEqual(dated.paths, ["/api/data/days?hostname=alpha&from=2026-01-01&to=2026-01-08"]);
});
