import { ENVIRONMENT as SLURM_ENVIRONMENT } from "./slurm/command.ts";
import { PROGRAM } from "./version.ts";

/** Where the configuration lies. */
export const CONFIG_FOLDER = `/etc/${PROGRAM}`;
/** Where state and spool lie unless the configuration says otherwise. */
export const STATE_FOLDER = `/var/lib/${PROGRAM}`;

/** The programs of Slurm's that the agent starts; it starts no others. */
export const PROGRAMS = ["sacct", "sinfo", "scontrol", "sacctmgr"] as const;

/** The variables of the environment that the agent may read. */
export const ENVIRONMENT = [
  ...SLURM_ENVIRONMENT,
  "JOURNAL_STREAM",
  "SSL_CERT_FILE",
  "ALL_PROXY",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "all_proxy",
  "https_proxy",
  "http_proxy",
  "no_proxy",
] as const;

/** Files with the certificates that a host trusts, by distribution. */
export const CA_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/var/lib/ca-certificates/ca-bundle.pem",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
] as const;

/** What the agent may read of a host's certificates: `ca_file` may name one of these, too. */
const CERTIFICATES = [
  "/etc/ssl/certs",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/etc/pki/ca-trust",
  "/etc/pki/tls/certs",
  "/usr/local/share/ca-certificates",
  "/usr/share/ca-certificates",
  "/usr/share/pki",
  "/var/lib/ca-certificates",
] as const;

/** How much memory its garbage may take before V8 clears it away: without, it would let three times as much pile up. */
export const MEMORY_FLAG = "--v8-flags=--max-old-space-size=128,--max-semi-space-size=4";

/** What the agent may touch. */
export interface Reach {
  /** Host and port of the server, as {@link hostAndPort} gives them. */
  readonly server: string;
  readonly config_folder?: string;
  readonly state_folder?: string;
}

/** A host by name or number. Others are lists or patterns to Deno: `a,b.org` are two hosts, `*.org` are many. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/i;

/** Deno's flags for a program that can do what the agent does, and nothing else. */
export function permissionFlags(
  { server, config_folder = CONFIG_FOLDER, state_folder = STATE_FOLDER }: Reach,
): readonly string[] {
  return [
    "--no-prompt",
    `--allow-run=${PROGRAMS.join(",")}`,
    `--allow-net=${server}`,
    `--allow-read=${[config_folder, state_folder, ...CERTIFICATES, "/etc/passwd"].join(",")}`,
    `--allow-write=${state_folder}`,
    `--allow-env=${ENVIRONMENT.join(",")}`,
    "--allow-sys=uid,statfs",
  ];
}

/**
 * Host and port of a server's address, as `dashboard.example.com:443`.
 *
 * @throws {TypeError} if it is no address of a server.
 */
export function hostAndPort(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !HOST.test(url.hostname)) {
    throw new TypeError(
      `${
        JSON.stringify(address)
      } is no address of a dashboard: expected one like https://dashboard.example.com`,
    );
  }
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`;
}
