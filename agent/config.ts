import * as z from "zod";
import { CLUSTER_NAME } from "../lib/job/batch.ts";
import { suggestion } from "./nearest.ts";
import { CONFIG_FOLDER, STATE_FOLDER } from "./permissions.ts";

/** Where the configuration is read from unless `--config` says otherwise. */
export const CONFIG_PATH = `${CONFIG_FOLDER}/config.json`;

const SWITCH = z.boolean("must be true or false");
const PATH = z.string("must be a text").refine(
  (path) => path === "" || path.startsWith("/"),
  "must be a path that begins with a slash",
);

const SCHEMA = z.strictObject({
  api_url: z.url({
    protocol: /^https?$/,
    error: "must be the address of the dashboard, like https://dashboard.example.com",
  }).refine(isPlain, "must be an address without user, password, ? and #"),
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
  late_margin_hours: z.number("must be a number of hours").int("must be a whole number of hours")
    .min(1, "must be at least 1 hour").max(8784, "must be at most 8784 hours").default(48),
  ca_file: PATH.default(""),
  allow_insecure_http: SWITCH.default(false),
  state_folder: PATH.default(STATE_FOLDER),
  spool_limit_mb: z.number("must be a number of MiB").int("must be a whole number of MiB")
    .min(1, "must be at least 1 MiB").max(1_048_576, "must be at most 1048576 MiB").default(2048),
  job_names: SWITCH.default(false),
  pseudonymise_users: z.enum(["off", "keyed-hash"], 'must be "off" or "keyed-hash"').default("off"),
  send_full_names: SWITCH.default(false),
});

const OPTIONAL: ReadonlySet<string> = new Set(
  Object.entries(SCHEMA.shape).filter(([, kind]) => kind instanceof z.ZodDefault).map(([setting]) => setting),
);

/** The agent's configuration, complete. */
export interface Config {
  readonly api_url: string;
  readonly api_key: string;
  /** Null where it is to be found out. */
  readonly cluster_name: string | null;
  readonly timeout_s: number;
  /** How far the first collection of all goes back. */
  readonly collection_window_days: number;
  /** For how long after its end a job may still come late into Slurm's database. */
  readonly late_margin_s: number;
  /** Certificates (PEM) to trust besides the system's; null without. */
  readonly ca_file: string | null;
  /** Where state and spool lie. */
  readonly state_folder: string;
  /** Most bytes that the spool may hold before collecting stops. */
  readonly spool_limit_bytes: number;
  readonly job_names: boolean;
  readonly pseudonymise_users: "off" | "keyed-hash";
  readonly send_full_names: boolean;
}

/** Everything that is wrong with the configuration or the command line, one sentence each. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly string[];
  /** Where to read more; null where the problems say enough. */
  readonly hint: string | null;

  constructor(problems: readonly string[], options: ErrorOptions & { readonly hint?: string } = {}) {
    super(problems.join("\n"), options);
    this.problems = problems;
    this.hint = options.hint ?? null;
  }
}

/**
 * Reads the text of a configuration file.
 *
 * @throws {UsageError} with all its problems at once.
 */
export function parseConfig(text: string, path: string): Config {
  const given = withoutNull(json(text, path));
  const parsed = SCHEMA.safeParse(given);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => inWords(issue, given));
  const problems = [...issues, ...atOdds(given)].map((words) => `${path}: ${words}`);
  if (!parsed.success || problems.length > 0) throw new UsageError(problems);
  const { timeout, late_margin_hours, spool_limit_mb, allow_insecure_http: _, ...rest } = parsed.data;
  const { cluster_name, ca_file, state_folder } = rest;
  return {
    ...rest,
    state_folder: state_folder || STATE_FOLDER,
    cluster_name: cluster_name || null,
    timeout_s: timeout,
    late_margin_s: late_margin_hours * 3600,
    ca_file: ca_file || null,
    spool_limit_bytes: spool_limit_mb * 1024 * 1024,
  };
}

/** The configuration without the settings that may be missing and are null. */
function withoutNull(given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(
    Object.entries(given).filter(([setting, value]) => value !== null || !OPTIONAL.has(setting)),
  );
}

/** Settings that do not go together; they are looked for whatever else is wrong. */
function atOdds(given: unknown): readonly string[] {
  const settings: Readonly<Record<string, unknown>> = { ...Object(given) };
  const { api_url, allow_insecure_http, pseudonymise_users, send_full_names } = settings;
  const problems: string[] = [];
  if (
    typeof api_url === "string" && URL.canParse(api_url) && allow_insecure_http !== true && !isSafe(api_url)
  ) {
    problems.push(
      "api_url would send the key and the jobs unencrypted: use https://, or set allow_insecure_http to true",
    );
  }
  if (pseudonymise_users === "keyed-hash" && send_full_names === true) {
    problems.push("send_full_names cannot be true while pseudonymise_users hides who users are");
  }
  return problems;
}

function isPlain(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { username, password, search, hash } = new URL(address);
  return username === "" && password === "" && search === "" && hash === "";
}

/** Whether nobody can listen on the way to this address. */
function isSafe(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol !== "http:" || /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function json(text: string, path: string): unknown {
  const written = text.replace(/^\uFEFF/, "");
  if (written.trim() === "") throw new UsageError([`${path} is empty: it must hold one JSON object`]);
  try {
    return JSON.parse(written);
  } catch {
    // V8's own words may show the text around the fault, and so the key.
    throw new UsageError([`${path} is not JSON: look at ${placeOfFault(written)}`]);
  }
}

/** Where a text stops to be the beginning of JSON. */
function placeOfFault(text: string): string {
  let good = 0;
  let bad = text.length + 1;
  while (good + 1 < bad) {
    const middle = Math.floor((good + bad) / 2);
    if (isBeginning(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  if (good === text.length) return "its end, where something is missing";
  const lines = text.slice(0, good).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}

/** Whether a text, continued, could be JSON: V8 then complains of its end. */
function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const words = error instanceof Error ? error.message : "";
    const at = /at position (\d+)/.exec(words);
    return /end of JSON|Unterminated/.test(words) || at !== null && Number(at[1]) >= text.length;
  }
}

function inWords(issue: z.core.$ZodIssue, given: unknown): readonly string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      `${JSON.stringify(key)} is no setting: ${suggestion(key, Object.keys(SCHEMA.shape))}`
    );
  }
  const [setting] = issue.path;
  if (setting === undefined) return ["it must hold one JSON object"];
  const missing = !Object.hasOwn(Object(given), setting);
  return [`${String(setting)} ${missing ? "is missing: it " : ""}${issue.message}`];
}
