import { type Advice, THRESHOLDS } from "../query/advice.ts";
import type { JobsAndHours } from "../query/asked_and_used.ts";
import { ENOUGH_FOR, RESERVE } from "../query/asked_groups.ts";
import { choose, type Filters } from "../view/filters.ts";
import { formatBytes, formatDuration, formatPercent, formatValue } from "../view/format.ts";
import { pageHref } from "./links.ts";
import { GIB } from "../view/units.ts";

/** One piece of advice for people. */
export interface AdviceModel {
  readonly rule: Advice["rule"];
  /** What it is about, as "Memory". */
  readonly title: string;
  /** What the data shows, with its numbers. */
  readonly text: string;
  /** What could be done about it. */
  readonly hint: string;
  /** The jobs concerned. */
  readonly href: string;
  readonly link: string;
}

const count = (value: number) => formatValue(value, "count", "full");
const hours = (value: number) => formatValue(value, "hours", "short");
const jobs = (value: number) => value === 1 ? "1 job" : `${count(value)} jobs`;

/** A piece of advice in words. It speaks of "these jobs": whose they are says the page. */
export function adviceModel(advice: Advice, filters: Filters): AdviceModel {
  const inState = (state: string) =>
    pageHref("jobs", { ...choose(filters, "state", [state]), sort: "-cpuhours" });
  const sorted = (sort: string) => pageHref("jobs", { ...filters, sort });
  const { rule } = advice;
  switch (rule) {
    case "out-of-memory":
      return {
        rule,
        title: "Out of memory",
        text: `${jobs(advice.ended.jobs)} ran out of memory and ${
          advice.ended.jobs === 1 ? "was" : "were"
        } ended (${ofAll(advice.ended, advice.of)}).`,
        hint: advice.asked === null
          ? "Ask for more memory for jobs like these."
          : `Ask for more memory for jobs like these: most had ${formatBytes(advice.asked)}; twice that, ${
            formatBytes(2 * advice.asked)
          }, is worth a try.`,
        href: inState("OUT_OF_MEMORY"),
        link: "These jobs",
      };
    case "time-limit-reached":
      return {
        rule,
        title: "Time limit reached",
        text: `${formatPercent(share(advice.ended, advice.of))} of the jobs were ended by their time limit: ${
          ofAll(advice.ended, advice.of)
        }.`,
        hint: "Ask for more time, or write checkpoints that a next job continues from.",
        href: inState("TIMEOUT"),
        link: "These jobs",
      };
    case "failed":
      return {
        rule,
        title: "Failed",
        text: `${formatPercent(share(advice.ended, advice.of))} of the jobs failed: ${
          ofAll(advice.ended, advice.of)
        }.`,
        hint: "Try a short job first; look into the output of those that failed.",
        href: inState("FAILED"),
        link: "These jobs",
      };
    case "memory": {
      const { group, use } = advice;
      if (group === null) {
        return {
          rule,
          title: "Memory",
          text: `${jobs(advice.jobs)} on one node used ${formatPercent(use)} of the memory they asked for: ${
            hours(advice.idle_gib_hours)
          } GiB-hours were not used.`,
          hint: "Ask for little more than the largest resident memory (MaxRSS) of jobs like these.",
          href: sorted("-reqmem"),
          link: "Jobs by memory",
        };
      }
      return {
        rule,
        title: "Memory",
        text: `Jobs on one node used ${formatPercent(use)} of the memory they asked for. ${
          capitalised(jobs(group.jobs))
        } asked for ${formatBytes(group.asked)} and ${formatPercent(ENOUGH_FOR)} of them used at most ${
          formatBytes(group.used_p95)
        }.`,
        hint: `Asking for ${formatBytes(group.enough)} instead of ${
          formatBytes(group.asked)
        } would have been enough for ${count(group.fitting)} of them and freed ${
          hours(group.freed_hours / GIB)
        } GiB-hours.`,
        href: sorted("-reqmem"),
        link: "Jobs by memory",
      };
    }
    case "cpus": {
      const { group } = advice;
      return {
        rule,
        title: "CPUs",
        text: `${jobs(group.jobs)} asked for ${count(group.asked)} CPUs and kept ${
          formatValue(group.used_mean, "ratio", "short")
        } of them busy on average.`,
        hint: `Asking for ${
          group.enough === 1 ? "1 CPU" : `${count(group.enough)} CPUs`
        } would have been enough for ${count(group.fitting)} of them and freed ${
          hours(group.freed_hours)
        } CPU-hours.`,
        href: sorted("-alloccpus"),
        link: "Jobs by CPUs",
      };
    }
    case "gpus":
      return {
        rule,
        title: "GPUs",
        text: `${jobs(advice.jobs)} with GPUs used ${formatPercent(advice.use)} of them on average: ${
          hours(advice.idle_gpu_hours)
        } GPU-hours were not used.`,
        hint:
          "Check that the program runs on the GPU, and whether fewer GPUs or several tasks on one would do.",
        href: sorted("-gpuhours"),
        link: "Jobs by GPU-hours",
      };
    case "time-limit-long": {
      const { group, use_p50 } = advice;
      return {
        rule,
        title: "Time limit",
        text: `Half of the jobs used at most ${formatPercent(use_p50)} of their time limit${
          group === null
            ? "."
            : `; of ${jobs(group.jobs)} with a limit of ${formatDuration(group.asked)}, ${
              formatPercent(ENOUGH_FOR)
            } ended within ${formatDuration(group.used_p95)}.`
        }`,
        hint: `A shorter limit${
          group === null ? "" : `, such as ${formatDuration(group.enough)},`
        } lets Slurm start jobs earlier, in gaps that others leave.`,
        href: sorted("-timelimitraw"),
        link: "Jobs by time limit",
      };
    }
    case "short":
      return {
        rule,
        title: "Very short jobs",
        text: `${jobs(advice.ended.jobs)} of ${count(advice.of.jobs)} ran for less than a minute.`,
        hint: "Several of them in one job would start sooner: each job waits and is set up by itself.",
        href: sorted("elapsedraw"),
        link: "Jobs by run time",
      };
  }
}

