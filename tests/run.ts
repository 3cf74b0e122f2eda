/**
 * Runs every test and ends with `N passed, N failed` and, where a suite misses a package of the system,
 * `, N skipped`. A suite that cannot run says so in a line that begins with `skipped:` and tells what to install.
 */
import { buildIfStale } from "../lib/server/serve.ts";

const FOLDERS = ["tests", "lib/fresh/tests"];

// Once, before several suites start servers at the same time.
await buildIfStale();
const child = new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", "--parallel", "--no-check", ...Deno.args, ...(Deno.args.length > 0 ? [] : FOLDERS)],
  stdout: "piped",
  stderr: "inherit",
  env: { NO_COLOR: "1", DENO_JOBS: "2" },
}).spawn();

let passed = 0;
let failed = 0;
const skipped: string[] = [];
let summed = false;
let rest = "";

function read(line: string): void {
  console.log(line);
  if (line.startsWith("skipped:")) skipped.push(line);
  const summary = /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/.exec(line);
  if (summary === null) return;
  passed = Number(summary[1]);
  failed = Number(summary[2]);
  summed = true;
}

for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  lines.forEach(read);
}
if (rest !== "") read(rest);
const { success } = await child.status;
// A run that broke before its summary, or outside of any test, has failed whatever it counted.
if (!success && failed === 0 || !summed) failed++;
for (const line of new Set(skipped)) console.log(line);
const more = skipped.length === 0 ? "" : `, ${skipped.length} skipped`;
console.log(`${passed - skipped.length} passed, ${failed} failed${more}`);
Deno.exit(failed === 0 ? 0 : 1);
