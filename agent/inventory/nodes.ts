import type { WireEntry } from "../../lib/job/inventory.ts";
import { gpusOfGres, gpusOfTres } from "./gres.ts";
import { itemsOf, joined, readEach, type Readings, recordsOf, valueOf, wholeNumber } from "./record.ts";

export type WireNode = WireEntry<"nodes">;

const MIB = 1024 * 1024;

/** Columns asked of `sinfo`, free text last. */
export const SINFO_FORMAT = "%N|%c|%m|%G|%T|%P|%E";

/** Reads the output of `scontrol show node --oneliner`. */
export function parseNodes(stdout: string): Readings<WireNode> {
  return readEach(recordsOf(stdout), (line) => {
    const name = valueOf(line, "NodeName");
    const cpus = wholeNumber(valueOf(line, "CPUTot"));
    const state = valueOf(line, "State");
    if (name === null || name === "" || cpus === null || state === null || state === "") return null;
    const configured = gpusOfTres(valueOf(line, "CfgTRES"));
    // Clusters that do not account for GPUs have none in CfgTRES.
    const gpus = Object.keys(configured).length > 0 ? configured : gpusOfGres(valueOf(line, "Gres"));
    return {
      name,
      cpus,
      memory_bytes: bytesOf(valueOf(line, "RealMemory")),
      gpus,
      partitions: itemsOf(valueOf(line, "Partitions")).toSorted(),
      state,
      reason: reasonOf(line),
    };
  });
}

/**
 * Reads the output of `sinfo -N` with {@link SINFO_FORMAT}: a line for each node and partition, more of them where a reason
 * has several lines.
 */
export function parseSinfo(stdout: string): Readings<WireNode> {
  const nodes = new Map<string, { node: WireNode; partitions: Set<string> }>();
  const unread: string[] = [];
  for (const record of joined(stdout.split("\n"), /^[^|]*\|\d+\|\d+\|[^|]*\|[^|]*\|[^|]*\|/)) {
    const [name, cpus, memory, gres, state, partition, ...reason] = record.split("|");
    if (partition === undefined || name === "" || wholeNumber(cpus) === null) {
      unread.push(record.slice(0, 200));
      continue;
    }
    const known = nodes.get(name) ?? {
      partitions: new Set<string>(),
      node: {
        name,
        cpus: Number(cpus),
        memory_bytes: bytesOf(memory),
        gpus: gpusOfGres(gres),
        state: state.toUpperCase(),
        reason: saidBefore(reason.join("|").split("\n")[0]),
      },
    };
    // The default partition is marked.
    const plain = partition.replace(/\*$/, "").trim();
    if (plain !== "") known.partitions.add(plain);
    nodes.set(name, known);
  }
  const read = [...nodes.values()].map(({ node, partitions }) => ({
    ...node,
    partitions: [...partitions].toSorted(),
  }));
  return { read, unread };
}

function bytesOf(mebibytes: string | null): number | null {
  const number = wholeNumber(mebibytes);
  return number === null || number === 0 ? null : number * MIB;
}

/** Who gave a reason, and when: `[root@1795421282]`, `[root@2026-11-23T08:08:02]`. */
const GIVEN_BY = /\s*\[[^\s[\]@]*@(?:\d{9,11}|\d{4}-\d\d-\d\d[^\]\s]*|Unknown)\]/;

/** The first line of the reason, without who gave it and when. */
function reasonOf(line: string): string | null {
  const said = /\sReason=(.*)$/.exec(line)?.[1];
  if (said === undefined) return null;
  const until = said.search(GIVEN_BY);
  return saidBefore(until < 0 ? said : said.slice(0, until));
}

function saidBefore(reason: string): string | null {
  const text = reason.trim();
  return text === "" || text === "(null)" || text === "none" || text === "Unknown" ? null : text;
}
