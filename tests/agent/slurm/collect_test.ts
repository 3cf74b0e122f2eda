import assert from "node:assert/strict";
import { active } from "../../../agent/slurm/active.ts";
import { type Ask, collect, type Collected } from "../../../agent/slurm/collect.ts";
import type { JobOrUnread } from "../../../agent/slurm/record.ts";
import { type Question, SacctError } from "../../../agent/slurm/sacct.ts";
import { type Window, windowsOf } from "../../../agent/slurm/windows.ts";
import { all } from "../fakes.ts";

const DAY = 86_400;
const HOUR = 3600;
const T = Date.UTC(2026, 0, 1) / 1000;
const WEEK: Window = { start: T, end: T + 7 * DAY };

/** A record's id and its times in epoch seconds, null where Slurm has none. */
interface Job {
  readonly id: string;
  readonly eligible: number | null;
  readonly end: number | null;
  readonly submit?: number;
  readonly state?: string;
}

/** Selects records for a window as sacct does (Slurm 22.05). */
function selects(question: Question, { start, end }: Window) {
  return (job: Job): boolean => {
    const ended_within = job.end !== null && job.end >= start && job.end <= end;
    switch (question) {
      case "ended":
        return ended_within;
      case "never_eligible":
        return job.state === "CANCELLED" && ended_within;
      case "overlapping":
        return job.eligible !== null && job.eligible < end && (job.end === null || job.end >= start);
      case "active":
        return job.end === null || job.end >= start;
      case "tasks":
        return false;
    }
  };
}

function wire({ id, eligible, end, submit = T, state = "COMPLETED" }: Job): JobOrUnread {
  return {
    job: { JobIDRaw: id, State: state, Submit: submit, Eligible: eligible, Start: eligible, End: end },
  };
}

/** A sacct with these records that fails for the windows named, after so many of them. */
function sacct(
  jobs: readonly Job[],
  { fails = () => null, after = 0 }: {
    readonly fails?: (window: Window) => string | null;
    readonly after?: number;
  } = {},
) {
  const asked: Window[] = [];
  async function* ask(window: Window, question: Question): AsyncGenerator<JobOrUnread> {
    asked.push(window);
    const words = fails(window);
    let left = words === null ? Infinity : after;
    for (const job of jobs.filter(selects(question, window))) {
      if (left-- <= 0) break;
      yield await Promise.resolve(wire(job));
    }
    if (words !== null) throw new SacctError(words, { too_wide: /Too wide/.test(words) });
  }
  return { ask, asked };
}

function days(range: Window): readonly Window[] {
  return windowsOf(range, DAY);
}

function ids(collected: readonly Collected[]): readonly string[] {
  return collected.flatMap((found) => found.kind === "job" ? [String(found.job.JobIDRaw)] : []);
}

function failures(collected: readonly Collected[]): readonly string[] {
  return collected.flatMap((found) => found.kind === "failure" ? [found.words] : []);
}

function read(collected: readonly Collected[]): readonly Window[] {
  return collected.flatMap((found) => found.kind === "window" ? [found.window] : []);
}

function seconds(windows: readonly Window[]): number {
  return windows.reduce((sum, { start, end }) => sum + end - start, 0);
}

const JOBS: readonly Job[] = [
  { id: "1", eligible: T - 90 * DAY, end: T + 2 * DAY },
  { id: "2", eligible: T - 90 * DAY, end: null },
  { id: "3", eligible: T - 90 * DAY, end: T + 90 * DAY },
  { id: "4", eligible: T + HOUR, end: T + 2 * HOUR },
  { id: "5", eligible: T + DAY, end: T + DAY },
  { id: "6", eligible: T + DAY - 1, end: T + DAY },
  { id: "7", eligible: T + 7 * DAY - 1, end: null },
  { id: "8", eligible: T, end: T },
  { id: "9", eligible: T, end: T + 7 * DAY - 1 },
  { id: "next", eligible: T, end: T + 7 * DAY },
  { id: "out", eligible: T - 2 * DAY, end: T - DAY },
  { id: "future", eligible: T + 8 * DAY, end: null },
  // Cancelled while held, while held until midnight, before it should begin, while it waited; still held.
  { id: "h1", eligible: null, end: T + DAY + HOUR, state: "CANCELLED" },
  { id: "h2", eligible: null, end: T + 3 * DAY, state: "CANCELLED" },
  { id: "h3", eligible: T + 5 * DAY, end: T + 2 * DAY + HOUR, state: "CANCELLED" },
  { id: "h4", eligible: T + HOUR, end: T + DAY + HOUR, state: "CANCELLED" },
  { id: "h5", eligible: null, end: null, state: "PENDING" },
];
const ENDED = ["1", "4", "5", "6", "8", "9", "h1", "h2", "h3", "h4"];

