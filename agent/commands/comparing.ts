import type { ExitStatus, Run } from "../run.ts";
import { type Connection, exchange, StoppedError } from "../sending/exchange.ts";
import { readWindow } from "../slurm/sacct.ts";
import { windowsOf } from "../slurm/windows.ts";
import { difference } from "../spool/spans.ts";
import { WINDOW_S } from "./collect.ts";
import { gather } from "./gather.ts";
import { connectionOf, type Handle, withHandle } from "./handle.ts";
import { type Answered, verifyCommand, verifyIfDue, type VerifyParts } from "./verify.ts";
import { type Asking, openAsking, sourceOf } from "./walk.ts";

/** Compares sacct and the server and sends again what differs; a dry run touches nothing and needs no state folder. */
export async function compareCommand(run: Run): Promise<ExitStatus> {
  if (run.options.dry_run) {
    const asking = await openAsking(run, null);
    return await verifyCommand(run, {
      ...questions(asking, connectionOf(run)),
      send_again: () => Promise.reject(new TypeError("A dry run sends nothing")),
      origin_s: null,
    });
  }
  return await withHandle(run, async (handle) => {
    const status = await verifyCommand(run, partsOf(handle, await openAsking(run, handle.folder)));
    // A range that was asked for is not what is checked each week.
    const { start_date, end_date } = run.options;
    if (start_date === null && end_date === null) await noteVerified(handle, status);
    return status;
  });
}

/** Compares once a week by itself. */
export async function compareAfterwards(run: Run, handle: Handle): Promise<ExitStatus> {
  const { verified_s } = handle.folder.state;
  const asking = await openAsking(run, handle.folder);
  const done = await verifyIfDue(run, { ...partsOf(handle, asking), verified_s });
  if (done === null) return 0;
  await noteVerified(handle, done.status);
  return done.status;
}

/** Remembers that a check was made, unless the server kept it from being made. */
async function noteVerified({ run: { world }, folder }: Handle, status: ExitStatus): Promise<void> {
  if (status === 75 || status === 2) return;
  await folder.save({ verified_s: world.now() });
}

function partsOf(handle: Handle, asking: Asking): VerifyParts {
  const source = sourceOf(asking, { question: "overlapping" });
  return {
    ...questions(asking, handle.connection),
    send_again: (days) => {
      // What waits here would be refused again, and lie here twice.
      const free = difference(days, handle.folder.held);
      return gather(free.flatMap((span) => windowsOf(span, WINDOW_S)), { handle, source });
    },
    origin_s: handle.folder.state.origin_s,
  };
}

function questions({ sacct }: Asking, connection: Connection): Pick<VerifyParts, "ask" | "get"> {
  return {
    ask: (window, question) => readWindow(sacct, { window, question, steps: false }),
    get: (path) => get(path, connection),
  };
}

async function get(path: string, connection: Connection): Promise<Answered> {
  try {
    const request = { method: "GET", path, optional: true } as const;
    const outcome = await exchange(request, { connection, read: (text) => text });
    return "answer" in outcome ? { text: outcome.answer } : { refused: outcome.refused, unreachable: null };
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    return error.kind === "refused"
      ? { refused: error.message, unreachable: null }
      : { refused: null, unreachable: error.message };
  }
}
