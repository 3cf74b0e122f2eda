import { type FileSystem, MACHINE } from "../lib/disk/file_system.ts";
import { lineLog, type Log } from "./log.ts";
import { type Screen, terminalScreen } from "./screen.ts";
import { readEnvironment, type StartCommand, startCommand, telling } from "./slurm/command.ts";
import { bundles } from "./trust.ts";
import { wordsOf } from "./words.ts";

/** What is known of a file or folder; owners are null where the system has none. */
export type FileFacts = Pick<Deno.FileInfo, "isDirectory" | "mode" | "uid">;

/** All that the agent takes from outside: a test puts its own in place. */
export interface World {
  /** Epoch seconds. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly uuid: () => string;
  /** So many random bytes, fit for a key. */
  readonly random_bytes: (length: number) => Uint8Array;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly fetch: typeof fetch;
  /** A fetch that trusts these certificates (PEM), too; throws if they are none. */
  readonly fetchTrusting: (certificates: readonly string[]) => typeof fetch;
  /** Files that may hold the certificates which this host trusts. */
  readonly ca_bundles: readonly string[];
  readonly start: StartCommand;
  /** The file system, for all that is changed. */
  readonly disk: FileSystem;
  /** Whether results are read by a person, on a terminal. */
  readonly terminal: boolean;
  /** The terminal's line for progress; null where events go elsewhere. */
  readonly screen: Screen | null;
  /** Name of the user who runs the agent, null if it is not known. */
  readonly user: string | null;
  /** Number of that user, null if it is not known. */
  readonly uid: number | null;
  /** Text of a file. */
  readonly read: (path: string) => Promise<string>;
  readonly stat: (path: string) => Promise<FileFacts>;
  /** Prints a line of the result. */
  readonly print: (line: string) => void;
  /** Prints an event of the work, for the journal. */
  readonly log: Log;
}

/** After so long without an answer of Slurm's whoever waits is told. */
const LONG_S = 10;

/** The machine the agent runs on. */
export function realWorld(): World {
  const environment = readEnvironment((name) => Deno.env.get(name));
  const screen = Deno.stderr.isTerminal() ? screenOf(Deno.stderr) : null;
  // A desktop's terminals may inherit the variable.
  const journald = Deno.env.has("JOURNAL_STREAM") && screen === null;
  const log = lineLog((line) => {
    screen?.clear();
    console.error(line);
  }, { journald });
  return {
    now: () => Math.floor(Date.now() / 1000),
    random: Math.random,
    uuid: () => crypto.randomUUID(),
    random_bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    fetch: speaking(fetch),
    fetchTrusting: (certificates) => {
      const client = Deno.createHttpClient({ caCerts: [...certificates] });
      return speaking((input, init) => {
        const with_client: RequestInit & { readonly client: Deno.HttpClient } = { ...init, client };
        return fetch(input, with_client);
      });
    },
    ca_bundles: bundles(Deno.env.get("SSL_CERT_FILE")),
    start: (command) =>
      telling(startCommand(command, environment), {
        after_s: LONG_S,
        tell: () => log("info", `Waiting for ${command.program}, which takes long to answer`),
      }),
    disk: MACHINE,
    terminal: Deno.stdout.isTerminal(),
    screen,
    user: environment.USER ?? environment.LOGNAME ?? null,
    uid: Deno.uid(),
    read: (path) => Deno.readTextFile(path),
    stat: (path) => Deno.stat(path),
    print: (line) => {
      screen?.clear();
      console.log(line);
    },
    log,
  };
}

/** A fetch whose errors are for people; that of a signal stays as it is. */
function speaking(inner: typeof fetch): typeof fetch {
  return async (input, init) => {
    try {
      return await inner(input, init);
    } catch (cause) {
      if (cause instanceof DOMException) throw cause;
      throw new TypeError(wordsOf(cause), { cause });
    }
  };
}

function columnsOf(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

function screenOf(terminal: typeof Deno.stderr): Screen {
  const encoder = new TextEncoder();
  return terminalScreen(
    (text) => {
      terminal.writeSync(encoder.encode(text));
    },
    columnsOf,
  );
}
