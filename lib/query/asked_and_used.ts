import { eachWithMoment } from "../engine/each_job.ts";
import { ELAPSED } from "../engine/row_values.ts";
import type { Week } from "../engine/week.ts";
import type { Filters } from "../view/filters.ts";
import { type AskedGroup, AskedGroups, cpuCount, limitFor, memorySize, quantileOf } from "./asked_groups.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { grouperOf } from "./grouping.ts";
import { rangeOf } from "./range.ts";
import { select } from "./scan.ts";
import { held, memoryOf } from "./values.ts";
import { GIB, HOUR_S } from "../view/units.ts";

/** A job shorter than this is over before it was worth its start. */
export const SHORT_S = 60;

/** Some jobs and their CPU-hours. */
export interface JobsAndHours {
  readonly jobs: number;
  readonly cpu_hours: number;
}

/** What the jobs that ended in a range asked for, and what they used of it. */
export interface AskedAndUsed {
  /** All that ran and ended. */
  readonly ended: JobsAndHours;
  /** Of these, by how they ended. */
  readonly timed_out: JobsAndHours;
  readonly out_of_memory: JobsAndHours;
  readonly failed: JobsAndHours;
  /** Of these, jobs on more than one node. */
  readonly several_nodes: JobsAndHours;
  /** Bytes that most of those asked for that ran out of memory; null where none did or it is not known. */
  readonly too_little_memory: number | null;
  /** Of these, those that ran for less than a minute. */
  readonly short: JobsAndHours;
  /**
   * Jobs on one node whose memory and largest resident memory are known: on several nodes the largest task says little of
   * the whole. Groups in bytes; hours in GiB-hours.
   */
  readonly memory: {
    readonly jobs: number;
    readonly asked_hours: number;
    readonly used_hours: number;
    readonly groups: readonly AskedGroup[];
  };
  /** Jobs whose CPUs and CPU time are known; groups in CPUs, of which as many are used as were busy on average. */
  readonly cpus: {
    readonly jobs: number;
    readonly asked_hours: number;
    readonly used_hours: number;
    readonly groups: readonly AskedGroup[];
  };
  /** Jobs that had a time limit; groups in seconds. */
  readonly limit: {
    readonly jobs: number;
    /** Half of them used at most this share of their limit; null without any. */
    readonly use_p50: number | null;
    readonly groups: readonly AskedGroup[];
  };
  /** Jobs with GPUs of which the use is known. */
  readonly gpus: {
    readonly jobs: number;
    readonly asked_hours: number;
    readonly used_hours: number;
  };
}

/** What the jobs of the filters that ended in the range asked for, and what they used of it. */
export async function askedAndUsed(
  data: Data,
  filters: Filters,
  { now_s, breathe }: Asked,
): Promise<AskedAndUsed> {
  const range = rangeOf(data, filters, now_s);
  const found = new Found();
  for (const selection of await select(data, filters, { range, breathe })) {
    const { cluster, weeks } = selection;
    const grouped = grouperOf(selection, "none", () => 0);
    for (const chosen of weeks) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      const add = found.adder(cluster, chosen.week);
      eachWithMoment(grouped(chosen), { moment: "end", of: "ran", ...range }, add);
    }
  }
  return found.facts;
}

const NONE: JobsAndHours = { jobs: 0, cpu_hours: 0 };
const STATES = { TIMEOUT: "timed_out", OUT_OF_MEMORY: "out_of_memory", FAILED: "failed" } as const;
type Kind = (typeof STATES)[keyof typeof STATES] | "ended" | "short" | "several_nodes";

/** What is found of jobs, one after the other. */
class Found {
  readonly #counts = new Map<Kind, JobsAndHours>();
  readonly #too_little = new Map<number, number>();
  readonly #memory = new AskedGroups();
  readonly #cpus = new AskedGroups();
  readonly #limits = new AskedGroups();
  readonly #limit_use: number[] = [];
  readonly #sums = { memory: [0, 0, 0], cpus: [0, 0, 0], gpus: [0, 0, 0] };

