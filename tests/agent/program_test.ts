import assert from "node:assert/strict";
import type { Batch } from "../../lib/job/batch.ts";
import { main } from "../../agent/program.ts";
import type { Command } from "../../agent/slurm/command.ts";
import { type Answer, fakeStart, type FakeWorld, fakeWorld } from "./fakes.ts";

const FIELDS =
  "AllocCPUS AllocTRES ElapsedRaw Eligible End JobID JobIDRaw JobName NodeList Start State Submit User";
const T = Date.UTC(2026, 0, 8) / 1000;

/** One job as sacct prints it, in the order in which the agent asks for the fields. */
function job(id: string, values: Readonly<Record<string, string>> = {}) {
  return ({ args }: Command) => {
    const option = (name: string) =>
      args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
    const all: Readonly<Record<string, string>> = {
      JobIDRaw: id,
      JobID: id,
      User: "alice",
      State: "COMPLETED",
      Submit: `${T}`,
      Eligible: `${T}`,
      Start: `${T}`,
      End: `${T + 3600}`,
      ElapsedRaw: "3600",
      AllocCPUS: "2",
      AllocTRES: "cpu=2,gres/gpu=1",
      ...values,
    };
    return option("format").split(",").map((name) => (all[name] ?? "") + option("delimiter")).join("") + "\n";
  };
}

/** A Slurm that prints these jobs in every window that they overlap; `sacct` overrides what its calls answer. */
function slurm(jobs: readonly ((command: Command) => string)[], sacct: Answer = {}) {
  return fakeStart((command) => {
    const { program, args } = command;
    if (program === "scontrol") return { stdout: "ClusterName = alpha\n" };
    if (program === "sacctmgr") return { stdout: "PrivateData = none\n" };
    if (args[0] === "--helpformat") return { stdout: FIELDS };
    const from = Number(args.find((arg) => arg.startsWith("--starttime="))?.slice(15));
    if (args.includes("--allocations") || from > T + 3600) return { ...sacct };
    return { stdout: jobs.map((print) => print(command)).join(""), ...sacct };
  });
}

interface Ran {
  readonly status: number;
  readonly world: FakeWorld;
  readonly batches: readonly Batch[];
}

/** Runs the agent against a Slurm and a server that takes everything, or answers as told. */
async function run(
  args: readonly string[],
  { jobs = [], sacct, config = {}, respond }: {
    readonly jobs?: readonly ((command: Command) => string)[];
    readonly sacct?: Answer;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly respond?: (batch: Batch) => Response | undefined;
  } = {},
): Promise<Ran> {
  const batches: Batch[] = [];
  const { start } = slurm(jobs, sacct);
  const world = fakeWorld({
    start,
    read: () => Promise.resolve(JSON.stringify({ api_url: "http://127.0.0.1:9", api_key: "k", ...config })),
    fetch: async (_url, init) => {
      const body = new Blob([init?.body as Uint8Array<ArrayBuffer>]).stream().pipeThrough(
        new DecompressionStream("gzip"),
      );
      const batch: Batch = await new Response(body).json();
      batches.push(batch);
      return respond?.(batch) ?? accept(batch);
    },
  });
  return { status: await main(args, world), world, batches };
}

function accept({ hostname, jobs }: Batch): Response {
  const answer = {
    success: true,
    message: "",
    jobs_processed: jobs.length,
    hostname,
    updated: 0,
    duplicates: 0,
  };
  return Response.json({ ...answer, accepted: jobs.length, rejected: [] });
}

Deno.test("main() sends the jobs of the window with cluster, agent and freshness", async () => {
  const { status, world, batches } = await run([], {
    jobs: [job("1"), job("2", { State: "CANCELLED by 7" })],
  });
  assert.equal(status, 0);
  assert.equal(batches.length, 1);
  const [{ hostname, jobs, collected_until, unread }] = batches;
  assert.deepEqual([hostname, collected_until, unread], ["alpha", world.now(), []]);
  assert.deepEqual(jobs.map(({ JobID, State }) => [JobID, State]), [["1", "COMPLETED"], [
    "2",
    "CANCELLED by 7",
  ]]);
  assert.deepEqual([jobs[0].CPUHours, jobs[0].GPUHours, jobs[0].AllocGPUS], [2, 1, 1]);
  assert.equal(world.logged.at(-1), "All is sent: 2 jobs");
  assert.deepEqual(world.printed, []);
});

Deno.test("main() sends an empty batch to test the connection when there are no jobs, and says so", async () => {
  const { status, world, batches } = await run(["--start-date", "2026-01-07"]);
  assert.equal(status, 0);
  assert.deepEqual(batches.map(({ jobs }) => jobs), [[]]);
  assert.ok(world.logged.includes("sacct answered, but listed no job in this range"));
});

Deno.test("main() prefers the configured cluster name", async () => {
  const { batches } = await run([], { config: { cluster_name: "beta" } });
  assert.equal(batches[0].hostname, "beta");
});

Deno.test("main() --dry-run prints a summary and sends nothing; --verbose adds the first jobs", async () => {
  const jobs = ["1", "2", "3", "4"].map((id) => job(id));
  const quiet = await run(["--dry-run"], { jobs });
  assert.equal(quiet.status, 0);
  assert.deepEqual(quiet.batches, []);
  assert.deepEqual(quiet.world.printed, [
    "cluster    alpha",
    "jobs       4",
    "users      1",
    "CPU-hours  8.0",
    "GPU-hours  4.0",
    "states     COMPLETED 4",
  ]);
  const verbose = await run(["--dry-run", "--verbose"], { jobs });
  const shown = verbose.world.printed.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text));
  assert.deepEqual(shown.map(({ JobID }) => JobID), ["1", "2", "3"]);
  assert.deepEqual(verbose.batches, []);
});

