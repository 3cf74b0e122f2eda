import { parseOptions } from "./options.ts";
import type { World } from "./world.ts";

/** The signals that end a run, with the exit status that a shell gives to each. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ends the agent at once when it is told to, with one line; what is being written is written durably or not at all. */
export function endAtSignals(args: readonly string[], { log }: Pick<World, "log">): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      log("info", interruption(args));
      Deno.exit(SIGNALS[signal]);
    });
  }
}

/** What to say when a run with these arguments is interrupted. */
export function interruption(args: readonly string[]): string {
  return sends(args)
    ? "interrupted: everything collected so far is kept; run the same command again to go on"
    : "interrupted: nothing was changed";
}

function sends(args: readonly string[]): boolean {
  try {
    const { command, dry_run } = parseOptions(args);
    return !dry_run && ["collect", "backfill", "verify"].includes(command);
  } catch {
    return false;
  }
}
