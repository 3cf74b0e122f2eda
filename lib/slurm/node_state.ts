/**
 * Words of a node's state, without the marks that Slurm hangs on: `IDLE+DRAIN` is IDLE and DRAIN, `DOWN*` (does not
 * answer) is DOWN, `DRAIN$` (in a maintenance reservation) is DRAIN; `~`, `#`, `!`, `%`, `@`, `^`, `-` are of power
 * saving, reboots and plans.
 */
export function stateWords(state: string): readonly string[] {
  return state.toUpperCase().split("+").map((word) => word.replace(/[^A-Z_]+$/, "").trim())
    .filter((word) => word !== "");
}

const FUTURE = new Set(["FUTURE", "FUTR"]);
const OUT = new Set([
  ...FUTURE,
  "DOWN",
  "DRAIN",
  "DRAINED",
  "DRAINING",
  "DRNG",
  "ERROR",
  "FAIL",
  "FAILING",
  "MAINT",
  "MAINTENANCE",
]);

const SERVING = new Set([
  "IDLE",
  "ALLOC",
  "ALLOCATED",
  "MIX",
  "MIXED",
  "COMP",
  "COMPLETING",
  "PLANNED",
  "PLND",
  "RESV",
  "RESERVED",
  "CLOUD",
  "DYNAMIC_FUTURE",
  "DYNAMIC_NORM",
  "POWERED_DOWN",
  "POWERING_DOWN",
  "POWER_DOWN",
  "POWERING_UP",
  "POWER_UP",
  "POW_DN",
  "POW_UP",
]);

/**
 * Whether a node in this state serves jobs, perhaps later: it is at work, idle, kept for a job, or asleep to save power.
 * Not the same as not being out: a state that is not known is neither.
 */
export function isServing(state: string): boolean {
  const words = stateWords(state);
  return words.length > 0 && words.every((word) => SERVING.has(word));
}

/** Whether a node in this state is only planned: it is no part of the cluster yet. */
export function isFuture(state: string): boolean {
  return stateWords(state).some((word) => FUTURE.has(word));
}

/**
 * Whether a node in this state takes no new jobs: down, drained or to be drained, in maintenance or not there yet. A node
 * that power saving has put to sleep is not out: it comes when a job needs it.
 */
export function isOut(state: string): boolean {
  return stateWords(state).some((word) => OUT.has(word));
}