Deno.test("main() reports what sacct could not answer with status 1, and sends the rest", async () => {
  const { status, world, batches } = await run([], {
    jobs: [job("1")],
    sacct: { code: 1, stderr: "sacct: error: slurm_persist_conn_open: Connection refused" },
  });
  assert.equal(status, 1);
  assert.equal(batches.length, 1);
  assert.equal(batches[0].collected_until, world.now() - 7 * 86_400);
  assert.ok(
    world.logged.some((line) => line.includes("Not collected") && line.includes("Connection refused")),
  );
  assert.ok(!world.logged.some((line) => line.startsWith("All is sent")));
});

Deno.test("main() sends rows that are no jobs along, for the status page", async () => {
  const { status, world, batches } = await run([], {
    jobs: [() => "Scheduled downtime on Friday\n", job("1")],
  });
  assert.equal(status, 0);
  assert.deepEqual(batches[0].unread, [{
    line: "Scheduled downtime on Friday",
    reason: "Not a row of sacct",
  }]);
  assert.equal(batches[0].jobs.length, 1);
  assert.ok(world.logged.includes("Rows of sacct that could not be read as jobs: 1"));
});

Deno.test("main() tells which jobs the server rejected", async () => {
  const { status, world } = await run([], {
    jobs: [job("1")],
    respond: ({ hostname }) =>
      Response.json({
        success: true,
        message: "",
        jobs_processed: 0,
        hostname,
        accepted: 0,
        updated: 0,
        duplicates: 0,
        rejected: [{ index: 0, job_id: null, reason: "no Submit" }],
      }),
  });
  assert.equal(status, 0);
  assert.ok(world.logged.includes("Rejected by the server: job number 1 of the batch: no Submit"));
  assert.equal(world.logged.at(-1), "All is sent: 1 jobs, of which the server rejected 1");
});

Deno.test("main() takes a batch without any job by the server's verdict for sent", async () => {
  const { status, world } = await run([], {
    jobs: [job("1"), job("2")],
    respond: () =>
      Response.json({
        title: "Cannot be used",
        rejected: [{ index: 0, job_id: "1", reason: "no Submit" }],
        rejected_count: 2,
      }, { status: 422 }),
  });
  assert.equal(status, 0);
  assert.ok(world.logged.includes("Rejected by the server: job 1: no Submit"));
  assert.equal(world.logged.at(-1), "All is sent: 2 jobs, of which the server rejected 2");
});

Deno.test("main() sends all other jobs and ends with status 1 when the server refuses some", async () => {
  for (const refusal of [413, 422, 400]) {
    const { status, world, batches } = await run([], {
      jobs: Array.from({ length: 5001 }, (_, i) => job(String(i + 1))),
      respond: ({ jobs }) => {
        const refused = jobs.some(({ JobID }) => JobID === "7");
        return refused ? Response.json({ detail: "not this" }, { status: refusal }) : undefined;
      },
    });
    assert.equal(status, 1);
    assert.deepEqual(batches.at(-1)?.jobs.map(({ JobID }) => JobID), ["5001"]);
    assert.equal(batches.at(-1)?.collected_until, undefined);
    const jobs = refusal === 413 ? 1 : 5000;
    assert.equal(
      world.logged.at(-1),
      `slurm-usage-history-exporter: Not sent: ${jobs} of 5001 jobs; batches refused: 1, as told above`,
    );
  }
});

Deno.test("main() sends no further batch when the key is refused or the answer is somebody else's", async () => {
  const answers = [401, 403].map((status) => () => Response.json({ detail: "no" }, { status }));
  for (const respond of [...answers, () => new Response("<html>Welcome</html>")]) {
    const { status, batches } = await run([], {
      jobs: Array.from({ length: 5001 }, (_, i) => job(String(i + 1))),
      respond,
    });
    assert.equal(status, 1);
    assert.equal(batches.length, 1);
  }
});

Deno.test("main() ends with status 1 when the server refuses", async () => {
  const { status, world } = await run([], {
    jobs: [job("1")],
    respond: () => Response.json({ title: "Forbidden", detail: "This key is for beta" }, { status: 403 }),
  });
  assert.equal(status, 1);
  assert.match(
    world.logged.at(-1) ?? "",
    /^slurm-usage-history-exporter: http:.* 403: This key is for beta$/,
  );
});

Deno.test("main() ends with status 2 at a wrong command line or configuration, with all problems", async () => {
  for (const args of [["--wrong"], ["--start-date", "x"], ["--start-date", "2026-02-01"]]) {
    assert.equal((await run(args)).status, 2, args.join(" "));
  }
  const { status, world, batches } = await run([], { config: { api_key: "", timeout: 0 } });
  assert.equal(status, 2);
  assert.equal(world.logged.length, 2);
  assert.deepEqual(batches, []);
  const missing = fakeWorld();
  assert.equal(await main([], missing), 2);
  assert.match(
    missing.logged[0],
    /Cannot read the configuration \/etc\/slurm-usage-history-exporter\/config.json/,
  );
});

Deno.test("main() --help and --version need no configuration", async () => {
  const world = fakeWorld();
  assert.equal(await main(["--help"], world), 0);
  assert.equal(await main(["--version"], world), 0);
  assert.match(world.printed[0], /^Usage: slurm-usage-history-exporter/);
  assert.match(world.printed[1], /^slurm-usage-history-exporter \d+\.\d+\.\d+$/);
});
