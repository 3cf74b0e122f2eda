import { type Config, parseConfig, UsageError } from "./config.ts";
import { wordsOf } from "./words.ts";
import type { World } from "./world.ts";

/**
 * Reads the configuration.
 *
 * @throws {UsageError} if the file cannot be read, or with all that is wrong with it.
 */
export async function readConfig(path: string, world: Pick<World, "read">): Promise<Config> {
  return parseConfig(await textOf(path, world), path);
}

async function textOf(path: string, { read }: Pick<World, "read">): Promise<string> {
  try {
    return await read(path);
  } catch (cause) {
    throw new UsageError([reason(path, cause)], { cause });
  }
}

function reason(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return `There is no configuration ${path}: copy config.json.example there and set api_url and api_key, ` +
      "or name another file with --config";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `The configuration ${path} may not be read by this user, since it holds the key: run this as root (sudo)`;
  }
  return `Cannot read the configuration ${path}: ${wordsOf(error)}`;
}
