/** What the jobs of a cluster count for in measures, beyond what the engine knows of them. */
import { FLAGS } from "../engine/flags.ts";
import type { Flow } from "../engine/flow.ts";
import { ELAPSED, rateOf, type Resource, runSeconds, WAIT } from "../engine/row_values.ts";
import type { RowValue } from "../engine/runs.ts";
import type { Week } from "../engine/week.ts";
import { allocatedMemory } from "../job/derive.ts";
import type { Dictionary } from "../job/dictionary.ts";
import type { ClusterData } from "./data.ts";

/** What is counted in hours. */
export type Counted = Resource | "mem";

/** Final states of jobs whose hours were lost. */
export const FAILED_STATES: readonly string[] = ["FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT"];

type ByRow = (week: Week) => (row: number) => number;

/** Memory that `mem=` of a job's AllocTRES says, by code: bytes, or NaN where that says nothing. */
const said_memory = new WeakMap<Dictionary, number[]>();

/** Bytes of memory allocated to each job, NaN where unknown. */
export function memoryOf({ dataset }: ClusterData): ByRow {
  const dictionary = dataset.dictionaries.AllocTRES;
  const said = said_memory.get(dictionary) ?? [];
  said_memory.set(dictionary, said);
  return (week) => {
    const codes = week.codes.AllocTRES;
    return (row) => {
      const code = codes[row] ?? 0;
      said[code] ??= allocatedMemory({ AllocTRES: dictionary.text(code), ReqMem: null }) ?? NaN;
      return Number.isNaN(said[code]) ? week.numbers.ReqMem.at(row) : said[code];
    };
  };
}

/** What a job holds each second of its run: a count × the share in which it was not suspended; bytes of memory. */
export function heldRate(cluster: ClusterData, counted: Counted): ByRow {
  if (counted !== "mem") return rateOf(counted);
  const memory = memoryOf(cluster);
  const share = rateOf("wall");
  return (week) => {
    const [memoryAt, shareAt] = [memory(week), share(week)];
    return (row) => {
      const bytes = memoryAt(row);
      return Number.isNaN(bytes) ? 0 : bytes * shareAt(row);
    };
  };
}

/** What each job that ran held, times its seconds; of one that has not ended up to where it is known. */
export function held(cluster: ClusterData, counted: Counted): RowValue {
  const rates = heldRate(cluster, counted);
  return {
    name: `held ${counted}`,
    of: (week) => {
      const [rateAt, secondsOf] = [rates(week), runSeconds(week, cluster.fresh_until_s ?? 0)];
      return (row) => rateAt(row) * secondsOf(row);
    },
  };
}

/** (run time + wait) / run time × the rate of node-hours (Open XDMoD's expansion factor). */
export function expansion(week: Week): (row: number, end_s: number) => number {
  const [elapsedOf, waitOf, nodesOf] = [ELAPSED.of(week), WAIT.of(week), rateOf("node")(week)];
  const { flags, times } = week;
  return (row, end_s) => {
    const elapsed_s = elapsedOf(row);
    const start_s = (flags[row] & FLAGS.resized) !== 0 ? times.Submit[row] : times.Start[row];
    const run_s = Number.isNaN(elapsed_s) ? end_s - start_s : elapsed_s;
    const wait_s = waitOf(row);
    return run_s > 0 ? (run_s + (Number.isNaN(wait_s) ? 0 : wait_s)) / run_s * nodesOf(row) : nodesOf(row);
  };
}

/** CPUs × the rate of CPU-hours: divided by the CPU-hours, the size that the average CPU-hour was used in. */
export function cpusByCpuHours(week: Week): (row: number) => number {
  const rateAt = rateOf("cpu")(week);
  return (row) => {
    const cpus = week.numbers.AllocCPUS.at(row);
    return (Number.isNaN(cpus) ? rateAt(row) : cpus) * rateAt(row);
  };
}

