import { eachWithMoment } from "../engine/each_job.ts";
import type { Week } from "../engine/week.ts";
import {
  EFFICIENCIES,
  type EfficiencyOf,
  MEMORY_CLASSES,
  SHARE_CLASSES,
} from "../view/efficiency_classes.ts";
import type { UseGrouping } from "../view/classes.ts";
import type { Filters } from "../view/filters.ts";
import type { Range } from "./answers.ts";
import type { Asked, ClusterData, Data } from "./data.ts";
import { grouperOf } from "./grouping.ts";
import { rangeOf } from "./range.ts";
import { select } from "./scan.ts";
import { usePlaces } from "./use_places.ts";
import { held, memoryOf } from "./values.ts";
import { GIB, HOUR_S } from "../view/units.ts";

/** Some of the jobs: how many, and the hours of their runs. */
export interface EfficiencyPart {
  readonly jobs: number;
  readonly hours: number;
}

interface About {
  /** What the jobs are weighed by: GPU-hours where it is about GPUs. */
  readonly hours_unit: "CPU-hours" | "GPU-hours";
  /** Jobs count when they end, with the hours of their whole run. */
  readonly basis: "end";
  readonly tz: string;
  /** First and last day, inclusive. */
  readonly from: string;
  readonly to: string;
  /** Jobs of which it is known. */
  readonly known: EfficiencyPart;
  /** Jobs of which it is not: without CPU time, without memory use, without a time limit, without GPU use. */
  readonly unknown: EfficiencyPart;
}

/** How the jobs that ended are spread over the share that they used of what they were given. */
export interface EfficiencyHistogram extends About {
  readonly of: Exclude<EfficiencyOf, "memory-bins">;
  /** In order, each with its bounds as shares; the last has what is beyond. */
  readonly bins: readonly (EfficiencyPart & {
    readonly key: string;
    readonly from: number;
    readonly to: number | null;
  })[];
}

/** Jobs by the memory they were given and the largest they had resident, both in powers of two; all jobs, no sample. */
export interface MemoryBins extends About {
  readonly of: "memory-bins";
  /** The classes of both in order, with their bounds in GiB. */
  readonly classes: readonly {
    readonly key: string;
    readonly from_gib: number;
    readonly to_gib: number | null;
  }[];
  /** Those with jobs: places among the classes. */
  readonly cells: readonly (EfficiencyPart & { readonly asked: number; readonly used: number })[];
}

/** Answer of `GET /api/dashboard/efficiency`. */
export type EfficiencyAnswer = EfficiencyHistogram | MemoryBins;

/** Several answers, made in one pass over the jobs. */
export type EfficiencyAnswers = {
  readonly [Of in EfficiencyOf]: Of extends "memory-bins" ? MemoryBins : EfficiencyHistogram;
};

/** How the jobs that ended in the range used what they were given. */
export async function efficiency(
  data: Data,
  filters: Filters,
  { of, ...asked }: Asked & { readonly of: EfficiencyOf },
): Promise<EfficiencyAnswer> {
  return (await efficiencies(data, filters, { ...asked, of: [of] }))[of];
}

/** The same, of several things or of all. */
export async function efficiencies(
  data: Data,
  filters: Filters,
  { now_s, breathe, of = EFFICIENCIES, range = rangeOf(data, filters, now_s) }: Asked & {
    readonly of?: readonly EfficiencyOf[];
    readonly range?: Range;
  },
): Promise<EfficiencyAnswers> {
  const sums = new Map(of.map((one) => [one, new BinSums(binCount(one))]));
  for (const selection of await select(data, filters, { range, breathe })) {
    const { cluster, weeks } = selection;
    const grouped = grouperOf(selection, "none", () => 0);
    const readers = [...sums].map(([one, sum]) => ({ sum, bins: binsOf(cluster, one), gpu: one === "gpu" }));
    const [cpu, gpu] = [held(cluster, "cpu"), held(cluster, "gpu")];
    for (const chosen of weeks) {
      const pause = breathe?.();
      if (pause !== undefined) await pause;
      const { week } = chosen;
      const taking = readers.map(({ sum, bins, gpu: by_gpu }) => ({ sum, bins: bins(week), by_gpu }));
      const [cpuAt, gpuAt] = [cpu.of(week), gpu.of(week)];
      const within = { moment: "end", of: "ran", start_s: range.start_s, end_s: range.end_s } as const;
      eachWithMoment(grouped(chosen), within, (row, _slot, _weight, first) => {
        if (!first) return;
        const cpu_hours = cpuAt(row) / HOUR_S;
        for (const { sum, bins, by_gpu } of taking) {
          sum.add(bins[row], by_gpu ? gpuAt(row) / HOUR_S : cpu_hours);
        }
      });
    }
  }
  return Object.fromEntries(
    [...sums].map(([one, sum]) => [one, answerOf(one, sum, range)]),
  ) as EfficiencyAnswers;
}

