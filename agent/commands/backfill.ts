import { rangeOf } from "../options.ts";
import type { ExitStatus, Run } from "../run.ts";
import { inWords, windowsOf } from "../slurm/windows.ts";
import { conclude, WINDOW_S } from "./collect.ts";
import { gather } from "./gather.ts";
import { statusOf, withHandle } from "./handle.ts";
import { startProgress } from "./progress.ts";
import { openAsking, sourceOf } from "./walk.ts";

/**
 * Collects and sends what the server lacks of a range of the past, from `--start-date` to `--end-date`, or to now.
 * The newest day comes first: it is looked at first, it adjoins what the server has already, and old days, which a
 * database may have purged, keep nothing waiting. What is covered or waits to be sent is skipped, so a backfill that
 * was ended goes on where it was.
 *
 * @throws {UsageError} if the dates are wrong
 */
export async function backfillCommand(run: Run): Promise<ExitStatus> {
  const { world, options, config } = run;
  const range = rangeOf(options, { now: world.now(), days: config.collection_window_days });
  return await withHandle(run, async (handle) => {
    const { folder, courier } = handle;
    await courier.deliver();
    const asking = await openAsking(run, folder);
    const windows = folder.missing(range).flatMap((span) => windowsOf(span, WINDOW_S)).reverse();
    world.log(
      "info",
      windows.length === 0
        ? `Nothing is left to be collected from ${inWords(range)}`
        : `Collecting ${windows.length} windows from ${inWords(range)}, the newest first`,
    );
    const total_s = windows.reduce((sum, { start, end }) => sum + end - start, 0);
    const progress = startProgress({ total_s, world });
    const gathered = await gather(windows, {
      handle,
      source: sourceOf(asking),
      onWindow: progress.window,
    }).finally(progress.end);
    asking.conclude();
    conclude(handle, gathered);
    return statusOf(gathered);
  });
}
