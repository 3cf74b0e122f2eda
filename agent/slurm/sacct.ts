import type { WireJob } from "../../lib/job/batch.ts";
import { type Command, complaint, type Outcome, type StartCommand } from "./command.ts";
import { askedFields, type FieldList, fieldList } from "./fields.ts";
import type { Pseudonyms } from "./pseudonym.ts";
import { foldSteps, type JobOrUnread } from "./record.ts";
import { parseRows, type RowOrUnread } from "./rows.ts";
import { RowEnds } from "./row_ends.ts";
import type { Window } from "./windows.ts";

/** slurmdbd that hangs makes sacct give up after 45 s; a wide window with steps may take minutes to begin. */
const SILENCE_S = 300;
/** What sacct exits with where MaxQueryTimeRange refuses a window. */
const TOO_WIDE = 95;
/** Different warnings of sacct that are logged in one run. */
const WARNINGS = 20;

/** States in which a record is over. A requeue and a resize end one, too, and another follows. */
const ENDED = "BF,CA,CD,DL,F,NF,OOM,PR,RQ,RS,RV,TO";

/**
 * What sacct is asked about a window. `ended`: records that ended in it, selected by End alone. `active`: jobs that run,
 * are suspended or wait at its end. `overlapping`: jobs eligible before its end and not ended before its start, whatever
 * their state, which leaves out those that ended without ever being eligible (cancelled while held, say); `never_eligible`
 * asks for these, among others. The last two together are another way to ask what the first asks. `tasks`: all records of
 * some jobs, whenever they were.
 */
export type Question = "ended" | "active" | "overlapping" | "never_eligible" | "tasks";

/** Leaves the steps out. */
const ALLOCATIONS = "--allocations";

const OPTIONS: Readonly<Record<Question, readonly string[]>> = {
  ended: [`--state=${ENDED}`],
  active: ["--state=PD,R,S"],
  overlapping: [],
  // These never ran, so they have no steps.
  never_eligible: ["--state=CA,DL", ALLOCATIONS],
  tasks: [ALLOCATIONS],
};

/** sacct failed, in its own words. */
export class SacctError extends Error {
  override readonly name = "SacctError";
  /** Whether the window was wider than slurmdbd allows this user. */
  readonly too_wide: boolean;

  constructor(message: string, { too_wide = false }: { readonly too_wide?: boolean } = {}) {
    super(message);
    this.too_wide = too_wide;
  }
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
  /** The fields this sacct has, to be kept for the next run. */
  readonly cache?: FieldList;
  /** What stands for users, where their names are not to be sent. */
  readonly pseudonyms?: Pseudonyms | null;
  /** Sees each job as sacct tells it, before its user is replaced. */
  readonly watch?: (job: WireJob) => void;
}

/**
 * Prepares the calls of a run: asks sacct which fields it has, unless they are known of its version. Its calls come one
 * at a time, and what it says though it succeeds is logged once.
 *
 * @throws {Error} if sacct cannot be used, with words for the operator.
 */
export async function openSacct(
  { start, log, random, job_names, cached, pseudonyms = null, watch }:
    & Pick<Sacct, "start" | "log" | "pseudonyms" | "watch">
    & {
      readonly random: () => number;
      /** Whether to ask for the names of jobs. */
      readonly job_names: boolean;
      /** The fields as the run before found them. */
      readonly cached: FieldList | null;
    },
): Promise<Sacct> {
  const cache = await fieldList(start, cached);
  return {
    start,
    fields: askedFields(cache.fields, { job_names }),
    delimiter: newDelimiter(random),
    log: once(log),
    cache,
    pseudonyms,
    watch,
  };
}

/** A delimiter that nobody can put into a job name on purpose, since it is new in every run. */
export function newDelimiter(random: () => number): string {
  const digits = Array.from({ length: 6 }, () => Math.floor(random() * 36).toString(36));
  return `<|${digits.join("")}|>`;
}

/** Passes each line on once, whatever numbers are in it, and not endlessly many. */
function once(log: (line: string) => void): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    const likeness = line.replace(/\d+/g, "0");
    if (said.has(likeness) || said.size === WARNINGS) return;
    said.add(likeness);
    log(line);
  };
}

