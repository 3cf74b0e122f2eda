const SCRIPT = new URL("./slurm-cluster.sh", import.meta.url).pathname;

/** Days of synthetic jobs in 2025, from 1 January. */
export const BULK_DAYS = 10;

/** A real Slurm with accounting on this host, in a folder, on ports and with users of its own. */
export interface Cluster {
  readonly name: string;
  /** Unix users who have jobs; the last is coordinator of the account physics. */
  readonly users: readonly string[];
  /** Environment that makes Slurm's commands talk to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Job ids by the keys of slurm-cluster.sh. */
  readonly jobs: ReadonlyMap<string, string>;
  /** Runs one of Slurm's commands and returns what it printed. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<string>;
  readonly destroy: () => Promise<void>;
}

/** What keeps a cluster from being started here, in words; null if nothing does. */
export async function obstacle(): Promise<string | null> {
  for (const program of ["sacct", "slurmctld", "mariadbd"]) {
    if (!await found(program)) return `${program} is missing (sudo tests/slurm/slurm-cluster.sh install)`;
  }
  return Deno.uid() === 0 ? null : "root is missing (Slurm starts jobs as other users: run it with sudo)";
}

async function found(program: string): Promise<boolean> {
  const path = `${Deno.env.get("PATH")}:/usr/sbin:/sbin`;
  const places = path.split(":").map((folder) =>
    Deno.stat(`${folder}/${program}`).then(() => true, () => false)
  );
  return (await Promise.all(places)).includes(true);
}

/**
 * Starts a cluster, lets it run jobs of all shapes and loads synthetic ones. Takes about 20 s.
 *
 * @param options `dbd_extra` lines to add to slurmdbd.conf
 */
export async function startCluster(
  { dbd_extra = "" }: { readonly dbd_extra?: string } = {},
): Promise<Cluster> {
  const dir = await Deno.makeTempDir({ dir: "/tmp", prefix: "suh-" });
  const base = freePorts();
  const users = ["alice", "bob", "carol", "dave"].map((name) => name + base);
  const env = {
    SLURM_TEST_DIR: dir,
    SLURM_TEST_DBD_EXTRA: dbd_extra,
    SLURM_TEST_CLUSTER: "realclu",
    SLURM_TEST_PORT_BASE: String(base),
    SLURM_TEST_DB_PORT: String(base + 2),
    // Users of its own: with those of another cluster, whose end deletes them, records lose their group.
    SLURM_TEST_USERS: users.join(" "),
    SLURM_TEST_BULK_DAYS: String(BULK_DAYS),
    SLURM_TEST_BULK_ROLLUP: "1",
    SLURM_CONF: `${dir}/etc/slurm.conf`,
    PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${Deno.env.get("PATH")}`,
  };
  const destroy = async () => {
    await output(SCRIPT, { args: ["destroy"], env });
    await Deno.remove(dir, { recursive: true }).catch(() => {});
  };
  try {
    for (const args of [["up"], ["jobs", "quick"], ["bulk", "5000"]]) await output(SCRIPT, { args, env });
    const map = await Deno.readTextFile(`${dir}/jobs.map`);
    const jobs = new Map(
      map.trim().split("\n").map((line): [string, string] => {
        const [key, id] = line.split("=");
        return [key, id];
      }),
    );
    const run = (program: string, ...args: readonly string[]) => output(program, { args, env });
    return { name: env.SLURM_TEST_CLUSTER, users, env, jobs, run, destroy };
  } catch (error) {
    await destroy();
    throw error;
  }
}

/**
 * What a program printed, run with this environment besides the inherited one.
 *
 * @throws {Error} with its words if it fails.
 */
export async function output(
  program: string,
  { args, env }: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], env: { ...env, TZ: "UTC" }, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code === 0) return text(stdout);
  throw new Error(`${program} ${args.join(" ")} ended with status ${code}: ${text(stderr)}`);
}

/** The first of 200 ports of which those that the script listens on are free now. */
function freePorts(): number {
  for (let tries = 0; tries < 50; tries++) {
    const base = 20_000 + Math.floor(Math.random() * 50) * 200;
    if ([0, 1, 2, 11, 12, 13, 14, 15, 16].every((offset) => isFree(base + offset))) return base;
  }
  throw new Error("No free ports between 20000 and 30000");
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