/** Jobs and hours by bin; the bin behind the last is that of jobs of which it is not known, those beyond are not meant. */
class BinSums {
  readonly jobs: Float64Array;
  readonly hours: Float64Array;
  unknown_jobs = 0;
  unknown_hours = 0;

  constructor(bins: number) {
    this.jobs = new Float64Array(bins);
    this.hours = new Float64Array(bins);
  }

  add(bin: number, hours: number): void {
    if (bin < this.jobs.length) {
      this.jobs[bin]++;
      this.hours[bin] += hours;
    } else if (bin === this.jobs.length) {
      this.unknown_jobs++;
      this.unknown_hours += hours;
    }
  }
}

function binCount(of: EfficiencyOf): number {
  return of === "memory-bins" ? MEMORY_CLASSES.length ** 2 : SHARE_CLASSES.length;
}

/** What the use of is in each histogram. */
const USES: Readonly<Record<Exclude<EfficiencyOf, "memory-bins">, UseGrouping>> = {
  cpu: "cpu_use_class",
  memory: "mem_use_class",
  limit: "limit_use_class",
  gpu: "gpu_use_class",
};

/** The bins of memory of each row of a week; weeks never change, and each page asks again. */
const KEPT = new WeakMap<Week, Uint16Array>();

function binsOf(cluster: ClusterData, of: EfficiencyOf): (week: Week) => ArrayLike<number> {
  if (of !== "memory-bins") return (week) => usePlaces(cluster, week, USES[of]);
  return (week) => {
    const known = KEPT.get(week);
    if (known !== undefined) return known;
    const binAt = memoryBin(cluster, week);
    const bins = Uint16Array.from({ length: week.length }, (_, row) => binAt(row));
    KEPT.set(week, bins);
    return bins;
  };
}

function memoryBin(cluster: ClusterData, week: Week): (row: number) => number {
  const memoryAt = memoryOf(cluster)(week);
  return (row) => {
    const [asked, used] = [memoryAt(row), week.numbers.MaxRSS.at(row)];
    if (!(asked > 0) || Number.isNaN(used)) return MEMORY_CLASSES.length ** 2;
    return memoryClass(asked / GIB) * MEMORY_CLASSES.length + memoryClass(used / GIB);
  };
}

/** Place of the class that a number of GiB belongs to: its lower bound belongs to it, its upper one does not. */
function memoryClass(gib: number): number {
  let place = MEMORY_CLASSES.length - 1;
  while (place > 0 && !(gib >= MEMORY_CLASSES[place].from_gib)) place--;
  return place;
}

function answerOf(of: EfficiencyOf, sum: BinSums, { tz, from, to }: Range): EfficiencyAnswer {
  const all = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const about: About = {
    hours_unit: of === "gpu" ? "GPU-hours" : "CPU-hours",
    basis: "end",
    tz,
    from,
    to,
    known: { jobs: all(sum.jobs), hours: all(sum.hours) },
    unknown: { jobs: sum.unknown_jobs, hours: sum.unknown_hours },
  };
  const part = (bin: number): EfficiencyPart => ({ jobs: sum.jobs[bin], hours: sum.hours[bin] });
  if (of !== "memory-bins") {
    return { of, ...about, bins: SHARE_CLASSES.map((bounds, bin) => ({ ...bounds, ...part(bin) })) };
  }
  const wide = MEMORY_CLASSES.length;
  return {
    of,
    ...about,
    classes: MEMORY_CLASSES,
    cells: [...sum.jobs.keys()].filter((bin) => sum.jobs[bin] > 0)
      .map((bin) => ({ asked: Math.floor(bin / wide), used: bin % wide, ...part(bin) })),
  };
}
