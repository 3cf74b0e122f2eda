/**
 * Builds the agent for clusters: `deno task agent:compile https://dashboard.example.com [--target TARGET]...`. The
 * program may reach that server and nothing else. For each machine it makes the program and a folder to copy there.
 */
import { copy, INSTALLED } from "./package.ts";
import { hostAndPort, MEMORY_FLAG, permissionFlags } from "./permissions.ts";
import { PROGRAM, VERSION } from "./version.ts";

/** Kinds of machine, as Deno names them. */
const TARGETS = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] as const;

const USAGE = `Usage: deno task agent:compile ADDRESS [--target TARGET]...
Builds the agent for the dashboard at ADDRESS, like https://dashboard.example.com:
the program may send to that server and to no other.

  --target TARGET   kind of machine, ${TARGETS[0]} or
                    ${TARGETS[1]} (default: both)`;

/** What is to be built. */
export interface Build {
  /** Host and port of the server. */
  readonly server: string;
  readonly targets: readonly string[];
}

/** Takes the command line apart; returns what is wrong with it instead, if something is. */
export function parseBuild(args: readonly string[]): Build | { readonly problem: string } {
  const targets: string[] = [];
  const addresses: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--target") targets.push(args[++i] ?? "");
    else if (args[i].startsWith("--target=")) targets.push(args[i].slice("--target=".length));
    else addresses.push(args[i]);
  }
  if (addresses.length !== 1) return { problem: "Give one address: that of the dashboard" };
  const unknown = targets.filter((target) => !TARGETS.some((known) => known === target));
  if (unknown.length > 0) return { problem: `No such target: ${unknown.join(", ")}` };
  try {
    return { server: hostAndPort(addresses[0]), targets: targets.length > 0 ? targets : TARGETS };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Where the program for a kind of machine is put, below the folder of what is built. */
export function programName(target: string): string {
  return `${PROGRAM}-${target.split("-")[0]}`;
}

/** Arguments of the deno that compiles the bundle for a kind of machine. */
export function compileArgs(
  target: string,
  { server, bundle, output }: { readonly server: string; readonly bundle: string; readonly output: string },
): readonly string[] {
  return [
    "compile",
    "--no-config",
    "--target",
    target,
    MEMORY_FLAG,
    ...permissionFlags({ server }),
    "--output",
    output,
    bundle,
  ];
}

async function deno(args: readonly string[], cwd: string): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd }).spawn().status;
  if (success) return;
  const advice = args[0] === "compile"
    ? ": it needs its base binary from dl.deno.land; where that cannot be reached, set DENORT_BIN to one, or use deno task agent:bundle"
    : "";
  throw new Error(`deno ${args[0]} failed, as told above${advice}`);
}

async function build({ server, targets }: Build): Promise<void> {
  const root = new URL("..", import.meta.url).pathname;
  const bundle = `dist/${PROGRAM}.js`;
  await deno(["bundle", "--quiet", "--output", bundle, "agent/main.ts"], root);
  for (const target of targets) {
    const output = `dist/${programName(target)}`;
    await deno(compileArgs(target, { server, bundle, output }), root);
    const folder = `dist/${PROGRAM}-${VERSION}-${target.split("-")[0]}`;
    await copy(INSTALLED, { from: `${root}agent`, to: `${root}${folder}` });
    await Deno.copyFile(`${root}${output}`, `${root}${folder}/${PROGRAM}`);
    console.log(`${folder}: copy it to the cluster and run install.sh there; it may reach ${server}`);
  }
}

if (import.meta.main) {
  const asked = parseBuild(Deno.args);
  if ("problem" in asked) {
    console.error(`${asked.problem}.\n\n${USAGE}`);
    Deno.exit(2);
  }
  try {
    await build(asked);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}
