/** Jobs grouped by how much of something they asked for, and what would have been enough for nearly all of them. */
import { DAY_S, GIB, HOUR_S, MINUTE_S } from "../view/units.ts";

/** Share of the jobs that an amount must be enough for. */
export const ENOUGH_FOR = 0.95;
/** What is added to what they used, as a part of it. */
export const RESERVE = 0.2;

const MIB = 2 ** 20;

/** Jobs that asked for the same amount: bytes, CPUs or seconds, each. */
export interface AskedGroup {
  readonly asked: number;
  readonly jobs: number;
  /** The smallest amount that 95 % of the jobs did not exceed. */
  readonly used_p95: number;
  /** What the jobs used on average, weighted by their run time. */
  readonly used_mean: number;
  /** A common size that would have been enough for those 95 %; not more than was asked for. */
  readonly enough: number;
  /** Jobs for which it would have been enough. */
  readonly fitting: number;
  /** (asked − enough) × run time of those jobs, in hours: byte-hours, CPU-hours. */
  readonly freed_hours: number;
}

interface Members {
  readonly used: number[];
  readonly elapsed_s: number[];
}

/** Collects jobs by what they asked for. */
export class AskedGroups {
  readonly #groups = new Map<number, Members>();

  /** Adds a job by what it asked for and used, in the same unit. */
  add(asked: number, used: number, elapsed_s: number): void {
    const group = this.#groups.get(asked) ?? { used: [], elapsed_s: [] };
    this.#groups.set(asked, group);
    group.used.push(used);
    group.elapsed_s.push(elapsed_s);
  }

  /** The groups, the one that would free most first; `sizeFor` gives the common size for what 95 % of the jobs used. */
  groups(sizeFor: (used: number) => number): readonly AskedGroup[] {
    return [...this.#groups].map(([asked, members]) => groupOf(asked, members, sizeFor))
      .sort((a, b) => b.freed_hours - a.freed_hours || b.asked - a.asked);
  }
}

function groupOf(asked: number, { used, elapsed_s }: Members, sizeFor: (used: number) => number): AskedGroup {
  const used_p95 = quantileOf(used, ENOUGH_FOR);
  const enough = Math.min(asked, sizeFor(used_p95));
  let [all_s, weighted, fitting, fitting_s] = [0, 0, 0, 0];
  for (let at = 0; at < used.length; at++) {
    all_s += elapsed_s[at];
    weighted += used[at] * elapsed_s[at];
    if (used[at] > enough) continue;
    fitting++;
    fitting_s += elapsed_s[at];
  }
  return {
    asked,
    jobs: used.length,
    used_p95,
    used_mean: all_s === 0 ? 0 : weighted / all_s,
    enough,
    fitting,
    freed_hours: (asked - enough) * fitting_s / HOUR_S,
  };
}

/** The smallest of some values that at least the share `q` of them do not exceed. */
export function quantileOf(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** The smallest common size, 256 MiB, 512 MiB, 1, 2, 3, 4, 6, 8, 12 … GiB, that holds some bytes and a reserve. */
export function memorySize(used_bytes: number): number {
  const needed = used_bytes * (1 + RESERVE);
  for (let size = 256 * MIB;; size *= 2) {
    if (size >= needed) return size;
    if (size >= 2 * GIB && size * 1.5 >= needed) return size * 1.5;
  }
}

/** The smallest common number of CPUs, 1, 2, 3, 4, 6, 8, 12, 16 …, for so many that were busy on average. */
export function cpuCount(busy: number): number {
  for (let size = 1;; size *= 2) {
    if (size >= busy) return size;
    if (size >= 2 && size * 1.5 >= busy) return size * 1.5;
  }
}

const LIMITS_S: readonly number[] = [
  ...[5, 10, 15, 30].map((minutes) => minutes * MINUTE_S),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR_S),
  ...[1, 2, 3, 4, 5, 7, 10, 14, 21, 28].map((days) => days * DAY_S),
];

/** The shortest common time limit, in seconds, that holds some seconds and a reserve. */
export function limitFor(elapsed_s: number): number {
  const needed = elapsed_s * (1 + RESERVE);
  return LIMITS_S.find((limit_s) => limit_s >= needed) ?? Math.ceil(needed / DAY_S) * DAY_S;
}
