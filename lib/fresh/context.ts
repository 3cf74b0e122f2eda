import type { FunctionComponent, VNode } from "preact";
import { renderResponse } from "./render.ts";
import type { Snapshot } from "./snapshot.ts";
import type { LayoutConfig, Middleware, ResolvedFreshConfig, RouteComponent } from "./types.ts";

/** Where a context keeps what only this library reads. */
export const INTERNAL: unique symbol = Symbol("fresh internal");

/** What wraps a page at this point of the chain. */
export interface Wrapping<State> {
  readonly app: RouteComponent<State> | null;
  readonly layouts: readonly RouteComponent<State>[];
}

/** The parts of a context that only this library reads. */
export interface ContextInternal<State> {
  wrapping: Wrapping<State>;
  readonly snapshot: Snapshot | null;
}

/** What a context is made of. */
export interface ContextInit<State> {
  readonly req: Request;
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  readonly route: string | null;
  readonly params: Record<string, string>;
  readonly config: ResolvedFreshConfig;
  readonly snapshot: Snapshot | null;
  readonly state: State;
}

/** One request on its way through middlewares to its route; there is one for each request. */
export class Context<State> {
  readonly config: ResolvedFreshConfig;
  /** The request's address, parsed; repeated slashes in its path are one. */
  readonly url: URL;
  req: Request;
  readonly info: Deno.ServeHandlerInfo;
  /** The pattern of the route that matched, null when none did. */
  readonly route: string | null;
  /** The decoded parameters of the pattern. */
  readonly params: Record<string, string>;
  /** Starts empty for each request; middlewares fill it. */
  readonly state: State;
  data: unknown = undefined;
  /** What was thrown, once something was. */
  error: unknown = null;
  /** Runs the rest of the chain. */
  next: () => Promise<Response> = () =>
    Promise.reject(new TypeError("ctx.next() was called outside a chain"));
  /** In layouts and the app component: what they wrap. */
  Component!: FunctionComponent;
  /** @internal */
  readonly [INTERNAL]: ContextInternal<State>;

  constructor(init: ContextInit<State>) {
    this.config = init.config;
    this.url = init.url;
    this.req = init.req;
    this.info = init.info;
    this.route = init.route;
    this.params = init.params;
    this.state = init.state;
    this[INTERNAL] = { wrapping: { app: null, layouts: [] }, snapshot: init.snapshot };
  }

  /** Sends the browser elsewhere; a path never leaves this host, however many slashes it begins with. */
  redirect(pathOrUrl: string, status = 302): Response {
    return new Response(null, { status, headers: { location: safeLocation(pathOrUrl) } });
  }

  /** Renders `vnode` inside the layouts and the app component of this point of the chain. */
  render(vnode: VNode | null, init: ResponseInit = {}, config: LayoutConfig = {}): Promise<Response> {
    return renderResponse(this, vnode, { init, config });
  }

  /** Answers with plain text. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init);
  }

  /** Answers with markup that is already written. */
  html(content: string, init: ResponseInit = {}): Response {
    const headers = new Headers(init.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(content, { ...init, headers });
  }

  /** Answers with JSON. */
  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }
}

/** Browsers drop tabs and line breaks from addresses and read `\` as `/`, so both are settled before looking for `//`. */
function safeLocation(pathOrUrl: string): string {
  const address = pathOrUrl.replace(/[\t\r\n]/g, "").trim();
  if (!/^[/\\]/.test(address)) return address;
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/.exec(address) ?? [];
  return path.replace(/[/\\]+/g, "/") + rest;
}

/** What a chain is run with. */
export interface ChainOptions<State> {
  readonly chain: readonly Middleware<State>[];
  /** Answers when every member of the chain called `ctx.next()`. */
  readonly last: () => Promise<Response>;
}

/** Runs a chain; each member gets a `ctx.next()` that runs the members after it. */
export function runChain<State>(
  ctx: Context<State>,
  { chain, last }: ChainOptions<State>,
): Promise<Response> {
  async function run(position: number): Promise<Response> {
    const middleware = chain[position];
    if (middleware === undefined) return await last();
    ctx.next = () => run(position + 1);
    const response: unknown = await middleware(ctx);
    if (response instanceof Response) return response;
    const name = middleware.name === "" ? "A middleware" : `The middleware ${middleware.name}`;
    throw new TypeError(
      `${name} returned ${typeof response} for ${ctx.url.pathname}: expected a Response (lazy middlewares are not supported)`,
    );
  }
  return run(0);
}
