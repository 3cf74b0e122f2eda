/** A command of Slurm's to run, and for how long it may print nothing before it is taken for dead. */
export interface Command {
  readonly program: "sacct" | "sacctmgr" | "scontrol" | "sinfo";
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
  /** Name of the signal that ended it, if one did. */
  readonly signal?: string | null;
}

/** A command that is running. Its output must be read to the end, or left by ending the iteration, which kills it. */
export interface Running {
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly outcome: Promise<Outcome>;
}

/** Starts a command. */
export type StartCommand = (command: Command) => Running;

/**
 * The variables that Slurm's commands are given of the agent's own environment, and no others: none of a user's settings
 * for sacct, which would change what it prints, or for which cluster, and none of the dynamic loader, which Deno hands on
 * only with full permission to run programs. A compiled agent is allowed to read these.
 */
export const ENVIRONMENT = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LC_ALL",
  "SLURM_CONF",
  "SLURM_CONF_SERVER",
  "SLURM_JWT",
  "SLURM_SACK_SOCKET",
  "SLURM_SACK_KEY",
  "SLURM_SACK_JWKS",
] as const;

const STDERR_CHARACTERS = 2000;
/** So long after a command has ended, what it started itself may hold its pipes open, but has nothing to say. */
const GRACE_MS = 2000;

/** The environment for Slurm's commands: epoch times and UTC, so that every version and host agrees. */
export function slurmEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const kept = ENVIRONMENT.flatMap((name): readonly (readonly [string, string])[] =>
    env[name] === undefined ? [] : [[name, env[name]]]
  );
  return { ...Object.fromEntries(kept), TZ: "UTC", SLURM_TIME_FORMAT: "%s" };
}

/** What of {@link ENVIRONMENT} is set, asked for variable by variable, as a compiled agent must. */
export function readEnvironment(get: (name: string) => string | undefined): Record<string, string> {
  const set: Record<string, string> = {};
  for (const name of ENVIRONMENT) {
    const value = get(name);
    if (value !== undefined) set[name] = value;
  }
  return set;
}

/** What to do when a command has printed nothing and not ended after some time: a person may wait for it. */
export interface Waiting {
  readonly after_s: number;
  readonly tell: () => void;
}

/** A command that tells once if it takes long. */
export function telling({ stdout, outcome }: Running, { after_s, tell }: Waiting): Running {
  const timer = setTimeout(tell, after_s * 1000);
  const stop = () => clearTimeout(timer);
  outcome.then(stop, stop);
  async function* read(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stdout) {
      stop();
      yield chunk;
    }
  }
  return { stdout: read(), outcome };
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
  let ended = false;
  /** Set while something is waited for that may never come. */
  let patience: ReturnType<typeof setTimeout> | undefined;

  // What the child started itself may hold its pipes open: they are let go of as well.
  function letGo(): void {
    stdout.cancel();
    stderr.cancel();
  }

  function kill(): void {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
    letGo();
  }

  function wait(): void {
    clearTimeout(patience);
    patience = ended ? setTimeout(letGo, GRACE_MS) : setTimeout(() => {
      silent = true;
      kill();
    }, command.silence_s * 1000);
  }

  function stopWaiting(): void {
    clearTimeout(patience);
    patience = undefined;
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    let closed = false;
    try {
      while (true) {
        wait();
        const { done, value } = await stdout.read().finally(stopWaiting);
        closed = done;
        if (done) break;
        yield value;
      }
      // It may close its output and yet go on.
      if (!ended) wait();
    } finally {
      if (!closed) kill();
    }
  }

  const status = child.status.then((status) => {
    ended = true;
    if (patience !== undefined) wait();
    return status;
  });
  const outcome = status.then(async ({ code, signal }) => {
    const timer = setTimeout(() => stderr.cancel(), GRACE_MS);
    const said = await text;
    clearTimeout(timer);
    stopWaiting();
    return { code, stderr: said, silent, signal };
  });
  const text = beginning(stderr);
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
    if (cause instanceof Deno.errors.PermissionDenied) {
      throw new Error(`Cannot start ${program}: this user may not execute it`, { cause });
    }
    throw new Error(
      `Cannot start ${program}: is Slurm's client installed on this host and on PATH (${
        env.PATH ?? "not set"
      })?`,
      { cause },
    );
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
  const said = outcome.stderr.slice(0, 500);
  if (outcome.signal) return `${program} was ended by ${outcome.signal}${said && `: ${said}`}`;
  return `${program} ended with status ${outcome.code}: ${said || "it said nothing"}`;
}
