import type { Week } from "../engine/week.ts";
import { cpuSeconds, type DaySum } from "../job/days.ts";
import type { Asked, ClusterData } from "./data.ts";
import { DAY_S } from "../view/units.ts";

/** What ended on a day. */
interface Sum {
  readonly jobs: number;
  readonly cpu_seconds: number;
}

/** Sums by the number of their day since 1970-01-01. */
type Sums = ReadonlyMap<number, Sum>;

const known = new WeakMap<Week, Sums>();

/**
 * The records of a cluster that ended in a span of time, by day of UTC.
 *
 * @param options `start_s`, `end_s` epoch seconds, whole days
 */
export async function days(
  { dataset }: Pick<ClusterData, "dataset">,
  { start_s, end_s, breathe }: Pick<Asked, "breathe"> & { readonly start_s: number; readonly end_s: number },
): Promise<readonly DaySum[]> {
  const found = new Map<number, Sum>();
  for (const week of dataset.weeks.values()) {
    const pause = breathe?.();
    if (pause !== undefined) await pause;
    for (const [day, sum] of sumsOf(week)) {
      if (day * DAY_S >= start_s && day * DAY_S < end_s) found.set(day, added(found.get(day), sum));
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([day, sum]) => ({
    day: new Date(day * DAY_S * 1000).toISOString().slice(0, 10),
    ...sum,
  }));
}

function added(sum: Sum | undefined, { jobs, cpu_seconds }: Sum): Sum {
  return { jobs: (sum?.jobs ?? 0) + jobs, cpu_seconds: (sum?.cpu_seconds ?? 0) + cpu_seconds };
}

/** The sums of a week's jobs; made once, as weeks never change. */
function sumsOf(week: Week): Sums {
  const found = known.get(week) ?? made(week);
  known.set(week, found);
  return found;
}

function made(week: Week): Sums {
  const { End } = week.times;
  const hoursAt = week.reader("CPUHours");
  let [first, last] = [Infinity, 0];
  for (let row = 0; row < week.length; row++) {
    const day = Math.floor(End[row] / DAY_S);
    if (End[row] > 0 && day < first) first = day;
    if (day > last) last = day;
  }
  const sums = new Map<number, Sum>();
  // Nearly all jobs of a week end in it or soon after it; a job from 1970 must not make a long array.
  const length = Math.min(MOST_DAYS, last - first + 1);
  const jobs = new Float64Array(Math.max(0, length));
  const seconds = new Float64Array(jobs.length);
  for (let row = 0; row < week.length; row++) {
    if (End[row] === 0) continue;
    const at = Math.floor(End[row] / DAY_S) - first;
    const cpu_seconds = cpuSeconds(hoursAt(row));
    if (at < length) {
      jobs[at]++;
      seconds[at] += cpu_seconds;
    } else sums.set(first + at, added(sums.get(first + at), { jobs: 1, cpu_seconds }));
  }
  for (let at = 0; at < jobs.length; at++) {
    if (jobs[at] > 0) sums.set(first + at, { jobs: jobs[at], cpu_seconds: seconds[at] });
  }
  return sums;
}

const MOST_DAYS = 4000;