Deno.test("collect() takes every record that ended in the windows once, however many it overlaps (mistake 2)", async () => {
  const collected = await all(collect(days(WEEK), sacct(JOBS).ask));
  assert.deepEqual(ids(collected).toSorted(), ENDED);
  assert.deepEqual(read(collected), days(WEEK));
  const told = collected.flatMap((found) => found.kind === "window" ? [found.jobs] : []);
  assert.equal(told.reduce((sum, jobs) => sum + jobs, 0), ENDED.length);
});

Deno.test("collect() finds the same records with the other question (mistake 25)", async () => {
  const collected = await all(collect(days(WEEK), sacct(JOBS).ask, { question: "overlapping" }));
  assert.deepEqual(ids(collected).toSorted(), ENDED);
});

Deno.test("collect() takes all records of an id that was requeued or resized", async () => {
  const runs = [0, 1, 2].map((i) => ({ id: "1", submit: T + i, eligible: T + i, end: T + HOUR + i }));
  assert.deepEqual(ids(await all(collect(days(WEEK), sacct(runs).ask))), ["1", "1", "1"]);
});

Deno.test("collect() asks one window after the other, as they are given, and says when each is read", async () => {
  const { ask, asked } = sacct([]);
  const windows = [{ start: T + HOUR, end: T + DAY }, { start: T + 3 * DAY, end: T + 4 * DAY }];
  const collected = await all(collect(windows, ask));
  assert.deepEqual(asked, windows);
  assert.deepEqual(collected, windows.map((window) => ({ kind: "window", window, jobs: 0 })));
  assert.deepEqual(await all(collect([], ask)), []);
});

Deno.test("collect() halves a window that fails, and brings all of it", async () => {
  const jobs = Array.from({ length: 72 }, (_, i) => ({ id: String(i), eligible: T, end: T + i * HOUR }));
  for (const question of ["ended", "overlapping"] as const) {
    for (const after of [0, 1, 5, 1000]) {
      const fails = ({ start, end }: Window) => end - start > 4 * HOUR ? "too much" : null;
      const { ask } = sacct(jobs, { fails, after });
      const collected = await all(collect(days({ start: T, end: T + 3 * DAY }), ask, { question }));
      assert.deepEqual(failures(collected), []);
      const brought = [...new Set(ids(collected))].map(Number);
      assert.deepEqual(brought.toSorted((a, b) => a - b), [...jobs.keys()]);
      assert.ok(read(collected).every(({ start, end }) => end - start <= 4 * HOUR));
      assert.equal(seconds(read(collected)), 3 * DAY);
      const told = collected.flatMap((found) => found.kind === "window" ? [found.jobs] : []);
      assert.equal(told.reduce((sum, count) => sum + count, 0), 72, "each window tells all of its jobs");
    }
  }
});

Deno.test("collect() tells an unread row once, though the halves of its window bring it again", async () => {
  const row = { line: "welcome", reason: "Not a row of sacct" };
  let calls = 0;
  async function* ask(): AsyncGenerator<JobOrUnread> {
    yield await Promise.resolve({ unread: row });
    if (calls++ === 0) throw new SacctError("too much");
  }
  const collected = await all(collect([{ start: T, end: T + DAY }], ask));
  assert.deepEqual(collected.filter(({ kind }) => kind === "unread"), [{ kind: "unread", row }]);
  assert.equal(calls, 3);
});

Deno.test("collect() keeps what an hour brought before it failed, says so in sacct's words and reads the rest", async () => {
  const bad = T + DAY + 5 * HOUR;
  const jobs = [1, 2, 3].map((i) => ({ id: String(i), eligible: T, end: bad + i }));
  const fails = ({ start, end }: Window) => start <= bad && bad < end ? "too much" : null;
  const collected = await all(
    collect(days({ start: T, end: T + 2 * DAY }), sacct(jobs, { fails, after: 2 }).ask),
  );
  assert.deepEqual(failures(collected), ["2026-01-02T05:00:00Z to 2026-01-02T06:00:00Z: too much"]);
  const [failure] = collected.filter(({ kind }) => kind === "failure");
  assert.deepEqual("window" in failure && failure.window, { start: bad, end: bad + HOUR });
  assert.equal(seconds(read(collected)), 2 * DAY - HOUR);
  assert.deepEqual([...new Set(ids(collected))], ["1", "2"]);
});

