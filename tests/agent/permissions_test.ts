import assert from "node:assert/strict";
import { hostAndPort, MEMORY_FLAG, permissionFlags } from "../../agent/permissions.ts";
import { withFolder } from "../helpers.ts";
import { bundle, type Ended, run, startServer, writeSlurm } from "./built.ts";

const WRAPPER = new URL("../../agent/bundle_wrapper.sh", import.meta.url);

Deno.test("hostAndPort() gives the port that an address means", () => {
  for (
    const [address, expected] of [
      ["https://dashboard.example.com", "dashboard.example.com:443"],
      ["https://dashboard.example.com/base/", "dashboard.example.com:443"],
      ["http://dashboard.example.com", "dashboard.example.com:80"],
      ["https://dashboard.example.com:8443/", "dashboard.example.com:8443"],
      ["http://[::1]:8000", "[::1]:8000"],
    ]
  ) assert.equal(hostAndPort(address), expected);
  assert.equal(hostAndPort("https://my_host-1.example.com"), "my_host-1.example.com:443");
  for (
    const address of [
      "dashboard.example.com",
      "ftp://x",
      "",
      "https://*.example.com",
      "https://a,b.example",
      "https://a;b.example",
    ]
  ) {
    assert.throws(() => hostAndPort(address), TypeError, address);
  }
});

Deno.test("permissionFlags() gives no right without a list of what it is for", () => {
  const flags = permissionFlags({ server: "x:443" });
  assert.ok(flags.includes("--no-prompt"));
  assert.ok(flags.includes("--allow-run=sacct,sinfo,scontrol,sacctmgr"));
  assert.ok(flags.includes("--allow-net=x:443"));
  assert.ok(flags.includes("--allow-write=/var/lib/slurm-usage-history-exporter"));
  for (const flag of flags) assert.match(flag, /^--no-prompt$|^--allow-(run|net|read|write|env|sys)=[^*]+$/);
  assert.ok(
    flags.some((flag) => flag.startsWith("--allow-read=") && flag.split(",").includes("/etc/passwd")),
    "full names",
  );
});

Deno.test("bundle_wrapper.sh gives the bundle the rights of the compiled program", async () => {
  const text = await Deno.readTextFile(WRAPPER);
  const given = text.replaceAll('"', "")
    .replace("/etc/$NAME,$config,$state${ca:+,$ca},", "/etc/$NAME,$state,")
    .replaceAll("$NAME", "slurm-usage-history-exporter")
    .replaceAll("$state", "/var/lib/slurm-usage-history-exporter");
  for (const flag of permissionFlags({ server: "x:443" }).filter((flag) => !flag.startsWith("--allow-net"))) {
    assert.ok(given.includes(`${flag} `), flag);
  }
  assert.ok(given.includes(` ${MEMORY_FLAG} `));
  assert.equal(
    [...given.matchAll(/--allow-(?!net)/g)].length,
    permissionFlags({ server: "x:443" }).length - 2,
  );
});

