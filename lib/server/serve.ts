import { Builder } from "fresh/dev";
import { join } from "node:path";
import { FolderInUseError } from "../store/lock.ts";
import { secured } from "./app.ts";
import { compressed } from "./compress.ts";
import { ConfigError } from "./config.ts";
import { breathe } from "./event_loop.ts";
import { warmPages } from "../pages/warm_pages.ts";
import type { Services } from "./services.ts";

/** What a build is made from. */
const SOURCES = ["routes", "islands", "components", "lib", "static", "state.ts", "deno.json"];
const BUILD = "_fresh";

/** Chart.js takes colours apart to mix them, which nothing here asks for. */
export const ALIAS = { "@kurkle/color": "components/chart_colour.ts" } as const;

/** Builds the app in the working directory if there is no build or something is newer than it. */
export async function buildIfStale(): Promise<void> {
  const built_ms = await newest(join(BUILD, "server.js"));
  if (built_ms > 0 && built_ms > Math.max(...await Promise.all(SOURCES.map(newest)))) return;
  await new Builder({ alias: ALIAS }).build();
}

/** Serves the build until the process is asked to end. */
export async function serve({ config, log, warehouse, now_ms }: Services): Promise<void> {
  const server_module = new URL(`../../${BUILD}/server.js`, import.meta.url).href;
  const built: { readonly default: { readonly fetch: (request: Request) => Promise<Response> } } =
    await import(
      server_module
    );
  const server = listen({
    port: config.port,
    hostname: config.host,
    automaticCompression: true,
    onListen: ({ hostname, port }) => {
      const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
      const jobs = [...warehouse.clusters.values()].reduce((sum, { dataset }) => sum + dataset.length, 0);
      log("info", `${jobs} jobs of ${warehouse.clusters.size} clusters; serving http://${host}:${port}`);
    },
  }, compressed(secured(built.default.fetch)));
  // Nobody waits for it: it gives way to every request.
  warmPages(warehouse.views, { now_s: Math.floor(now_ms() / 1000), breathe }).catch((error) =>
    log("warn", "The pages could not be made ready: who asks first waits longer", { error: String(error) })
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      // A second signal, or a request that will not end, must not keep the process.
      Deno.unrefTimer(setTimeout(() => Deno.exit(0), 5000));
      server.shutdown().then(() => Deno.exit(0));
    });
  }
  await server.finished;
}

function listen(options: Deno.ServeTcpOptions, handler: Deno.ServeHandler): Deno.HttpServer {
  try {
    return Deno.serve(options, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `HOST and PORT name ${options.hostname}:${options.port}, where nobody can listen: ${reason}`,
    ]);
  }
}

/**
 * Ends the process because it cannot serve: status 2 for its configuration, with every problem, 1 for a folder or
 * a port that is in use. Anything else is thrown.
 */
export function endWith(error: unknown): never {
  if (error instanceof ConfigError) {
    console.error(`${error.message}:\n${error.problems.map((problem) => `  ${problem}`).join("\n")}`);
    Deno.exit(2);
  }
  if (error instanceof Deno.errors.AddrInUse) {
    console.error("The port is in use by another program: stop it, or choose another one, as with PORT=8001");
    Deno.exit(1);
  }
  if (error instanceof FolderInUseError) {
    console.error(error.message);
    Deno.exit(1);
  }
  throw error;
}

/** When a file, or the newest below a folder, tests aside, was changed; 0 if there is none. */
async function newest(path: string): Promise<number> {
  try {
    const { isDirectory, mtime } = await Deno.stat(path);
    if (!isDirectory) return mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
  const times = [0];
  for await (const { name } of Deno.readDir(path)) {
    if (name !== "tests") times.push(await newest(join(path, name)));
  }
  return Math.max(...times);
}
