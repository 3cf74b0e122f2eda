/** The agent as a site runs it, killed at any moment, against a server that is killed as well. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServer } from "../flow/server_process.ts";
import { withFolder } from "../helpers.ts";
import { Chance } from "./faults/story.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SEED = Number(Deno.env.get("FAULTS_SEED") ?? 1);
const ROUNDS = 20;
const DAY_S = 86_400;
const KEY = "key-of-the-fault-test";
/** How long an agent may take that is not killed, at first; later it is what the last one took. */
const RUN_MS = 1600;

Deno.test("the agent's processes, killed at any moment, lose no job and send none twice", async () => {
  await withFolder(async (folder) => {
    const chance = new Chance(SEED);
    const jobs: string[] = [];
    const began_s = Math.floor(Date.now() / 1000);
    const addJobs = (count: number, within_s: number) => {
      const now_s = Math.floor(Date.now() / 1000);
      for (let left = count; left > 0; left--) {
        const end = now_s - chance.below(within_s);
        const start = end - 60 - chance.below(9000);
        jobs.push(`${jobs.length + 1} ${start - chance.below(600)} ${start} ${end}`);
      }
      Deno.writeTextFileSync(`${folder}/jobs`, jobs.join("\n") + "\n");
    };
    addJobs(9000, 5 * DAY_S);
    addJobs(6000, 25 * DAY_S);
    const environment = { DATA_PATH: `${folder}/data`, API_KEYS: KEY };
    let server: ServerProcess = await startServer(environment);
    const port = new URL(server.origin).port;
    const config = {
      api_url: server.origin,
      api_key: KEY,
      cluster_name: "alpha",
      timeout: 5,
      state_folder: `${folder}/agent`,
    };
    await Deno.mkdir(`${folder}/agent`);
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
    let run_ms = RUN_MS;
    let kills = 0;
    /** Kills an agent at some moment, unless it has ended before. */
    const killed = async (agent: Agent) => {
      const began_ms = performance.now();
      const timer = setTimeout(agent.kill, chance.below(run_ms));
      const { code } = await agent.ended;
      clearTimeout(timer);
      if (code === 137) kills++;
      else run_ms = performance.now() - began_ms;
    };
    try {
      for (let round = 0; round < ROUNDS; round++) {
        addJobs(chance.below(300), chance.of([60, DAY_S]));
        const agent = startAgent(folder);
        if (chance.next() < 0.2) {
          setTimeout(() => agent.kill(), 300 + chance.below(RUN_MS));
          await server.end("SIGKILL");
          await agent.ended;
          server = await startServer({ ...environment, PORT: port });
        } else await killed(agent);
      }
      const last = await startAgent(folder).ended;
      assert.equal(last.code, 0, last.log);
      const long_ago = new Date((began_s - 30 * DAY_S) * 1000).toISOString().slice(0, 10);
      for (let tries = 0; tries < 4; tries++) await killed(startAgent(folder, ["--start-date", long_ago]));
      const backfill = await startAgent(folder, ["--start-date", long_ago]).ended;
      assert.equal(backfill.code, 0, backfill.log);
      assert.deepEqual([...Deno.readDirSync(`${folder}/agent/spool`)], [], "the spool is empty");
      const ids = await idsOf(server);
      const due = jobs.map((job) => job.split(" ")[0]);
      assert.deepEqual(ids.toSorted(), due.toSorted(), "each job is there once");
      assert.ok(kills > 0, "none was killed");
      console.log(`${kills} agents killed by themselves`);
    } catch (error) {
      throw new Error(`FAULTS_SEED=${SEED}`, { cause: error });
    } finally {
      await server.end("SIGTERM");
    }
  });
});

interface Agent {
  readonly kill: () => void;
  readonly ended: Promise<{ readonly code: number; readonly log: string }>;
}

function startAgent(folder: string, options: readonly string[] = []): Agent {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "agent/main.ts", "--config", `${folder}/config.json`, ...options],
    cwd: ROOT,
    env: {
      PATH: `${ROOT}/tests/agent/faults:${Deno.env.get("PATH")}`,
      HOME: folder,
      NO_PROXY: "127.0.0.1",
    },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  return {
    kill: () => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
    },
    ended: child.output().then(({ code, stderr }) => ({ code, log: new TextDecoder().decode(stderr) })),
  };
}

async function idsOf({ origin }: ServerProcess): Promise<string[]> {
  const ids: string[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const response: Response = await fetch(`${origin}/api/dashboard/filter`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ hostname: "alpha", limit: 10_000, offset }),
    });
    const page: { data: { JobID: string }[]; next_offset: number | null } = await response.json();
    ids.push(...page.data.map(({ JobID }) => JobID));
    offset = page.next_offset;
  }
  return ids;
}
