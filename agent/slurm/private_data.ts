import { outputOf, type StartCommand } from "./command.ts";

const SILENCE_S = 60;

/**
 * A warning if slurmdbd hides other users' jobs (`PrivateData=jobs`) from this one, which sacct does without a word: an
 * ordinary user then gets its own jobs only, as if there were no others. Null if it does not, or cannot be asked.
 *
 * @param user name of the user who runs the agent, null if it is not known
 */
export async function privacyWarning(start: StartCommand, user: string | null): Promise<string | null> {
  const configuration = await ask(start, ["show", "configuration"]);
  if (!/^PrivateData\s*=.*\bjobs\b/mi.test(configuration)) return null;
  if (
    user !== null &&
    /operator|administrator/i.test(await ask(start, ["list", "user", user, "format=adminlevel"]))
  ) {
    return null;
  }
  const name = user ?? "NAME";
  return `slurmdbd is set to PrivateData=jobs and ${
    user ?? "this user"
  } is no Slurm operator, so sacct lists its own ` +
    `jobs only. Give it that level: sacctmgr add user ${name} account=root adminlevel=operator`;
}

async function ask(start: StartCommand, args: readonly string[]): Promise<string> {
  try {
    const { code, stdout } = await outputOf(
      start({ program: "sacctmgr", args: ["-nP", ...args], silence_s: SILENCE_S }),
    );
    return code === 0 ? stdout : "";
  } catch {
    // No sacctmgr on this host: the warning is a courtesy, nothing depends on it.
    return "";
  }
}
