import { type Command, complaint, outputOf, type StartCommand } from "../slurm/command.ts";

/** Longest silence of a command; the database may have to look through years. */
const SILENCE_S = 300;

/** What a command printed, or why it could not be asked, in words. */
export type Said = { readonly stdout: string } | { readonly refused: string };

/** Runs a command that looks something up. */
export async function ask(
  start: StartCommand,
  program: Command["program"],
  args: readonly string[],
): Promise<Said> {
  const command: Command = { program, args, silence_s: SILENCE_S };
  try {
    const output = await outputOf(start(command));
    const refused = complaint(command, output);
    return refused === null
      ? { stdout: output.stdout }
      : { refused: refused.replace(/\s+/g, " ").replace(/\.$/, "") };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** What is to be done about a refusal, if it is one of permission; else ''. */
export function remedy(refused: string, user: string | null): string {
  if (!/denied|permission|privilege/i.test(refused)) return "";
  return `. Let the agent look: sacctmgr add user ${user ?? "NAME"} account=root adminlevel=operator`;
}
