import assert from "node:assert/strict";
import { interruption } from "../../agent/signals.ts";

const MAIN = new URL("../../agent/main.ts", import.meta.url).pathname;

Deno.test("interruption() promises what is kept to those that send only", () => {
  for (const args of [[], ["backfill", "--start-date", "2026-01-01"], ["verify"]]) {
    assert.match(
      interruption(args),
      /^interrupted: everything collected so far is kept; run the same command again/,
    );
  }
  for (const args of [["--dry-run"], ["doctor"], ["--wrong"]]) {
    assert.equal(interruption(args), "interrupted: nothing was changed");
  }
});

Deno.test("endAtSignals() ends a run that waits for Slurm at once, with one line", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // It tells by a file that it was started, and then never answers.
    const script = `#!/bin/sh\n: >"${folder}/asked"\nexec sleep 20\n`;
    for (const program of ["sacct", "scontrol", "sacctmgr"]) {
      await Deno.writeTextFile(`${folder}/${program}`, script, { mode: 0o755 });
    }
    await Deno.writeTextFile(`${folder}/c.json`, '{"api_url":"http://127.0.0.1:9","api_key":"k"}');
    for (const [signal, status] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
      await Deno.remove(`${folder}/asked`).catch(() => {});
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", MAIN, "--config", `${folder}/c.json`],
        clearEnv: true,
        env: { PATH: `${folder}:/usr/bin:/bin`, HOME: Deno.env.get("HOME") ?? "/" },
        stdout: "null",
        stderr: "piped",
      }).spawn();
      while (!await Deno.stat(`${folder}/asked`).catch(() => null)) {
        await new Promise((done) => setTimeout(done, 20));
      }
      child.kill(signal);
      // What the agent has started holds the pipe: only its first line is waited for.
      const reader = child.stderr.getReader();
      const { value } = await reader.read();
      assert.match(new TextDecoder().decode(value), /^interrupted: everything .* is kept; .* to go on\n$/);
      assert.equal((await child.status).code, status);
      await reader.cancel();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