  /** Takes up jobs of a week. */
  adder(cluster: ClusterData, week: Week): (row: number) => void {
    const [elapsedOf, cpuSecondsOf, memoryAt] = [
      ELAPSED.of(week),
      held(cluster, "cpu").of(week),
      memoryOf(cluster)(week),
    ];
    const { AllocCPUS, AllocGPUS, AllocNodes, MaxRSS, TotalCPU, TimelimitRaw, GPUUtilAve } = week.numbers;
    const state = cluster.dataset.dictionaries.State;
    return (row) => {
      const elapsed_s = elapsedOf(row);
      const cpu_hours = (cpuSecondsOf(row) || 0) / HOUR_S;
      this.#count("ended", cpu_hours);
      const kind = kindOf(state.text(week.code("State", row)));
      if (kind !== null) this.#count(kind, cpu_hours);
      if (AllocNodes.at(row) > 1) this.#count("several_nodes", cpu_hours);
      if (kind === "out_of_memory") this.#outOf(memoryAt(row));
      if (elapsed_s < SHORT_S) this.#count("short", cpu_hours);
      if (!(elapsed_s > 0)) return;
      const [memory, resident] = [memoryAt(row), MaxRSS.at(row)];
      if (memory > 0 && resident >= 0 && AllocNodes.at(row) === 1) {
        this.#memory.add(memory, resident, elapsed_s);
        this.#sum("memory", memory * elapsed_s, resident * elapsed_s);
      }
      const [cpus, cpu_s] = [AllocCPUS.at(row), TotalCPU.at(row)];
      if (cpus > 0 && cpu_s >= 0) {
        this.#cpus.add(cpus, cpu_s / elapsed_s, elapsed_s);
        this.#sum("cpus", cpus * elapsed_s, cpu_s);
      }
      const limit_s = TimelimitRaw.at(row) * 60;
      if (limit_s > 0) {
        this.#limits.add(limit_s, elapsed_s, elapsed_s);
        this.#limit_use.push(elapsed_s / limit_s);
      }
      const [gpus, percent] = [AllocGPUS.at(row), GPUUtilAve.at(row)];
      if (gpus > 0 && percent >= 0) {
        // As the measure of GPU efficiency counts it.
        this.#sum("gpus", gpus * elapsed_s, Math.min(1, percent / 100) * gpus * elapsed_s);
      }
    };
  }

  get facts(): AskedAndUsed {
    const counts = (kind: Kind) => this.#counts.get(kind) ?? NONE;
    const sums = (of: "memory" | "cpus" | "gpus", unit: number) => {
      const [jobs, asked, used] = this.#sums[of];
      return { jobs, asked_hours: asked / HOUR_S / unit, used_hours: used / HOUR_S / unit };
    };
    return {
      ended: counts("ended"),
      timed_out: counts("timed_out"),
      out_of_memory: counts("out_of_memory"),
      failed: counts("failed"),
      several_nodes: counts("several_nodes"),
      too_little_memory: mostFrequent(this.#too_little),
      short: counts("short"),
      memory: { ...sums("memory", GIB), groups: this.#memory.groups(memorySize) },
      cpus: { ...sums("cpus", 1), groups: this.#cpus.groups(cpuCount) },
      limit: {
        jobs: this.#limit_use.length,
        use_p50: this.#limit_use.length === 0 ? null : quantileOf(this.#limit_use, 0.5),
        groups: this.#limits.groups(limitFor),
      },
      gpus: sums("gpus", 1),
    };
  }

  #outOf(memory: number): void {
    if (memory > 0) this.#too_little.set(memory, (this.#too_little.get(memory) ?? 0) + 1);
  }

  #count(kind: Kind, cpu_hours: number): void {
    const { jobs, cpu_hours: before } = this.#counts.get(kind) ?? NONE;
    this.#counts.set(kind, { jobs: jobs + 1, cpu_hours: before + cpu_hours });
  }

  #sum(of: "memory" | "cpus" | "gpus", asked: number, used: number): void {
    const sums = this.#sums[of];
    sums[0]++;
    sums[1] += asked;
    sums[2] += used;
  }
}

/** The value that came most often; of several the largest, null for none. */
function mostFrequent(counts: ReadonlyMap<number, number>): number | null {
  const [most] = [...counts].sort(([a, times], [b, others]) => others - times || b - a);
  return most?.[0] ?? null;
}

function kindOf(state: string | null): Kind | null {
  return state !== null && Object.hasOwn(STATES, state) ? STATES[state as keyof typeof STATES] : null;
}
