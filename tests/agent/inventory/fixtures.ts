import type { Command } from "../../../agent/slurm/command.ts";
import { type Answer, fakeStart } from "../fakes.ts";

const FOLDER = new URL("../../fixtures/inventory/", import.meta.url);

/** Which recording answers which command. */
const RECORDED: readonly (readonly [name: string, command: RegExp])[] = [
  ["nodes", /^scontrol .*show node/],
  ["partitions", /^scontrol .*show partition/],
  ["reservations_now", /^scontrol show reservation/],
  ["config", /^scontrol show config/],
  ["sinfo", /^sinfo /],
  ["events", /^sacctmgr .*show event/],
  ["reservations", /^sacctmgr .*show reservation/],
  ["associations", /^sacctmgr .*show association/],
  ["accounts", /^sacctmgr .*show account/],
  ["configuration", /^sacctmgr .*show configuration/],
];

/** What Slurm printed when it was recorded. */
export function recorded(folder: string, name: string): Answer {
  const text = (ending: string) => {
    try {
      return Deno.readTextFileSync(new URL(`${folder}/${name}.${ending}`, FOLDER));
    } catch {
      return "";
    }
  };
  return { stdout: text("out"), stderr: text("err").trim(), code: Number(text("rc") || "0") };
}

/** The name of the recording that answers a command. */
export function recordingOf({ program, args }: Command): string {
  const line = [program, ...args].join(" ");
  const found = RECORDED.find(([, command]) => command.test(line));
  if (found === undefined) throw new Error(`nothing was recorded of ${line}`);
  return found[0];
}

/** Starts commands that answer as recorded, some of them otherwise. */
export function recordedStart(folder: string, instead: Readonly<Record<string, Answer>> = {}) {
  return fakeStart((command) => {
    const name = recordingOf(command);
    return instead[name] ?? recorded(folder, name);
  });
}
