import { FLAGS } from "./flags.ts";
import type { Runs } from "./runs.ts";
import type { Week } from "./week.ts";

/** A time during which a job did something: ran, or waited to run. */
export type Doing = "runs" | "waits";

/**
 * When the jobs of each run began and ended to do something, seconds since the epoch: the earliest begin, 0 where
 * they never did it, and the latest end, 0 where they have not ended.
 */
export interface Intervals {
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

/** The intervals of all runs of a week. */
export function intervalsOf(runs: Runs, doing: Doing): Intervals {
  const first = new Uint32Array(runs.count);
  const last = new Uint32Array(runs.count);
  const [submit, start, end] = [runs.extent("submit"), runs.extent("run_start"), runs.extent("end")];
  for (let run = 0; run < runs.count; run++) {
    const flags = runs.flags[run];
    const ran = (flags & FLAGS.ran) !== 0;
    const open = (flags & FLAGS.open) !== 0;
    if (doing === "runs" ? !ran : (flags & FLAGS.unsubmitted) !== 0) continue;
    if (doing === "runs") {
      first[run] = start.min[run];
      last[run] = open ? 0 : end.max[run];
    } else {
      first[run] = submit.min[run];
      // The start of a resized job lies before its submission, and its run begins with that.
      if (ran || !open) last[run] = Math.max(submit.max[run], (ran ? start : end).max[run]);
    }
  }
  return { first, last };
}

/** The columns in which the intervals of the jobs of a run begin and end; null as `to` where they have not ended. */
export interface Ends {
  readonly from: Uint32Array;
  readonly to: Uint32Array | null;
}

/**
 * A job runs from its start to its end, and waits from its submission to its start, or to its end if it never ran.
 * An end before the begin stands for the begin.
 */
export function endsOf({ runs, times }: Week, run: number, doing: Doing): Ends {
  const flags = runs.flags[run];
  const open = (flags & FLAGS.open) !== 0;
  if (doing === "runs") {
    return { from: runs.times("run_start", run), to: open ? null : runs.times("end", run) };
  }
  const ran = (flags & FLAGS.ran) !== 0;
  return { from: times.Submit, to: ran ? times.Start : open ? null : times.End };
}
