import { type Config, UsageError } from "../config.ts";
import { readConfig } from "../config_file.ts";
import { PROGRAM } from "../version.ts";
import type { World } from "../world.ts";
import { type Finding, findings } from "./finding.ts";

/** The configuration, or all that is wrong with it. */
export async function checkConfiguration(
  path: string,
  world: World,
): Promise<{ readonly config: Config | null; readonly found: readonly Finding[] }> {
  const { ok, problem } = findings("configuration");
  try {
    return { config: await readConfig(path, world), found: [ok(`${path} is complete`)] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const advice = `see the settings in ${PROGRAM}(8), or in README.md`;
    return { config: null, found: error.problems.map((words) => problem(words, advice)) };
  }
}

/** Whether those may read the configuration who should, and nobody else: it holds the key. */
export async function checkPermissions(
  path: string,
  { config, world }: { readonly config: Config; readonly world: World },
): Promise<readonly Finding[]> {
  const { ok, warning, problem } = findings("permissions");
  const { mode, uid } = await world.stat(path);
  if (mode === null) return [ok("this system has no permissions to check")];
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  const found: Finding[] = [];
  if ((mode & 0o007) !== 0) {
    found.push(
      problem(`${path} has mode ${shown}: every user of this host may read the key`, `chmod 600 ${path}`),
    );
  } else if ((mode & 0o070) !== 0) {
    found.push(warning(`${path} has mode ${shown}: a group may read the key`, `chmod 600 ${path}`));
  }
  const folder = await world.stat(config.state_folder).catch(() => null);
  if (folder !== null && folder.uid !== uid && (mode & 0o004) === 0) {
    found.push(
      warning(
        `${path} belongs to another user (${uid}) than ${config.state_folder} (${folder.uid}): the service runs ` +
          "as one of them and needs both",
        `chown ${PROGRAM} ${path} ${config.state_folder}`,
      ),
    );
  }
  return found.length > 0 ? found : [ok(`${path} has mode ${shown} and is for its owner alone`)];
}
