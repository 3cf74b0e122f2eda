import type { Config } from "../config.ts";
import { checkConfiguration, checkPermissions } from "../doctor/configuration.ts";
import { type Check, discreet, type Finding, findings, findingsOf, type Verdict } from "../doctor/finding.ts";
import { checkServer } from "../doctor/server.ts";
import { checkAccounting, checkClusterName, checkPrivateData, checkPrograms } from "../doctor/slurm.ts";
import { checkStanding } from "../doctor/standing.ts";
import { checkStateFolder } from "../doctor/state_folder.ts";
import type { Options } from "../options.ts";
import type { ExitStatus } from "../run.ts";
import { secretsOf } from "../sending/secrets.ts";
import { trusting } from "../trust.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";

const MARKS: Readonly<Record<Verdict, string>> = {
  ok: "ok",
  note: "note",
  warning: "warning",
  problem: "PROBLEM",
};

/** Width of the longest name of a check: findings are told as they come. */
const CHECK_WIDTH = 13;
const MARK_WIDTH = Math.max(...Object.values(MARKS).map((mark) => mark.length));

/** Checks all that the agent needs, whatever of it is broken, and says what to do about each finding. */
export async function doctorCommand(
  { options, world }: { readonly options: Options; readonly world: World },
): Promise<ExitStatus> {
  const all: Finding[] = [];
  let secrets: readonly string[] = [];
  const told = (found: Finding) => {
    const finding = discreet(found, secrets);
    all.push(finding);
    if (!options.json) { for (const line of doctorLines(finding)) world.print(line); }
  };
  told(findings("agent").ok(`version ${VERSION}`));
  const { config, found } = await checkConfiguration(options.config, world);
  if (config !== null) secrets = secretsOf(config);
  found.forEach(told);
  for await (const finding of findingsOf(checksOf({ config, options, world }))) told(finding);

  const count = (verdict: Verdict) => all.filter((one) => one.verdict === verdict).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (options.json) {
    world.print(JSON.stringify({ agent: VERSION, problems, warnings, findings: all }, null, 2));
  } else {
    world.print("");
    world.print(problems + warnings === 0 ? "All is well." : `problems: ${problems}, warnings: ${warnings}`);
  }
  if (config === null) return 2;
  return problems + warnings > 0 ? 1 : 0;
}

/** The checks in order; those that need a configuration, or a program that does not work, find nothing without it. */
function checksOf(
  { config, options, world }: {
    readonly config: Config | null;
    readonly options: Options;
    readonly world: World;
  },
): readonly Check[] {
  const working = new Set<string>();
  let cluster = config?.cluster_name ?? null;
  const slurm: readonly Check[] = [
    ["Slurm", async () => {
      const programs = await checkPrograms(world);
      for (const { check, verdict } of programs) if (verdict === "ok") working.add(check);
      return programs;
    }],
    ["accounting", async () => working.has("sacct") ? await checkAccounting(world) : []],
    ["cluster name", async () => {
      if (cluster === null && !working.has("scontrol") && !working.has("sacctmgr")) {
        return [findings("cluster name").problem("nobody can be asked for it", "set cluster_name")];
      }
      const named = await checkClusterName(cluster, world);
      cluster = named.cluster;
      return named.found;
    }],
    ["PrivateData", async () => working.has("sacctmgr") ? await checkPrivateData(world) : []],
  ];
  if (config === null) return slurm;
  return [
    ["permissions", () => checkPermissions(options.config, { config, world })],
    ["state folder", () => checkStateFolder(config, world)],
    ...slurm,
    ["server", async () => checkServer({ config, cluster, world: await trusting(world, config) })],
    ["spool", () => checkStanding(config, world)],
  ];
}

/** A finding as lines of a table, what to do in a line of its own. */
export function doctorLines({ verdict, check, words, advice }: Finding): readonly string[] {
  const line = `${MARKS[verdict].padEnd(MARK_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  ${words}`;
  return advice === null ? [line] : [line, `${" ".repeat(MARK_WIDTH + CHECK_WIDTH + 4)}do: ${advice}`];
}
