import assert from "node:assert/strict";
import { dirname } from "node:path";
import { doctorCommand, doctorLines } from "../../../agent/commands/doctor.ts";
import { type Finding, findings } from "../../../agent/doctor/finding.ts";
import { parseOptions } from "../../../agent/options.ts";
import type { Command } from "../../../agent/slurm/command.ts";
import type { World } from "../../../agent/world.ts";
import { withFolder } from "../../helpers.ts";
import { type Answer, fakeStart, fakeWorld } from "../fakes.ts";

const NOW = Date.UTC(2026, 0, 8, 12) / 1000;

/** A Slurm in which all is well. */
function slurm({ program, args }: Command): Answer {
  if (args[0] === "--version") return { stdout: "slurm-wlm 22.05.8\n" };
  if (program === "scontrol") return { stdout: "ClusterName = alpha\n" };
  if (program === "sacctmgr") return { stdout: "PrivateData = none\n" };
  return { stdout: "1\n2\n" };
}

/** A server that knows the key. */
function server(url: string, init: RequestInit = {}): Response {
  const headers = { Date: new Date(NOW * 1000).toUTCString() };
  if (url.endsWith("/api/dashboard/health")) {
    return Response.json(
      { status: "healthy", hostnames: ["alpha"], clusters: { alpha: { jobs: 42 } } },
      { headers },
    );
  }
  assert.ok(url.endsWith("/api/data/ingest") && init.method === "POST", url);
  const { hostname, jobs } = JSON.parse(String(init.body));
  assert.deepEqual([hostname, jobs], ["alpha", []]);
  return Response.json({ success: true }, { headers });
}

interface Setting {
  readonly config?: Readonly<Record<string, unknown>> | string;
  readonly mode?: number;
  readonly slurm?: (command: Command) => Answer;
  readonly server?: typeof server;
  readonly world?: Partial<World>;
}

/** Runs the doctor, all being well but for what a test breaks. */
async function examine(
  setting: Setting = {},
): Promise<{ readonly status: number; readonly of: (check: string) => Finding[]; readonly text: string }> {
  let examined = {};
  await withFolder(async (folder) => {
    const state_folder = `${folder}/state`;
    await Deno.mkdir(state_folder, { mode: 0o700 });
    await Deno.chmod(state_folder, 0o700);
    const path = `${folder}/config.json`;
    const good = { api_url: "http://127.0.0.1:9", api_key: "s3cr3t", state_folder, spool_limit_mb: 1 };
    const { config = {} } = setting;
    await Deno.writeTextFile(
      path,
      typeof config === "string" ? config : JSON.stringify({ ...good, ...config }),
    );
    await Deno.chmod(path, setting.mode ?? 0o600);
    const answer = setting.server ?? server;
    const world = fakeWorld({
      now: () => NOW,
      // The certificates of this host are no part of the test.
      read: (file) =>
        file.startsWith(folder) ? Deno.readTextFile(file) : Promise.reject(new Deno.errors.NotFound("none")),
      stat: (file) => Deno.stat(file),
      start: fakeStart(setting.slurm ?? slurm).start,
      fetch: (url, init) => Promise.resolve().then(() => answer(String(url), init)),
      ...setting.world,
    });
    const options = parseOptions(["doctor", "--json", "--config", path]);
    const status = await doctorCommand({ options, world });
    const findings: readonly Finding[] = JSON.parse(world.printed.join("\n")).findings;
    const text = world.printed.join("\n");
    assert.ok(!text.includes("s3cr3t"), "the key is said");
    for (const { verdict, advice, check } of findings) {
      assert.equal(advice !== null || ["ok", "note"].includes(verdict), true, check);
    }
    examined = { status, text, of: (check: string) => findings.filter((one) => one.check === check) };
  });
  return examined as Awaited<ReturnType<typeof examine>>;
}

function verdicts(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ verdict }) => verdict);
}