/** Arguments of the call that answers a question about a window. */
export function sacctArgs(
  question: Question,
  { window, jobs, fields, delimiter, steps = true }: {
    readonly window: Window;
    readonly jobs?: readonly string[];
    readonly fields: readonly string[];
    readonly delimiter: string;
    readonly steps?: boolean;
  },
): readonly string[] {
  return [
    "--allusers",
    "--duplicates",
    "--parsable",
    "--noheader",
    "--noconvert",
    `--delimiter=${delimiter}`,
    // With ids sacct knows no limits of time unless it is told some.
    ...(jobs
      ? [`--jobs=${jobs.join(",")}`]
      : [`--starttime=uts${window.start}`, `--endtime=uts${window.end}`]),
    `--format=${fields.join(",")}`,
    ...OPTIONS[question],
    ...(steps || OPTIONS[question].includes(ALLOCATIONS) ? [] : [ALLOCATIONS]),
  ];
}

/** A question about a window, or about some jobs. */
export interface Asked {
  readonly window: Window;
  readonly question: Question;
  /** Ids of the jobs that `tasks` is about. */
  readonly jobs?: readonly string[];
  /** Whether the steps come, too; without them nobody knows what a job used. They do, unless said otherwise. */
  readonly steps?: boolean;
}

/**
 * Jobs with what their steps used, under pseudonyms where these are wanted, and rows that are no jobs.
 *
 * @throws {SacctError} after the last job, if sacct failed or its output is cut.
 */
export function readWindow(sacct: Sacct, asked: Asked): AsyncGenerator<JobOrUnread> {
  const read = foldSteps(readRows(sacct, asked));
  const found = sacct.watch ? watched(read, sacct.watch) : read;
  return sacct.pseudonyms ? sacct.pseudonyms.all(found) : found;
}

async function* watched(
  found: AsyncIterable<JobOrUnread>,
  watch: (job: WireJob) => void,
): AsyncGenerator<JobOrUnread> {
  for await (const one of found) {
    if ("job" in one) watch(one.job);
    yield one;
  }
}

/** Rows of jobs and of their steps, as sacct prints them: steps directly after their job. */
function readRows(sacct: Sacct, { question, ...asked }: Asked): AsyncGenerator<RowOrUnread> {
  const command: Command = {
    program: "sacct",
    args: sacctArgs(question, { ...sacct, ...asked }),
    silence_s: SILENCE_S,
  };
  return parseRows(checked(sacct, command), sacct);
}

/** The last call of each run's sacct: the next one begins when it has ended. */
const calls = new WeakMap<Sacct, Promise<void>>();

async function* checked(sacct: Sacct, command: Command): AsyncGenerator<Uint8Array> {
  const before = calls.get(sacct);
  const { promise, resolve } = Promise.withResolvers<void>();
  calls.set(sacct, promise);
  await before;
  try {
    const { stdout, outcome } = started(sacct, command);
    const ends = new RowEnds(sacct.delimiter);
    for await (const chunk of stdout) {
      ends.add(chunk);
      yield chunk;
    }
    assertWell(command, { outcome: await outcome, cut: ends.cut });
    const { stderr } = await outcome;
    if (stderr !== "") sacct.log(`sacct says: ${stderr}`);
  } finally {
    resolve();
  }
}

function started({ start }: Sacct, command: Command) {
  try {
    return start(command);
  } catch (cause) {
    throw new SacctError(cause instanceof Error ? cause.message : String(cause));
  }
}

function assertWell(
  command: Command,
  { outcome, cut }: { readonly outcome: Outcome; readonly cut: boolean },
): void {
  const failure = complaint(command, outcome);
  if (failure !== null) {
    const too_wide = outcome.code === TOO_WIDE || /too wide of a date range/i.test(outcome.stderr);
    throw new SacctError(failure, { too_wide });
  }
  if (cut) throw new SacctError("sacct ended well, but its output breaks off inside a row");
}
