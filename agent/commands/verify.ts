import { rangeOf } from "../options.ts";
import type { ExitStatus, Run } from "../run.ts";
import type { Ask } from "../slurm/collect.ts";
import { inWords, type Window } from "../slurm/windows.ts";
import {
  DAY_S,
  dayOf,
  daysPaths,
  type Difference,
  differences,
  isMissing,
  readDays,
  type SacctDays,
  sacctDays,
  type ServerDays,
  type Sum,
  table,
  windowOf,
} from "./verify_days.ts";

/** How far back a check reaches unless a range is given. */
const DAYS = 35;
/** A day is compared when it has been over for so long: jobs come late into Slurm's database. */
const LATE_S = 2 * 3600;
/** The agent checks by itself so often. */
const PERIOD_S = 7 * DAY_S;

/** What became of sending some time again. */
export interface SentAgain {
  /** What could not be collected, in words. */
  readonly failures: readonly string[];
  /** Why the server cannot be reached, or why it refuses this agent; null if neither is so. */
  readonly unreachable: string | null;
  readonly refused: string | null;
}

/** An answer of the server, or why there is none. */
export type Answered = { readonly text: string } | Pick<SentAgain, "unreachable" | "refused">;

/** What a check needs beside a run. */
export interface VerifyParts {
  /** Asks sacct, without steps. */
  readonly ask: Ask;
  /** Makes a GET request below the server's address with the agent's key, again and again as long as that may help. */
  readonly get: (path: string) => Promise<Answered>;
  /** Collects windows anew with the question `overlapping` and sends what is in them. */
  readonly send_again: (windows: readonly Window[]) => Promise<SentAgain>;
  /** From when on the agent collects, epoch seconds; null if that is not known. */
  readonly origin_s: number | null;
}

/** Where a check stands that cannot go on: for want of the server, or refused by it. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus) {
    super(message);
    this.status = status;
  }
}

/**
 * Compares what sacct and the server hold of each day, sends days again that differ, and tells what still does: 0 if
 * nothing is missing at the server, 1 if something is or could not be read, 2 if the server refuses this agent, 75 if it
 * cannot be reached. A dry run compares only.
 *
 * @throws {UsageError} if a date of the options cannot be used
 */
export async function verifyCommand(run: Run, parts: VerifyParts): Promise<ExitStatus> {
  const { world, options } = run;
  const range = rangeToCheck(run, parts);
  if (range === null) {
    world.log("info", "Nothing to check yet: no whole day of those collected has been over for two hours");
    return 0;
  }
  try {
    return await verify(run, { ...parts, range, sends: !options.dry_run });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    world.log("error", error.message);
    return error.status;
  }
}

/**
 * Checks by itself a week after the last time, or if there was none; null if it is not due. The caller keeps
 * `verified_s`, unless the status is 2 or 75.
 */
export async function verifyIfDue(
  run: Run,
  { verified_s, ...parts }: VerifyParts & { readonly verified_s: number | null },
): Promise<{ readonly status: ExitStatus; readonly verified_s: number } | null> {
  const now = run.world.now();
  // A clock that was set back must not put it off for ever.
  if (verified_s !== null && verified_s <= now && now - verified_s < PERIOD_S) return null;
  const options = { ...run.options, start_date: null, end_date: null, dry_run: false, json: false };
  return { status: await verifyCommand({ ...run, options }, parts), verified_s: now };
}

/** The whole days of UTC to compare; null if there are none. */
function rangeToCheck(
  { world, options }: Run,
  { origin_s }: Pick<VerifyParts, "origin_s">,
): Window | null {
  const now = world.now();
  const given = rangeOf(options, { now, days: DAYS });
  const first = options.start_date === null
    ? Math.ceil(Math.max(given.start, origin_s ?? 0) / DAY_S)
    : Math.floor(given.start / DAY_S);
  const last = Math.floor(Math.min(given.end, now - LATE_S) / DAY_S);
  return first < last ? { start: first * DAY_S, end: last * DAY_S } : null;
}

