import { type StartCommand, startCommand } from "./slurm/command.ts";

/** All that the agent takes from outside: a test puts its own in place. */
export interface World {
  /** Epoch seconds. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly uuid: () => string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly fetch: typeof fetch;
  readonly start: StartCommand;
  /** Name of the user who runs the agent, null if it is not known. */
  readonly user: string | null;
  /** Text of a file. */
  readonly read: (path: string) => Promise<string>;
  /** Prints a line of the result. */
  readonly print: (line: string) => void;
  /** Prints a line about the work, for the journal. */
  readonly log: (line: string) => void;
}

/** The machine the agent runs on. */
export function realWorld(): World {
  return {
    now: () => Math.floor(Date.now() / 1000),
    random: Math.random,
    uuid: () => crypto.randomUUID(),
    sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    fetch,
    start: (command) => startCommand(command, Deno.env.toObject()),
    user: Deno.env.get("USER") ?? Deno.env.get("LOGNAME") ?? null,
    read: (path) => Deno.readTextFile(path),
    print: (line) => console.log(line),
    log: (line) => console.error(line),
  };
}
