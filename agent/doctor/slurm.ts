import { clusterName } from "../slurm/cluster_name.ts";
import { type Command, complaint, outputOf } from "../slurm/command.ts";
import { privacyWarning } from "../slurm/private_data.ts";
import { PROGRAMS } from "../permissions.ts";
import { PROGRAM } from "../version.ts";
import { wordsOf } from "../words.ts";
import type { World } from "../world.ts";
import { type Finding, findings } from "./finding.ts";

const SILENCE_S = 90;
const HOUR_S = 3600;
/** What is lost without a program; sacct is needed in any case. */
const USE: Readonly<Record<string, string>> = {
  sinfo: "nodes and partitions are not reported",
  scontrol: "the cluster's name cannot be found out, and nodes are not reported",
  sacctmgr: "PrivateData= cannot be checked, and limits are not reported",
};

/** Whether Slurm's programs are there, in which versions. */
export async function checkPrograms(world: World): Promise<readonly Finding[]> {
  // Each waits for a minute where there is no slurm.conf.
  return await Promise.all(PROGRAMS.map((program) => checkProgram(program, world)));
}

async function checkProgram(program: Command["program"], { start }: World): Promise<Finding> {
  const { ok, warning, problem } = findings(program);
  const command: Command = { program, args: ["--version"], silence_s: SILENCE_S };
  try {
    const output = await outputOf(start(command));
    const fault = complaint(command, output);
    if (fault !== null) return problem(fault, "is there a slurm.conf (SLURM_CONF) that this user may read?");
    return ok(`Slurm ${/\d+(?:\.\d+)+\S*/.exec(output.stdout)?.[0] ?? "of an unknown version"}`);
  } catch (error) {
    const advice = "install Slurm's client commands, or set PATH for the service (systemctl edit)";
    const lost = USE[program];
    if (lost === undefined) return problem(wordsOf(error), advice);
    return warning(`${wordsOf(error)} Without it ${lost}`, advice);
  }
}

/** Whether the accounting answers. */
export async function checkAccounting({ start, now }: World): Promise<readonly Finding[]> {
  const { ok, problem } = findings("accounting");
  const end = now();
  const command: Command = {
    program: "sacct",
    args: ["-a", "-X", "-n", "-P", `-Suts${end - HOUR_S}`, `-Euts${end}`, "-oJobIDRaw"],
    silence_s: SILENCE_S,
  };
  const output = await outputOf(start(command));
  const fault = complaint(command, output);
  if (fault !== null) return [problem(fault, adviceAbout(fault))];
  const jobs = output.stdout.split("\n").filter((line) => line !== "").length;
  return [ok(`sacct answers: ${jobs} ${jobs === 1 ? "job" : "jobs"} in the last hour`)];
}

function adviceAbout(fault: string): string {
  if (/disabled|not.*enabled/i.test(fault)) {
    return "the cluster keeps no accounting: set AccountingStorageType=accounting_storage/slurmdbd in slurm.conf";
  }
  if (/refused|persist_conn|problem talking/i.test(fault)) {
    return "is slurmdbd running, and can this host reach it? try: sacct -a";
  }
  if (/munge|auth/i.test(fault)) return "is munged running on this host, with the cluster's key?";
  return "try it by hand: sacct -a";
}

/** Whether the cluster is named as Slurm names it; the name, if there is one. */
export async function checkClusterName(
  configured: string | null,
  { start }: World,
): Promise<{ readonly cluster: string | null; readonly found: readonly Finding[] }> {
  const { ok, warning, problem } = findings("cluster name");
  try {
    const name = await clusterName(start);
    const words = configured === null || configured === name ? ok(name) : warning(
      `configured is ${configured}, Slurm calls it ${name}`,
      "nothing, if that is meant; else correct cluster_name",
    );
    return { cluster: configured ?? name, found: [words] };
  } catch (error) {
    const advice = "set cluster_name in the configuration";
    const found = configured === null
      ? problem(wordsOf(error), advice)
      : warning(`configured is ${configured}; ${wordsOf(error)}`, "make scontrol work, for the nodes");
    return { cluster: configured, found: [found] };
  }
}

/** Whether Slurm shows other users' jobs to the service's user. */
export async function checkPrivateData({ start, user, uid }: World): Promise<readonly Finding[]> {
  const { ok, problem } = findings("PrivateData");
  // Root sees all; the service does not run as root.
  const warning = await privacyWarning(start, uid === 0 ? PROGRAM : user);
  if (warning === null) return [ok("the jobs of all users are shown")];
  return [problem(warning, `sacctmgr add user ${PROGRAM} account=root adminlevel=operator`)];
}
