import assert from "node:assert/strict";
import { collect, type Collected } from "../../../agent/slurm/collect.ts";
import type { Row } from "../../../agent/slurm/rows.ts";
import { type Question, SacctError } from "../../../agent/slurm/sacct.ts";
import type { Window } from "../../../agent/slurm/windows.ts";
import { all } from "../fakes.ts";

const DAY = 86_400;
const HOUR = 3600;
const T = Date.UTC(2026, 0, 1) / 1000;
const WEEK: Window = { start: T, end: T + 7 * DAY };

/** A job's id and its times in epoch seconds, null where Slurm has none. */
interface Job {
  readonly id: string;
  readonly eligible: number | null;
  readonly end: number | null;
  readonly state?: string;
}

/** Selects jobs for a window as sacct does (Slurm 22.05). */
function selects(question: Question, { start, end }: Window) {
  return (job: Job): boolean => {
    if (question === "overlapping") {
      return job.eligible !== null && job.eligible < end && (job.end === null || job.end >= start);
    }
    return job.state === "CANCELLED" && job.end !== null && job.end >= start && job.end <= end;
  };
}

function row({ id, eligible, end, state = "COMPLETED" }: Job): Row {
  const time = (value: number | null) => value === null ? "Unknown" : String(value);
  return {
    JobIDRaw: id,
    State: state,
    Submit: String(T),
    Eligible: time(eligible),
    Start: time(eligible),
    End: time(end),
  };
}

/** A sacct with these jobs that fails for the windows named. */
function sacct(jobs: readonly Job[], fails: (window: Window) => boolean = () => false) {
  const asked: Window[] = [];
  async function* ask(window: Window, question: Question) {
    if (question === "overlapping") asked.push(window);
    for (const job of jobs.filter(selects(question, window))) yield await Promise.resolve({ row: row(job) });
    if (fails(window)) throw new SacctError("too much");
  }
  return { ask, asked };
}

function ids(collected: readonly Collected[]): readonly string[] {
  return collected.flatMap((found) => found.kind === "job" ? [String(found.job.JobIDRaw)] : []);
}

function failures(collected: readonly Collected[]): readonly string[] {
  return collected.flatMap((found) => found.kind === "failure" ? [found.words] : []);
}

Deno.test("collect() takes every job once, however many windows it overlaps (mistake 2)", async () => {
  const jobs: readonly Job[] = [
    { id: "1", eligible: T - 90 * DAY, end: T + 2 * DAY },
    { id: "2", eligible: T - 90 * DAY, end: null },
    { id: "3", eligible: T - 90 * DAY, end: T + 90 * DAY },
    { id: "4", eligible: T + HOUR, end: T + 2 * HOUR },
    { id: "5", eligible: T + DAY, end: T + DAY },
    { id: "6", eligible: T + DAY - 1, end: T + DAY },
    { id: "7", eligible: T + 7 * DAY - 1, end: null },
    { id: "8", eligible: T, end: T },
    { id: "out", eligible: T - 2 * DAY, end: T - DAY },
    { id: "future", eligible: T + 8 * DAY, end: null },
  ];
  const collected = await all(collect(WEEK, sacct(jobs).ask));
  assert.deepEqual(ids(collected).toSorted(), ["1", "2", "3", "4", "5", "6", "7", "8"]);
  assert.equal(collected.filter(({ kind }) => kind === "window").length, 7);
});

Deno.test("collect() finds jobs cancelled before they were eligible, each once (mistake 25)", async () => {
  const state = "CANCELLED";
  const jobs: readonly Job[] = [
    // Held, held until midnight, to begin later than it was cancelled, cancelled while it waited, still held.
    { id: "1", eligible: null, end: T + DAY + HOUR, state },
    { id: "2", eligible: null, end: T + 3 * DAY, state },
    { id: "3", eligible: T + 5 * DAY, end: T + 2 * DAY + HOUR, state },
    { id: "4", eligible: T + HOUR, end: T + DAY + HOUR, state },
    { id: "5", eligible: null, end: null, state: "PENDING" },
  ];
  const collected = await all(collect(WEEK, sacct(jobs).ask));
  assert.deepEqual(ids(collected).toSorted(), ["1", "2", "3", "4"]);
});

Deno.test("collect() asks one window after the other and says when each is read", async () => {
  const { ask, asked } = sacct([]);
  const collected = await all(collect({ start: T + HOUR, end: T + 2 * DAY }, ask));
  const windows = [{ start: T + HOUR, end: T + DAY }, { start: T + DAY, end: T + 2 * DAY }];
  assert.deepEqual(asked, windows);
  assert.deepEqual(collected, windows.map((window) => ({ kind: "window", window, jobs: 0 })));
});

Deno.test("collect() halves a window that is too wide and still takes each job", async () => {
  const jobs = Array.from({ length: 48 }, (_, i) => ({
    id: String(i),
    eligible: T + i * HOUR,
    end: T + i * HOUR + 5 * HOUR,
  }));
  const { ask } = sacct(jobs, ({ start, end }) => end - start > 4 * HOUR);
  const collected = await all(collect({ start: T, end: T + 3 * DAY }, ask));
  assert.deepEqual(failures(collected), []);
  assert.deepEqual(new Set(ids(collected)), new Set(jobs.map(({ id }) => id)));
  const read = collected.flatMap((found) => found.kind === "window" ? [found.window] : []);
  assert.ok(read.every(({ start, end }) => end - start <= 4 * HOUR));
  assert.equal(read.reduce((sum, { start, end }) => sum + end - start, 0), 3 * DAY);
});

Deno.test("collect() reports an hour that fails in sacct's words and reads the rest", async () => {
  const bad = T + DAY + 5 * HOUR;
  const { ask } = sacct([], ({ start, end }) => start <= bad && bad < end);
  const collected = await all(collect({ start: T, end: T + 2 * DAY }, ask));
  assert.deepEqual(failures(collected), ["2026-01-02T05:00:00Z to 2026-01-02T06:00:00Z: too much"]);
  const read = collected.flatMap((found) =>
    found.kind === "window" ? [found.window.end - found.window.start] : []
  );
  assert.equal(read.reduce((sum, length) => sum + length, 0), 2 * DAY - HOUR);
});

Deno.test("collect() gives up when several hours in a row fail", async () => {
  const { ask, asked } = sacct([], () => true);
  const collected = await all(collect(WEEK, ask));
  assert.ok(asked.length < 15, `${asked.length} calls`);
  assert.equal(failures(collected).length, 4);
  assert.match(failures(collected)[3], /to 2026-01-08T00:00:00Z: not asked for/);
});

Deno.test("collect() passes other errors on", async () => {
  await assert.rejects(
    all(collect(WEEK, () => {
      throw new TypeError("a mistake of ours");
    })),
    TypeError,
  );
});