Deno.test("doctorCommand() ends with 0 when all is well", async () => {
  const { status, of, text } = await examine();
  assert.equal(status, 0, text);
  for (
    const check of [
      "configuration",
      "permissions",
      "state folder",
      "disk space",
      "sacct",
      "sinfo",
      "scontrol",
      "sacctmgr",
      "accounting",
      "cluster name",
      "PrivateData",
      "server",
      "clock",
      "key",
      "spool",
    ]
  ) assert.deepEqual(verdicts(of(check)), ["ok"], check);
  assert.equal(of("sacct")[0].words, "Slurm 22.05.8");
  assert.match(of("server")[0].words, /knows alpha with 42 jobs/);
  assert.match(of("accounting")[0].words, /2 jobs in the last hour/);
  assert.match(of("timer")[0].advice ?? "", /systemctl/);
});

Deno.test("doctorCommand() tells everything else when the configuration cannot be used, and ends with 2", async () => {
  const wrong = await examine({ config: { api_url: "x", timeout: 0 } });
  assert.equal(wrong.status, 2);
  assert.equal(wrong.of("configuration").length, 2);
  assert.deepEqual(verdicts(wrong.of("accounting")), ["ok"]);
  assert.equal((await examine({ config: "{" })).status, 2);
  const hidden = await examine({
    world: { read: () => Promise.reject(new Deno.errors.PermissionDenied("os error 13")) },
  });
  assert.equal(hidden.status, 2);
  assert.match(hidden.of("configuration")[0].words, /run this as root/);
});

Deno.test("doctorCommand() looks at who may read the key", async () => {
  for (
    const [mode, verdict] of [[0o600, "ok"], [0o400, "ok"], [0o640, "warning"], [0o644, "problem"]] as const
  ) {
    const { of } = await examine({ mode });
    assert.equal(of("permissions")[0].verdict, verdict, mode.toString(8));
  }
  const stat = async (path: string) => {
    const { isDirectory, mode } = await Deno.stat(path);
    return { isDirectory, mode, uid: isDirectory ? 990 : 0 };
  };
  const { of, status } = await examine({ world: { stat } });
  assert.equal(status, 1);
  assert.match(of("permissions")[0].words, /belongs to another user \(0\) than .*\(990\)/);
});

Deno.test("doctorCommand() looks at the state folder and the room in it", async () => {
  const missing = await examine({ config: { state_folder: "/nonexistent/state" } });
  assert.match(missing.of("state folder")[0].words, /does not exist/);
  assert.equal(missing.status, 1);
  const { disk } = fakeWorld();
  const denied = await examine({
    world: { disk: { ...disk, create: () => Promise.reject(new Deno.errors.PermissionDenied("no")) } },
  });
  assert.match(denied.of("state folder")[0].words, /cannot be used by this user/);
  const broken = await examine({
    world: { disk: { ...disk, create: () => Promise.reject(new Error("Input/output error (os error 5)")) } },
  });
  assert.match(broken.of("state folder")[0].words, /cannot be written: Input\/output/);
  const MIB = 1024 * 1024;
  for (const [free, verdict] of [[100 * MIB, "warning"], [MIB, "problem"], [Infinity, "ok"]] as const) {
    const { of } = await examine({
      config: { spool_limit_mb: 200 },
      world: { disk: { ...disk, freeBytes: () => Promise.resolve(free) } },
    });
    assert.equal(of("disk space")[0].verdict, verdict, String(free));
  }
});