Deno.test("collect() tries a width that slurmdbd refuses once, not each day", async () => {
  const fails = ({ start, end }: Window) => end - start > 12 * HOUR ? "Too wide of a date range" : null;
  const { ask, asked } = sacct([], { fails });
  const collected = await all(collect(days(WEEK), ask));
  assert.equal(seconds(read(collected)), 7 * DAY);
  assert.equal(asked.length, 1 + 14);
});

Deno.test("collect() gives up when several hours and then days at both ends fail, and says what is left out", async () => {
  let number = 0;
  const { ask, asked } = sacct([], { fails: () => `Connection refused, try ${number++}` });
  const collected = await all(collect(days({ start: T, end: T + 365 * DAY }), ask));
  assert.ok(asked.length <= 25, `${asked.length} calls`);
  const told = failures(collected);
  assert.match(told[2], /^2026-01-01T02:00:00Z to 2026-01-01T03:00:00Z: Connection refused/);
  assert.match(told[3], /^2026-01-01T03:00:00Z to 2026-01-01T06:00:00Z: Connection refused/);
  assert.match(told[5], /^2026-01-01T12:00:00Z to 2026-01-02T00:00:00Z: Connection refused/);
  assert.match(told[6], /^2026-01-02T00:00:00Z to 2026-01-03T00:00:00Z: Connection refused/);
  assert.match(told[13], /^2026-12-31T00:00:00Z to 2027-01-01T00:00:00Z: Connection refused/);
  assert.match(
    told.at(-1) ?? "",
    /^2026-01-09T00:00:00Z to 2026-12-29T00:00:00Z: not asked for, since sacct failed 16 times in a row$/,
  );
  assert.deepEqual(read(collected), []);
});

Deno.test("collect() gives up as soon when the windows come newest first, or are a single one", async () => {
  for (const windows of [days({ start: T, end: T + 365 * DAY }).toReversed(), [{ start: T, end: T + DAY }]]) {
    const { ask, asked } = sacct([], { fails: () => "Connection refused" });
    const collected = await all(collect(windows, ask));
    assert.ok(asked.length <= 25, `${asked.length} calls`);
    const left_out = collected.flatMap((found) => found.kind === "failure" ? [found.window] : []);
    assert.equal(seconds(left_out), seconds(windows), "all of the time is told");
  }
});

Deno.test("collect() reads the rest of a day whose first hours fail alike", async () => {
  const fails = ({ start }: Window) => start < T + 3 * HOUR ? "sacct failed" : null;
  const { ask, asked } = sacct([{ id: "1", eligible: T, end: T + 20 * HOUR }], { fails });
  const collected = await all(collect([{ start: T, end: T + DAY }], ask));
  assert.deepEqual(ids(collected), ["1"]);
  assert.equal(seconds(read(collected)), 21 * HOUR);
  assert.equal(failures(collected).length, 3);
  assert.equal(asked.length, 11);
});

Deno.test("collect() reaches the newest days however many older ones fail", async () => {
  const range = { start: T, end: T + 30 * DAY };
  for (const windows of [days(range), days(range).toReversed()]) {
    const bad_until = T + 27 * DAY;
    const fails = ({ start }: Window) => start < bad_until ? "gone" : null;
    const { ask, asked } = sacct([], { fails });
    const collected = await all(collect(windows, ask));
    assert.equal(seconds(read(collected)), 3 * DAY);
    assert.ok(asked.length <= 2 * 25, `${asked.length} calls`);
  }
});

Deno.test("collect() reads every good day between good ones within two runs, wherever hours are bad", async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const range = { start: T, end: T + 30 * DAY };
  for (let round = 0; round < 300; round++) {
    const bad = new Set(Array.from({ length: random(28) * 24 }, (_, hour) => hour));
    // Not the newest day: when that fails as well, there may be nothing good at all.
    for (let scattered = random(12); scattered > 0; scattered--) bad.add(random(29 * 24));
    const hour = (s: number) => (s - T) / HOUR;
    const fails = ({ start, end }: Window) => {
      for (let at = hour(start); at < hour(end); at++) if (bad.has(at)) return "gone";
      return null;
    };
    const good = new Set<number>();
    for (let hours = 0; hours < 2; hours++) {
      const missing = Array.from({ length: 30 * 24 }, (_, at) => at).filter((at) => !good.has(at));
      const spans: { start: number; end: number }[] = [];
      for (const at of missing) {
        const last = spans.at(-1);
        if (last?.end === T + at * HOUR) last.end += HOUR;
        else spans.push({ start: T + at * HOUR, end: T + (at + 1) * HOUR });
      }
      const windows = spans.flatMap((span) => days(span));
      for (const { start, end } of read(await all(collect(windows, sacct([], { fails }).ask)))) {
        for (let at = hour(start); at < hour(end); at++) good.add(at);
      }
    }
    const whole = (day: number) => !fails({ start: T + day * DAY, end: T + (day + 1) * DAY });
    for (const [day, { start }] of days(range).entries()) {
      if (![day - 1, day, day + 1].filter((one) => one >= 0 && one < 30).every(whole)) continue;
      assert.ok(good.has(hour(start)) && good.has(hour(start) + 23), `round ${round}, day ${day}`);
    }
  }
});

