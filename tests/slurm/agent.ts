import { MEMORY_FLAG } from "../../agent/permissions.ts";
import type { Cluster } from "./cluster.ts";
import type { Dashboard } from "./dashboard.ts";

const AGENT = new URL("../../agent/main.ts", import.meta.url).pathname;
const SAMPLE_MS = 20;

/** What became of a run of the agent. */
export interface AgentRun {
  readonly code: number;
  /** All that it printed. */
  readonly log: string;
  /** Jobs by what the server made of them, summed over the batches. */
  readonly accepted: number;
  readonly updated: number;
  readonly rejected: number;
  /** Most memory that it took, resident. */
  readonly peak_bytes: number;
}

/** The agent as installed on the cluster: one configuration and one state over all its runs. */
export interface InstalledAgent {
  readonly run: (...args: readonly string[]) => Promise<AgentRun>;
  readonly remove: () => Promise<void>;
}

/** Installs the agent in a folder of its own. */
export async function installAgent(cluster: Cluster, dashboard: Dashboard): Promise<InstalledAgent> {
  const folder = await Deno.makeTempDir({ prefix: "suh-agent-" });
  const config = `${folder}/config.json`;
  const settings = {
    api_url: dashboard.url,
    api_key: dashboard.key,
    state_folder: `${folder}/state`,
    job_names: true,
  };
  await Deno.writeTextFile(config, JSON.stringify(settings), { mode: 0o600 });
  return {
    run: (...args) => run(cluster, ["run", "-A", MEMORY_FLAG, AGENT, ...args, "--config", config]),
    remove: () => Deno.remove(folder, { recursive: true }),
  };
}

async function run({ env }: Cluster, args: readonly string[]): Promise<AgentRun> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let peak_bytes = 0;
  const sampler = setInterval(() => peak_bytes = Math.max(peak_bytes, peakOf(child.pid)), SAMPLE_MS);
  const { code, stdout, stderr } = await child.output();
  clearInterval(sampler);
  const decoder = new TextDecoder();
  const log = decoder.decode(stdout) + decoder.decode(stderr);
  const sent = [...log.matchAll(/^Sent \d+ jobs: (\d+) new, (\d+) changed, \d+ known, (\d+) rejected$/gm)];
  const sum = (part: number) => sent.reduce((total, match) => total + Number(match[part]), 0);
  return { code, log, accepted: sum(1), updated: sum(2), rejected: sum(3), peak_bytes };
}

/** Most resident memory of a process so far, bytes; 0 once it has ended. */
function peakOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
