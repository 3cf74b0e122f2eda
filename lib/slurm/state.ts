/** What became of a job, as charts and shares group it. */
export type StateFamily = "completed" | "failed" | "limit" | "cancelled" | "running" | "pending" | "other";

/** A state and, where Slurm says so, the uid of whoever cancelled the job. */
export interface JobState {
  readonly state: string;
  readonly cancelled_by: string | null;
}

/**
 * The family of every state known, Slurm 20.11 to 25.11. `limit` is for jobs that neither their program nor a person ended:
 * a limit (time, memory, deadline), a preemption or broken hardware did.
 */
const FAMILIES: Readonly<Record<string, StateFamily>> = {
  BOOT_FAIL: "limit",
  CANCELLED: "cancelled",
  COMPLETED: "completed",
  COMPLETING: "running",
  CONFIGURING: "running",
  DEADLINE: "limit",
  EXPEDITING: "pending",
  FAILED: "failed",
  LAUNCH_FAILED: "limit",
  NODE_FAIL: "limit",
  OUT_OF_MEMORY: "limit",
  PENDING: "pending",
  POWER_UP_NODE: "running",
  PREEMPTED: "limit",
  RECONFIG_FAIL: "limit",
  REQUEUED: "other",
  REQUEUE_FED: "pending",
  REQUEUE_HOLD: "pending",
  RESIZING: "other",
  RESV_DEL_HOLD: "pending",
  REVOKED: "other",
  RUNNING: "running",
  SIGNALING: "running",
  SPECIAL_EXIT: "pending",
  STAGE_OUT: "running",
  STOPPED: "running",
  SUSPENDED: "running",
  TIMEOUT: "limit",
  UPDATE_DB: "running",
};

/** Every state known, in alphabetical order. */
export const STATES: readonly string[] = Object.keys(FAMILIES);

/** A resize or a requeue ends its accounting record; the job goes on in the next one. */
const ENDS_THE_RECORD = new Set(["REQUEUED", "RESIZING", "REVOKED"]);
const ENDING_FAMILIES = new Set<StateFamily>(["completed", "failed", "limit", "cancelled"]);

/**
 * Reads a State field: `CANCELLED by 1000` is CANCELLED by uid 1000; a state cut by a column's width (`OUT_OF_ME+`)
 * is completed if only one known state begins so; anything unknown is kept as it is.
 */
export function parseState(text: string): JobState {
  const trimmed = text.trim();
  const cancelled = /^CANCELLED by (\d+)(\+?)$/.exec(trimmed);
  // A cut uid is no uid.
  if (cancelled) return { state: "CANCELLED", cancelled_by: cancelled[2] === "" ? cancelled[1] : null };
  return { state: trimmed.endsWith("+") ? complete(trimmed) : trimmed, cancelled_by: null };
}

function complete(cut: string): string {
  const beginning = cut.slice(0, -1).replace(/ (?:by?)? ?$/, "");
  const candidates = STATES.filter((state) => beginning !== "" && state.startsWith(beginning));
  return candidates.length === 1 ? candidates[0] : cut;
}

/** Whether an accounting record in this state is final: nothing will be added to it. False for unknown states. */
export function isTerminal(state: string): boolean {
  return ENDS_THE_RECORD.has(state) || ENDING_FAMILIES.has(stateFamily(state));
}

/** The family of a state; `other` for a state that is unknown or says nothing about the job's success. */
export function stateFamily(state: string): StateFamily {
  return Object.hasOwn(FAMILIES, state) ? FAMILIES[state] : "other";
}
