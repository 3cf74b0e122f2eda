import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A server in a process of its own, as a site runs it. */
export interface ServerProcess {
  /** As `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly pid: number;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Ends it by a signal and waits for its end. */
  readonly end: (signal: "SIGKILL" | "SIGTERM") => Promise<Deno.CommandStatus>;
}

/** Runs a start script of the project on a free port and waits until it serves. */
export async function startServer(
  environment: Readonly<Record<string, string>>,
  { script = "start.ts", args = [], spawned = () => {} }: {
    readonly script?: "start.ts" | "demo.ts";
    readonly args?: readonly string[];
    /** Called with a way to kill it before it serves. */
    readonly spawned?: (kill: () => void) => void;
  } = {},
): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", script, ...args],
    cwd: ROOT,
    env: { HOST: "127.0.0.1", PORT: "0", ...environment },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It has ended already.
    }
  };
  spawned(() => kill("SIGKILL"));
  let log = "";
  const origin = await new Promise<string>((resolve, reject) => {
    const read = async () => {
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        log += text;
        const serving = /serving (http:\S+)/.exec(log);
        if (serving !== null) resolve(serving[1]);
      }
      reject(new Error(`The server ended before it served: ${log}`));
    };
    read().catch(reject);
  });
  return {
    origin,
    pid: child.pid,
    log: () => log,
    end: (signal) => {
      kill(signal);
      return child.status;
    },
  };
}
