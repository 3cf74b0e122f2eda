import type { WireJob } from "../job/batch.ts";
import { noise } from "./random.ts";
import type { Run } from "./run.ts";

const MB = 1024 ** 2;
const KIB = 1024;
/** Steps shorter than this are not sampled. */
const SAMPLED_S = 30;
const GPU_MEM_MB: Readonly<Record<string, number>> = { a100: 40_960, h100: 81_920, l40s: 46_080 };
/** Fields of work that name their projects by a WCKey. */
const WCKEYS: Readonly<Record<string, readonly string[]>> = {
  climate: ["cmip7", "decadal"],
  physics: ["run4", "run4", "upgrade"],
  med: ["cohort-2"],
};
const DAY_S = 86_400;

/** What Slurm has sampled of a run: memory, CPU time, reads and writes, and what its GPUs did. */
export function sampled(
  run: Run,
  { cpus, elapsed_s, gpu_type }: {
    readonly cpus: number;
    readonly elapsed_s: number;
    readonly gpu_type: string;
  },
): WireJob {
  if (run.end_s === null || elapsed_s < SAMPLED_S) return { MaxRSS: null, TotalCPU: null };
  const { id, user, mem_mb, gpus, nodes } = run.request;
  // Data loaders keep few of the cores beside a GPU busy; several nodes wait for one another.
  const busy = user.cpu_efficiency * (gpus > 0 ? 0.45 : nodes > 1 ? 0.93 : 1) * (0.75 + 0.4 * noise(id, 1));
  const full = run.state === "OUT_OF_MEMORY"
    ? 0.97 + 0.03 * noise(id, 2)
    : Math.min(0.96, user.mem_efficiency * (0.6 + 0.7 * noise(id, 2)));
  const rate_kib = 40 * 10 ** (3 * noise(user.uid, 5)) * (0.3 + noise(id, 6));
  return {
    MaxRSS: Math.floor(full * mem_mb) * MB,
    TotalCPU: Math.round(Math.min(0.995, busy) * cpus * elapsed_s),
    DiskRead: Math.ceil(rate_kib * elapsed_s) * KIB,
    DiskWrite: Math.ceil(rate_kib * elapsed_s * (0.1 + 0.6 * noise(id, 7))) * KIB,
    ...(gpus === 0 ? {} : ofGpus(run, gpu_type)),
  };
}

/** Each node's share of the GPUs is of one task: its use is the sum over them. */
function ofGpus({ request: { id, user, gpus } }: Run, gpu_type: string): WireJob {
  // Some forget their GPUs altogether.
  const forgets = noise(user.uid, 8) < 0.12;
  const usual = forgets ? 0.06 : 0.35 + 0.6 * noise(user.uid, 9);
  const share = noise(id, 10) < 0.03 ? 0 : Math.min(0.99, usual * (0.7 + 0.5 * noise(id, 10)));
  const memory = (GPU_MEM_MB[gpu_type] ?? GPU_MEM_MB.a100) *
    (0.12 + 0.8 * noise(user.uid, 11) * (0.6 + 0.4 * noise(id, 12)));
  return {
    GPUUtilAve: Math.round(share * 100 * gpus),
    GPUUtilMax: share === 0 ? 0 : Math.round(Math.min(1, share * 1.15 + 0.05) * 100 * gpus),
    GPUMemAve: Math.floor(memory * gpus * 0.85) * MB,
    GPUMemMax: Math.floor(memory * gpus) * MB,
  };
}

/** The workload that some fields book their jobs on; null for the others. */
export function wckeyOf({ request: { id, user } }: Run): string | null {
  const keys = WCKEYS[user.group];
  if (keys === undefined) return null;
  const odds = noise(id, 13);
  return odds < 0.25 ? "*" : keys[Math.floor(odds * 97) % keys.length];
}

/** Courses have nodes kept for them on two days of the week; null for other jobs. */
export function reservationOf({ request: { account, heterogeneous }, start_s }: Run): string | null {
  if (account !== "guest-training" || heterogeneous || start_s === null) return null;
  // Day 0 of the epoch was a Thursday.
  const weekday = Math.floor(start_s / DAY_S + 3) % 7;
  return weekday === 1 || weekday === 3 ? "course" : null;
}