async function verify(
  run: Run,
  { ask, get, send_again, range, sends }: VerifyParts & { readonly range: Window; readonly sends: boolean },
): Promise<ExitStatus> {
  const { world } = run;
  const { json } = run.options;
  world.log("info", `Comparing sacct and the server, ${inWords(range)}`);
  const sacct = await sacctDays(range, ask);
  for (const words of sacct.failures) world.log("warning", `Not compared: ${words}`);
  const server = await serverDays(run, { get, range });
  if (server.kept_from !== null && server.kept_from > dayOf(range.start)) {
    world.log(
      "info",
      `Not compared: days before ${server.kept_from}, which the server's retention has moved away`,
    );
  }
  const found = differences(sacct, server);
  if (!json) tell(run, { found, sacct, range });
  // What sacct has purged cannot be sent again.
  const again = sends ? found.filter((difference) => difference.sacct.jobs > 0) : [];
  let left = found;
  let failed = sacct.failures.length > 0;
  if (again.length > 0) {
    world.log("info", `Sending again what ended on ${again.length} days`);
    const sent = answered(await send_again(again.map(({ day }) => windowOf(day))));
    failed ||= sent.failures.length > 0;
    left = differences(sacct, await serverDays(run, { get, range }));
    if (!json && left.length > 0) {
      world.print("Still different:");
      for (const line of table(left)) world.print(line);
    }
  }
  if (json) world.print(JSON.stringify(report({ run, range, sacct, found, left })));
  const missing = left.filter(isMissing);
  if (left.length > missing.length) {
    world.log(
      "info",
      `On ${
        left.length - missing.length
      } days the server holds more than sacct: that is so where slurmdbd has purged jobs`,
    );
  }
  if (missing.length > 0) {
    world.log(
      "error",
      `On ${missing.length} days the server holds less than sacct, first on ${missing[0].day}`,
    );
  } else if (!failed) world.log("info", "Nothing is missing at the server");
  return failed || missing.length > 0 ? 1 : 0;
}

async function serverDays(
  { cluster }: Run,
  { get, range }: Pick<VerifyParts, "get"> & { readonly range: Window },
): Promise<ServerDays> {
  const days = new Map<string, Sum>();
  let kept_from: string | null = null;
  for (const path of daysPaths(cluster, range)) {
    const answer = readDays(answered(await get(path)).text);
    if (answer === null || answer.hostname !== cluster) {
      throw new NoAnswer("The server answered, but told no days: it may be older than this agent", 2);
    }
    for (const { day, ...sum } of answer.days) days.set(day, sum);
    kept_from = answer.kept_from;
  }
  return { days, kept_from };
}

/** @throws {NoAnswer} if the server did not answer */
function answered<T extends object>(answer: T | Pick<SentAgain, "unreachable" | "refused">): T {
  if ("refused" in answer && answer.refused !== null) throw new NoAnswer(answer.refused, 2);
  if ("unreachable" in answer && answer.unreachable !== null) throw new NoAnswer(answer.unreachable, 75);
  return answer as T;
}

function tell(
  { world }: Run,
  { found, sacct, range }: {
    readonly found: readonly Difference[];
    readonly sacct: SacctDays;
    readonly range: Window;
  },
): void {
  const compared = (range.end - range.start) / DAY_S - sacct.unread.size;
  world.print(`${compared} days compared, ${found.length} differ`);
  if (found.length > 0) { for (const line of table(found)) world.print(line); }
}

/** What a program wants to know of a check. */
function report(
  { run, range, sacct, found, left }: {
    readonly run: Run;
    readonly range: Window;
    readonly sacct: SacctDays;
    readonly found: readonly Difference[];
    readonly left: readonly Difference[];
  },
) {
  return {
    cluster: run.cluster,
    from: range.start,
    until: range.end,
    not_compared: sacct.failures,
    different: found,
    still_different: left,
    missing: left.filter(isMissing).map(({ day }) => day),
  };
}
