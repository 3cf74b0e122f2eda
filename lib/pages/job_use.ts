/** What a job asked for and what it used of it. */
import { allocatedMemory, derive } from "../job/derive.ts";
import type { JobRow } from "../query/answers.ts";
import { formatBytes, formatDuration, formatPercent, formatValue } from "../view/format.ts";

/** An amount that was asked for, and what was used of it, in the same unit. */
export interface Used {
  readonly asked: number;
  readonly used: number;
}

/** What is known of a job's use; null where it is not. */
export interface JobUse {
  /** Run time so far, without suspension. */
  readonly elapsed_s: number | null;
  /** CPUs, and how many were busy on average. */
  readonly cpus: Used | null;
  /** Bytes; of a job on several nodes the largest task's. */
  readonly memory: (Used & { readonly one_node: boolean }) | null;
  /** Seconds. */
  readonly limit: Used | null;
  /** Share of the time that the GPUs of the average task were busy: Slurm adds up those of a task. */
  readonly gpus: { readonly count: number; readonly share: number } | null;
}

/** One bar of what was asked for and used. */
export interface UseModel {
  readonly key: string;
  readonly label: string;
  /** Whether the job had it: one that never started only asked for it. */
  readonly held: boolean;
  /** Part that was used, 0 to 1 and beyond; null where it is not known. */
  readonly share: number | null;
  readonly share_text: string;
  readonly words: string;
}

/** The use of a job; of one that still runs up to `now_s`, the newest report. */
export function useOf(row: JobRow, until_s: number | null): JobUse {
  const { run_start_s, elapsed_s } = derive(row);
  const ran = Number.isFinite(run_start_s);
  const elapsed = !ran
    ? null
    : row.End === null
    ? row.ElapsedRaw ?? (until_s === null ? null : Math.max(0, until_s - run_start_s))
    : elapsed_s;
  const asked_memory = allocatedMemory(row);
  const positive = (asked: number | null, used: number | null): Used | null =>
    asked === null || used === null || !(asked > 0) ? null : { asked, used };
  const memory = positive(asked_memory, row.MaxRSS);
  const { AllocGPUS, GPUUtilAve } = row;
  return {
    elapsed_s: elapsed,
    cpus: elapsed === null || elapsed === 0 || row.TotalCPU === null
      ? null
      : positive(row.AllocCPUS, row.TotalCPU / elapsed),
    memory: memory === null ? null : { ...memory, one_node: row.AllocNodes === null || row.AllocNodes <= 1 },
    limit: positive(row.TimelimitRaw === null ? null : row.TimelimitRaw * 60, elapsed),
    gpus: AllocGPUS === null || AllocGPUS === 0 || GPUUtilAve === null
      ? null
      : { count: AllocGPUS, share: Math.min(1, GPUUtilAve / 100) },
  };
}

/** The bars of a job's use: what is asked for is named even where nothing is known of what was used. */
export function useModels(
  row: JobRow,
  { cpus, memory, limit, gpus, elapsed_s }: JobUse,
): readonly UseModel[] {
  const models: UseModel[] = [];
  // A job that has not started holds nothing yet.
  const held = elapsed_s !== null;
  const add = (key: string, label: string, { share, words }: Pick<UseModel, "share" | "words">) =>
    models.push({ key, label, held, share, share_text: held ? formatPercent(share) : "", words });
  const count = (value: number) => formatValue(value, "count", "full");
  if (row.TimelimitRaw !== null) {
    add("time", "Time limit", {
      share: limit === null ? null : limit.used / limit.asked,
      words: elapsed_s === null
        ? `${formatDuration(row.TimelimitRaw * 60)} asked for`
        : `${formatDuration(elapsed_s)} of ${formatDuration(row.TimelimitRaw * 60)}`,
    });
  }
  if (row.AllocCPUS !== null && row.AllocCPUS > 0) {
    add("cpus", "CPUs", {
      share: cpus === null ? null : cpus.used / cpus.asked,
      words: !held
        ? `${count(row.AllocCPUS)} asked for`
        : cpus === null
        ? `${count(row.AllocCPUS)} given; it is not known how busy they were`
        : `${formatValue(cpus.used, "hours", "full")} of ${count(cpus.asked)} busy on average`,
    });
  }
  const asked_memory = allocatedMemory(row);
  if (asked_memory !== null) {
    add("memory", "Memory", {
      share: memory === null ? null : memory.used / memory.asked,
      words: !held
        ? `${formatBytes(asked_memory)} asked for`
        : memory === null
        ? `${formatBytes(asked_memory)} given; it is not known how much was used`
        : `${formatBytes(memory.used)} of ${formatBytes(memory.asked)} at most${
          memory.one_node ? "" : "; on several nodes this is its largest task, not the whole"
        }`,
    });
  }
  if (row.AllocGPUS !== null && row.AllocGPUS > 0) {
    const amount = `${count(row.AllocGPUS)} ${row.AllocGPUS === 1 ? "GPU" : "GPUs"}`;
    const given = `${amount}${held ? "" : " asked for"}`;
    add("gpus", "GPUs", {
      share: gpus?.share ?? null,
      words: !held
        ? given
        : gpus === null
        ? `${given} given; it is not known how busy they were`
        : gpus.count === 1
        ? `${given} busy for this part of the time`
        : `${given}; Slurm adds up those of a task, so each may have been less busy`,
    });
  }
  return models;
}
