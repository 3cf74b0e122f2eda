import type { ExitStatus, Run } from "../run.ts";
import { inWords, type Window, windowsOf } from "../slurm/windows.ts";
import { coveredUntil } from "../spool/spans.ts";
import { gather, type Gathered } from "./gather.ts";
import { type Handle, statusOf, withHandle, worst } from "./handle.ts";
import type { BatchLimits } from "./pack.ts";
import { openAsking, sourceOf } from "./walk.ts";
import { counted } from "../words.ts";

/** Longest window that sacct is asked about at once. */
export const WINDOW_S = 86_400;

/** Work that follows the collecting of a run and uses its connection and its state. */
export type Afterwards = (run: Run, handle: Handle) => Promise<ExitStatus>;

/**
 * Collects and sends what the server lacks of the time since the first run, the newest of which is read again each
 * time, and a look at the jobs that run and wait now; then does what follows. A server that is gone keeps nothing
 * from being collected, but what follows is left to the next run.
 */
export async function collectCommand(
  run: Run,
  { afterwards = [], limits }: {
    readonly afterwards?: readonly Afterwards[];
    readonly limits?: BatchLimits;
  } = {},
): Promise<ExitStatus> {
  return await withHandle(run, async (handle) => {
    const { world } = run;
    const { folder, courier } = handle;
    const began_s = world.now();
    let status: ExitStatus = 1;
    let sacct = folder.state.sacct;
    try {
      // What has waited is sent first: its time needs not be read again then.
      await courier.deliver();
      const asking = await openAsking(run, folder);
      const source = sourceOf(asking);
      sacct = source.cache ?? sacct;
      const spans = folder.missing({ start: folder.state.origin_s, end: began_s });
      const windows = spans.flatMap((span) => windowsOf(span, WINDOW_S));
      const onWindow = run.options.verbose ? told(world) : undefined;
      const gathered = await gather(windows, { handle, source, active: true, limits, onWindow });
      asking.conclude();
      status = statusOf(gathered);
      for (const work of courier.stopped === null ? afterwards : []) {
        status = worst(status, await work(run, handle));
      }
      conclude(handle, gathered);
    } finally {
      await remember(handle, { began_s, status, sacct });
    }
    return status;
  });
}

/** Tells of each window that was read. */
function told({ log }: Run["world"]): (window: Window, jobs: number) => void {
  return (window, jobs) => log("info", `${inWords(window)}: ${jobs} jobs`);
}

async function remember(
  { run: { world }, folder }: Handle,
  { began_s, status, sacct }: {
    readonly began_s: number;
    readonly status: ExitStatus;
    readonly sacct: Handle["folder"]["state"]["sacct"];
  },
): Promise<void> {
  const last_run = { began_s, ended_s: world.now(), status };
  await folder.save({ last_run, sacct }).catch((error) => {
    world.log(
      "warning",
      `The state in ${folder.path} cannot be written: ${error instanceof Error ? error.message : error}`,
    );
  });
}

/** Tells what a gathering has come to. */
export function conclude({ run: { world }, folder, courier }: Handle, gathered: Gathered): void {
  const { jobs, left, unread, rejected, set_aside, failures } = gathered;
  const { spool, state } = folder;
  const until_s = coveredUntil(state.covered, state.origin_s);
  const until = new Date(until_s * 1000).toISOString().slice(0, 19) + "Z";
  const has = until_s > state.origin_s
    ? `has all up to ${until}`
    : "has nothing of the time since the first run yet";
  const parts = [
    `${counted(jobs, "job")} collected`,
    ...(left > 0 ? [`${left} more could not be kept and are collected again`] : []),
    ...(unread > 0 ? [`${counted(unread, "row")} of sacct could not be read`] : []),
    ...(rejected > 0 ? [`${counted(rejected, "job")} rejected by the server`] : []),
    ...(failures.length > 0
      ? [`${counted(failures.length, "window")} of time could not be read: asked for again by the next run`]
      : []),
    ...(set_aside > 0
      ? [`refused by the server and kept in ${folder.path}/set-aside: ${counted(set_aside, "batch")}`]
      : []),
    courier.stopped === null && spool.waiting.length === 0
      ? `${left + set_aside > 0 ? "the rest" : "all"} is sent up to ${until}`
      : `waiting in ${folder.path} to be sent: ${counted(spool.jobs, "job")}; the server ${has}`,
  ];
  world.log("info", parts.join("; "));
}
