import assert from "node:assert/strict";
import {
  type Command,
  complaint,
  ENVIRONMENT,
  outputOf,
  readEnvironment,
  type Running,
  slurmEnvironment,
  startCommand,
  telling,
} from "../../../agent/slurm/command.ts";
import { bytes } from "../fakes.ts";

const WELL = { code: 0, stderr: "", silent: false };
/** As short as can be waited for, and long enough for a shell to begin on a busy machine. */
const SILENCE_S = 1.5;

/** Runs a function with an environment in which `sacct` is the given shell script. */
async function withSacct(script: string, use: (env: Readonly<Record<string, string>>) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/sacct`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await use({ PATH: `${folder}:/usr/bin:/bin` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function sacct(args: readonly string[] = [], silence_s = 10): Command {
  return { program: "sacct", args, silence_s };
}

Deno.test("slurmEnvironment() sets the times' form and hands on named variables alone", () => {
  const env = slurmEnvironment({
    PATH: "/bin",
    SLURM_CONF: "/etc/slurm.conf",
    TZ: "Asia/Tokyo",
    SLURM_TIME_FORMAT: "relative",
    SACCT_FORMAT: "jobid",
    SLURM_CLUSTERS: "other",
    LD_LIBRARY_PATH: "/opt",
    API_KEY: "secret",
  });
  assert.deepEqual(env, { PATH: "/bin", SLURM_CONF: "/etc/slurm.conf", TZ: "UTC", SLURM_TIME_FORMAT: "%s" });
});

Deno.test("readEnvironment() asks for the named variables alone, as a program with few permissions may", () => {
  const asked: string[] = [];
  const env = readEnvironment((name) => {
    asked.push(name);
    return name === "SLURM_CONF" ? "/etc/slurm.conf" : undefined;
  });
  assert.deepEqual(env, { SLURM_CONF: "/etc/slurm.conf" });
  assert.deepEqual(asked, [...ENVIRONMENT]);
});

Deno.test("startCommand() runs the program with its arguments and that environment alone", async () => {
  await withSacct('echo "$1 $TZ $SLURM_TIME_FORMAT $SACCT_FORMAT."; echo warned >&2; exit 3', async (env) => {
    const output = await outputOf(startCommand(sacct(["a b"]), { ...env, SACCT_FORMAT: "x" }));
    assert.deepEqual(output, {
      stdout: "a b UTC %s .\n",
      stderr: "warned",
      code: 3,
      silent: false,
      signal: null,
    });
  });
});

Deno.test("startCommand() stops a program that prints nothing for too long", async () => {
  await withSacct("echo first; exec sleep 60", async (env) => {
    const output = await outputOf(startCommand(sacct([], SILENCE_S), env));
    assert.deepEqual([output.stdout, output.silent], ["first\n", true]);
    assert.equal(complaint(sacct([], SILENCE_S), output), "sacct printed nothing for 1.5 s and was stopped");
  });
});

Deno.test("startCommand() does not count the time its output waits to be read", async () => {
  await withSacct("echo first; echo second", async (env) => {
    const running = startCommand(sacct([], SILENCE_S), env);
    let stdout = "";
    for await (const chunk of running.stdout) {
      stdout += new TextDecoder().decode(chunk);
      await new Promise((done) => setTimeout(done, SILENCE_S * 1000 + 300));
    }
    assert.equal(stdout, "first\nsecond\n");
    assert.equal((await running.outcome).silent, false);
  });
});

Deno.test("startCommand() stops a program whose output is not wanted any more", async () => {
  await withSacct("while true; do echo more; done", async (env) => {
    const running = startCommand(sacct(), env);
    for await (const _ of running.stdout) break;
    assert.notEqual((await running.outcome).code, 0);
  });
});

Deno.test("startCommand() reads no faster than its output is taken: sacct waits", async () => {
  const script = 'head -c 20000000 /dev/zero; echo done > "$1"';
  await withSacct(script, async (env) => {
    const mark = `${env.PATH.split(":")[0]}/done`;
    const written = () => Deno.stat(mark).then(() => true, () => false);
    const running = startCommand(sacct([mark]), env);
    let bytes = 0;
    for await (const chunk of running.stdout) {
      if (bytes === 0) {
        await new Promise((done) => setTimeout(done, 300));
        assert.equal(await written(), false);
      }
      bytes += chunk.length;
    }
    assert.equal(bytes, 20_000_000);
    await running.outcome;
    assert.equal(await written(), true);
  });
});

Deno.test("startCommand() stops a program that closes its output and goes on", async () => {
  await withSacct("echo first; exec >&-; exec sleep 60", async (env) => {
    const output = await outputOf(startCommand(sacct([], SILENCE_S), env));
    assert.deepEqual([output.stdout, output.silent], ["first\n", true]);
  });
});

Deno.test("startCommand() does not wait for what a program leaves behind with its output open", async () => {
  await withSacct("echo first; sleep 60 & exit 0", async (env) => {
    const output = await outputOf(startCommand(sacct([], 50), env));
    assert.deepEqual([output.stdout, output.code, output.silent], ["first\n", 0, false]);
  });
});

Deno.test("startCommand() tells the signal that ended a program", async () => {
  await withSacct("echo first; kill -SEGV $$", async (env) => {
    const output = await outputOf(startCommand(sacct(), env));
    assert.equal(output.stdout, "first\n");
    assert.equal(complaint(sacct(), output), "sacct was ended by SIGSEGV");
  });
});

Deno.test("startCommand() says that a program may not be executed", async () => {
  await withSacct("", async (env) => {
    const [folder] = env.PATH.split(":");
    await Deno.chmod(`${folder}/sacct`, 0o644);
    assert.throws(() => startCommand(sacct(), { PATH: folder }), /Cannot start sacct: /);
  });
});

Deno.test("startCommand() says which program is missing", () => {
  assert.throws(
    () => startCommand(sacct(), { PATH: "/nonexistent" }),
    /Cannot start sacct: is Slurm's client installed on this host and on PATH \(\/nonexistent\)/,
  );
  assert.throws(
    () => startCommand({ program: "sinfo", args: [], silence_s: 1 }, { PATH: "/nonexistent" }),
    /Cannot start sinfo: /,
  );
});

Deno.test("complaint() is null for a good end and else in the command's words", () => {
  assert.equal(complaint(sacct(), { code: 0, stderr: "warning", silent: false }), null);
  assert.equal(
    complaint(sacct(), { code: 1, stderr: "sacct: error: Connection refused", silent: false }),
    "sacct ended with status 1: sacct: error: Connection refused",
  );
  assert.equal(
    complaint(sacct(), { code: 1, stderr: "", silent: false }),
    "sacct ended with status 1: it said nothing",
  );
});

Deno.test("telling() tells of a command that takes long, and of no other", async () => {
  let told = 0;
  const tell = () => void told++;
  const quick: Running = { stdout: bytes(""), outcome: Promise.resolve(WELL) };
  await outputOf(telling(quick, { after_s: 60, tell }));
  assert.equal(told, 0);
  const { promise: printing, resolve: print } = Promise.withResolvers<typeof WELL>();
  setTimeout(() => print(WELL), 30);
  const printed: Running = { stdout: bytes("a job"), outcome: printing };
  await outputOf(telling(printed, { after_s: 0.01, tell }));
  assert.equal(told, 0, "what prints is not waited for");
  const { promise, resolve } = Promise.withResolvers<typeof WELL>();
  const slow = telling({ stdout: bytes(""), outcome: promise }, {
    after_s: 0,
    tell: () => {
      tell();
      resolve(WELL);
    },
  });
  await outputOf(slow);
  assert.equal(told, 1);
});
