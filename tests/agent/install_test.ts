import assert from "node:assert/strict";
import { dirname } from "node:path";
import { copy, INSTALLED } from "../../agent/package.ts";
import { bundle, type Ended, run, startServer, writeSlurm } from "./built.ts";

const NAME = "slurm-usage-history-exporter";
const AGENT = new URL("../../agent/", import.meta.url).pathname;

/** Makes a folder with what `install.sh` needs beside it, and removes it afterwards. */
async function withPackage(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await copy(INSTALLED, { from: AGENT, to: folder });
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function install(folder: string, ...args: readonly string[]): Promise<Ended> {
  return installBy(dirname(Deno.execPath()), folder, ...args);
}

/** Runs install.sh with a folder of programs before those of the system. */
function installBy(programs: string, folder: string, ...args: readonly string[]): Promise<Ended> {
  const path = `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`;
  return run("sh", [`${folder}/install.sh`, ...args], { env: { DESTDIR: `${folder}/root`, PATH: path } });
}

async function mode(path: string): Promise<string> {
  return (((await Deno.stat(path)).mode ?? 0) & 0o7777).toString(8);
}

/** Paths of all files below a folder. */
async function filesIn(folder: string, below = ""): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}${below}`)) {
    found.push(...isDirectory ? await filesIn(folder, `${below}/${name}`) : [`${below}/${name}`]);
  }
  return found.sort();
}

Deno.test("install.sh installs the compiled program, units and a configuration for its eyes only", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\necho compiled\n");
    const { code, out } = await install(folder, "--prefix", "/opt/agent");
    assert.equal(code, 0, out);
    assert.match(out, /Next steps:/);
    const root = `${folder}/root`;
    assert.deepEqual(await run(`${root}/opt/agent/bin/${NAME}`, []), { code: 0, out: "compiled\n" });
    assert.equal(await mode(`${root}/etc/${NAME}/config.json`), "600");
    assert.equal(await mode(`${root}/var/lib/${NAME}`), "700");
    assert.deepEqual(await filesIn(root), [
      `/etc/${NAME}/config.json`,
      `/etc/systemd/system/${NAME}.service`,
      `/etc/systemd/system/${NAME}.timer`,
      `/opt/agent/bin/${NAME}`,
      `/opt/agent/share/bash-completion/completions/${NAME}`,
      `/opt/agent/share/man/man8/${NAME}.8`,
      `/usr/share/doc/${NAME}/README.md`,
      `/usr/share/doc/${NAME}/config.json.example`,
    ]);
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
    assert.equal(await mode(config), "600");
  });
});

Deno.test("install.sh says what is wrong and installs nothing", async () => {
  await withPackage(async (folder) => {
    for (
      const [args, words] of [[[], "neither"], [["--prefix"], "needs a folder"], [["-x"], "unknown option"], [
        ["--prefix", "a b"],
        "begin with a slash",
      ], [["--purge"], "belongs to --uninstall"]] as const
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

Deno.test("install.sh replaces the Python version and keeps its configuration", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\necho compiled\n");
    const root = `${folder}/root`;
    const old = {
      [`usr/local/bin/${NAME}`]: "#!/usr/bin/env python3\nprint('old')\n",
      [`usr/local/bin/${NAME}.py`]: "print('old')\n",
      [`etc/systemd/system/${NAME}.service`]: "[Service]\nExecStart=/usr/bin/python3 old\n",
      [`etc/${NAME}/config.json`]: '{"api_url":"https://x.org","api_key":"k","timeout":30}',
    };
    for (const [path, text] of Object.entries(old)) {
      await Deno.mkdir(dirname(`${root}/${path}`), { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text, { mode: 0o644 });
    }
    const { code, out } = await install(folder);
    assert.equal(code, 0, out);
    assert.match(out, new RegExp(`Note: /usr/local/bin/${NAME}.py is of the Python version`));
    assert.deepEqual(await run(`${root}/usr/local/bin/${NAME}`, []), { code: 0, out: "compiled\n" });
    assert.ok(!(await Deno.readTextFile(`${root}/etc/systemd/system/${NAME}.service`)).includes("python"));
    const config = `${root}/etc/${NAME}/config.json`;
    assert.equal(await Deno.readTextFile(config), old[`etc/${NAME}/config.json`]);
    assert.equal(await mode(config), "600");
  });
});

Deno.test("install.sh --uninstall keeps configuration and state unless --purge is given", async () => {
  await withPackage(async (folder) => {
    const root = `${folder}/root`;
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\n");
    assert.equal((await install(folder)).code, 0);
    await Deno.writeTextFile(`${root}/var/lib/${NAME}/state.json`, "{}");
    const removed = await install(folder, "--uninstall");
    assert.equal(removed.code, 0, removed.out);
    assert.match(removed.out, /kept \/etc\/slurm-usage-history-exporter and \/var\/lib/);
    assert.deepEqual(await filesIn(root), [`/etc/${NAME}/config.json`, `/var/lib/${NAME}/state.json`]);
    assert.equal((await install(folder, "--uninstall")).code, 0, "a second time");
    assert.equal((await install(folder, "--uninstall", "--purge")).code, 0);
    assert.deepEqual(await filesIn(root), []);
  });
});

Deno.test("install.sh leaves the modes of folders that are there already", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\n");
    const modes = new Map([["/usr/local/bin", 0o2775], ["/etc/systemd/system", 0o750], [
      `/etc/${NAME}`,
      0o750,
    ]]);
    for (const [path, bits] of modes) {
      await Deno.mkdir(`${folder}/root${path}`, { recursive: true });
      await Deno.chmod(`${folder}/root${path}`, bits);
    }
    const { code, out } = await install(folder);
    assert.equal(code, 0, out);
    for (const [path, bits] of modes) {
      assert.equal(await mode(`${folder}/root${path}`), bits.toString(8), path);
    }
    assert.equal(await mode(`${folder}/root/usr/local/share/man/man8`), "755");
  });
});

Deno.test("install.sh gives the folder behind a link to the service's user, not what links in it lead to", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\n");
    // With DESTDIR there is no such user: this is what would be done for one.
    const script = await Deno.readTextFile(`${folder}/install.sh`);
    const changed = script.replace(/if \[ -z "\$DESTDIR" \]; then\n(?= +chown)/, "if true; then\n");
    assert.notEqual(changed, script);
    await Deno.writeTextFile(`${folder}/install.sh`, changed);
    await Deno.mkdir(`${folder}/programs`);
    const chown = `#!/bin/sh\nprintf '%s\\n' "$*" >>"${folder}/owned"\n`;
    await Deno.writeTextFile(`${folder}/programs/chown`, chown, { mode: 0o755 });
    const real = await Deno.realPath(folder);
    await Deno.mkdir(`${folder}/large/state`, { recursive: true });
    await Deno.mkdir(`${folder}/root/var/lib`, { recursive: true });
    await Deno.symlink(`${folder}/large/state`, `${folder}/root/var/lib/${NAME}`);

    const { code, out } = await installBy(`${folder}/programs`, folder);
    assert.equal(code, 0, out);
    assert.deepEqual((await Deno.readTextFile(`${folder}/owned`)).trim().split("\n"), [
      `${NAME}:${NAME} ${folder}/root/etc/${NAME}/config.json`,
      `-R ${NAME}:${NAME} ${real}/large/state`,
    ]);
    assert.equal(await mode(`${folder}/large/state`), "700");
    const purged = await install(folder, "--uninstall", "--purge");
    assert.equal(purged.code, 0, purged.out);
    await assert.rejects(Deno.stat(`${folder}/large/state`), Deno.errors.NotFound);
    assert.deepEqual(await filesIn(`${folder}/root`), []);
  });
});