Deno.test("bundle_wrapper.sh reads the address however the configuration writes it", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/deno`, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n", { mode: 0o755 });
    const text = (await Deno.readTextFile(WRAPPER)).replace("@DENO@", `${folder}/deno`);
    await Deno.writeTextFile(`${folder}/wrapper`, text);
    const flagsOf = async (config: string) => {
      await Deno.writeTextFile(`${folder}/config.json`, config);
      const { code, out } = await run("sh", [`${folder}/wrapper`, "--config", `${folder}/config.json`]);
      assert.equal(code, 0, out);
      return out.split("\n");
    };
    for (
      const [config, flag] of [
        ['{"api_url":"https:\\/\\/x.org\\/base","api_key":"a\\"b"}', "--allow-net=x.org:443"],
        ['{\n  "api_url":\r\n\t"http://x.org:8000/"\n}\n', "--allow-net=x.org:8000"],
        ['{"api_key": "k", "api_url" : "HTTP://X.org"}', "--allow-net=x.org:80"],
        ['{"api_url": " HTTPS://[::1] "}', "--allow-net=[::1]:443"],
        ['{"api_url": "http://[::1]:8000/"}', "--allow-net=[::1]:8000"],
        ['{"api_url": "https://x.org:"}', "--allow-net=x.org:443"],
        ['{"api_url": "https://*.example.com"}', "--deny-net"],
        ['{"api_url": "https://a,b.example"}', "--deny-net"],
        ['{"api_url": "https://a.example b.example"}', "--deny-net"],
        ['{"api_url": null}', "--deny-net"],
      ] as const
    ) {
      const flags = await flagsOf(config);
      assert.deepEqual(flags.filter((one) => /^--(allow|deny)-net/.test(one)), [flag], config);
    }
    const flags = await flagsOf('{"state_folder":\n"\\/srv\\/agent", "ca_file": null}');
    assert.ok(flags.includes("--allow-write=/srv/agent"));
    const default_folder = "--allow-write=/var/lib/slurm-usage-history-exporter";
    assert.ok((await flagsOf('{"state_folder": "/srv,/etc"}')).includes(default_folder));
    await Deno.remove(`${folder}/config.json`);
    const { out } = await run("sh", [`${folder}/wrapper`, `--config=${folder}/config.json`]);
    assert.ok(out.includes(default_folder) && !out.includes("No such file"), out);
  });
});

/** The agent's bundle in a folder of its own, run with exactly the flags it is compiled with. */
async function withAgent(
  use: (
    agent: {
      readonly folder: string;
      readonly agent: (...args: readonly string[]) => Promise<Ended>;
      readonly configure: (settings: Readonly<Record<string, unknown>>, name?: string) => Promise<string>;
    },
    server: ReturnType<typeof startServer>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await using server = startServer();
    await bundle(`${folder}/agent.js`);
    await writeSlurm(`${folder}/slurm`);
    await Deno.mkdir(`${folder}/etc`);
    await Deno.mkdir(`${folder}/state`);
    const flags = permissionFlags({
      server: `127.0.0.1:${server.port}`,
      config_folder: `${folder}/etc`,
      state_folder: `${folder}/state`,
    });
    const env = { PATH: `${folder}/slurm:/usr/bin:/bin`, HOME: Deno.env.get("HOME") ?? "/", NO_COLOR: "1" };
    const configure = async (settings: Readonly<Record<string, unknown>>, name = "etc/config.json") => {
      const all = {
        api_url: `http://127.0.0.1:${server.port}`,
        api_key: "k",
        state_folder: `${folder}/state`,
        collection_window_days: 1,
        ...settings,
      };
      await Deno.writeTextFile(`${folder}/${name}`, JSON.stringify(all), { mode: 0o600 });
      return `${folder}/${name}`;
    };
    const agent = (...args: readonly string[]) =>
      run(
        Deno.execPath(),
        ["run", "--quiet", "--no-config", "--no-lock", ...flags, `${folder}/agent.js`, ...args],
        { env, clearEnv: true, cwd: folder },
      );
    await use({ folder, agent, configure }, server);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the agent needs no more rights than it is compiled with, and is refused all others in words", async () => {
  await withAgent(async ({ folder, agent, configure }, { batches }) => {
    const config = await configure({});

    const sent = await agent("--config", config);
    assert.equal(sent.code, 0, sent.out);
    assert.deepEqual(batches.map(({ hostname, jobs }) => [hostname, jobs.length]), [["alpha", 1], [
      "alpha",
      0,
    ]]);
    const dry = await agent("--config", config, "--dry-run", "--verbose");
    assert.equal(dry.code, 0, dry.out);
    const status = await agent("status", "--config", config);
    assert.equal(status.code, 0, status.out);
    await Deno.chmod(`${folder}/state`, 0o700);
    const doctor = await agent("doctor", "--config", config);
    assert.equal(doctor.code, 0, doctor.out);

    const elsewhere = await agent("--config", await configure({}, "other.json"));
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.out, /This program was built so that it may not read .*other\.json/);

    const other_state = await agent(
      "status",
      "--config",
      await configure({ state_folder: `${folder}/elsewhere` }),
    );
    assert.equal(other_state.code, 1);
    assert.match(other_state.out, /may not read .*elsewhere/);

    const other_server = await agent(
      "doctor",
      "--config",
      await configure({ api_url: "http://127.0.0.1:65530" }),
    );
    assert.equal(other_server.code, 1);
    assert.match(other_server.out, /built for another server and may not reach 127\.0\.0\.1:65530/);

    for (const { out } of [elsewhere, other_state, other_server]) {
      assert.ok(!/--allow|NotCapable|^\s+at /m.test(out), out);
    }

    // A program of another name, and one of the right name that is not on PATH.
    const probe = `for (const program of ["/bin/sh", "${folder}/evil/sacct"]) {
      try { new Deno.Command(program).outputSync(); console.log("ran", program); }
      catch (error) { console.log(error.name); }
    }`;
    await Deno.mkdir(`${folder}/evil`);
    await Deno.copyFile(`${folder}/slurm/sacct`, `${folder}/evil/sacct`);
    await Deno.writeTextFile(`${folder}/agent.js`, probe);
    assert.equal((await agent()).out, "NotCapable\nNotCapable\n");
  });
});
