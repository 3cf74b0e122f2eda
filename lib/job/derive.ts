import { parseMemory } from "../slurm/memory.ts";
import { ran } from "../slurm/ran.ts";
import { gpusOf, parseTres } from "../slurm/tres.ts";
import type { JobRecord } from "./columns.ts";

/** What the measures need of a job beyond its columns; seconds since the epoch, NaN where there is none. */
export interface Derived {
  /** Where the run begins and ends, end excluded; +Infinity for the end of a job still running. */
  readonly run_start_s: number;
  readonly run_end_s: number;
  /** When a job ended that never ran. */
  readonly never_ran_s: number;
  /** CPUs, GPUs, nodes and 1, each × the share of the run in which the job was not suspended. */
  readonly cpu_rate: number;
  readonly gpu_rate: number;
  readonly node_rate: number;
  readonly wall_rate: number;
  /** Start − Submit, at least 0, of a job that ran. */
  readonly wait_s: number;
  /** Run time without suspension of a job that ran and ended. */
  readonly elapsed_s: number;
}

/**
 * The GPUs of a job by type, as `a100=2,v100=1`; those of no named type as `untyped=1`; null without GPUs.
 * Counts by type that exceed the job's GPUs (a job that holds two views of one GPU) are left as they are.
 */
export function gpuTypes(
  { AllocTRES, AllocGPUS }: Pick<JobRecord, "AllocTRES" | "AllocGPUS">,
): string | null {
  const { count, types } = gpusOf(AllocTRES);
  const parts = [...types].filter(([, number]) => number > 0);
  const typed = parts.reduce((sum, [, number]) => sum + number, 0);
  const rest = Math.max(count, AllocGPUS ?? 0) - typed;
  if (rest > 0) parts.push(["untyped", rest]);
  return parts.length === 0 ? null : parts.map(([type, number]) => `${type}=${number}`).join(",");
}

/** Memory allocated to a job in bytes: `mem=` of AllocTRES, ReqMem where that says nothing; null where neither does. */
export function allocatedMemory(
  { AllocTRES, ReqMem }: Pick<JobRecord, "AllocTRES" | "ReqMem">,
): number | null {
  const text = AllocTRES === null ? undefined : parseTres(AllocTRES).get("mem");
  if (text === undefined) return ReqMem;
  try {
    const memory = parseMemory(text);
    return memory?.per === "job" && memory.bytes <= Number.MAX_SAFE_INTEGER ? memory.bytes : ReqMem;
  } catch {
    // A list that says nothing readable of the memory says nothing of it.
    return ReqMem;
  }
}

const NEVER: Derived = {
  run_start_s: NaN,
  run_end_s: NaN,
  never_ran_s: NaN,
  cpu_rate: 0,
  gpu_rate: 0,
  node_rate: 0,
  wall_rate: 0,
  wait_s: NaN,
  elapsed_s: NaN,
};

type Source = Pick<
  JobRecord,
  | "Submit"
  | "Start"
  | "End"
  | "NodeList"
  | "ElapsedRaw"
  | "AllocCPUS"
  | "AllocGPUS"
  | "AllocNodes"
  | "CPUHours"
  | "GPUHours"
>;

/** Derives a job's run, rates, wait and run time from its record. */
export function derive(job: Source): Derived {
  const { Submit, Start, End } = job;
  if (Start === null || !ran(Start, job.NodeList)) {
    return End === null ? NEVER : { ...NEVER, never_ran_s: End };
  }
  const resized_s = resized(job);
  const run_start_s = resized_s ?? Start;
  const run_end_s = End === null ? Infinity : Math.max(run_start_s, End);
  const span_s = End === null ? 0 : run_end_s - run_start_s;
  // The run time that Slurm gives a resized job's later record may cover the part before as well.
  const elapsed_s = resized_s === null
    ? job.ElapsedRaw ?? span_s
    : Math.min(job.ElapsedRaw ?? span_s, span_s);
  const share = job.ElapsedRaw === null || span_s === 0 ? 1 : Math.min(1, job.ElapsedRaw / span_s);
  const rate = (count: number | null, hours: number | null) => {
    if (count !== null && count > 0) return count * share;
    // Senders of the public contract may know the hours only.
    return hours !== null && span_s > 0 ? hours * 3600 / span_s : 0;
  };
  return {
    run_start_s,
    run_end_s,
    never_ran_s: NaN,
    cpu_rate: rate(job.AllocCPUS, job.CPUHours),
    gpu_rate: rate(job.AllocGPUS, job.GPUHours),
    node_rate: rate(job.AllocNodes, null),
    wall_rate: share,
    wait_s: Submit === null ? NaN : Math.max(0, Start - Submit),
    elapsed_s: End === null ? NaN : elapsed_s,
  };
}

/**
 * Where the run begins that a resized job's later record stands for: Slurm repeats the original Start in it and
 * sets Submit to the moment of the resize (seen in 22.05); the part before is in the earlier record.
 */
function resized({ Submit, Start, End }: Source): number | null {
  if (Submit === null || Start === null || Submit <= Start) return null;
  return End === null || Submit < End ? Submit : null;
}
