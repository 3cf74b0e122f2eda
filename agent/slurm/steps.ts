/** What the steps of a job used, put together. */
import type { WireJob } from "../../lib/job/batch.ts";
import { parseDuration } from "../../lib/slurm/duration.ts";
import { parseMemory } from "../../lib/slurm/memory.ts";
import { parseTres } from "../../lib/slurm/tres.ts";
import { attempt } from "./attempt.ts";
import type { Row } from "./rows.ts";

const KIB = 1024;

/** An amount that each step has as an average and as a maximum of its tasks; null where no step says anything. */
interface Gauge {
  /** Averages × the seconds of their steps. */
  readonly amount_s: number;
  /** The largest average, and the largest maximum. */
  readonly average: number | null;
  readonly max: number | null;
}

/** What the steps seen so far used; null where none of them says anything. */
export interface StepsUse {
  /** Of the largest task. */
  readonly max_rss_bytes: number | null;
  /** CPU time of all steps. */
  readonly cpu_s: number;
  readonly read_bytes: number | null;
  readonly written_bytes: number | null;
  /** In percent of one GPU, and in bytes. */
  readonly gpu_util: Gauge;
  readonly gpu_mem: Gauge;
}

const NO_GAUGE: Gauge = { amount_s: 0, average: null, max: null };

/** No step seen yet. */
export const NO_USE: StepsUse = {
  max_rss_bytes: null,
  cpu_s: 0,
  read_bytes: null,
  written_bytes: null,
  gpu_util: NO_GAUGE,
  gpu_mem: NO_GAUGE,
};

/** The use with that of one more step. */
export function withStep(use: StepsUse, step: Row): StepsUse {
  const tres = {
    ave: parseTres(step.TRESUsageInAve ?? ""),
    max: parseTres(step.TRESUsageInMax ?? ""),
    in: parseTres(step.TRESUsageInTot ?? ""),
    out: parseTres(step.TRESUsageOutTot ?? ""),
  };
  const rss = attempt(step.MaxRSS, parseMemory) ?? attempt(tres.max.get("mem"), parseMemory);
  const cpu_s = attempt(step.TotalCPU, parseDuration) || attempt(tres.in.get("cpu"), parseDuration) || 0;
  const elapsed_s = /^\d{1,9}$/.test(step.ElapsedRaw ?? "") ? Number(step.ElapsedRaw) : 0;
  const gauge = (before: Gauge, name: string): Gauge => {
    const average = bytesOf(tres.ave.get(name));
    return {
      amount_s: before.amount_s + (average ?? 0) * elapsed_s,
      average: larger(before.average, average),
      max: larger(before.max, bytesOf(tres.max.get(name))),
    };
  };
  return {
    max_rss_bytes: larger(use.max_rss_bytes, rss?.bytes ?? null),
    cpu_s: use.cpu_s + cpu_s,
    read_bytes: sum(use.read_bytes, bytesOf(tres.in.get("fs/disk"))),
    written_bytes: sum(use.written_bytes, bytesOf(tres.out.get("fs/disk"))),
    gpu_util: gauge(use.gpu_util, "gres/gpuutil"),
    gpu_mem: gauge(use.gpu_mem, "gres/gpumem"),
  };
}

/** TotalCPU of a job in seconds: what its own row says, else that of its steps. */
export function cpuSecondsOf({ cpu_s }: StepsUse, own_s: number | null): number | null {
  if (own_s !== null && own_s !== 0) return own_s;
  // A sum of milliseconds, without the noise of binary fractions.
  return cpu_s > 0 ? Math.round(cpu_s * 1000) / 1000 : own_s;
}

/**
 * Bytes that the steps of a job read and wrote. They are rounded up to KiB, which is finer than Slurm measures and
 * takes half the room.
 */
export function diskUseOf({ read_bytes, written_bytes }: StepsUse): WireJob {
  return { DiskRead: wholeKib(read_bytes), DiskWrite: wholeKib(written_bytes) };
}

/**
 * GPU utilisation and memory of a job. `Max` is the largest of its steps. `Ave` is an average over time: the average
 * of each step for as long as it ran, divided by the run time of the job. So neither a batch script that waits for
 * its steps nor the extern step makes it smaller, and time without a step counts as idle. Steps that run side by side
 * add up to no more than the largest task.
 */
export function gpuUseOf(
  { gpu_util, gpu_mem }: StepsUse,
  { gpus, elapsed_s }: { readonly gpus: number; readonly elapsed_s: number },
): WireJob {
  // Where GPUs are accounted, jobs without any have zeros.
  const known = gpus > 0 || (gpu_util.max ?? gpu_util.average ?? 0) > 0;
  const util = known ? overTime(gpu_util, elapsed_s) : null;
  return {
    GPUUtilAve: util === null ? null : Math.round(util * 10) / 10,
    GPUUtilMax: known ? gpu_util.max : null,
    GPUMemAve: known ? wholeKib(overTime(gpu_mem, elapsed_s)) : null,
    GPUMemMax: known ? wholeKib(gpu_mem.max) : null,
  };
}

function overTime({ amount_s, average, max }: Gauge, elapsed_s: number): number | null {
  if (average === null || elapsed_s === 0) return average;
  return Math.min(amount_s / elapsed_s, max ?? average);
}

/** A number that may have a unit of memory; unlike an amount of memory, 0 is known. */
function bytesOf(text: string | undefined): number | null {
  return text === "0" ? 0 : attempt(text, parseMemory)?.bytes ?? null;
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}

function wholeKib(bytes: number | null): number | null {
  return bytes === null ? null : Math.ceil(bytes / KIB) * KIB;
}
