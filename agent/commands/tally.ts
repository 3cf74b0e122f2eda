import type { WireJob } from "../../lib/job/batch.ts";
import { parseState } from "../../lib/slurm/state.ts";
import { tableLines } from "./table.ts";

/** States in which a job counts as failed. */
const FAILED: ReadonlySet<string> = new Set(["FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT"]);
const NOT_ENDED = "not ended";

/** Sums over some jobs, as they are shown. */
export interface Sums {
  readonly jobs: number;
  readonly users: number;
  readonly cpu_hours: number;
  readonly gpu_hours: number;
  readonly failed: number;
}

interface Counter {
  readonly users: Set<string>;
  jobs: number;
  cpu_hours: number;
  gpu_hours: number;
  failed: number;
}

/** Sums over jobs by the UTC day in which they ended, for a dry run to show. */
export interface Tally {
  readonly total: Counter;
  readonly days: Map<string, Counter>;
  readonly states: Map<string, number>;
}

/** Sums over no jobs. */
export function newTally(): Tally {
  return { total: newCounter(), days: new Map(), states: new Map() };
}

/** Adds a job to the sums. */
export function count({ total, days, states }: Tally, job: WireJob): void {
  const { state } = parseState(String(job.State ?? "unknown"));
  states.set(state, (states.get(state) ?? 0) + 1);
  const day = dayOf(job.End);
  const of_day = days.get(day) ?? newCounter();
  days.set(day, of_day);
  for (const counter of [total, of_day]) {
    if (job.User !== null && job.User !== undefined) counter.users.add(String(job.User));
    counter.jobs++;
    counter.cpu_hours += Number(job.CPUHours ?? 0);
    counter.gpu_hours += Number(job.GPUHours ?? 0);
    if (FAILED.has(state)) counter.failed++;
  }
}

/** The sums of all jobs. */
export function totalOf({ total }: Tally): Sums {
  return sumsOf(total);
}

/** The sums by day, the earliest first, jobs that have not ended last. */
export function daysOf({ days }: Tally): readonly (Sums & { readonly day: string })[] {
  return [...days].sort(([a], [b]) => a < b ? -1 : 1).map(([day, counter]) => ({ day, ...sumsOf(counter) }));
}

/** The jobs in each state, the most frequent first. */
export function statesOf({ states }: Tally): readonly (readonly [string, number])[] {
  return [...states].sort(([, a], [, b]) => b - a);
}

/** The sums as lines of a table. */
export function lines(tally: Tally): readonly string[] {
  const head = ["day", "jobs", "users", "CPU-hours", "GPU-hours", "failed"];
  const rows = [...daysOf(tally), { day: "total", ...totalOf(tally) }].map((sums) => [
    sums.day,
    String(sums.jobs),
    String(sums.users),
    sums.cpu_hours.toFixed(1),
    sums.gpu_hours.toFixed(1),
    String(sums.failed),
  ]);
  const states = statesOf(tally).map(([state, jobs]) => `${state} ${jobs}`);
  return [
    ...tableLines([head, ...rows], { right: [1, 2, 3, 4, 5] }),
    "",
    `states: ${states.join(", ") || "none"}`,
  ];
}

function newCounter(): Counter {
  return { users: new Set(), jobs: 0, cpu_hours: 0, gpu_hours: 0, failed: 0 };
}

function sumsOf({ users, ...sums }: Counter): Sums {
  return { ...sums, users: users.size };
}

function dayOf(end: string | number | null | undefined): string {
  return typeof end === "number" ? new Date(end * 1000).toISOString().slice(0, 10) : NOT_ENDED;
}
