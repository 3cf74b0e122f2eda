import { FLAGS } from "./flags.ts";
import type { RowValue } from "./runs.ts";
import type { Doing } from "./intervals.ts";
import type { Week } from "./week.ts";

/** What a job uses while it runs: CPUs, GPUs, nodes, or itself. */
export type Resource = "cpu" | "gpu" | "node" | "wall";

const COUNTS = { cpu: "AllocCPUS", gpu: "AllocGPUS", node: "AllocNodes" } as const;
const RATES = { cpu: "cpu_rate", gpu: "gpu_rate", node: "node_rate", wall: "wall_rate" } as const;

/** What each job counts for: one. */
export const ONE: RowValue = { name: "one", of: () => () => 1 };

/** Start − Submit, at least 0, of jobs that ran. */
export const WAIT: RowValue = {
  name: "wait",
  of: ({ times: { Submit, Start }, flags }) => (row) =>
    (flags[row] & (FLAGS.ran | FLAGS.unsubmitted)) === FLAGS.ran
      ? Math.max(0, Start[row] - Submit[row])
      : NaN,
};

/** Start − Eligible, at least 0, of jobs that ran: Slurm's Planned. */
export const PLANNED: RowValue = {
  name: "planned",
  of: (week) => {
    const { flags, times: { Start } } = week;
    const eligibleAt = week.reader("Eligible");
    return (row) => (flags[row] & FLAGS.ran) !== 0 ? Math.max(0, Start[row] - eligibleAt(row)) : NaN;
  },
};

/** Run time without suspension, of jobs that ran and ended. */
export const ELAPSED: RowValue = {
  name: "elapsed",
  of: (week) => {
    const { flags, times: { Submit, Start, End } } = week;
    return (row) => {
      const bits = flags[row];
      if ((bits & FLAGS.ran) === 0 || (bits & FLAGS.open) !== 0) return NaN;
      if ((bits & FLAGS.odd) !== 0) return week.runs.derived(row).elapsed_s;
      if ((bits & FLAGS.inverted) !== 0) return 0;
      return End[row] - ((bits & FLAGS.resized) !== 0 ? Submit[row] : Start[row]);
    };
  },
};

/** One where another value is known. */
export function knownOf({ name, of }: RowValue): RowValue {
  return {
    name: `known ${name}`,
    of: (week) => {
      const valueOf = of(week);
      return (row) => Number.isNaN(valueOf(row)) ? NaN : 1;
    },
  };
}

/** The count of a resource that each job holds, times the share of its run in which it was not suspended. */
export function rateOf(resource: Resource): (week: Week) => (row: number) => number {
  return (week) => {
    const numbers = resource === "wall" ? null : week.numbers[COUNTS[resource]];
    const { flags } = week;
    return (row) => {
      if ((flags[row] & FLAGS.odd) !== 0) return week.runs.derived(row)[RATES[resource]];
      if (numbers === null) return 1;
      const count = numbers.at(row);
      return Number.isNaN(count) ? 0 : count;
    };
  };
}

/** Seconds of the runs and of the waits of jobs, those that are over. */
export const SECONDS: Readonly<Record<Doing, RowValue>> = {
  runs: { name: "seconds it runs", of: (week) => runSeconds(week, 0) },
  waits: {
    name: "seconds it waits",
    of: ({ flags, times: { Submit, Start, End } }) => (row) => {
      const to_s = (flags[row] & FLAGS.ran) !== 0 ? Start[row] : End[row];
      return to_s > Submit[row] ? to_s - Submit[row] : 0;
    },
  },
};

/** Where a job's run ends, if it has not ended where it is known up to. */
export function runSeconds(week: Week, until_s: number): (row: number) => number {
  const { flags, times: { Submit, Start, End } } = week;
  return (row) => {
    const bits = flags[row];
    if ((bits & FLAGS.ran) === 0) return NaN;
    if ((bits & FLAGS.inverted) !== 0) return 0;
    const start_s = (bits & FLAGS.resized) !== 0 ? Submit[row] : Start[row];
    return Math.max(0, ((bits & FLAGS.open) !== 0 ? until_s : End[row]) - start_s);
  };
}
