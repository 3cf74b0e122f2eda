import type { Fate, Request } from "./requests.ts";

/** A run of a job, or its wait for one: one accounting record (two for a heterogeneous job). */
export interface Run {
  readonly request: Request;
  /** As in the request, but set anew by a requeue. */
  readonly submit_s: number;
  readonly eligible_s: number | null;
  readonly restarts: number;
  readonly state: Fate | "PENDING" | "RUNNING" | "TIMEOUT" | "PREEMPTED" | "DEADLINE";
  /** Null if it has not started. */
  readonly start_s: number | null;
  /** Null if it has not ended. */
  readonly end_s: number | null;
  /** Places of its nodes, ascending; empty if it has not started. */
  readonly nodes: readonly number[];
  /** Why it last waited. */
  readonly reason: string;
}
