import * as z from "zod";
import { cpuSeconds, DAYS_PATH, type DaysAnswer, type DaySum } from "../../lib/job/days.ts";
import { jobReader } from "../../lib/job/record.ts";
import { type Ask, collect } from "../slurm/collect.ts";
import { type Window, windowsOf } from "../slurm/windows.ts";

/** Seconds of a day of UTC. */
export const DAY_S = 86_400;
/** Most days that the server is asked for at a time. */
const MAX_DAYS = 3700;

/** What ended on a day by one of both accounts. */
export type Sum = Pick<DaySum, "jobs" | "cpu_seconds">;

/** Sums by day, as 2026-01-31; days on which nothing ended are left out. */
export type Sums = ReadonlyMap<string, Sum>;

/** What the server says of some days. */
export interface ServerDays {
  readonly days: Sums;
  /** The first day that the server keeps whole; null if it keeps all. */
  readonly kept_from: string | null;
}

/** A day that sacct and the server tell differently. */
export interface Difference {
  readonly day: string;
  readonly sacct: Sum;
  readonly server: Sum;
}

/** What sacct says of some days. */
export interface SacctDays {
  readonly days: Sums;
  /** Days of which not everything could be read. */
  readonly unread: ReadonlySet<string>;
  /** What could not be read, in words. */
  readonly failures: readonly string[];
}

const COUNT = z.number().int().min(0);
const ANSWER = z.object({
  hostname: z.string(),
  tz: z.literal("UTC"),
  kept_from: z.string().nullable().default(null),
  days: z.array(z.object({ day: z.string(), jobs: COUNT, cpu_seconds: COUNT })),
});

const NOTHING: Sum = { jobs: 0, cpu_seconds: 0 };

/**
 * What ended on each day of a range, as sacct tells it when asked day by day for all that overlaps. Records are told
 * apart and counted as the server does; those that it would reject are left out.
 */
export async function sacctDays(range: Window, ask: Ask): Promise<SacctDays> {
  const days = new Map<string, Sum>();
  const unread = new Set<string>();
  const failures: string[] = [];
  const read = jobReader("UTC");
  let today = "";
  let seen = new Set<string>();
  for await (const found of collect(windowsOf(range, DAY_S), ask, { question: "overlapping" })) {
    if (found.kind === "failure") {
      failures.push(found.words);
      for (const { start } of windowsOf(found.window, DAY_S)) unread.add(dayOf(start));
    }
    if (found.kind !== "job") continue;
    const record = read(found.job);
    if ("reason" in record || record.End === null) continue;
    const day = dayOf(record.End);
    if (day !== today) {
      today = day;
      seen = new Set();
    }
    const identity = record.SLUID ?? `${record.JobIDRaw} ${record.Submit} ${record.Start}`;
    if (seen.has(identity)) continue;
    seen.add(identity);
    const { jobs, cpu_seconds } = days.get(day) ?? NOTHING;
    days.set(day, { jobs: jobs + 1, cpu_seconds: cpu_seconds + cpuSeconds(record.CPUHours) });
  }
  return { days, unread, failures };
}

/** Paths that together ask the server for all days of a range. */
export function daysPaths(cluster: string, range: Window): readonly string[] {
  return windowsOf(range, MAX_DAYS * DAY_S).map(({ start, end }) => {
    const query = new URLSearchParams({ hostname: cluster, from: dayOf(start), to: dayOf(end - 1) });
    return `${DAYS_PATH}?${query}`;
  });
}

/** Reads the server's answer; null if it is none. */
export function readDays(text: string): DaysAnswer | null {
  try {
    return ANSWER.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The days that both tell differently, of those that sacct told completely and that the server still keeps. */
export function differences(sacct: SacctDays, server: ServerDays): readonly Difference[] {
  const days = [...new Set([...sacct.days.keys(), ...server.days.keys()])].sort();
  return days.filter((day) => !sacct.unread.has(day) && day >= (server.kept_from ?? ""))
    .map((day) => ({ day, sacct: sacct.days.get(day) ?? NOTHING, server: server.days.get(day) ?? NOTHING }))
    .filter(({ sacct, server }) => sacct.jobs !== server.jobs || sacct.cpu_seconds !== server.cpu_seconds);
}

/** Whether something is missing at the server. That it holds more is what a purge of slurmdbd leaves behind. */
export function isMissing({ sacct, server }: Difference): boolean {
  return server.jobs < sacct.jobs || server.cpu_seconds < sacct.cpu_seconds;
}

/** The window of a day. */
export function windowOf(day: string): Window {
  const start = Date.parse(`${day}T00:00Z`) / 1000;
  return { start, end: start + DAY_S };
}

/** The day that a moment, epoch seconds, lies in. */
export function dayOf(time_s: number): string {
  return new Date(time_s * 1000).toISOString().slice(0, 10);
}

/** Differences as lines of a table. */
export function table(found: readonly Difference[]): readonly string[] {
  const rows = [
    ["day", "sacct jobs", "server jobs", "sacct CPU-hours", "server CPU-hours"],
    ...found.map(({ day, sacct, server }) => [
      day,
      String(sacct.jobs),
      String(server.jobs),
      hours(sacct),
      hours(server),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])).join(
      "  ",
    )
  );
}

function hours({ cpu_seconds }: Sum): string {
  return (cpu_seconds / 3600).toFixed(2);
}