Deno.test("doctorCommand() survives a host without Slurm", async () => {
  const { status, of } = await examine({
    world: {
      start: ({ program }) => {
        throw new Error(`Cannot start ${program}: is Slurm's client installed on this host and on PATH?`);
      },
    },
  });
  assert.equal(status, 1);
  assert.deepEqual(verdicts(of("sacct")), ["problem"]);
  assert.deepEqual(verdicts(of("sinfo")), ["warning"]);
  assert.deepEqual(of("accounting"), [], "it needs the sacct that is told to be missing");
  assert.deepEqual(verdicts(of("cluster name")), ["problem"]);
  assert.match(of("key")[0].words, /without the cluster's name/);
});

Deno.test("doctorCommand() tells what ails the accounting", async () => {
  for (
    const [stderr, advice] of [
      ["sacct: error: slurm_persist_conn_open: Connection refused", /is slurmdbd running/],
      ["Slurm accounting storage is disabled", /AccountingStorageType/],
      ["sacct: error: Munge encode failed", /munged/],
      ["what?", /try it by hand/],
    ] as const
  ) {
    const { of } = await examine({
      slurm: (command) =>
        command.program === "sacct" && command.args[0] === "-a" ? { code: 1, stderr } : slurm(command),
    });
    assert.equal(of("accounting")[0].verdict, "problem");
    assert.match(of("accounting")[0].advice ?? "", advice);
  }
});

Deno.test("doctorCommand() compares names, and asks about PrivateData for the service's user", async () => {
  const other = await examine({
    config: { cluster_name: "beta" },
    server: (url) => url.endsWith("health") ? server(url) : Response.json({ success: true }),
  });
  assert.match(other.of("cluster name")[0].words, /configured is beta, Slurm calls it alpha/);
  assert.match(other.of("server")[0].words, /has nothing of beta yet/);
  const asked: string[] = [];
  const hidden = await examine({
    slurm: (command) => {
      if (command.program !== "sacctmgr" || command.args[0] === "--version") return slurm(command);
      asked.push(command.args.join(" "));
      const configuration = "PrivateData = none\n\nSlurmDBD configuration:\nPrivateData = jobs\n";
      return { stdout: command.args.includes("configuration") ? configuration : "None|\n" };
    },
    world: { uid: 0, user: "root" },
  });
  assert.equal(hidden.of("PrivateData")[0].verdict, "problem");
  assert.ok(asked.some((args) => args.includes("user slurm-usage-history-exporter")), asked.join());
});

Deno.test("doctorCommand() tells what ails the server", async () => {
  const fails = (words: string) => () => {
    throw new TypeError(words);
  };
  for (
    const [answer, words, advice] of [
      [fails("tcp connect error: Connection refused (os error 111)"), /refused/, /nothing listens there/],
      [fails("dns error: failed to lookup address information"), /dns/, /spelt right/],
      [fails("invalid peer certificate: UnknownIssuer"), /Unknown/, /ca_file/],
      [fails("invalid peer certificate: Expired"), /Expired/, /renew/],
      [
        fails('invalid peer certificate: certificate not valid for name "a"'),
        /name/,
        /use that name in api_url/,
      ],
      [() => new Response("<html>"), /not as SLURM Usage History does/, /correct api_url/],
      [() => new Response("no", { status: 404 }), /answered 404: no/, /correct api_url/],
      [
        () => new Response(null, { status: 301, headers: { Location: "https://y.org/" } }),
        /redirects to https:\/\/y\.org/,
        /correct api_url/,
      ],
    ] as const
  ) {
    const { status, of } = await examine({ server: answer });
    assert.equal(status, 1);
    assert.equal(of("server")[0].verdict, "problem");
    assert.match(of("server")[0].words, words);
    assert.match(of("server")[0].advice ?? "", advice);
  }
});

Deno.test("doctorCommand() tells what the server says of the key", async () => {
  for (
    const [code, verdict, words] of [
      [401, "problem", /does not know it: says no/],
      [403, "problem", /not for this cluster: says no/],
      [503, "warning", /answered 503: says no/],
    ] as const
  ) {
    const { of } = await examine({
      server: (url) =>
        url.endsWith("health") ? server(url) : Response.json({ detail: "says no" }, { status: code }),
    });
    assert.equal(of("key")[0].verdict, verdict);
    assert.match(of("key")[0].words, words);
  }
});

Deno.test("doctorCommand() never tells the key, though the server's answer may, nor half of it", async () => {
  const echo = (init?: RequestInit) => `your key ${new Headers(init?.headers).get("X-API-Key") ?? "s3cr3t"}`;
  const answers: readonly (typeof server)[] = [
    (_url, init) => new Response(echo(init), { status: 400 }),
    () => new Response(null, { status: 302, headers: { Location: "https://elsewhere/?key=s3cr3t" } }),
    (url, init) =>
      url.endsWith("health") ? server(url, init) : Response.json({ detail: echo(init) }, { status: 401 }),
    (url, init) => url.endsWith("health") ? server(url, init) : new Response(echo(init), { status: 500 }),
    () => {
      throw new TypeError(echo());
    },
  ];
  for (const answer of answers) {
    assert.ok((await examine({ server: answer })).text.includes("***"));
  }
  const cut = await examine({ server: () => new Response("x".repeat(297) + "s3cr3t", { status: 400 }) });
  assert.ok(!cut.text.includes("xs3c"), "half of the key is said");
  const escaped = await examine({
    config: { api_key: "a+b/c" },
    server: () =>
      new Response(null, { status: 302, headers: { Location: "https://elsewhere/?key=a%2Bb%2Fc" } }),
  });
  assert.ok(!escaped.text.includes("a%2Bb%2Fc"));
});

Deno.test("doctorCommand() compares the clocks", async () => {
  for (
    const [skew_s, verdict] of [[30, "ok"], [-120, "warning"], [61, "warning"], [-4000, "problem"]] as const
  ) {
    const { of } = await examine({ world: { now: () => NOW + skew_s } });
    assert.equal(of("clock")[0].verdict, verdict, String(skew_s));
    if (skew_s === -120) assert.match(of("clock")[0].words, /120 s behind/);
  }
});

Deno.test("doctorLines() puts what to do below a finding", () => {
  const finding = findings("key").problem("it is\n\x1b wrong", "mend it");
  assert.deepEqual(doctorLines(finding), [
    "PROBLEM  key            it is wrong",
    "                        do: mend it",
  ]);
  assert.deepEqual(doctorLines(findings("configuration").ok("fine")), ["ok       configuration  fine"]);
});

Deno.test("doctorCommand() survives a check that breaks, and tells it", async () => {
  const { status, of } = await examine({ world: { stat: () => Promise.reject(new Error("disk on fire")) } });
  assert.equal(status, 1);
  assert.equal(of("permissions")[0].words, "cannot be checked: disk on fire");
  assert.deepEqual(verdicts(of("key")), ["ok"]);
});

/** Runs the doctor with a state folder that holds these files. */
async function examineWith(files: Readonly<Record<string, string>>) {
  let examined: Awaited<ReturnType<typeof examine>> | undefined;
  await withFolder(async (folder) => {
    await Deno.chmod(folder, 0o700);
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    examined = await examine({ config: { state_folder: folder } });
  });
  assert.ok(examined);
  return examined;
}

Deno.test("doctorCommand() tells when the agent last ran and how that ended", async () => {
  const state = (ago_s: number, status: number) =>
    JSON.stringify({
      origin_s: NOW - 86_400,
      answered_s: NOW - ago_s,
      last_run: { began_s: NOW - ago_s, ended_s: NOW - ago_s, status },
    });
  for (
    const [ago_s, status, verdict] of [[3600, 0, "ok"], [3600, 75, "warning"], [
      200_000,
      0,
      "warning",
    ]] as const
  ) {
    const { of } = await examineWith({ "state.json": state(ago_s, status) });
    assert.equal(of("last run")[0].verdict, verdict, `${ago_s} s, ${status}`);
  }
});

Deno.test("doctorCommand() tells what waits, what was refused in the server's words, and what is torn", async () => {
  const header = { kind: "finished", jobs: 3, covers: [], created_s: NOW, body_bytes: 0 };
  const refused = (n: number) => `${JSON.stringify({ ...header, reason: `422: reason ${n}` })}\n`;
  const { status, of } = await examineWith({
    "spool/000000000006.batch": `${JSON.stringify(header)}\n`,
    "spool/000000000007.batch": `${JSON.stringify(header)}\ntoo much`,
    "spool/000000000001.active": `${JSON.stringify({ ...header, kind: "active", jobs: 2 })}\n`,
    ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`set-aside/00000000000${n}.batch`, refused(n)])),
  });
  assert.equal(status, 1);
  assert.match(of("spool")[0].words, /^2 batches \(5 jobs, /);
  const words = of("set aside").map((finding) => finding.words);
  assert.deepEqual(words.slice(0, 2), [
    "000000000001.batch: 422: reason 1",
    "000000000002.batch: 422: reason 2",
  ]);
  assert.equal(words.at(-1), "2 more batches");
  assert.match(of("damaged")[0].words, /000000000007\.batch: it is torn/);
});

Deno.test("doctorCommand() finds a spool that is nearly full", async () => {
  const header = JSON.stringify({ jobs: 1, covers: [], created_s: NOW });
  const { of } = await examineWith({ "spool/000000000001.batch": `${header}\n${"x".repeat(900_000)}` });
  assert.equal(of("spool")[0].verdict, "problem");
});
