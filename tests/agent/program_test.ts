import assert from "node:assert/strict";
import type { Batch } from "../../lib/job/batch.ts";
import { main } from "../../agent/program.ts";
import type { Command, StartCommand } from "../../agent/slurm/command.ts";
import { type Answer, fakeStart, type FakeWorld, fakeWorld } from "./fakes.ts";

const FIELDS =
  "AllocCPUS AllocTRES ElapsedRaw Eligible End JobID JobIDRaw JobName NodeList Start State Submit User";
const T = Date.UTC(2026, 0, 7) / 1000;

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

const NODE =
  "NodeName=n1 CPUTot=8 RealMemory=1000 Gres=(null) State=IDLE Partitions=cpu CfgTRES=cpu=8,mem=1000M";

/** A Slurm that prints these jobs where it is asked for what ended while they did; `sacct` is how its calls end. */
function slurm(jobs: readonly ((command: Command) => string)[], sacct: Answer = {}) {
  return fakeStart((command) => {
    const { program, args } = command;
    if (program === "scontrol") {
      if (args.includes("node")) return { stdout: `${NODE}\n` };
      return args.includes("config") ? { stdout: "ClusterName = alpha\n" } : {};
    }
    if (program !== "sacct") {
      return args.includes("configuration")
        ? { stdout: "SlurmDBD configuration:\nPrivateData = none\n" }
        : {};
    }
    if (args[0] === "--version") return { stdout: "slurm 23.02.1\n" };
    if (args[0] === "--helpformat") return { stdout: FIELDS };
    const asked = (name: string) =>
      Number(args.find((arg) => arg.startsWith(`--${name}=uts`))?.slice(name.length + 6));
    const ended = args.some((arg) => arg.startsWith("--state=BF")) ||
      !args.some((arg) => arg.startsWith("--state"));
    if (!ended || asked("starttime") > T + 3600 || asked("endtime") <= T + 3600) return { ...sacct };
    return { stdout: jobs.map((print) => print(command)).join(""), ...sacct };
  });
}

/** A request that the agent made. */
interface Asked {
  readonly path: string;
  readonly batch: Batch;
}

interface Ran {
  readonly status: number;
  readonly world: FakeWorld;
  readonly requests: readonly Asked[];
  /** Batches with jobs. */
  readonly batches: readonly Batch[];
}

type Respond = (asked: Asked) => Response | undefined;

/** Runs the agent against a Slurm and a server that takes everything, or answers as told. */
async function run(
  args: readonly string[],
  { jobs = [], sacct, start = slurm(jobs, sacct).start, config = {}, respond, folder = null }: {
    readonly jobs?: readonly ((command: Command) => string)[];
    readonly sacct?: Answer;
    readonly start?: StartCommand;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly respond?: Respond;
    /** The state folder; one of its own if there is none. */
    readonly folder?: string | null;
  } = {},
): Promise<Ran> {
  const own = folder === null ? await Deno.makeTempDir() : null;
  const requests: Asked[] = [];
  const settings = {
    api_url: "http://127.0.0.1:9",
    api_key: "key-of-alpha",
    state_folder: folder ?? own,
    ...config,
  };
  const world = fakeWorld({
    start,
    read: () => Promise.resolve(JSON.stringify(settings)),
    fetch: async (url, init) => {
      const asked = { path: new URL(String(url)).pathname, batch: await bodyOf(init) };
      requests.push(asked);
      return respond?.(asked) ?? accept(asked, requests);
    },
  });
  try {
    const status = await main(args, world);
    const batches = requests.flatMap(({ path, batch }) =>
      path.endsWith("ingest") && batch.jobs.length > 0 ? [batch] : []
    );
    return { status, world, requests, batches };
  } finally {
    if (own !== null) await Deno.remove(own, { recursive: true });
  }
}

async function bodyOf(init: RequestInit | undefined): Promise<Batch> {
  if (init?.body === undefined) return { hostname: "", jobs: [] };
  const blob = new Blob([init.body as Uint8Array<ArrayBuffer>]);
  const zipped = new Headers(init.headers).has("content-encoding");
  const stream = zipped ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  return await new Response(stream).json();
}

