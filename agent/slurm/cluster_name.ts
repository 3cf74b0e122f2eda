import { CLUSTER_NAME } from "../../lib/job/batch.ts";
import { type Command, complaint, outputOf, type StartCommand } from "./command.ts";

const ADVICE = 'set "cluster_name" in the configuration';
const SILENCE_S = 60;

/**
 * The cluster's name as its own slurmctld knows it, else as the accounting database does.
 *
 * @throws {Error} if neither tells one name that can be used.
 */
export async function clusterName(start: StartCommand): Promise<string> {
  const said: string[] = [];
  for (const { command, read } of SOURCES) {
    try {
      const output = await outputOf(start(command));
      const name = read(output.stdout);
      if (name !== null && output.code === 0) return usable(name);
      said.push(complaint(command, output) ?? `${command.program} names no cluster, or several`);
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`Cannot find out the cluster's name (${said.join("; ")}): ${ADVICE}`);
}

const SOURCES: readonly { readonly command: Command; readonly read: (stdout: string) => string | null }[] = [
  {
    command: { program: "scontrol", args: ["show", "config"], silence_s: SILENCE_S },
    read: (stdout) => /^ClusterName\s*=\s*(\S+)\s*$/m.exec(stdout)?.[1] ?? null,
  },
  {
    command: {
      program: "sacctmgr",
      args: ["-nP", "list", "cluster", "format=cluster"],
      silence_s: SILENCE_S,
    },
    read: (stdout) => /^\s*([^|\s]+)\|?\s*$/.exec(stdout)?.[1] ?? null,
  },
];

function usable(name: string): string {
  if (CLUSTER_NAME.test(name)) return name;
  throw new Error(`the name ${JSON.stringify(name)} cannot be used`);
}
