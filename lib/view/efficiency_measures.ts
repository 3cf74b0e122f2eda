import type { Measure } from "./measures.ts";

/** How much of what was allocated was used, and what ended in failure. */
export const EFFICIENCY_MEASURES = [
  {
    name: "cpu-efficiency",
    label: "CPU efficiency",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition:
      "CPU time used / (CPUs allocated × run time), over the jobs that ended and whose CPU time is known",
  },
  {
    name: "cpu-hours-idle",
    label: "CPU-hours not used",
    unit: "CPU-hours",
    format: "hours",
    booked_by: "end",
    additive: true,
    definition:
      "CPUs allocated × run time less the CPU time used, over the jobs that ended and whose CPU time is known",
  },
  {
    name: "gpu-efficiency",
    label: "GPU efficiency",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition:
      "GPU utilisation as Slurm notes it of a job's average task, more than 100 % counted as 100 %; weighted by GPU-hours, over the jobs that ended and have both",
  },
  {
    name: "gpu-hours-idle",
    label: "GPU-hours not used",
    unit: "GPU-hours",
    format: "hours",
    booked_by: "end",
    additive: true,
    definition:
      "GPUs allocated × run time × the part not utilised, over the jobs that ended and whose GPU utilisation is known",
  },
  {
    name: "mem-efficiency",
    label: "Memory efficiency",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition:
      "Largest resident memory / memory allocated, weighted by run time, over the jobs that ended and have both",
  },
  {
    name: "mem-hours-idle",
    label: "Memory-hours not used",
    unit: "GiB-hours",
    format: "hours",
    booked_by: "end",
    additive: true,
    definition:
      "Memory allocated less the largest resident, × run time, over the jobs that ended and have both",
  },
  {
    name: "time-limit-use",
    label: "Use of the time limit",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition: "Run time / time limit, over the jobs that ended and had a limit",
  },
  {
    name: "success-share",
    label: "Share of jobs completed",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition: "Part of the jobs ended that ended COMPLETED",
  },
  {
    name: "jobs-failed",
    label: "Jobs failed",
    unit: "jobs",
    format: "count",
    booked_by: "end",
    additive: true,
    definition: "Jobs that ran and ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT",
  },
  {
    name: "failed-share",
    label: "Share of jobs failed",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition: "Part of the jobs ended that ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT",
  },
  {
    name: "cpu-hours-failed",
    label: "CPU-hours of failed jobs",
    unit: "CPU-hours",
    format: "hours",
    booked_by: "end",
    additive: true,
    definition: "All CPU-hours of the jobs that ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT",
  },
  {
    name: "gpu-hours-failed",
    label: "GPU-hours of failed jobs",
    unit: "GPU-hours",
    format: "hours",
    booked_by: "end",
    additive: true,
    definition: "All GPU-hours of the jobs that ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT",
  },
  {
    name: "failed-share-by-cpu-hours",
    label: "Share of CPU-hours failed",
    unit: "",
    format: "share",
    booked_by: "end",
    additive: false,
    definition:
      "Part of the CPU-hours of jobs ended that is of those which ended FAILED, NODE_FAIL, OUT_OF_MEMORY or TIMEOUT",
  },
] as const satisfies readonly Measure[];