function accept({ path, batch: { hostname, jobs } }: Asked, requests: readonly Asked[]): Response {
  if (path.endsWith("inventory")) return Response.json({ success: true, rejected_count: 0 });
  if (path.endsWith("days")) {
    const sent = requests.flatMap(({ path, batch }) => path.endsWith("ingest") ? batch.jobs : []);
    const stored = new Map(sent.map((job) => [job.JobID, job]));
    const days = [{ day: "2026-01-07", jobs: stored.size, cpu_seconds: stored.size * 7200 }];
    return Response.json({ hostname: "alpha", tz: "UTC", days });
  }
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

Deno.test("main() sends the jobs of the last days, without their names, and how far it has seen", async () => {
  const { status, world, requests, batches } = await run([], {
    jobs: [job("1", { JobName: "secret" }), job("2", { State: "CANCELLED by 7" })],
  });
  assert.equal(status, 0, world.logged.join("\n"));
  const [{ hostname, jobs }] = batches;
  assert.equal(hostname, "alpha");
  assert.deepEqual(jobs.map(({ JobID, State, User }) => [JobID, State, User]), [
    ["1", "COMPLETED", "alice"],
    ["2", "CANCELLED by 7", "alice"],
  ]);
  assert.deepEqual([jobs[0].CPUHours, jobs[0].GPUHours, jobs[0].AllocGPUS], [2, 1, 1]);
  assert.ok(!JSON.stringify(requests).includes("secret"));
  const told = requests.flatMap(({ batch }) => batch.collected_until ?? []);
  assert.deepEqual(told, [world.now()]);
  assert.match(world.logged.at(-1) ?? "", /^2 jobs collected; all is sent up to 2026-01-08T12:00:00Z$/);
});

Deno.test("main() sends names of jobs where that is wanted, and pseudonyms of users", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const config = { job_names: true, pseudonymise_users: "keyed-hash", state_folder: folder };
    const jobs = [job("1", { JobName: "bob's run", User: "bob", Group: "bob" }), job("2")];
    const { batches, requests } = await run([], { jobs, config });
    const users = batches[0].jobs.map(({ User }) => User);
    assert.match(String(users[0]), /^u-[0-9a-f]{16}$/);
    assert.notEqual(users[0], users[1]);
    assert.match(String(batches[0].jobs[0].JobName), /^u-[0-9a-f]{16}'s run$/);
    assert.ok(!/bob|alice/.test(JSON.stringify(requests)));
    const again = await run([], { jobs, config });
    assert.deepEqual(again.batches.flatMap(({ jobs }) => jobs.map(({ User }) => User)), users);
    await Deno.remove(`${folder}/pseudonym.key`);
    const lost = await run([], { jobs, config });
    assert.equal(lost.status, 1);
    assert.match(
      lost.world.logged.join("\n"),
      /The key of the pseudonyms.*is not there any more: put it back/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("main() sends what waits while Slurm is away, taking the cluster's name from the run before", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const away = () => new Response("", { status: 503 });
    const waiting = await run([], { folder, jobs: [job("1")], respond: away });
    assert.deepEqual([waiting.status, waiting.batches[0].hostname], [75, "alpha"]);
    const down: StartCommand = fakeStart(() => ({ code: 1, stderr: "slurmctld is down" })).start;
    const { batches, world, status } = await run([], { folder, start: down });
    assert.deepEqual(batches.map(({ hostname, jobs }) => [hostname, jobs.length]), [["alpha", 1]]);
    assert.match(world.logged[0], /^warning: Cannot find out the cluster's name .* Taking it for alpha/);
    assert.equal(status, 1);
    const nameless = await run([], { start: down });
    assert.equal(nameless.status, 1);
    assert.match(nameless.world.logged[0], /^error: Cannot find out the cluster's name/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("main() sends the inventory each day and compares each week, in the runs that collect", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const paths = ({ requests }: Ran) => new Set(requests.map(({ path }) => path.split("/").at(-1)));
    const jobs = [job("1")];
    assert.deepEqual(paths(await run([], { folder, jobs })), new Set(["ingest", "inventory", "days"]));
    assert.deepEqual(paths(await run([], { folder, jobs })), new Set(["ingest"]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("main() fills in the past for dates without a command, as the first agents did", async () => {
  for (const args of [["--start-date", "2026-01-07"], ["--end-date", "2026-01-08"]]) {
    const { status, world, batches } = await run(args, { jobs: [job("1")] });
    assert.equal(status, 0, world.logged.join("\n"));
    assert.deepEqual(batches.map(({ jobs }) => jobs.length), [1]);
    assert.ok(world.logged.some((line) => line.includes("the newest first")), world.logged.join("\n"));
  }
});

Deno.test("main() prefers the configured cluster name", async () => {
  const { requests } = await run([], { config: { cluster_name: "beta" } });
  assert.equal(requests[0].batch.hostname, "beta");
});

Deno.test("main() --dry-run needs no state folder and no server, and sends nothing", async () => {
  const { status, world, requests } = await run(["--dry-run"], {
    jobs: ["1", "2"].map((id) => job(id)),
    config: { state_folder: "/proc/none" },
  });
  assert.equal(status, 0);
  assert.deepEqual(requests, []);
  assert.ok(
    world.printed.includes("2026-01-07     2      1        4.0        2.0       0"),
    world.printed.join("\n"),
  );
});

Deno.test("main() ends with 1 when something needs a look, 2 when it is refused, 75 when the server is gone", async () => {
  const refused = { code: 1, stderr: "sacct: error: slurm_persist_conn_open: Connection refused" };
  const failed = await run([], { jobs: [job("1")], sacct: refused });
  assert.equal(failed.status, 1);
  assert.ok(failed.world.logged.some((line) => /Not collected.*Connection refused/.test(line)));

  const banner = await run([], { jobs: [() => "Scheduled downtime on Friday\n", job("1")] });
  assert.equal(banner.status, 1);
  assert.deepEqual(banner.batches[0].unread, [{
    line: "Scheduled downtime on Friday",
    reason: "Not a row of sacct",
  }]);
  assert.equal(banner.batches[0].jobs.length, 1);

  const respond = (status: number): Respond => () =>
    Response.json({ detail: "This key is for beta" }, { status });
  const key = await run([], { jobs: [job("1")], respond: respond(403) });
  assert.equal(key.status, 2);
  assert.match(key.world.logged.join("\n"), /403.*: This key is for beta/);

  const gone = await run([], { jobs: [job("1")], respond: respond(503) });
  assert.equal(gone.status, 75);
  assert.match(gone.world.logged.at(-1) ?? "", /waiting in .* to be sent: 1 job; the server has nothing/);
});

Deno.test("main() ends with status 2 at a wrong command line or configuration, with all problems", async () => {
  for (const args of [["--wrong"], ["--start-date", "x"], ["--start-date", "2026-02-01"]]) {
    assert.equal((await run(args)).status, 2, args.join(" "));
  }
  const { status, world, requests } = await run([], { config: { api_key: "", timeout: 0 } });
  assert.equal(status, 2);
  assert.equal(world.logged.length, 2);
  assert.deepEqual(requests, []);
  const missing = fakeWorld();
  assert.equal(await main([], missing), 2);
  assert.match(
    missing.logged[0],
    /There is no configuration \/etc\/slurm-usage-history-exporter\/config.json: copy/,
  );
});

Deno.test("main() says in words why a configuration cannot be read", async () => {
  for (
    const [error, words] of [
      [new Deno.errors.PermissionDenied("os error 13"), /may not be read by this user.*run this as root/],
      [
        new Deno.errors.IsADirectory("Is a directory (os error 21)"),
        /Cannot read the configuration c: Is a dir/,
      ],
      [
        new Deno.errors.NotCapable('Requires read access to "c", run again with the --allow-read flag'),
        /was built/,
      ],
    ] as const
  ) {
    const world = fakeWorld({ read: () => Promise.reject(error) });
    assert.equal(await main(["--config", "c"], world), 2);
    assert.equal(world.logged.length, 1);
    assert.match(world.logged[0], words);
  }
});

Deno.test("main() tells an unexpected error in one line, its stack with --verbose alone", async () => {
  const broken = () =>
    fakeWorld({
      read: () => Promise.resolve('{"api_url":"http://127.0.0.1:9","api_key":"k","cluster_name":"a"}'),
      start: () => {
        throw new Error("something\nunheard of");
      },
    });
  const quiet = broken();
  assert.equal(await main([], quiet), 1);
  assert.equal(quiet.logged.at(-1), "error: something unheard of");
  const verbose = broken();
  assert.equal(await main(["--verbose"], verbose), 1);
  assert.ok(verbose.logged.some((line) => /^\s*at .*program_test/.test(line)));
});

Deno.test("main() asks for the cluster's name only where it is needed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { start, calls } = slurm([]);
    const world = fakeWorld({
      start,
      read: () =>
        Promise.resolve(
          JSON.stringify({ api_url: "http://127.0.0.1:9", api_key: "k", state_folder: folder }),
        ),
    });
    assert.equal(await main(["status"], world), 0);
    assert.deepEqual(calls, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("main() never says the key", async () => {
  const world = fakeWorld({
    read: () => Promise.resolve('{"api_url":"http://127.0.0.1:9","api_key":"s3cr3t-key","cluster_name":"a"}'),
    fetch: () => Promise.reject(new TypeError("no way")),
    start: slurm([job("1")]).start,
  });
  for (
    const args of [["doctor"], ["doctor", "--json"], ["--dry-run", "--verbose"], ["status", "--json"], []]
  ) {
    await main(args, world);
  }
  assert.ok(world.printed.length + world.logged.length > 20);
  assert.ok(![...world.printed, ...world.logged].join().includes("s3cr3t"));
});

Deno.test("main() --help and --version need no configuration", async () => {
  const world = fakeWorld();
  assert.equal(await main(["--help"], world), 0);
  assert.equal(await main(["--version"], world), 0);
  assert.match(world.printed[0], /^Usage: slurm-usage-history-exporter/);
  assert.match(world.printed[1], /^slurm-usage-history-exporter \d+\.\d+\.\d+$/);
  assert.equal(await main(["help", "backfill"], world), 0);
  assert.match(world.printed[2], /^Usage: slurm-usage-history-exporter backfill/);
});
