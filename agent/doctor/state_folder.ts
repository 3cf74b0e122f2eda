import { join } from "node:path";
import { RESERVE_BYTES } from "../../lib/disk/durable.ts";
import type { Config } from "../config.ts";
import { PROGRAM } from "../version.ts";
import { wordsOf } from "../words.ts";
import type { World } from "../world.ts";
import { type Finding, findings } from "./finding.ts";

const PROBE = "doctor.tmp";
const MIB = 1024 * 1024;

/** Whether state and spool can be kept. */
export async function checkStateFolder(config: Config, world: World): Promise<readonly Finding[]> {
  const { state_folder } = config;
  const { ok, warning, problem } = findings("state folder");
  const make = `install -d -m 700 -o ${PROGRAM} -g ${PROGRAM} ${state_folder}`;
  try {
    const { isDirectory, mode } = await world.stat(state_folder);
    if (!isDirectory) return [problem(`${state_folder} is no folder`, `remove it, then ${make}`)];
    await probe(join(state_folder, PROBE), world);
    const open = mode !== null && (mode & 0o077) !== 0;
    return [
      open
        ? warning(
          `${state_folder} is open to other users, and what waits in it names users and their jobs`,
          `chmod 700 ${state_folder}`,
        )
        : ok(`${state_folder} can be written`),
      await space(config, world),
    ];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return [problem(`${state_folder} does not exist`, `run install.sh again, or ${make}`)];
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      return [problem(
        `${state_folder} cannot be used by this user (${world.user ?? world.uid})`,
        `run this as root, or as ${PROGRAM}; it should be made with ${make}`,
      )];
    }
    return [
      problem(`${state_folder} cannot be written: ${wordsOf(error)}`, "mend the disk, or make room on it"),
    ];
  }
}

/** Writes a small file and removes it. */
async function probe(path: string, { disk }: World): Promise<void> {
  const file = await disk.create(path);
  try {
    await file.write(new Uint8Array(1));
    await file.sync();
  } finally {
    file.close();
    await disk.remove(path);
  }
}

async function space(
  { state_folder, spool_limit_bytes }: Config,
  { disk }: World,
): Promise<Finding> {
  const { ok, warning, problem } = findings("disk space");
  const free = await disk.freeBytes(state_folder);
  const words = `${mib(free)} free for ${state_folder}`;
  if (free < RESERVE_BYTES) return problem(words, "make room: nothing can be kept while the server is away");
  if (free < spool_limit_bytes) {
    return warning(
      `${words}, though up to ${mib(spool_limit_bytes)} may wait there`,
      "make room, or lower spool_limit_mb",
    );
  }
  return ok(words);
}

function mib(bytes: number): string {
  return bytes === Infinity ? "an unknown room" : `${Math.floor(bytes / MIB)} MiB`;
}
