import assert from "node:assert/strict";
import { parseConfig } from "../../agent/config.ts";
import { COMMANDS, OPTIONS_OF } from "../../agent/options.ts";
import { permissionFlags, STATE_FOLDER } from "../../agent/permissions.ts";
import { KEY_FILE } from "../../agent/slurm/pseudonym.ts";
import { VERSION } from "../../agent/version.ts";
import { withFolder } from "../helpers.ts";
import { run } from "./built.ts";

const NAME = "slurm-usage-history-exporter";
const AGENT = new URL("../../agent/", import.meta.url).pathname;
const MAN = `${AGENT}man/${NAME}.8`;
const COMPLETION = `${AGENT}completion/${NAME}.bash`;

async function hasProgram(name: string): Promise<boolean> {
  return (await run("sh", ["-c", `command -v ${name}`])).code === 0;
}

Deno.test("the manual page names every command, option and setting, and this version", async () => {
  const text = (await Deno.readTextFile(MAN)).replaceAll("\\-", "-");
  assert.ok(text.includes(`"${NAME} ${VERSION}"`));
  for (const command of COMMANDS) assert.match(text, new RegExp(`^\\.BR? "?${command}\\b`, "m"), command);
  for (const option of new Set(Object.values(OPTIONS_OF).flat())) {
    assert.ok(text.includes(`--${option}`), option);
  }
  const example = await Deno.readTextFile(`${AGENT}config.json.example`);
  for (const setting of Object.keys(JSON.parse(example))) {
    assert.match(text, new RegExp(`^\\.B ${setting}$`, "m"), setting);
  }
});

Deno.test("README.md and the manual page name the files of the state folder and where ca_file may lie", async () => {
  const man = (await Deno.readTextFile(MAN)).replaceAll("\\-", "-");
  const readme = await Deno.readTextFile(`${AGENT}README.md`);
  const [, read = ""] = /--allow-read=(\S+)/.exec(permissionFlags({ server: "x:443" }).join(" ")) ?? [];
  const folders = read.split(",").filter((path) =>
    path !== STATE_FOLDER && !/\.pem$|^\/etc\/passwd$/.test(path)
  );
  assert.ok(folders.length > 5);
  for (const text of [man, readme]) {
    for (const path of folders) assert.ok(text.includes(path), path);
    for (const file of ["state.json", "state.json.previous", "spool/", "set-aside/", "lock", KEY_FILE]) {
      assert.match(text, new RegExp(`[\`/]${file.replaceAll(".", "\\.")}[\`\n]`), file);
    }
  }
});

Deno.test("the manual page is set without warnings", async () => {
  if (!await hasProgram("groff")) {
    const { code } = await run("sh", ["-c", `! grep -n '^[.][^A-Z\\\\"]' ${MAN}`]);
    assert.equal(code, 0);
    return;
  }
  const { code, out } = await run("groff", ["-man", "-Tutf8", "-ww", "-z", MAN]);
  assert.deepEqual([code, out], [0, ""]);
});

Deno.test("README.md names every setting, command and exit status", async () => {
  const text = await Deno.readTextFile(`${AGENT}README.md`);
  const { api_url, api_key, ...defaults } = JSON.parse(
    await Deno.readTextFile(`${AGENT}config.json.example`),
  );
  for (const setting of ["api_url", "api_key", ...Object.keys(defaults)]) {
    assert.match(text, new RegExp(`^\\| \`${setting}\` +\\|`, "m"), setting);
  }
  for (const [setting, value] of Object.entries(defaults)) {
    const told = new RegExp(`^\\| \`${setting}\` +\\| (.*?) +\\|`, "m").exec(text)?.[1].replaceAll(
      /[\`"]/g,
      "",
    );
    if (value === "") assert.match(told ?? "", /^(?:none|asked)$/, setting);
    else assert.equal(told, String(value), setting);
  }
  for (const command of COMMANDS) assert.ok(text.includes(`\`${command}`), command);
  for (const status of [0, 1, 2, 75, "130, 143"]) {
    assert.match(text, new RegExp(`^\\| ${status} +\\|`, "m"));
  }
  parseConfig(JSON.stringify({ api_url, api_key }), "config.json.example");
});

/** What bash offers after a command line, whose last word is being typed. */
async function completed(...words: readonly string[]): Promise<readonly string[]> {
  const script = `. "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_slurm_usage_history_exporter
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { code, out } = await run("bash", ["-euc", script, "bash", COMPLETION, NAME, ...words], {
    cwd: AGENT,
  });
  assert.equal(code, 0, out);
  return out.split("\n").filter((line) => line !== "");
}

Deno.test("the completion offers commands and, after one, its options", async () => {
  const bare = await completed("");
  for (const command of COMMANDS) assert.ok(bare.includes(command), command);
  assert.deepEqual(await completed("ba"), ["backfill"]);
  for (const command of COMMANDS.filter((name) => name !== "help" && name !== "version")) {
    const expected = [...OPTIONS_OF[command].map((name) => `--${name}`), "--help"];
    assert.deepEqual((await completed(command, "--")).toSorted(), expected.toSorted(), command);
  }
  assert.deepEqual(await completed("help", "d"), ["doctor"]);
});

Deno.test("the completion offers files where a file is wanted, and nothing where a date is", async () => {
  assert.deepEqual(await completed("--config", "config.j"), ["config.json.example"]);
  assert.deepEqual(await completed("backfill", "--start-date", ""), []);
});

Deno.test("systemd finds nothing wrong with the units, and little that they expose", async () => {
  const service = await Deno.readTextFile(`${AGENT}systemd/${NAME}.service`);
  assert.match(service, /^SuccessExitStatus=75$/m);
  assert.match(service, /^ProtectSystem=strict$/m);
  assert.match(await Deno.readTextFile(`${AGENT}systemd/${NAME}.timer`), /^Persistent=true$/m);
  if (!await hasProgram("systemd-analyze")) return;
  await withFolder(async (folder) => {
    const unit = `${folder}/${NAME}.service`;
    // A program that is there; systemd looks for it.
    await Deno.writeTextFile(unit, service.replace(/^ExecStart=.*$/m, "ExecStart=/bin/true"));
    await Deno.copyFile(`${AGENT}systemd/${NAME}.timer`, `${folder}/${NAME}.timer`);
    const verified = await run("systemd-analyze", ["verify", "--man=no", unit, `${folder}/${NAME}.timer`]);
    assert.ok(!verified.out.includes(NAME), verified.out);
    const { out } = await run("systemd-analyze", ["security", "--offline=true", unit]);
    const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(out)?.[1] ?? "0");
    assert.ok(exposure < 2, out);
  });
});
