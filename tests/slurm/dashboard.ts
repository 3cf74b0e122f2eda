import type { JobRecord } from "../../lib/job/columns.ts";
import type { SeriesAnswer } from "../../lib/query/answers.ts";

const START = new URL("../../start.ts", import.meta.url).pathname;
const KEY = "key-of-the-real-cluster";
const PATIENCE_MS = 30_000;

/** A job as the API gives it: times are ISO strings. */
export type Job = { readonly [C in keyof JobRecord]: string | number | null };

/** A server of ours on a port and a folder of its own. */
export interface Dashboard {
  readonly url: string;
  readonly key: string;
  /** Every job of a cluster. */
  readonly jobs: (cluster: string) => Promise<readonly Job[]>;
  /** Totals of a measure over inclusive UTC days by the values of a dimension. */
  readonly totals: (query: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, number>>>;
  readonly stop: () => Promise<void>;
}

/** Starts the server and waits until it answers. */
export async function startDashboard(cluster: string): Promise<Dashboard> {
  const folder = await Deno.makeTempDir({ prefix: "suh-data-" });
  const port = freePort();
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", START],
    env: {
      API_KEYS: `${cluster}=${KEY}`,
      DATA_PATH: folder,
      PORT: String(port),
      HOST: "127.0.0.1",
    },
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    try {
      server.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await server.status;
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const ended = server.status.then(({ code }) => {
      throw new Error(`The server ended with status ${code} before it answered`);
    });
    await Promise.race([answering(`${url}/api/dashboard/health`), ended]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    key: KEY,
    stop,
    jobs: (name) => allJobs(url, name),
    totals: async (query) => {
      const answer: SeriesAnswer = await json(
        await fetch(
          `${url}/api/dashboard/series?${new URLSearchParams({ step: "total", tz: "UTC", ...query })}`,
        ),
      );
      return Object.fromEntries(answer.series.map(({ key, total }) => [key, total ?? 0]));
    },
  };
}

async function allJobs(url: string, hostname: string): Promise<readonly Job[]> {
  const found: Job[] = [];
  const range = { hostname, start_date: "2024-01-01", end_date: "2099-12-31" };
  for (let offset: number | null = 0; offset !== null;) {
    const body: string = JSON.stringify({ ...range, offset });
    const headers = { "Content-Type": "application/json" };
    const page: { readonly data: readonly Job[]; readonly next_offset: number | null } = await json(
      await fetch(`${url}/api/dashboard/filter`, { method: "POST", headers, body }),
    );
    found.push(...page.data);
    offset = page.next_offset;
  }
  return found;
}

async function json<T>(response: Response): Promise<T> {
  if (response.ok) return await response.json();
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}

async function answering(url: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (true) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return;
    } catch (error) {
      if (Date.now() > until) throw new Error(`The server does not answer at ${url}`, { cause: error });
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
