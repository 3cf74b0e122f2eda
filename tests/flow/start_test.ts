import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startServer } from "./server_process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

async function run(script: string, environment: Readonly<Record<string, string>>) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script],
    cwd: ROOT,
    env: { HOST: "127.0.0.1", PORT: "0", NO_COLOR: "1", ...environment },
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, text: new TextDecoder().decode(stderr) };
}

Deno.test("start lists every problem of the configuration at once and ends with status 2", async () => {
  const { code, text } = await run("start.ts", {
    PORT: "http",
    TIME_ZONE: "Mars",
    AUTO_REFRESH_INTERVAL: "0",
  });
  assert.equal(code, 2);
  for (const name of ["PORT", "TIME_ZONE", "AUTO_REFRESH_INTERVAL"]) {
    assert.match(text, new RegExp(`^  ${name} `, "m"));
  }
  assert.doesNotMatch(text, /\.ts:\d/, "no stack trace");
});

Deno.test("start says in words that a folder or an address cannot be used, with status 2", async () => {
  const file = await Deno.makeTempFile();
  const wrong: Record<string, string>[] = [{ DATA_PATH: file }, {
    HOST: "203.0.113.7",
    DATA_PATH: `${file}-data`,
  }];
  for (const environment of wrong) {
    const { code, text } = await run("start.ts", environment);
    assert.equal(code, 2, text);
    assert.match(text, /^ {2}(DATA_PATH|HOST and PORT) /m);
    assert.doesNotMatch(text, /\.ts:\d/);
  }
  await Deno.remove(file);
  await Deno.remove(`${file}-data`, { recursive: true });
});

Deno.test("start serves an empty folder and tells how to add a cluster; a second server on it is refused", async () => {
  const folder = await Deno.makeTempDir({ prefix: "suh-start-" });
  const environment = { DATA_PATH: `${folder}/not/yet/there`, API_KEYS: "start-key" };
  const server = await startServer(environment);
  try {
    const response = await fetch(server.origin);
    assert.equal(response.status, 200);
    const html = await response.text();
    for (const words of ["API_KEYS", "install.sh", "config.json", "slurm-usage-history-exporter"]) {
      assert.ok(html.includes(words), words);
    }
    const second = await run("start.ts", environment);
    assert.equal(second.code, 1);
    assert.match(second.text, /is in use by another server/);
    assert.doesNotMatch(second.text, /\.ts:\d/);
  } finally {
    await server.end("SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
});
