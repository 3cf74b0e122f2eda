import { z } from "zod";
import { CLUSTER_NAME } from "../job/batch.ts";
import { isZone } from "../view/filters.ts";
import { type ApiKey, parseApiKey } from "./access.ts";

/** What the server was told to do; the names in the environment are in {@link readConfig}. */
export interface Config {
  readonly api_keys: readonly ApiKey[];
  readonly data_path: string;
  readonly refresh_s: number;
  readonly cors_origins: readonly string[];
  readonly port: number;
  readonly host: string;
  readonly max_body_bytes: number;
  /** How many months after its jobs have ended a week is moved to the archive; null for never. */
  readonly retention_months: number | null;
  /** Most rows of an exported file; null for any number. */
  readonly export_max_rows: number | null;
  /** Path of the file that says what nodes the clusters have; null for none. */
  readonly clusters_file: string | null;
  /** IANA zone of a cluster: its own if one is set for it, else the one for all. */
  readonly zone: (cluster: string) => string;
}

/** The configuration cannot be used; every problem is listed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}`);
    this.problems = problems;
  }
}

function wholeNumber({ least, most }: { readonly least: number; readonly most: number }) {
  return z.string().transform((text, context) => {
    const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    context.addIssue(`is "${text}" but must be a whole number from ${least} to ${most}`);
    return z.NEVER;
  });
}

const list = z.string().transform((text) =>
  text.split(",").map((item) => item.trim()).filter((item) => item !== "")
);

const schema = z.object({
  API_KEYS: list.default([]).transform((entries, context) =>
    entries.flatMap((entry) => {
      const key = parseApiKey(entry);
      if (key === null) {
        context.addIssue("holds an entry that is neither key nor cluster=key nor cluster=sha256:digest");
      }
      return key === null ? [] : [key];
    })
  ),
  DATA_PATH: z.string().default("data"),
  AUTO_REFRESH_INTERVAL: wholeNumber({ least: 1, most: 86_400 }).default(600),
  CORS_ORIGINS: list.default([]).transform((origins, context) => {
    for (const origin of origins) {
      if (origin !== "*" && !isOrigin(origin)) {
        context.addIssue(`holds "${origin}" but each must be like https://dashboard.example.com, or *`);
      }
    }
    return origins;
  }),
  PORT: wholeNumber({ least: 0, most: 65_535 }).default(8000),
  HOST: z.string().default("0.0.0.0"),
  MAX_BODY_MB: wholeNumber({ least: 1, most: 2000 }).default(256),
  RETENTION_MONTHS: wholeNumber({ least: 1, most: 1200 }).nullable().default(null),
  EXPORT_MAX_ROWS: wholeNumber({ least: 1, most: 999_999_999 }).nullable().default(null),
  CLUSTERS_FILE: z.string().nullable().default(null),
  TIME_ZONE: list.default(["UTC"]).transform((entries, context) => {
    const zones = new Map<string | null, string>();
    for (const entry of entries) {
      const equals = entry.indexOf("=");
      const cluster = equals < 0 ? null : entry.slice(0, equals).trim();
      const zone = entry.slice(equals + 1).trim();
      if (cluster !== null && !CLUSTER_NAME.test(cluster)) {
        context.addIssue(`names no cluster by "${cluster}"`);
      }
      if (!isZone(zone)) context.addIssue(`holds "${zone}" but must be zones such as Europe/Berlin`);
      if (zones.has(cluster)) context.addIssue(`gives ${cluster ?? "all clusters"} more than one zone`);
      zones.set(cluster, zone);
    }
    return zones;
  }),
});

/**
 * Reads the configuration from environment variables; empty ones are as if unset.
 *
 * @throws {ConfigError} with all problems at once
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, environment[name]?.trim() || undefined]),
  );
  const result = schema.safeParse(given);
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`));
  }
  const { data } = result;
  return {
    api_keys: data.API_KEYS,
    data_path: data.DATA_PATH,
    refresh_s: data.AUTO_REFRESH_INTERVAL,
    cors_origins: data.CORS_ORIGINS,
    port: data.PORT,
    host: data.HOST,
    max_body_bytes: data.MAX_BODY_MB * 1024 * 1024,
    retention_months: data.RETENTION_MONTHS,
    export_max_rows: data.EXPORT_MAX_ROWS,
    clusters_file: data.CLUSTERS_FILE,
    zone: (cluster) => data.TIME_ZONE.get(cluster) ?? data.TIME_ZONE.get(null) ?? "UTC",
  };
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}
