import type { WireEntry } from "../../lib/job/inventory.ts";
import { parseDuration } from "../../lib/slurm/duration.ts";
import { readEach, type Readings, recordsOf, valueOf, wholeNumber } from "./record.ts";

export type WirePartition = WireEntry<"partitions">;

/** Reads the output of `scontrol show partition --oneliner`. */
export function parsePartitions(stdout: string): Readings<WirePartition> {
  return readEach(recordsOf(stdout), (line) => {
    const name = valueOf(line, "PartitionName");
    const state = valueOf(line, "State");
    if (name === null || name === "" || state === null || state === "") return null;
    return {
      name,
      nodes: valueOf(line, "Nodes") ?? "",
      cpus: wholeNumber(valueOf(line, "TotalCPUs")) ?? 0,
      max_time_s: limitOf(valueOf(line, "MaxTime")),
      state,
    };
  });
}

/** Null for `UNLIMITED` and for what cannot be read. */
function limitOf(value: string | null): number | null {
  try {
    return value === null || /^(?:UNLIMITED|INFINITE|NONE)$/i.test(value) ? null : parseDuration(value);
  } catch {
    return null;
  }
}
