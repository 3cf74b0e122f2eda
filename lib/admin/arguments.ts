/** What `store.ts` is called with. */

export const USAGE = `Usage: deno task store COMMAND

  check [CLUSTER]      reads and verifies every file; works while the server runs and changes nothing
  compact [CLUSTER]    merges the files of each cluster into one a week; the server must be stopped
  stats [CLUSTER] [--by year|week] [--json]
                       files, bytes and jobs
  export [CLUSTER] --format csv|jsonl|parquet [--out FILE]
                       all jobs, to the standard output unless a file is named
  import FOLDER [--cluster CLUSTER]
                       stores the jobs of the clusters in another data folder, or of all Parquet files
                       below a folder as one cluster's; the server must be stopped

The data folder is DATA_PATH, from the environment or .env as for the server.
Ends with 0 if all is well, 1 if something was found or went wrong, 2 if it was called wrongly.
`;

/** It was called wrongly. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const FORMATS = ["csv", "jsonl", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

export const PERIODS = ["year", "week"] as const;
export type Period = (typeof PERIODS)[number];

/** One call, taken apart. */
export type Call =
  | { readonly command: "help" }
  | { readonly command: "check" | "compact"; readonly cluster: string | null }
  | {
    readonly command: "stats";
    readonly cluster: string | null;
    readonly by: Period;
    readonly json: boolean;
  }
  | {
    readonly command: "export";
    readonly cluster: string | null;
    readonly format: Format;
    readonly out: string | null;
  }
  | { readonly command: "import"; readonly folder: string; readonly cluster: string | null };

/** The options of each command, and whether they take a value. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  check: {},
  compact: {},
  stats: { by: true, json: false },
  export: { format: true, out: true },
  import: { cluster: true },
};

/**
 * Takes a call apart.
 *
 * @throws {UsageError} with what is wrong about it
 */
export function parseCall(args: readonly string[]): Call {
  const [command, ...rest] = args;
  if (command === undefined) throw new UsageError("No command is given");
  if (["help", "--help", "-h"].includes(command)) return { command: "help" };
  if (!Object.hasOwn(OPTIONS, command)) throw new UsageError(`There is no command ${command}`);
  const { words, options } = taken(command, rest);
  if (words.length > 1) throw new UsageError(`${words[1]} is one word too many`);
  const cluster = words[0] ?? null;
  switch (command) {
    case "stats":
      return {
        command,
        cluster,
        by: oneOf("by", { of: PERIODS, given: options.get("by") ?? "year" }),
        json: options.has("json"),
      };
    case "export":
      return {
        command,
        cluster,
        format: oneOf("format", { of: FORMATS, given: options.get("format") ?? null }),
        out: options.get("out") ?? null,
      };
    case "import":
      if (cluster === null) throw new UsageError("import needs the folder to import from");
      return { command, folder: cluster, cluster: options.get("cluster") ?? null };
    default:
      return { command: command as "check" | "compact", cluster };
  }
}

function taken(command: string, args: readonly string[]) {
  const words: string[] = [];
  const options = new Map<string, string>();
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    if (!Object.hasOwn(OPTIONS[command], name)) throw new UsageError(`${command} has no option --${name}`);
    if (!OPTIONS[command][name]) {
      if (equals >= 0) throw new UsageError(`--${name} takes no value`);
      options.set(name, "");
      continue;
    }
    const value = equals < 0 ? rest.shift() : word.slice(equals + 1);
    if (value === undefined || value === "") throw new UsageError(`--${name} needs a value`);
    options.set(name, value);
  }
  return { words, options };
}

function oneOf<T extends string>(
  name: string,
  { of, given }: { readonly of: readonly T[]; readonly given: string | null },
): T {
  const found = of.find((value) => value === given);
  if (found !== undefined) return found;
  throw new UsageError(
    `--${name} ${given === null ? "is missing" : `is ${given}`}: it must be ${of.join(", ")}`,
  );
}
