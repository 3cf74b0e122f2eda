import type { Run } from "../run.ts";
import type { Collected } from "../slurm/collect.ts";
import { inWords, type Window, windowsOf } from "../slurm/windows.ts";
import { WINDOW_S } from "./collect.ts";
import { openAsking, sourceOf } from "./walk.ts";

/** Asks Slurm for the jobs of a range, and for those that run and wait if it reaches up to now; keeps nothing. */
export async function* asked(range: Window, run: Run): AsyncGenerator<Collected> {
  const { world, cluster } = run;
  world.log("info", `Collecting the jobs of ${cluster}, ${inWords(range)}`);
  const asking = await openAsking(run, null);
  const { walk, active } = sourceOf(asking);
  yield* walk(windowsOf(range, WINDOW_S));
  const now_s = world.now();
  if (range.end >= now_s - 60) yield* active(now_s);
  asking.conclude();
}