Deno.test("collect() is not kept from later days by days that cannot be read", async () => {
  const bad = { start: T + DAY, end: T + 3 * DAY };
  const fails = ({ start, end }: Window) => start < bad.end && bad.start < end ? "too much" : null;
  const jobs = [{ id: "1", eligible: T, end: T + 5 }, { id: "2", eligible: T, end: T + 5 * DAY }];
  const collected = await all(collect(days(WEEK), sacct(jobs, { fails }).ask));
  assert.deepEqual(ids(collected), ["1", "2"]);
  assert.equal(seconds(read(collected)), 5 * DAY);
  const left_out = collected.flatMap((found) => found.kind === "failure" ? [found.window] : []);
  assert.equal(seconds(left_out), 2 * DAY);
});

Deno.test("collect() goes on while the reasons differ, but not for ever", async () => {
  let number = 0;
  const words = ["too much", "no memory"];
  const { ask } = sacct([], { fails: () => words[number++ % 2] });
  const collected = await all(collect(days(WEEK), ask));
  assert.ok(
    failures(collected).length > 4 && failures(collected).length < 40,
    `${failures(collected).length}`,
  );
});

Deno.test("collect() says nothing of a rest where the last hour of all failed", async () => {
  const { ask } = sacct([], { fails: () => "no" });
  const collected = await all(collect([{ start: T, end: T + 3 * HOUR }], ask));
  assert.equal(failures(collected).length, 3);
});

Deno.test("collect() takes the next job when it is asked for it: nothing piles up", async () => {
  let made = 0;
  async function* ask(): AsyncGenerator<JobOrUnread> {
    while (true) yield await Promise.resolve(wire({ id: String(made++), eligible: T, end: T + 1 }));
  }
  let taken = 0;
  for await (const _ of collect([WEEK], ask)) {
    if (++taken === 100) break;
    assert.ok(made <= taken + 1);
  }
  assert.equal(taken, 100);
});

Deno.test("collect() passes other errors on", async () => {
  const ask = () => {
    throw new TypeError("a mistake of ours");
  };
  await assert.rejects(all(collect([WEEK], ask)), TypeError);
  await assert.rejects(all(active(ask, T)), TypeError);
});

Deno.test("active() brings what has not ended, and says so when that is all", async () => {
  const { ask, asked } = sacct(JOBS);
  const collected = await all(active(ask, T));
  assert.deepEqual(ids(collected), ["2", "7", "future", "h5"]);
  const window = { start: T, end: T };
  assert.deepEqual(asked, [window]);
  assert.deepEqual(collected.at(-1), { kind: "window", window, jobs: 4 });
});

Deno.test("active() says that sacct failed", async () => {
  const collected = await all(active(sacct(JOBS, { fails: () => "no", after: 1 }).ask, T));
  assert.deepEqual(collected.map(({ kind }) => kind), ["failure"]);
  assert.deepEqual(failures(collected), ["Jobs that run or wait: no"]);
});

Deno.test("active() makes one record stand for tasks that have none of their own", async () => {
  const job = (JobID: string, Submit = T, End: number | null = null) => ({ job: { JobID, Submit, End } });
  const blocks = [job("87_[3-9%2]"), job("90_[1-2]"), job("91_[1,...]"), job("92_[5]", T + 9)];
  const known = [job("87_3"), job("87_5", T, T + 5), job("90_1"), job("90_2"), job("91_1"), job("92_5", T)];
  const asked: (readonly string[] | undefined)[] = [];
  const ask: Ask = async function* (_window, question, jobs) {
    await Promise.resolve();
    if (question === "tasks") asked.push(jobs);
    yield* question === "tasks" ? known : [job("1"), ...blocks];
  };
  const collected = await all(active(ask, T));
  const told = collected.flatMap((found) => found.kind === "job" ? [found.job.JobID] : []);
  assert.deepEqual(told, ["1", "87_[4,6-9%2]", "91_[1,...]", "92_[5]"]);
  assert.deepEqual(asked, [["87", "90", "91", "92"]]);
  assert.deepEqual(collected.at(-1), { kind: "window", window: { start: T, end: T }, jobs: 4 });
});
