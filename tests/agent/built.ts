/** A Slurm of shell scripts and a server, for tests that run the agent as it is built. */
import assert from "node:assert/strict";
import type { Batch } from "../../lib/job/batch.ts";

/** One running job, whatever is asked for. */
const SLURM: Readonly<Record<string, string>> = {
  scontrol: "[ $1 = --version ] && echo slurm 24.05.1 || echo 'ClusterName = alpha'",
  sacctmgr: "[ $1 = --version ] && echo slurm 24.05.1 || echo 'PrivateData = none'",
  sinfo: "echo slurm 24.05.1",
  sacct: `case "$*" in
  --version) echo slurm 24.05.1; exit ;;
  --helpformat) echo JobIDRaw JobID State Submit Start End ElapsedRaw AllocCPUS AllocTRES JobName; exit ;;
  *--state=PD,R,S*) ;;
  *) exit ;;
esac
for arg; do case $arg in --delimiter=*) d=\${arg#*=} ;; --format=*) format=\${arg#*=} ;; esac; done
now=$(date +%s)
for field in $(echo "$format" | tr , ' '); do
  case $field in
    JobID | JobIDRaw) value=7 ;;
    State) value=RUNNING ;;
    Submit) value=$((now - 60)) ;;
    Start) value=$((now - 50)) ;;
    End) value=Unknown ;;
    ElapsedRaw) value=50 ;;
    AllocCPUS) value=360 ;;
    AllocTRES) value=cpu=360 ;;
    JobName) value='a|b
c' ;;
  esac
  printf '%s%s' "$value" "$d"
done
echo`,
};

/** Writes the scripts into a folder for PATH. */
export async function writeSlurm(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries(SLURM)) {
    await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
}

/** A server that takes every batch and keeps it. */
export function startServer() {
  const batches: Batch[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/api/data/days") {
      return Response.json({ hostname: searchParams.get("hostname"), tz: "UTC", days: [] });
    }
    if (request.method === "GET") return Response.json({ status: "healthy", hostnames: [] });
    const zipped = request.headers.get("content-encoding") === "gzip";
    const stream = zipped ? request.body?.pipeThrough(new DecompressionStream("gzip")) : request.body;
    const batch: Batch = await new Response(stream).json();
    if (pathname !== "/api/data/ingest") return Response.json({ success: true, rejected_count: 0 });
    batches.push(batch);
    const { hostname, jobs } = batch;
    const counts = {
      jobs_processed: jobs.length,
      accepted: jobs.length,
      updated: 0,
      duplicates: 0,
      rejected: [],
    };
    return Response.json({ success: true, message: "", hostname, ...counts });
  });
  return {
    batches,
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** What a program printed and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
}

const DECODER = new TextDecoder();

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: Pick<Deno.CommandOptions, "env" | "clearEnv" | "cwd"> = {},
): Promise<Ended> {
  const command = new Deno.Command(program, { args: [...args], stdin: "null", ...options });
  const { code, stdout, stderr } = await command.output();
  return { code, out: DECODER.decode(stdout) + DECODER.decode(stderr) };
}

/** Bundles the agent into a file. */
export async function bundle(to: string): Promise<void> {
  const main = new URL("../../agent/main.ts", import.meta.url).pathname;
  const { code, out } = await run(Deno.execPath(), ["bundle", "--quiet", "--output", to, main]);
  assert.equal(code, 0, out);
}
