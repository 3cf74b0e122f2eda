/**
 * A real server under load: 50 clients read pages and series, first alone, then while a batch of 100,000 jobs comes
 * in. Prints what reading and health cost in both, how long the batch took and how much memory the server needed, and
 * fails if any read saw half a batch. Usage: load_bench.ts [jobs=300000] [seconds=8]
 */
import assert from "node:assert/strict";
import { createRandom } from "../../lib/demo/random.ts";
import { type ServerProcess, startServer } from "../flow/server_process.ts";

const JOBS = Number(Deno.args[0] ?? 300_000);
const SECONDS = Number(Deno.args[1] ?? 8);
const CLIENTS = 50;
const BATCH = 100_000;
const KEY = "load-bench-key";
const DAYS = 730;
const NOW_S = Math.floor(Date.now() / 1000);

/** Jobs as an agent sends them, ended in the last two years; those of the batch in its last week. */
function batch(first_id: number, days: number): string {
  const random = createRandom(first_id);
  const jobs = Array.from({ length: BATCH }, (_, i) => {
    const id = first_id + i;
    const submit_s = NOW_S - 3600 - Math.floor(random.next() * days * 86_400);
    const wait_s = Math.floor(7200 * random.next() ** 4);
    const elapsed_s = Math.floor(3000 * random.next() ** 3);
    const cpus = random.pick([1, 1, 2, 4, 8, 16, 32, 64]);
    const user = Math.floor(2000 * random.next() ** 3);
    return {
      JobID: random.below(3) === 0 ? `${id}_${random.below(100)}` : String(id),
      JobIDRaw: String(id),
      User: `user${user}`,
      Account: `account${user % 120}`,
      Partition: random.pick(["short", "short", "long", "gpu"]),
      QOS: "normal",
      JobName: `run_${random.below(5000)}`,
      State: random.pick(["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "TIMEOUT"]),
      Submit: submit_s,
      Start: submit_s + wait_s,
      End: submit_s + wait_s + elapsed_s,
      ElapsedRaw: elapsed_s,
      TimelimitRaw: 60,
      AllocCPUS: cpus,
      AllocNodes: 1,
      NodeList: `n${random.below(400)}`,
      AllocTRES: `billing=${cpus},cpu=${cpus},mem=${4 * cpus}G,node=1`,
    };
  });
  return JSON.stringify({ hostname: "alpha", jobs });
}

async function post({ origin }: ServerProcess, body: Uint8Array<ArrayBuffer> | string): Promise<number> {
  const start_ms = performance.now();
  const gzip = typeof body !== "string";
  const response = await fetch(`${origin}/api/data/ingest`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-api-key": KEY,
      ...gzip ? { "content-encoding": "gzip" } : {},
    },
    body,
  });
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal((await response.json()).accepted, BATCH);
  return performance.now() - start_ms;
}

/** Addresses of what a person reads; few are asked for twice in the same minute. */
function address(client: number, turn: number): string {
  const random = createRandom(client * 100_003 + turn);
  const from = new Date((NOW_S - (30 + random.below(DAYS - 30)) * 86_400) * 1000).toISOString().slice(0, 10);
  const choice = random.pick(["", `&user=user${random.below(300)}`, `&account=account${random.below(120)}`]);
  const by = random.pick(["account", "user", "partition", "state"]);
  const query = `from=${from}${choice}`;
  return random.pick([
    `/?${query}`,
    `/usage?by=${by}&${query}`,
    `/api/dashboard/view/usage?by=${by}&${query}`,
    `/api/dashboard/series?by=${by}&step=week&${query}`,
    `/api/dashboard/series?measure=wait-p90&by=${by}&step=month&${query}`,
  ]);
}

/** A question whose answer is the number of all jobs, never the same address twice. */
async function countJobs({ origin }: ServerProcess, turn: number): Promise<number> {
  const from = new Date(Date.UTC(1990, 0, 1 + turn % 9000)).toISOString().slice(0, 10);
  const query = `from=${from}&measure=jobs-submitted&step=year`;
  return (await (await fetch(`${origin}/api/dashboard/series?${query}`)).json()).total;
}

