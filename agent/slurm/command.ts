/** A command of Slurm's to run, and for how long it may print nothing before it is taken for dead. */
export interface Command {
  readonly program: "sacct" | "sacctmgr" | "scontrol";
  readonly args: readonly string[];
  readonly silence_s: number;
}

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  /** The beginning of what it printed to stderr, without blanks at the ends. */
  readonly stderr: string;
  /** Whether it was killed because it printed nothing for `silence_s`. */
  readonly silent: boolean;
}

/** A command that is running. Its output must be read to the end, or left by ending the iteration, which kills it. */
export interface Running {
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly outcome: Promise<Outcome>;
}

/** Starts a command. */
export type StartCommand = (command: Command) => Running;

const STDERR_CHARACTERS = 2000;

/**
 * The environment for Slurm's commands: epoch times and UTC, so that every version and host agrees; none of the
 * user's own settings for sacct, which would change what it prints, or for which cluster. Variables of the dynamic
 * loader are left out, too: Deno hands them on only with full permission to run programs.
 */
export function slurmEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !/^(?:SACCT_|SLURM_CLUSTERS$|LD_|DYLD_)/.test(name));
  return { ...Object.fromEntries(kept), TZ: "UTC", SLURM_TIME_FORMAT: "%s" };
}

/**
 * Starts a command of Slurm's with the environment of {@link slurmEnvironment}. Only the time it spends without
 * printing counts, not the time its output waits to be read.
 *
 * @throws {Error} if it cannot be started, with words for the operator.
 */
export function startCommand(command: Command, env: Readonly<Record<string, string>>): Running {
  const child = spawn(command, env);
  const stderr = child.stderr.getReader();
  const stdout = child.stdout.getReader();
  let silent = false;

  // What the child started itself may hold its pipes open: they are let go of as well.
  function kill(): void {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    stdout.cancel();
    stderr.cancel();
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    let ended = false;
    try {
      while (true) {
        const timer = setTimeout(() => {
          silent = true;
          kill();
        }, command.silence_s * 1000);
        const { done, value } = await stdout.read().finally(() => clearTimeout(timer));
        ended = done;
        if (done) return;
        yield value;
      }
    } finally {
      if (!ended) kill();
    }
  }

  const text = beginning(stderr);
  const outcome = Promise.all([child.status, text]).then(([{ code }, said]) => ({
    code,
    stderr: said,
    silent,
  }));
  return { stdout: read(), outcome };
}

function spawn({ program, args }: Command, env: Readonly<Record<string, string>>): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      env: slurmEnvironment(env),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    throw new Error(`Cannot start ${program}: is Slurm's client installed on this host and on PATH?`, {
      cause,
    });
  }
}

async function beginning(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return text.trim();
    if (text.length < STDERR_CHARACTERS) text += decoder.decode(value, { stream: true });
  }
}

/** Runs a command that prints little and returns all of it. */
export async function outputOf(running: Running): Promise<Outcome & { readonly stdout: string }> {
  const decoder = new TextDecoder();
  let stdout = "";
  for await (const chunk of running.stdout) stdout += decoder.decode(chunk, { stream: true });
  return { ...await running.outcome, stdout };
}

/** What went wrong with a command, in its own words where it said any; null if it ended well. */
export function complaint({ program, silence_s }: Command, outcome: Outcome): string | null {
  if (outcome.silent) return `${program} printed nothing for ${silence_s} s and was stopped`;
  if (outcome.code === 0) return null;
  return `${program} ended with status ${outcome.code}: ${outcome.stderr.slice(0, 500) || "it said nothing"}`;
}