Deno.test("install.sh finds the program again that was put elsewhere", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}`, "#!/bin/sh\n");
    assert.equal((await install(folder, "--prefix", "/opt/x")).code, 0);
    const updated = await install(folder);
    assert.match(updated.out, /^Installed \/opt\/x\/bin\//m);
    const removed = await install(folder, "--uninstall");
    assert.equal(removed.code, 0, removed.out);
    assert.match(removed.out, /^Removed \/opt\/x\/bin\//m);
    assert.deepEqual(await filesIn(`${folder}/root`), [`/etc/${NAME}/config.json`]);
    assert.match((await install(folder, "--uninstall")).out, /there is no \/usr\/local\/bin/);
  });
});

Deno.test("install.sh writes Deno's path into the wrapper as it is", async () => {
  await withPackage(async (folder) => {
    await Deno.writeTextFile(`${folder}/${NAME}.js`, "");
    const programs = `${folder}/a & b|c\\1 $HOME "d" \`e\``;
    await Deno.mkdir(programs);
    await Deno.writeTextFile(`${programs}/deno`, "#!/bin/sh\necho this one\n", { mode: 0o755 });
    const installed = await installBy(programs, folder);
    assert.equal(installed.code, 0, installed.out);
    assert.deepEqual(await run(`${folder}/root/usr/local/bin/${NAME}`, []), { code: 0, out: "this one\n" });
  });
});

Deno.test("the bundle, installed with its wrapper, collects and sends with the rights it is given", async () => {
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
    assert.deepEqual([help.code, help.out.split("\n")[0]], [0, `Usage: ${NAME} [COMMAND] [OPTION]...`]);

    await writeSlurm(`${folder}/slurm`);
    await using server = startServer();
    const config = `${root}/etc/${NAME}/config.json`;
    const settings = {
      api_url: `http://127.0.0.1:${server.port}`,
      api_key: "k",
      collection_window_days: 1,
      state_folder: `${folder}/state`,
    };
    const env = { PATH: `${folder}/slurm:/usr/bin:/bin`, LD_LIBRARY_PATH: "/opt/slurm/lib" };
    for (const spaces of [undefined, 2]) {
      await Deno.writeTextFile(config, JSON.stringify(settings, null, spaces));
      const sent = await run(wrapper, spaces ? [`--config=${config}`] : ["--config", config], { env });
      assert.equal(sent.code, 0, sent.out);
    }
    assert.deepEqual(
      server.batches.map(({ hostname, jobs }) => [hostname, jobs.map((job) => [job.JobID, job.CPUHours])]),
      Array.from({ length: 2 }, () => [["alpha", [["7", 5]]], ["alpha", []]]).flat(),
    );
    // Without an address in the configuration there is no network, and the agent says what is missing.
    await Deno.writeTextFile(config, "{}");
    const wrong = await run(wrapper, ["--config", config], { env });
    assert.equal(wrong.code, 2);
    assert.match(wrong.out, /api_url is missing/);
  });
});
