import { UnfinishedCompactionError } from "../store/compaction.ts";
import { FolderInUseError } from "../store/lock.ts";
import { SegmentError } from "../store/segment.ts";
import { MergeError } from "../engine/compaction.ts";
import { parseCall, USAGE, UsageError } from "./arguments.ts";
import { check } from "./check.ts";
import { compact } from "./compact.ts";
import type { Desk } from "./desk.ts";
import { exportJobs } from "./export_jobs.ts";
import { importJobs } from "./import_jobs.ts";
import { stats } from "./stats.ts";

/** Does what `store.ts` was called for; returns how the process should end. */
export async function run(args: readonly string[], desk: Desk): Promise<number> {
  try {
    const call = parseCall(args);
    switch (call.command) {
      case "help":
        desk.out(USAGE);
        return 0;
      case "check":
        return await check(desk, call.cluster);
      case "compact":
        return await compact(desk, call.cluster);
      case "stats":
        return await stats(desk, call);
      case "export":
        return await exportJobs(desk, call);
      case "import":
        return await importJobs(desk, call);
    }
  } catch (error) {
    return ended(error, desk);
  }
}

function ended(error: unknown, { say, root }: Desk): number {
  if (error instanceof UsageError) {
    say(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (error instanceof FolderInUseError) {
    say(`${root} is in use by the server: stop it for the time of this command\n`);
    return 1;
  }
  const foreseen = [UnfinishedCompactionError, SegmentError, MergeError].some((kind) =>
    error instanceof kind
  );
  const of_the_machine = error instanceof Error && "code" in error;
  if (!foreseen && !of_the_machine) throw error;
  say(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}
