/** Where the days of a cluster are asked for, below the server's address. */
export const DAYS_PATH = "/api/data/days";

/** The records of a cluster that ended on one day of UTC, whether the job ran or not; days without any are left out. */
export interface DaySum {
  /** As 2026-01-31. */
  readonly day: string;
  readonly jobs: number;
  /** CPUs allocated × run time: the CPUHours of each record in whole seconds, summed. */
  readonly cpu_seconds: number;
}

/** Answer of `GET /api/data/days`. */
export interface DaysAnswer {
  readonly hostname: string;
  readonly tz: "UTC";
  /** The first day that retention has moved nothing away of; null if it moves nothing. */
  readonly kept_from: string | null;
  /** The days in order. */
  readonly days: readonly DaySum[];
}

/** A record's CPUHours in whole seconds, as both sides sum them; 0 where unknown. */
export function cpuSeconds(cpu_hours: number | null): number {
  return cpu_hours === null || Number.isNaN(cpu_hours) ? 0 : Math.round(cpu_hours * 3600);
}
