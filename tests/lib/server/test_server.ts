import { Builder } from "fresh/dev";
import { fileURLToPath } from "node:url";
import { createApp, secured } from "../../../lib/server/app.ts";
import { readConfig } from "../../../lib/server/config.ts";
import type { FileSystem } from "../../../lib/disk/file_system.ts";
import { ALIAS } from "../../../lib/server/serve.ts";
import { openServices, type Services } from "../../../lib/server/services.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const build = new Builder({ root: ROOT, alias: ALIAS }).build({ snapshot: "memory" });

/** A server in this process over a folder of its own. */
export interface TestServer {
  readonly services: Services;
  readonly root: string;
  /** Lines of its log. */
  readonly logged: readonly string[];
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Posts a batch and gives status and body of the answer. */
  readonly ingest: (body: unknown, headers?: HeadersInit) => Promise<Answer>;
  readonly json: (path: string) => Promise<Answer>;
  readonly post: (path: string, body: unknown) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** What JSON can hold, for tests that look into answers. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What the public contract has of the answer of health; the rest is of this server. */
export function contractOf(health: Json): Json {
  const contract = { ...health as { readonly [key: string]: Json } };
  for (const own of ["clusters", "waiting", "memory"]) {
    if (!(own in contract)) throw new Error(`health lacks ${own}`);
    delete contract[own];
  }
  return contract;
}

export const KEY = "test-key-0123456789";
export const NOW_MS = Date.parse("2024-11-02T12:00:00Z");

/** Runs `use` with a server; the folder is removed afterwards. */
export async function withServer(
  use: (server: TestServer) => Promise<void>,
  { environment = {}, now_ms = () => NOW_MS, disk }: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly now_ms?: () => number;
    readonly disk?: FileSystem;
  } = {},
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "suh-server-" });
  const stop = new AbortController();
  const logged: string[] = [];
  try {
    const services = await openServices({
      config: readConfig({ API_KEYS: KEY, DATA_PATH: `${root}/data`, ...environment }),
      log: (level, text) => logged.push(`${level} ${text}`),
      now_ms,
      disk,
      signal: stop.signal,
    });
    const app = createApp(services);
    (await build)(app);
    const handler = secured(app.handler());
    const fetch = (path: string, init?: RequestInit) => handler(new Request(`http://localhost${path}`, init));
    const answer = async (response: Response): Promise<Answer> => ({
      status: response.status,
      body: JSON.parse(await response.text()),
    });
    const post = async (path: string, body: unknown, headers: HeadersInit = {}) =>
      answer(
        await fetch(path, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        }),
      );
    await use({
      services,
      root: `${root}/data`,
      logged,
      fetch,
      ingest: (body, headers) => post("/api/data/ingest", body, { "x-api-key": KEY, ...headers }),
      json: async (path) => answer(await fetch(path)),
      post,
    });
  } finally {
    stop.abort();
    await Deno.remove(root, { recursive: true });
  }
}

/** A job as the wire has it, ended an hour before noon. */
export function wireJob(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    JobID: "1",
    User: "alice",
    Account: "physics",
    Partition: "compute",
    QOS: "normal",
    State: "COMPLETED",
    Submit: "2024-11-02T08:00:00Z",
    Start: "2024-11-02T09:00:00Z",
    End: "2024-11-02T11:00:00Z",
    AllocCPUS: 4,
    AllocGPUS: 0,
    AllocNodes: 1,
    NodeList: "node001",
    ...fields,
  };
}
