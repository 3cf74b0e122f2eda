import type { WireJob } from "../../lib/job/batch.ts";
import { parseDuration } from "../../lib/slurm/duration.ts";
import { outputOf, type StartCommand } from "./command.ts";

const SILENCE_S = 60;
/** Users whom slurmdbd takes for administrators though they have no such level. */
const ROOT = "root";

/** What slurmdbd lets the user who runs the agent see. */
export interface Policy {
  /** Whether it hides other users' jobs (`PrivateData=jobs`) from this one; null if it does not say. */
  readonly hides_jobs: boolean | null;
  /** Accounts of which the user is coordinator: their jobs are seen all the same. */
  readonly coordinates: readonly string[];
  /** How long a window this user may ask for (`MaxQueryTimeRange`), seconds; null without limit or if unknown. */
  readonly max_query_s: number | null;
}

/**
 * Asks sacctmgr what slurmdbd lets this user see, which any user may. Operators, administrators, root and slurmdbd's own
 * user see everything and may ask for any window.
 *
 * @param user name of the user who runs the agent, null if it is not known
 */
export async function accountingPolicy(start: StartCommand, user: string | null): Promise<Policy> {
  const unknown: Policy = { hides_jobs: null, coordinates: [], max_query_s: null };
  const everything: Policy = { ...unknown, hides_jobs: false };
  if (user === ROOT) return everything;
  const configuration = await ask(start, ["show", "configuration"]);
  if (configuration === null) return unknown;
  // The client's own configuration, which comes first, has a PrivateData as well: that is slurmctld's.
  const own = configuration.split(/^SlurmDBD configuration:.*$/m)[1];
  if (own === undefined) return unknown;
  const settings = settingsOf(own);
  const hides = /\bjobs\b/i.test(settings.get("PrivateData") ?? "");
  const max_query_s = seconds(settings.get("MaxQueryTimeRange"));
  if (!hides && max_query_s === null) return everything;
  if (user !== null && settings.get("SlurmUser")?.replace(/\(.*/, "") === user) return everything;
  const { level, coordinates } = await standing(start, user);
  if (/^(?:operator|administrator)$/i.test(level)) return everything;
  return { hides_jobs: hides, coordinates: hides ? coordinates : [], max_query_s };
}

/** What the operator should know of a policy; nothing if there is nothing to do. */
export function policyWarnings(
  { hides_jobs, coordinates, max_query_s }: Policy,
  user: string | null,
): readonly string[] {
  const who = user ?? "this user";
  const grant = `sacctmgr add user ${user ?? "NAME"} account=root adminlevel=operator`;
  const warnings: string[] = [];
  if (hides_jobs === true) {
    const seen = coordinates.length === 0
      ? "its own jobs only"
      : `its own jobs and those of the accounts it coordinates only (${coordinates.join(", ")})`;
    warnings.push(
      `slurmdbd is set to PrivateData=jobs and ${who} is no Slurm operator, so sacct lists ${seen}. ` +
        `Give it that level: ${grant} (if it is there already: sacctmgr modify user ${
          user ?? "NAME"
        } set adminlevel=operator)`,
    );
  }
  if (max_query_s !== null && max_query_s < 3600) {
    warnings.push(
      `slurmdbd is set to MaxQueryTimeRange of ${max_query_s} s and ${who} is no Slurm operator: windows shorter than an ` +
        `hour are not asked for, so nothing can be collected. Give it that level: ${grant}`,
    );
  }
  return warnings;
}

/**
 * A warning if slurmdbd hides other users' jobs from this one, which sacct does without a word: an ordinary user then
 * gets its own jobs only, as if there were no others. Null if it does not, or cannot be asked.
 *
 * @param user name of the user who runs the agent, null if it is not known
 */
export async function privacyWarning(start: StartCommand, user: string | null): Promise<string | null> {
  return policyWarnings(await accountingPolicy(start, user), user)[0] ?? null;
}

/** So few jobs say nothing about whose are hidden. */
const FEW_JOBS = 20;

/**
 * Watches whose jobs sacct lists: where nobody says whether others' are hidden, that all are the agent's own user's tells.
 * It must see the jobs before their users are replaced.
 */
export class OwnJobs {
  readonly #user: string | null;
  #jobs = 0;
  #others = 0;

  constructor(user: string | null) {
    this.#user = user;
  }

  add({ User }: WireJob): void {
    this.#jobs++;
    if (User !== this.#user) this.#others++;
  }

  /** A warning if all of the jobs were the user's own; null else. */
  get warning(): string | null {
    if (this.#user === null || this.#user === ROOT || this.#jobs < FEW_JOBS || this.#others > 0) return null;
    return `All ${this.#jobs} jobs that sacct lists are ${this.#user}'s own: if there are other users, slurmdbd hides their ` +
      `jobs (PrivateData=jobs). Then: sacctmgr add user ${this.#user} account=root adminlevel=operator`;
  }
}

async function standing(start: StartCommand, user: string | null) {
  const text = user === null
    ? null
    : await ask(start, ["list", "user", user, "withcoord", "format=adminlevel,coordinators"]);
  const [level = "", coordinators = ""] = (text ?? "").trim().split("\n")[0].split("|");
  return { level: level.trim(), coordinates: coordinators.split(",").filter((name) => name.trim() !== "") };
}

function settingsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^(\w+)[ \t]*=[ \t]*(.*?)[ \t]*$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** A range of time as slurmdbd writes it, 12:00:00 or 7-00:00:00; null for UNLIMITED and whatever else it may be. */
function seconds(text: string | undefined): number | null {
  try {
    return text === undefined ? null : parseDuration(text) || null;
  } catch {
    return null;
  }
}

async function ask(start: StartCommand, args: readonly string[]): Promise<string | null> {
  try {
    const { code, stdout } = await outputOf(
      start({ program: "sacctmgr", args: ["-nP", ...args], silence_s: SILENCE_S }),
    );
    return code === 0 ? stdout : null;
  } catch {
    // No sacctmgr on this host: the warning is a courtesy, nothing depends on it.
    return null;
  }
}
