import type { AskedAndUsed, JobsAndHours } from "./asked_and_used.ts";
import type { AskedGroup } from "./asked_groups.ts";
import { GIB } from "../view/units.ts";

/** From where on a rule has something to say; each is named where the advice is shown. */
export const THRESHOLDS = {
  /** Jobs that a piece of advice about sizes is about at least. */
  jobs: 10,
  /** An amount that would have been enough is at most this part of what was asked for. */
  enough_share: 0.5,
  /** GiB-hours that less memory would have freed at least. */
  freed_gib_hours: 10,
  /** Without such a size: the largest part of all memory that was used. */
  memory_use: 0.5,
  /** CPU-hours that were not used at least. */
  idle_cpu_hours: 10,
  /** GPU-hours that were not used at least, and the largest part that was used. */
  idle_gpu_hours: 10,
  gpu_use: 0.5,
  /** Share of the jobs that ended by their time limit, and that failed, at least. */
  timed_out_share: 0.05,
  failed_share: 0.1,
  /** The largest share of its time limit that half of the jobs used. */
  limit_use: 0.1,
  /** Share of jobs that ran for less than a minute, and how many there are, at least. */
  short_share: 0.5,
  short_jobs: 100,
} as const;

/** One piece of advice: the rule that made it, with its numbers. */
export type Advice =
  | {
    readonly rule: "out-of-memory";
    readonly ended: JobsAndHours;
    readonly of: JobsAndHours;
    /** Bytes that most of them had asked for; null for unknown. */
    readonly asked: number | null;
  }
  | { readonly rule: "time-limit-reached"; readonly ended: JobsAndHours; readonly of: JobsAndHours }
  | { readonly rule: "failed"; readonly ended: JobsAndHours; readonly of: JobsAndHours }
  | {
    readonly rule: "memory";
    /** Share of the memory that was used, of all jobs where it is known. */
    readonly use: number;
    readonly jobs: number;
    readonly idle_gib_hours: number;
    /** Jobs for which a smaller size would have been enough, in bytes, hours in byte-hours; null where none stands out. */
    readonly group: AskedGroup | null;
  }
  | { readonly rule: "cpus"; readonly use: number; readonly group: AskedGroup }
  | {
    readonly rule: "gpus";
    readonly use: number;
    readonly jobs: number;
    readonly idle_gpu_hours: number;
  }
  | {
    readonly rule: "time-limit-long";
    /** Half of the jobs used at most this share of their limit. */
    readonly use_p50: number;
    readonly jobs: number;
    /** The limit that most run time was asked for in vain; null where no shorter one is common. */
    readonly group: AskedGroup | null;
  }
  | { readonly rule: "short"; readonly ended: JobsAndHours; readonly of: JobsAndHours };

/** What could be done better by what the data shows, gravest first; empty where there is nothing to say. */
export function advice(facts: AskedAndUsed): readonly Advice[] {
  return RULES.flatMap((rule) => rule(facts) ?? []);
}

const RULES: readonly ((facts: AskedAndUsed) => Advice | null)[] = [
  ({ out_of_memory, too_little_memory, ended }) =>
    out_of_memory.jobs > 0
      ? { rule: "out-of-memory", ended: out_of_memory, of: ended, asked: too_little_memory }
      : null,
  ({ timed_out, ended }) =>
    reaches(timed_out, ended, THRESHOLDS.timed_out_share)
      ? { rule: "time-limit-reached", ended: timed_out, of: ended }
      : null,
  ({ failed, ended }) =>
    failed.jobs >= THRESHOLDS.jobs && reaches(failed, ended, THRESHOLDS.failed_share)
      ? { rule: "failed", ended: failed, of: ended }
      : null,
  ({ memory }) => {
    const group = memory.groups.find((one) =>
      isTooLarge(one) && one.freed_hours / GIB >= THRESHOLDS.freed_gib_hours
    );
    const { jobs, asked_hours, used_hours } = memory;
    const idle_gib_hours = asked_hours - used_hours;
    const use = used_hours / asked_hours;
    const wasteful = jobs >= THRESHOLDS.jobs && use <= THRESHOLDS.memory_use &&
      idle_gib_hours >= THRESHOLDS.freed_gib_hours;
    return group === undefined && !wasteful
      ? null
      : { rule: "memory", use, jobs, idle_gib_hours, group: group ?? null };
  },
  ({ cpus }) => {
    const group = cpus.groups.find((one) => isTooLarge(one) && one.freed_hours >= THRESHOLDS.idle_cpu_hours);
    return group === undefined ? null : { rule: "cpus", use: cpus.used_hours / cpus.asked_hours, group };
  },
  ({ gpus }) => {
    const idle_gpu_hours = gpus.asked_hours - gpus.used_hours;
    const use = gpus.used_hours / gpus.asked_hours;
    return idle_gpu_hours >= THRESHOLDS.idle_gpu_hours && use <= THRESHOLDS.gpu_use
      ? { rule: "gpus", use, jobs: gpus.jobs, idle_gpu_hours }
      : null;
  },
  ({ limit }) => {
    const { jobs, use_p50, groups } = limit;
    if (use_p50 === null || jobs < THRESHOLDS.jobs || use_p50 > THRESHOLDS.limit_use) return null;
    return { rule: "time-limit-long", use_p50, jobs, group: groups.find(isTooLarge) ?? null };
  },
  ({ short, ended }) =>
    short.jobs >= THRESHOLDS.short_jobs && reaches(short, ended, THRESHOLDS.short_share)
      ? { rule: "short", ended: short, of: ended }
      : null,
];

function reaches(part: JobsAndHours, whole: JobsAndHours, share: number): boolean {
  return part.jobs > 0 && part.jobs >= share * whole.jobs;
}

/** Whether nearly all jobs of a group would have had enough with half of what they asked for. */
function isTooLarge({ jobs, asked, enough }: AskedGroup): boolean {
  return jobs >= THRESHOLDS.jobs && enough <= THRESHOLDS.enough_share * asked;
}
