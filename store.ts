/** Looks after the data folder from the command line; without a command it says how. */
import { run } from "./lib/admin/run.ts";
import { ConfigError, readConfig } from "./lib/server/config.ts";
import { environment } from "./lib/server/environment.ts";

function writeTo(stream: typeof Deno.stdout | typeof Deno.stderr): (data: string | Uint8Array) => void {
  return (data) => {
    let rest = typeof data === "string" ? new TextEncoder().encode(data) : data;
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
  };
}

try {
  const { data_path: root, zone } = readConfig(await environment(".env"));
  const desk = { root, zone, now_ms: Date.now, out: writeTo(Deno.stdout), say: writeTo(Deno.stderr) };
  Deno.exitCode = await run(Deno.args, desk);
} catch (error) {
  // Whoever read the output has seen enough, as `head` has.
  if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
  if (!(error instanceof ConfigError)) throw error;
  console.error(`${error.message}:\n${error.problems.map((problem) => `  ${problem}`).join("\n")}`);
  Deno.exitCode = 2;
}
