import { JOB_COLUMNS } from "../../lib/job/columns.ts";
import { STEP_FIELDS } from "./record.ts";
import { type Command, complaint, outputOf, type StartCommand } from "./command.ts";

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

/** sacct retries for 59 s if it finds no slurm.conf (seen in 22.05). */
const SILENCE_S = 90;

/** Fields that a version of sacct has, in lower case: kept, as they change with the version only. */
export interface FieldList {
  readonly version: string;
  readonly fields: readonly string[];
}

/**
 * The fields to ask this sacct for: what is stored of a job as far as it has it (they differ by version, and one
 * unknown field makes it refuse the whole call). The id comes first, as it never holds a newline, and the name last; where
 * names are not to be known it is not asked for.
 *
 * @throws {Error} if sacct has too few.
 */
export function askedFields(
  known: Iterable<string>,
  { job_names }: { readonly job_names: boolean },
): readonly string[] {
  const has = new Set(known);
  const missing = NEEDED.filter((name) => !has.has(name.toLowerCase()));
  if (missing.length > 0) throw new Error(`This sacct lacks fields that are needed: ${missing.join(", ")}`);
  const names = [...new Set([...JOB_COLUMNS.map(({ name }) => name as string), ...STEP_FIELDS])];
  const wanted = names.filter((name) =>
    name !== "JobIDRaw" && name !== "JobName" && has.has(name.toLowerCase())
  );
  return ["JobIDRaw", ...wanted, ...(job_names ? ["JobName"] : [])];
}

/**
 * The fields that this sacct has: as they are known of its version, else as it says itself.
 *
 * @throws {Error} if sacct cannot be asked, with words for the operator.
 */
export async function fieldList(start: StartCommand, cached: FieldList | null): Promise<FieldList> {
  const version = await sacctVersion(start);
  if (cached !== null && version !== "" && cached.version === version) return cached;
  return { version, fields: [...await knownFields(start)] };
}

/** The version of sacct, as 22.05.8; empty where it says none (Debian's says slurm-wlm, SchedMD's slurm before it). */
async function sacctVersion(start: StartCommand): Promise<string> {
  const command: Command = { program: "sacct", args: ["--version"], silence_s: SILENCE_S };
  const output = await outputOf(start(command));
  const failure = complaint(command, output);
  if (failure !== null) throw new Error(`Cannot find out the version of sacct: ${failure}`);
  return /\b(\d+(?:\.\d+)+\S*)/.exec(output.stdout)?.[1] ?? "";
}

async function knownFields(start: StartCommand): Promise<ReadonlySet<string>> {
  let words = "";
  for (const option of ["--helpformat", "-e"]) {
    const command: Command = { program: "sacct", args: [option], silence_s: SILENCE_S };
    const output = await outputOf(start(command));
    const failure = complaint(command, output);
    if (failure === null) {
      return new Set(output.stdout.toLowerCase().split(/\s+/).filter((name) => name !== ""));
    }
    words = failure;
  }
  throw new Error(`Cannot find out which fields sacct has: ${words}`);
}