/** A flow of a rate over the runs. */
export function flowOf(
  cluster: ClusterData,
  name: string,
  rate: (week: Week) => (row: number, end_s: number) => number,
): Flow {
  const amount: RowValue = {
    name,
    of: (week) => {
      const [rateAt, secondsOf] = [rate(week), runSeconds(week, cluster.fresh_until_s ?? 0)];
      return (row) => rateAt(row, week.times.End[row]) * secondsOf(row);
    },
  };
  return { doing: "runs", rate, amount, weighted: true };
}

/** A value of the jobs in one of some states; of others none. */
export function ofStates(
  { dataset }: ClusterData,
  states: readonly string[],
  { name, of }: RowValue,
): RowValue {
  const codes = new Set(states.map((state) => dataset.dictionaries.State.find(state)));
  codes.delete(undefined);
  return {
    name: `${states.join(" ")} ${name}`,
    of: (week) => {
      const valueOf = of(week);
      return (row) => codes.has(week.code("State", row)) ? valueOf(row) : NaN;
    },
  };
}

/** What jobs that ended were given and what they used of it: CPU-, GPU- or byte-seconds, or seconds. */
export type Use = "cpu" | "gpu" | "mem" | "limit";

/** What a job was given where it is known what it used of it, or what it used, or what it left. */
export function useValue(cluster: ClusterData, use: Use, part: "given" | "used" | "left"): RowValue {
  const readersOf = useReaders(cluster, use);
  return {
    name: `${part} ${use}`,
    of: (week) => {
      const { elapsedOf, given, used } = readersOf(week);
      return (row) => {
        const elapsed_s = elapsedOf(row);
        const given_here = given(row, elapsed_s);
        if (!(given_here > 0)) return NaN;
        const used_here = used(row, elapsed_s);
        if (Number.isNaN(used_here)) return NaN;
        if (part === "given") return given_here;
        return part === "used" ? used_here : Math.max(0, given_here - used_here);
      };
    },
  };
}

/** What each job that ended was given and what it used of it, by its run time; NaN where that is not known. */
export interface UseReaders {
  readonly elapsedOf: (row: number) => number;
  readonly given: (row: number, elapsed_s: number) => number;
  readonly used: (row: number, elapsed_s: number) => number;
}

/** Reads what jobs were given and what they used of it; numbers alone, as every job of a week is asked for. */
export function useReaders(cluster: ClusterData, use: Use): (week: Week) => UseReaders {
  const pair = PAIRS[use](cluster);
  return (week) => ({ elapsedOf: ELAPSED.of(week), given: pair.given(week), used: pair.used(week) });
}

type AtElapsed = (week: Week) => (row: number, elapsed_s: number) => number;

const PAIRS: Readonly<Record<Use, (cluster: ClusterData) => { given: AtElapsed; used: AtElapsed }>> = {
  cpu: () => ({
    given: (week) => (row, elapsed_s) => week.numbers.AllocCPUS.at(row) * elapsed_s,
    used: (week) => (row, elapsed_s) => elapsed_s >= 0 ? week.numbers.TotalCPU.at(row) : NaN,
  }),
  gpu: () => ({
    given: (week) => (row, elapsed_s) => week.numbers.AllocGPUS.at(row) * elapsed_s,
    // Slurm adds up the GPUs of a task, and does not say how many each has.
    used: (week) => (row, elapsed_s) =>
      Math.min(100, week.numbers.GPUUtilAve.at(row)) / 100 * week.numbers.AllocGPUS.at(row) * elapsed_s,
  }),
  mem: (cluster) => ({
    given: (week) => {
      const memoryAt = memoryOf(cluster)(week);
      return (row, elapsed_s) => memoryAt(row) * elapsed_s;
    },
    used: (week) => (row, elapsed_s) => week.numbers.MaxRSS.at(row) * elapsed_s,
  }),
  limit: () => ({
    given: (week) => (row) => week.numbers.TimelimitRaw.at(row) * 60,
    used: () => (_row, elapsed_s) => elapsed_s,
  }),
};
