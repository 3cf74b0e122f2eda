/** Collects some windows with the sacct on PATH, in a process whose zone is set from outside, and prints the ends. */
import { collect } from "../../../agent/slurm/collect.ts";
import { readEnvironment, startCommand } from "../../../agent/slurm/command.ts";
import { openSacct, readWindow } from "../../../agent/slurm/sacct.ts";
import { type Window, windowsOf } from "../../../agent/slurm/windows.ts";

const runs: readonly Window[] = JSON.parse(Deno.args[0]);
const ends: unknown[] = [];
for (const run of runs) {
  const sacct = await openSacct({
    start: (command) => startCommand(command, readEnvironment((name) => Deno.env.get(name))),
    log: (line) => console.error(line),
    random: Math.random,
    job_names: true,
    cached: null,
  });
  const ask = (window: Window, question: Parameters<typeof readWindow>[1]["question"]) =>
    readWindow(sacct, { window, question });
  for await (const found of collect(windowsOf(run, 86_400), ask)) {
    if (found.kind === "job") ends.push(found.job.End);
    else if (found.kind !== "window") throw new Error(JSON.stringify(found));
  }
}
console.log(JSON.stringify({ ends, offset_min: new Date(runs[0].start * 1000).getTimezoneOffset() }));
