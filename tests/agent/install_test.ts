import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Batch } from "../../lib/job/batch.ts";

const NAME = "slurm-usage-history-exporter";
const AGENT = new URL("../../agent/", import.meta.url);
const DECODER = new TextDecoder();

/** A Slurm of three shell scripts: one running job, whatever is asked for. */
const SLURM: Readonly<Record<string, string>> = {
  scontrol: "echo 'ClusterName = alpha'",
  sacctmgr: "echo 'PrivateData = none'",
  sacct: `case "$*" in
  --helpformat) echo JobIDRaw JobID State Submit Start End ElapsedRaw AllocCPUS AllocTRES JobName; exit ;;
  *--allocations*) exit ;;
esac
for arg; do case $arg in --delimiter=*) d=\${arg#*=} ;; esac; done
now=$(date +%s)
printf '%s' "7$d" "7$d" "RUNNING$d" "$((now - 60))$d" "$((now - 50))$d" "Unknown$d" "10$d" "360$d" "cpu=360$d" "a|b
c$d"
echo`,
};

/** What a program printed and how it ended. */
interface Ended {
  readonly code: number;
  readonly out: string;
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const command = new Deno.Command(program, { args: [...args], env, stdin: "null" });
  const { code, stdout, stderr } = await command.output();
  return { code, out: DECODER.decode(stdout) + DECODER.decode(stderr) };
}

/** Makes a folder with what `install.sh` needs beside it, and removes it afterwards. */
async function withPackage(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/systemd`);
    for (
      const file of [
        "install.sh",
        "config.json.example",
        "README.md",
        `systemd/${NAME}.service`,
        `systemd/${NAME}.timer`,
      ]
    ) {
      await Deno.copyFile(new URL(file, AGENT), `${folder}/${file}`);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function install(folder: string, ...args: readonly string[]): Promise<Ended> {
  const path = `${dirname(Deno.execPath())}:/usr/sbin:/usr/bin:/sbin:/bin`;
  return run("sh", [`${folder}/install.sh`, ...args], { DESTDIR: `${folder}/root`, PATH: path });
}

async function mode(path: string): Promise<string> {
  return ((await Deno.stat(path)).mode ?? 0).toString(8).slice(-3);
}

async function bundle(to: string): Promise<void> {
  const main = new URL("main.ts", AGENT).pathname;
  const { code, out } = await run(Deno.execPath(), ["bundle", "--quiet", "--output", to, main]);
  assert.equal(code, 0, out);
}

Deno.test("install.sh installs the compiled program, units and a configuration for its eyes only", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\necho compiled\n");
    const { code, out } = await install(folder, "--prefix", "/opt/agent");
    assert.equal(code, 0, out);
    assert.match(out, /Next steps:/);
    const root = `${folder}/root`;
    assert.deepEqual(await run(`${root}/opt/agent/bin/${NAME}`, []), { code: 0, out: "compiled\n" });
    assert.equal(await mode(`${root}/etc/${NAME}/config.json`), "640");
    const unit = await Deno.readTextFile(`${root}/etc/systemd/system/${NAME}.service`);
    assert.match(unit, /^ExecStart=\/opt\/agent\/bin\/slurm-usage-history-exporter$/m);
    assert.match(
      await Deno.readTextFile(`${root}/etc/systemd/system/${NAME}.timer`),
      /^OnCalendar=\*-\*-\* 02:00:00$/m,
    );
  });
});

Deno.test("install.sh keeps an existing configuration and can be run again", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\n");
    assert.equal((await install(folder)).code, 0);
    const config = `${folder}/root/etc/${NAME}/config.json`;
    await Deno.writeTextFile(config, "mine");
    await Deno.chmod(config, 0o644);
    const { code, out } = await install(folder);
    assert.equal(code, 0, out);
    assert.match(out, /Kept \/etc\/slurm-usage-history-exporter\/config.json/);
    assert.equal(await Deno.readTextFile(config), "mine");
    assert.equal(await mode(config), "640");
  });
});

Deno.test("install.sh says what is wrong and installs nothing", async () => {
  await withPackage(async (folder) => {
    for (
      const [args, words] of [[[], "neither"], [["--prefix"], "needs a folder"], [["-x"], "unknown option"], [
        ["--prefix", "a b"],
        "begin with a slash",
      ]] as const
    ) {
      const { code, out } = await install(folder, ...args);
      assert.equal(code, 1, out);
      assert.ok(out.includes(words), out);
    }
    await Deno.remove(`${folder}/README.md`);
    assert.match((await install(folder)).out, /README.md is missing/);
    await assert.rejects(Deno.stat(`${folder}/root/etc`), Deno.errors.NotFound);
  });
});

Deno.test("the bundle, installed with its wrapper, collects and sends with the permissions it is given", async () => {
  await withPackage(async (folder) => {
    await bundle(`${folder}/${NAME}.js`);
    const installed = await install(folder);
    assert.equal(installed.code, 0, installed.out);
    const root = `${folder}/root`;
    const wrapper = `${root}/usr/local/bin/${NAME}`;
    // The wrapper names the place where the file will be, which DESTDIR is not part of.
    const text = await Deno.readTextFile(wrapper);
    await Deno.writeTextFile(wrapper, text.replace('"/usr/local/lib', `"${root}/usr/local/lib`));
    const help = await run(wrapper, ["--help"]);
    assert.deepEqual([help.code, help.out.split("\n")[0]], [0, `Usage: ${NAME} [OPTION]...`]);

    await Deno.mkdir(`${folder}/slurm`);
    for (const [name, script] of Object.entries(SLURM)) {
      await Deno.writeTextFile(`${folder}/slurm/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const batches: Batch[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      async (request) => {
        const stream = request.body?.pipeThrough(new DecompressionStream("gzip"));
        const batch: Batch = await new Response(stream).json();
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
      },
    );
    const config = `${root}/etc/${NAME}/config.json`;
    const api_url = `http://127.0.0.1:${server.addr.port}`;
    await Deno.writeTextFile(config, JSON.stringify({ api_url, api_key: "k", collection_window_days: 1 }));
    const env = { PATH: `${folder}/slurm:/usr/bin:/bin`, LD_LIBRARY_PATH: "/opt/slurm/lib" };
    const sent = await run(wrapper, ["--config", config], env);
    assert.equal(sent.code, 0, sent.out);
    assert.deepEqual(
      batches.map((
        { hostname, jobs },
      ) => [hostname, jobs.map((job) => [job.JobID, job.JobName, job.CPUHours])]),
      [
        ["alpha", [["7", "a|b\nc", 1]]],
      ],
    );
  });
});
