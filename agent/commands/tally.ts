import type { WireJob } from "../../lib/job/batch.ts";
import { parseState } from "../../lib/slurm/state.ts";

/** Sums over jobs, for a dry run to show. */
export interface Tally {
  readonly users: Set<string>;
  readonly states: Map<string, number>;
  jobs: number;
  cpu_hours: number;
  gpu_hours: number;
}

/** Sums over no jobs. */
export function newTally(): Tally {
  return { users: new Set(), states: new Map(), jobs: 0, cpu_hours: 0, gpu_hours: 0 };
}

/** Adds jobs to the sums. */
export function count(tally: Tally, jobs: readonly WireJob[]): void {
  for (const { User, State, CPUHours, GPUHours } of jobs) {
    const { state } = parseState(String(State ?? "unknown"));
    tally.states.set(state, (tally.states.get(state) ?? 0) + 1);
    if (User !== null) tally.users.add(String(User));
    tally.jobs++;
    tally.cpu_hours += Number(CPUHours);
    tally.gpu_hours += Number(GPUHours);
  }
}

/** The sums in lines of text. */
export function lines(tally: Tally): readonly string[] {
  const states = [...tally.states].sort(([, a], [, b]) => b - a).map(([state, jobs]) => `${state} ${jobs}`);
  return [
    `jobs       ${tally.jobs}`,
    `users      ${tally.users.size}`,
    `CPU-hours  ${tally.cpu_hours.toFixed(1)}`,
    `GPU-hours  ${tally.gpu_hours.toFixed(1)}`,
    `states     ${states.join(", ") || "none"}`,
  ];
}
