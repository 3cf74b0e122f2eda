import { JOB_COLUMNS } from "../../lib/job/columns.ts";
import { type Command, complaint, outputOf, type StartCommand } from "./command.ts";
import { parseRows, type RowOrUnread } from "./rows.ts";
import type { Window } from "./windows.ts";

/** Columns that sacct does not print: the agent or the server works them out. */
const COMPUTED: ReadonlySet<string> = new Set(["CancelledBy", "AllocGPUS", "CPUHours", "GPUHours"]);

/** Without these no record can be told apart or counted; every Slurm since 20.11 has them. */
const NEEDED = [
  "JobIDRaw",
  "JobID",
  "State",
  "Submit",
  "Start",
  "End",
  "ElapsedRaw",
  "AllocCPUS",
  "AllocTRES",
];

/** slurmdbd that hangs makes sacct give up after 45 s; a wide window with steps may take minutes to begin. */
const SILENCE_S = 300;

/**
 * The two questions put to sacct for each window. `overlapping`: jobs eligible before its end and not ended before
 * its start. That leaves out jobs that ended without ever being eligible (cancelled while held, say), so `ended_early`
 * asks for those states, which sacct then selects by End alone.
 */
export type Question = "overlapping" | "ended_early";

/** sacct failed, in its own words. */
export class SacctError extends Error {
  override readonly name = "SacctError";
}

/** What every call of a run has in common. */
export interface Sacct {
  readonly start: StartCommand;
  /** Fields to ask for, as {@link askedFields} gives them. */
  readonly fields: readonly string[];
  /** A text that no field will hold. */
  readonly delimiter: string;
  /** Told what sacct prints to stderr although it succeeds. */
  readonly log: (line: string) => void;
}

/** A delimiter that nobody can put into a job name on purpose, since it is new in every run. */
export function newDelimiter(random: () => number): string {
  const digits = Array.from({ length: 6 }, () => Math.floor(random() * 36).toString(36));
  return `<|${digits.join("")}|>`;
}

/**
 * The fields to ask this sacct for: the columns of a job as far as it has them (they differ by version, and one
 * unknown field makes it refuse the whole call). The id comes first and the name last, as {@link parseRows} wants.
 *
 * @throws {SacctError} if sacct cannot say which fields it has, or has too few.
 */
export async function askedFields(start: StartCommand): Promise<readonly string[]> {
  const known = await knownFields(start);
  const missing = NEEDED.filter((name) => !known.has(name.toLowerCase()));
  if (missing.length > 0) {
    throw new SacctError(`This sacct lacks fields that are needed: ${missing.join(", ")}`);
  }
  const wanted = JOB_COLUMNS.map(({ name }) => name)
    .filter((name) => !COMPUTED.has(name) && known.has(name.toLowerCase()));
  return ["JobIDRaw", ...wanted.filter((name) => name !== "JobIDRaw" && name !== "JobName"), "JobName"];
}

async function knownFields(start: StartCommand): Promise<ReadonlySet<string>> {
  let words = "";
  for (const option of ["--helpformat", "-e"]) {
    const command: Command = { program: "sacct", args: [option], silence_s: SILENCE_S };
    const output = await outputOf(start(command));
    const failure = complaint(command, output);
    if (failure === null) return new Set(output.stdout.toLowerCase().split(/\s+/));
    words = failure;
  }
  throw new SacctError(`Cannot find out which fields sacct has: ${words}`);
}

/** Arguments of the call that answers a question about a window. */
export function sacctArgs(
  question: Question,
  { window, fields, delimiter }: {
    readonly window: Window;
    readonly fields: readonly string[];
    readonly delimiter: string;
  },
): readonly string[] {
  return [
    "--allusers",
    "--duplicates",
    "--parsable",
    "--noheader",
    "--noconvert",
    `--delimiter=${delimiter}`,
    `--starttime=uts${window.start}`,
    `--endtime=uts${window.end}`,
    `--format=${fields.join(",")}`,
    // These never ran, so they have no steps.
    ...(question === "ended_early" ? ["--state=CANCELLED,DEADLINE", "--allocations"] : []),
  ];
}

/**
 * Rows of jobs and of their steps, as sacct prints them: steps directly after their job.
 *
 * @throws {SacctError} after the last row, if sacct failed.
 */
export function readWindow(
  sacct: Sacct,
  { window, question }: { readonly window: Window; readonly question: Question },
): AsyncGenerator<RowOrUnread> {
  const command: Command = {
    program: "sacct",
    args: sacctArgs(question, { window, ...sacct }),
    silence_s: SILENCE_S,
  };
  return parseRows(checked(sacct, command), sacct);
}

async function* checked({ start, log }: Sacct, command: Command): AsyncGenerator<Uint8Array> {
  const running = start(command);
  yield* running.stdout;
  const outcome = await running.outcome;
  const failure = complaint(command, outcome);
  if (failure !== null) throw new SacctError(failure);
  if (outcome.stderr !== "") log(`sacct says: ${outcome.stderr}`);
}
