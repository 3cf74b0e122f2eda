import { Context, runChain } from "./context.ts";
import { HttpError, statusOf } from "./http_error.ts";
import { addRouteFiles } from "./route_modules.ts";
import { RouteTable } from "./route_table.ts";
import { type Snapshot, snapshotOf } from "./snapshot.ts";
import { type Method, METHODS, type Middleware, type ResolvedFreshConfig, type Route } from "./types.ts";

/** Where and how `listen()` listens: the options of `Deno.serve`. */
export type ListenOptions = Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>;

/** Answers requests; without `info` the connection counts as local. */
export type Handler = (req: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

const LOCAL_INFO: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

const DEFAULT_PORT = 8000;

/** An app: middlewares and routes in the order they are added, each route behind the middlewares added before it. */
export class App<State> {
  readonly #steps: ((table: RouteTable<State>, snapshot: Snapshot | null) => void)[] = [];
  config: ResolvedFreshConfig = { root: ".", basePath: "", mode: "production" };

  /** Adds middlewares, for all routes added later or for those at or below `path`. */
  use(...middlewares: Middleware<State>[]): this;
  use(path: string, ...middlewares: Middleware<State>[]): this;
  use(first: string | Middleware<State>, ...rest: Middleware<State>[]): this {
    const [path, middlewares] = typeof first === "string" ? [first, rest] : ["*", [first, ...rest]];
    return this.#add((table) => table.use(path, middlewares));
  }

  get(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, ["GET"], middlewares));
  }

  post(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, ["POST"], middlewares));
  }

  put(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, ["PUT"], middlewares));
  }

  patch(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, ["PATCH"], middlewares));
  }

  delete(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, ["DELETE"], middlewares));
  }

  head(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, ["HEAD"], middlewares));
  }

  all(path: string, ...middlewares: Middleware<State>[]): this {
    return this.#add((table) => table.addHandlers(path, METHODS, middlewares));
  }

  /** Answers errors thrown at or below `path`; `ctx.error` holds the error. */
  onError(path: string, route: Route<State> | Middleware<State>): this {
    return this.#add((table) => table.setError(path, asRoute(route)));
  }

  /** Answers requests that nothing else answers, and every `HttpError` of status 404. */
  notFound(route: Route<State> | Middleware<State>): this {
    return this.#add((table) => table.setNotFound(asRoute(route)));
  }

  /** Adds the routes of the files below `routes/`, as the applied build knows them. */
  fsRoutes(): this {
    return this.#add((table, snapshot) => {
      if (snapshot === null) {
        throw new Error(
          "fsRoutes() has no build to take routes from: serve _fresh/server.js after the build, " +
            "or apply a snapshot of Builder.build() before app.handler()",
        );
      }
      addRouteFiles(table, snapshot.routes);
    });
  }

  /**
   * The function that answers requests, for `Deno.serve` or a test.
   * @throws {Error} when a registered route is invalid, or `fsRoutes()` is used without a build
   */
  handler(): Handler {
    const snapshot = snapshotOf(this);
    const table = new RouteTable<State>();
    for (const step of this.#steps) step(table, snapshot);
    const rootChain = table.rootChain();
    return async (req, info = LOCAL_INFO) => {
      const response = await answer<State>(req, { info, table, rootChain, snapshot, config: this.config });
      if (req.method !== "HEAD" || response.body === null) return response;
      await response.body.cancel();
      return new Response(null, response);
    };
  }

  /** Serves the app, on port 8000 unless told. */
  listen(options: ListenOptions = {}): Promise<void> {
    Deno.serve({ port: DEFAULT_PORT, ...options }, this.handler());
    return Promise.resolve();
  }

  #add(step: (table: RouteTable<State>, snapshot: Snapshot | null) => void): this {
    this.#steps.push(step);
    return this;
  }
}

interface Surroundings<State> {
  readonly info: Deno.ServeHandlerInfo;
  readonly table: RouteTable<State>;
  readonly rootChain: readonly Middleware<State>[];
  readonly snapshot: Snapshot | null;
  readonly config: ResolvedFreshConfig;
}

async function answer<State>(req: Request, surroundings: Surroundings<State>): Promise<Response> {
  const { info, table, rootChain, snapshot, config } = surroundings;
  // The host comes from the client, and may be none.
  if (!URL.canParse(req.url)) return new Response("Bad Request", { status: 400 });
  const url = new URL(req.url);
  url.pathname = url.pathname.replace(/\/{2,}/g, "/");
  const { pattern, params, target, failure, allowed } = find(table, { method: req.method as Method, url });
  const ctx = new Context<State>({
    req,
    url,
    info,
    route: pattern,
    params,
    config,
    snapshot,
    state: {} as State,
  });
  try {
    return await runChain(ctx, {
      chain: target ?? rootChain,
      last: () => {
        if (failure !== undefined) throw failure;
        if (target !== undefined || pattern === null) throw new HttpError(404);
        if (req.method !== "OPTIONS") throw new HttpError(405);
        return Promise.resolve(new Response(null, { status: 204, headers: { allow: allowed.join(", ") } }));
      },
    });
  } catch (error) {
    return plainError(ctx, error);
  }
}

/** A match, or the error of an address that cannot be read, which the root chain gets to answer. */
function find<State>(table: RouteTable<State>, { method, url }: { method: Method; url: URL }) {
  try {
    return { ...table.router.match(method, url), failure: undefined };
  } catch (failure) {
    return { pattern: null, params: {}, target: undefined, allowed: [], failure };
  }
}

/** The answer to an error that no error page took: an `HttpError`'s message is for people, any other is for the log. */
function plainError({ req, url }: { req: Request; url: URL }, error: unknown): Response {
  const status = statusOf(error);
  if (status >= 500) {
    const detail = error instanceof Error ? error.stack ?? error.message : String(error);
    console.error(`${req.method} ${url.pathname} failed: ${detail.replace(/\s*\n\s*/g, " | ")}`);
  }
  return new Response(error instanceof HttpError ? error.message : "Internal Server Error", { status });
}

function asRoute<State>(route: Route<State> | Middleware<State>): Route<State> {
  return typeof route === "function" ? { handler: route } : route;
}
