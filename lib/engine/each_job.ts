import { endsOf } from "./intervals.ts";
import { forEachPart, type Scan } from "./scan.ts";
import { type Event, eventFlags } from "./tally.ts";

/** Seconds since the epoch, the end excluded. */
export interface Stretch {
  readonly start_s: number;
  readonly end_s: number;
}

/** Told of each job and slot that it has a part in; `first` is true once for each job. */
export type JobVisitor = (row: number, slot: number, weight: number, first: boolean) => void;

/** Visits the jobs that have their moment in a stretch of time. */
export function eachWithMoment(
  scan: Scan,
  { moment, of, start_s, end_s }: Stretch & Pick<Event, "moment" | "of">,
  visit: JobVisitor,
): void {
  const { week: { runs }, runs: chosen } = scan;
  const { min, max } = runs.extent(moment);
  const { matter, set } = eventFlags({ moment, of });
  for (let place = 0; place < chosen.length; place++) {
    const run = chosen[place];
    if (max[run] < start_s || min[run] >= end_s || (runs.flags[run] & matter) !== set) continue;
    const times = runs.times(moment, run);
    forEachPart(scan, place, (row, slot, weight, first) => {
      if (times[row] >= start_s && times[row] < end_s) visit(row, slot, weight, first);
    });
  }
}

/** Visits the jobs that run in a stretch of time, with the seconds they do; one of no length counts where it begins. */
export function eachRunning(
  scan: Scan,
  { start_s, end_s, until_s }: Stretch & { readonly until_s: number },
  visit: (seconds: number, ...part: Parameters<JobVisitor>) => void,
): void {
  const { week, runs: chosen } = scan;
  const { first, last } = week.runs.intervals("runs");
  for (let place = 0; place < chosen.length; place++) {
    const run = chosen[place];
    if (first[run] === 0 || first[run] >= end_s || last[run] > 0 && last[run] < start_s) continue;
    const { from, to } = endsOf(week, run, "runs");
    forEachPart(scan, place, (row, slot, weight, first) => {
      const from_s = from[row];
      const to_s = Math.max(from_s, to === null ? until_s : to[row]);
      const seconds = Math.min(to_s, end_s) - Math.max(from_s, start_s);
      const there = from_s === to_s ? from_s >= start_s && from_s < end_s : seconds > 0;
      if (there) visit(seconds, row, slot, weight, first);
    });
  }
}
