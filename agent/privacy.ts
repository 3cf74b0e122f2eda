import { type Command, outputOf, type StartCommand } from "./command.ts";
import { PROGRAM } from "./version.ts";

const COMMAND: Command = {
  program: "sacctmgr",
  args: ["-nP", "show", "configuration"],
  silence_s: 60,
};

/**
 * A warning if slurmdbd hides other users' jobs (`PrivateData=jobs`), which sacct does without a word: an ordinary user
 * then gets its own jobs only, as if there were no others. Null if it does not, or cannot be asked.
 */
export async function privacyWarning(start: StartCommand): Promise<string | null> {
  const stdout = await configuration(start);
  if (!/^PrivateData\s*=.*\bjobs\b/mi.test(stdout)) return null;
  return "slurmdbd is set to PrivateData=jobs: unless this user is a Slurm operator, sacct lists its own jobs only. " +
    `Give it that level: sacctmgr add user ${PROGRAM} account=root adminlevel=operator`;
}

async function configuration(start: StartCommand): Promise<string> {
  try {
    const { code, stdout } = await outputOf(start(COMMAND));
    return code === 0 ? stdout : "";
  } catch {
    // No sacctmgr on this host: the warning is a courtesy, nothing depends on it.
    return "";
  }
}
