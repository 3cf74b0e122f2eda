import * as z from "zod";
import { CLUSTER_NAME } from "../lib/job/batch.ts";
import { PROGRAM } from "./version.ts";

/** Where the configuration is read from unless `--config` says otherwise. */
export const CONFIG_PATH = `/etc/${PROGRAM}/config.json`;

const SCHEMA = z.strictObject({
  api_url: z.url({
    protocol: /^https?$/,
    error: "must be the address of the dashboard, like https://dashboard.example.com",
  }),
  api_key: z.string("must be a text: the key that the server knows for this cluster")
    .regex(/^[\x21-\x7e]+$/, "must be the server's key, without blanks or line ends"),
  cluster_name: z.string("must be a text").refine(
    (name) => name === "" || CLUSTER_NAME.test(name),
    "must be letters, digits, dots, dashes and underscores, at most 63, a letter or digit first",
  ).default(""),
  timeout: z.number("must be a number of seconds").min(1, "must be at least 1 second")
    .max(3600, "must be at most 3600 seconds").default(30),
  collection_window_days: z.number("must be a number of days").int("must be a whole number of days")
    .min(1, "must be at least 1 day").max(3660, "must be at most 3660 days").default(7),
});

/** The agent's configuration, complete. */
export interface Config {
  readonly api_url: string;
  readonly api_key: string;
  /** Null where it is to be found out. */
  readonly cluster_name: string | null;
  readonly timeout_s: number;
  readonly collection_window_days: number;
}

/** Everything that is wrong with the configuration or the command line, one sentence each. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join("\n"), options);
    this.problems = problems;
  }
}

/**
 * Reads the text of a configuration file.
 *
 * @throws {UsageError} with all its problems at once.
 */
export function parseConfig(text: string, path: string): Config {
  const given = json(text, path);
  const parsed = SCHEMA.safeParse(given);
  if (!parsed.success) {
    throw new UsageError(parsed.error.issues.flatMap((issue) => inWords(issue, { given, path })));
  }
  const { api_url, api_key, cluster_name, timeout, collection_window_days } = parsed.data;
  return { api_url, api_key, cluster_name: cluster_name || null, timeout_s: timeout, collection_window_days };
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError([`${path} is not JSON: ${reason}`], { cause });
  }
}

function inWords(
  issue: z.core.$ZodIssue,
  { given, path }: { readonly given: unknown; readonly path: string },
): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(SCHEMA.shape).join(", ");
    return issue.keys.map((key) => `${path}: "${key}" is no setting; known are ${known}`);
  }
  const [setting] = issue.path;
  if (setting === undefined) return [`${path} must hold one JSON object`];
  const missing = !Object.hasOwn(Object(given), setting);
  return [`${path}: ${String(setting)} ${missing ? "is missing: it " : ""}${issue.message}`];
}
