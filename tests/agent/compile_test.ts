import assert from "node:assert/strict";
import { compileArgs, parseBuild, programName } from "../../agent/compile.ts";
import { copy, INSTALLED } from "../../agent/package.ts";
import { MEMORY_FLAG, permissionFlags } from "../../agent/permissions.ts";
import { withFolder } from "../helpers.ts";

const AGENT = new URL("../../agent/", import.meta.url).pathname;

Deno.test("parseBuild() takes an address, and both kinds of machine or those named", () => {
  assert.deepEqual(parseBuild(["https://dashboard.example.com"]), {
    server: "dashboard.example.com:443",
    targets: ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"],
  });
  assert.deepEqual(parseBuild(["--target=aarch64-unknown-linux-gnu", "http://x.org:8000"]), {
    server: "x.org:8000",
    targets: ["aarch64-unknown-linux-gnu"],
  });
});

Deno.test("parseBuild() says what is missing or wrong", () => {
  for (
    const [args, words] of [
      [[], /Give one address/],
      [["https://x.org", "https://y.org"], /Give one address/],
      [["x.org"], /no address of a dashboard/],
      [["https://*.example.com"], /no address of a dashboard/],
      [["https://x.org", "--target", "sparc"], /No such target: sparc/],
      [["https://x.org", "--target"], /No such target/],
    ] as const
  ) {
    const build = parseBuild(args);
    assert.ok("problem" in build && words.test(build.problem), args.join(" "));
  }
});

Deno.test("compileArgs() compiles the bundle with the agent's rights and no others", () => {
  const target = "aarch64-unknown-linux-gnu";
  const args = compileArgs(target, { server: "x.org:443", bundle: "b.js", output: "out" });
  assert.deepEqual(args, [
    "compile",
    "--no-config",
    "--target",
    target,
    MEMORY_FLAG,
    ...permissionFlags({ server: "x.org:443" }),
    "--output",
    "out",
    "b.js",
  ]);
  assert.equal(programName(target), "slurm-usage-history-exporter-aarch64");
});

Deno.test("copy() takes all that install.sh asks for", async () => {
  await withFolder(async (folder) => {
    await copy(INSTALLED, { from: AGENT, to: folder });
    const script = await Deno.readTextFile(`${folder}/install.sh`);
    const asked = [...script.matchAll(/"\$HERE\/([^"\s]+)"/g)].map(([, file]) =>
      file.replaceAll("$NAME", "slurm-usage-history-exporter")
    ).filter((file) => !/^(\$file|slurm-usage-history-exporter(\.js)?)$/.test(file));
    assert.ok(asked.length >= 7);
    for (const file of asked) assert.ok((await Deno.stat(`${folder}/${file}`)).isFile, file);
  });
});
