import { backfillCommand } from "./commands/backfill.ts";
import { collectCommand } from "./commands/collect.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { dryRunCommand } from "./commands/dry_run.ts";
import { statusCommand } from "./commands/status.ts";
import { compareAfterwards, compareCommand } from "./commands/comparing.ts";
import { inventoryAfterwards } from "./commands/inventory.ts";
import { type Config, UsageError } from "./config.ts";
import { readConfig } from "./config_file.ts";
import { helpText } from "./help.ts";
import { type Options, parseOptions } from "./options.ts";
import type { ExitStatus, Run } from "./run.ts";
import { clusterName } from "./slurm/cluster_name.ts";
import { readState } from "./spool/state.ts";
import { trusting } from "./trust.ts";
import { PROGRAM, VERSION } from "./version.ts";
import { wordsOf } from "./words.ts";
import type { World } from "./world.ts";

/** The commands that work with the cluster and the server. */
const WORK = {
  collect: (run: Run) => collectCommand(run, { afterwards: [inventoryAfterwards, compareAfterwards] }),
  backfill: backfillCommand,
  verify: compareCommand,
} as const;

/** Runs the agent once; returns the exit status that its help explains. */
export async function main(args: readonly string[], world: World): Promise<ExitStatus> {
  try {
    return await dispatch(parseOptions(args), world);
  } catch (error) {
    if (error instanceof UsageError) {
      for (const problem of error.problems) world.log("error", problem);
      if (error.hint !== null) world.log("info", error.hint);
      return 2;
    }
    world.log("error", wordsOf(error));
    if (args.includes("--verbose") && error instanceof Error) {
      for (const line of (error.stack ?? "").split("\n").slice(1)) world.log("info", line);
    }
    return 1;
  }
}

async function dispatch(options: Options, world: World): Promise<ExitStatus> {
  const { command } = options;
  if (command === "help" || command === "version") {
    world.print(command === "help" ? helpText(options.topic) : `${PROGRAM} ${VERSION}`);
    return 0;
  }
  if (command === "doctor") return await doctorCommand({ options, world });
  const config = await readConfig(options.config, world);
  if (command === "status") return await statusCommand({ options, world, config });
  const run: Run = {
    world: await trusting(world, config),
    config,
    options,
    cluster: config.cluster_name ?? await askedName(config, world),
  };
  if (options.dry_run && command !== "verify") return await dryRunCommand(run);
  // Dates without a command are how the past was filled in before there was a command for it.
  const dated = options.start_date !== null || options.end_date !== null;
  return await WORK[command === "collect" && dated ? "backfill" : command](run);
}

/** What Slurm calls the cluster, or what it did when the agent last ran: what waits is sent while Slurm is away. */
async function askedName({ state_folder }: Config, { start, log }: World): Promise<string> {
  try {
    return await clusterName(start);
  } catch (error) {
    const state = await readState(state_folder).catch(() => null);
    if (state === null) throw error;
    const { cluster } = state.destination;
    log("warning", `${wordsOf(error)}. Taking it for ${cluster}, as in the run before`);
    return cluster;
  }
}
