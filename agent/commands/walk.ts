import type { Run } from "../run.ts";
import { active } from "../slurm/active.ts";
import { type Ask, collect, type Collected } from "../slurm/collect.ts";
import { accountingPolicy, OwnJobs, policyWarnings } from "../slurm/private_data.ts";
import { openPseudonyms, Pseudonyms } from "../slurm/pseudonym.ts";
import { openSacct, readWindow, type Sacct } from "../slurm/sacct.ts";
import type { Window } from "../slurm/windows.ts";
import type { StateFolder } from "../spool/folder.ts";
import type { State } from "../spool/state.ts";

/** Where jobs come from. */
export interface Source {
  /** The jobs that ended in some windows, in the order of the windows. */
  readonly walk: (windows: readonly Window[]) => AsyncIterable<Collected>;
  /** The jobs that run, are suspended or wait at a moment, epoch seconds. */
  readonly active: (now_s: number) => AsyncIterable<Collected>;
  /** Whether all jobs are seen; else nothing that is read is settled, so that it is read again in each run. */
  readonly settles: boolean;
  /** Which fields this version of sacct has, to be remembered. */
  readonly cache: State["sacct"];
}

/** How sacct is asked. */
export interface Asking {
  readonly sacct: Sacct;
  /** Whether slurmdbd hides other users' jobs, as far as it says. */
  readonly hides_jobs: boolean;
  /** Warns if all that was listed were the agent's own jobs, though nobody said that others are hidden. */
  readonly conclude: () => void;
}

/**
 * Makes ready to ask sacct, after a warning if Slurm hides jobs from this user.
 *
 * @param folder null for a dry run, which keeps nothing: its pseudonyms are good for this run alone
 * @throws {Error} if sacct, or the key of the pseudonyms, cannot be used, with words for the operator
 */
export async function openAsking({ world, config }: Run, folder: StateFolder | null): Promise<Asking> {
  const policy = await accountingPolicy(world.start, world.user);
  for (const words of policyWarnings(policy, world.user)) world.log("warning", words);
  const own = policy.hides_jobs === null ? new OwnJobs(world.user) : null;
  const sacct = await openSacct({
    start: world.start,
    log: (line) => world.log("warning", line),
    random: world.random,
    job_names: config.job_names,
    cached: folder?.state.sacct ?? null,
    pseudonyms: await pseudonymsOf({ world, config }, folder),
    watch: own === null ? undefined : (job) => own.add(job),
  });
  return {
    sacct,
    hides_jobs: policy.hides_jobs === true,
    conclude: () => {
      const warning = own?.warning ?? null;
      if (warning !== null) world.log("warning", warning);
    },
  };
}

/**
 * What stands for users; null where their names may be sent.
 *
 * @param folder null for a dry run
 * @throws {Error} if the key cannot be used, with words for the operator
 */
export async function pseudonymsOf(
  { config, world: { random_bytes } }: Pick<Run, "config" | "world">,
  folder: StateFolder | null,
): Promise<Pseudonyms | null> {
  if (config.pseudonymise_users === "off") return null;
  if (folder === null) return new Pseudonyms(random_bytes(32));
  const { path, disk, state } = folder;
  const pseudonyms = await openPseudonyms({
    folder: path,
    disk,
    random_bytes,
    fingerprint: state.pseudonyms,
  });
  // Before anything is sent under the key: were it lost later, that must be noticed.
  if (state.pseudonyms === null) await folder.save({ pseudonyms: pseudonyms.fingerprint });
  return pseudonyms;
}

/** The source of jobs that sacct is. */
export function sourceOf(
  { sacct, hides_jobs }: Asking,
  { question = "ended" }: { readonly question?: "ended" | "overlapping" } = {},
): Source {
  const ask: Ask = (window, asked, jobs) => readWindow(sacct, { window, question: asked, jobs });
  const { cache } = sacct;
  return {
    cache: cache === undefined ? null : { version: cache.version, fields: [...cache.fields] },
    walk: (windows) => collect(windows, ask, { question }),
    active: (now_s) => active(ask, now_s),
    settles: !hides_jobs,
  };
}