/** How the advice is found, in one paragraph: its thresholds. */
export const ADVICE_RULES = [
  `Sizes are suggested for at least ${THRESHOLDS.jobs} jobs that asked for the same, where ${
    formatPercent(THRESHOLDS.enough_share)
  } of it would have been enough for ${formatPercent(ENOUGH_FOR)} of them`,
  `memory with a reserve of ${
    formatPercent(RESERVE)
  } and of jobs on one node only, since Slurm notes the largest task of a job`,
  "CPUs and memory are rounded up to common sizes",
  `from ${THRESHOLDS.freed_gib_hours} GiB-hours, ${THRESHOLDS.idle_cpu_hours} CPU-hours or ${THRESHOLDS.idle_gpu_hours} GPU-hours on, GPUs used to ${
    formatPercent(THRESHOLDS.gpu_use)
  } at most`,
  `time limits where half of the jobs used at most ${formatPercent(THRESHOLDS.limit_use)} of theirs`,
  `jobs ended by their limit from ${formatPercent(THRESHOLDS.timed_out_share)} on, failed ones from ${
    formatPercent(THRESHOLDS.failed_share)
  }`,
  `jobs under a minute from ${THRESHOLDS.short_jobs} and ${formatPercent(THRESHOLDS.short_share)} of all on`,
].join("; ") + ".";

function share(part: JobsAndHours, whole: JobsAndHours): number {
  return part.jobs / whole.jobs;
}

function ofAll(part: JobsAndHours, whole: JobsAndHours): string {
  return `${count(part.jobs)} of ${count(whole.jobs)} jobs, ${hours(part.cpu_hours)} CPU-hours`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