interface Load {
  readonly reads_ms: number[];
  readonly health_ms: number[];
  readonly counts: Set<number>;
}

/** Reads as fast as answers come until `until` is done. */
async function read(
  server: ServerProcess,
  { until, seed }: { until: Promise<unknown>; seed: number },
): Promise<Load> {
  const load: Load = { reads_ms: [], health_ms: [], counts: new Set() };
  let stop = false;
  const end = () => stop = true;
  until.then(end, end);
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let turn = seed; !stop; turn++) {
      const start_ms = performance.now();
      if (client === 0) load.counts.add(await countJobs(server, turn));
      else {
        const response = await fetch(server.origin + address(client, turn));
        assert.equal(response.status, 200, response.url);
        await response.arrayBuffer();
      }
      load.reads_ms.push(performance.now() - start_ms);
    }
  });
  const watch = new Worker(import.meta.resolve("./health_watch.ts"), { type: "module" });
  watch.postMessage(server.origin);
  await Promise.all(clients);
  const watched = new Promise<readonly number[]>((resolve) => watch.onmessage = ({ data }) => resolve(data));
  watch.postMessage(null);
  load.health_ms.push(...await watched);
  watch.terminate();
  return load;
}

function line(name: string, { reads_ms, health_ms }: Load): void {
  const at = (values: readonly number[], share: number) =>
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))].toFixed(
      0,
    )
      .padStart(6);
  console.log(
    `${name.padEnd(16)} ${String(reads_ms.length).padStart(6)} reads  p50 ${at(reads_ms, 0.5)} ms  ` +
      `p99 ${at(reads_ms, 0.99)} ms   health p50 ${at(health_ms, 0.5)} ms  ` +
      `p99 ${at(health_ms, 0.99)} ms  max ${at(health_ms, 1)} ms`,
  );
}

function memory({ pid }: ServerProcess): string {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const of = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024).toFixed(0);
  return `${of("VmRSS")} MB now, ${of("VmHWM")} MB at most`;
}

function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).bytes();
}

const folder = await Deno.makeTempDir({ prefix: "suh-load-" });
const environment = { DATA_PATH: folder, API_KEYS: KEY };
try {
  const filling = await startServer(environment);
  const filled_ms: number[] = [];
  for (let id = 1; id <= JOBS; id += BATCH) filled_ms.push(await post(filling, batch(id, DAYS)));
  console.log(
    `${JOBS} jobs taken up, ${filled_ms.map((ms) => ms.toFixed(0)).join(", ")} ms a batch of ${BATCH}`,
  );
  console.log(`server that took them up: ${memory(filling)}`);
  await filling.end("SIGTERM");

  const server = await startServer(environment);
  try {
    console.log(`server that read them:    ${memory(server)}`);
    const stored = await countJobs(server, 0);
    const idle = await read(server, {
      until: new Promise((resolve) => setTimeout(resolve, SECONDS * 1000)),
      seed: 1,
    });
    line("reading alone", idle);
    console.log(`                          ${memory(server)}`);
    const bodies = [batch(JOBS + 1, 7), await gzip(batch(JOBS + BATCH + 1, DAYS))];
    let taken = stored;
    for (const [turn, body] of bodies.entries()) {
      const posted = post(server, body);
      const load = await read(server, { until: posted, seed: 100_000 * (turn + 1) });
      const what = turn === 0 ? "plain, one week" : "gzip, two years";
      line(`and a batch`, load);
      console.log(`  ${what}, ${(body.length / 1e6).toFixed(1)} MB: ${(await posted).toFixed(0)} ms`);
      assert.deepEqual(
        [...load.counts].filter((count) => count !== taken && count !== taken + BATCH),
        [],
        "no read saw half a batch",
      );
      taken += BATCH;
      assert.equal(await countJobs(server, turn), taken, "the batch is seen as soon as it is acknowledged");
    }
    console.log(`at the end:               ${memory(server)}`);
    console.log(JSON.stringify((await (await fetch(`${server.origin}/api/dashboard/health`)).json()).memory));
  } finally {
    await server.end("SIGTERM");
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
