import { type Context, INTERNAL, type Wrapping } from "./context.ts";
import { statusOf } from "./http_error.ts";
import { renderRoute } from "./render.ts";
import { Router } from "./router.ts";
import {
  type LayoutConfig,
  type Method,
  METHODS,
  type Middleware,
  type Route,
  type RouteComponent,
} from "./types.ts";

/** What was registered for one path: it holds for the routes added later at or below that path. */
interface Level<State> {
  readonly middlewares: Middleware<State>[];
  layout: { readonly component: RouteComponent<State>; readonly config: LayoutConfig } | null;
  error: Route<State> | null;
}

/** Collects middlewares, layouts and error pages by path and gives each route the chain it has to pass. */
export class RouteTable<State> {
  readonly router = new Router<readonly Middleware<State>[]>();
  readonly #levels = new Map<string, Level<State>>();
  #app: RouteComponent<State> | null = null;
  #notFound: Route<State> | null = null;

  setApp(component: RouteComponent<State>): void {
    this.#app = component;
  }

  setNotFound(route: Route<State>): void {
    this.#notFound = route;
  }

  setError(path: string, route: Route<State>): void {
    this.#level(segmentsOf(path)).error = route;
  }

  setLayout(path: string, layout: { component: RouteComponent<State>; config: LayoutConfig }): void {
    this.#level(segmentsOf(path)).layout = layout;
  }

  use(path: string, middlewares: readonly Middleware<State>[]): void {
    this.#level(segmentsOf(path)).middlewares.push(...middlewares);
  }

  /** Adds handlers for `methods` at `pattern`, behind all that was registered for its path so far. */
  addHandlers(pattern: string, methods: readonly Method[], handlers: readonly Middleware<State>[]): void {
    this.router.add(pattern, methods, [...this.#chain(segmentsOf(pattern)), ...handlers]);
  }

  /** Adds a route of `folder` at `pattern`; it answers GET for its page and the methods its handlers name. */
  addRoute(pattern: string, folder: string, route: Route<State>): void {
    const { handler, component } = route;
    const methods = typeof handler === "function"
      ? METHODS
      : METHODS.filter((method) => handler?.[method] || (method === "GET" && component));
    const chain = this.#chain(segmentsOf(folder));
    this.router.add(pattern, methods, [...chain, (ctx) => renderRoute(ctx, route)]);
  }

  /** The chain of a request that no route answers. */
  rootChain(): readonly Middleware<State>[] {
    return this.#chain([]);
  }

  #level(segments: readonly string[]): Level<State> {
    const key = segments.join("/");
    const level = this.#levels.get(key) ?? { middlewares: [], layout: null, error: null };
    this.#levels.set(key, level);
    return level;
  }

  #chain(segments: readonly string[]): Middleware<State>[] {
    const chain: Middleware<State>[] = [];
    for (let depth = 0; depth <= segments.length; depth++) {
      const level = this.#levels.get(segments.slice(0, depth).join("/"));
      if (level === undefined && depth > 0) continue;
      chain.push(this.#enter(depth === 0, level), ...(level?.middlewares ?? []));
    }
    return chain;
  }

  /** The step before a level's middlewares: it sets what wraps pages and catches what the level's routes throw. */
  #enter(isRoot: boolean, level: Level<State> | undefined): Middleware<State> {
    const { layout = null, error = null } = level ?? {};
    const app = isRoot ? this.#app : null;
    return async (ctx) => {
      const internal = ctx[INTERNAL];
      const outer = internal.wrapping;
      const inner = wrap(outer, { app, layout });
      internal.wrapping = inner;
      try {
        return await ctx.next();
      } catch (thrown) {
        ctx.error = thrown;
        internal.wrapping = inner;
        return await this.#answerError(ctx, error);
      } finally {
        internal.wrapping = outer;
      }
    };
  }

  #answerError(ctx: Context<State>, error: Route<State> | null): Promise<Response> {
    const status = statusOf(ctx.error);
    if (status === 404 && this.#notFound !== null) return renderRoute(ctx, this.#notFound, status);
    if (error !== null) return renderRoute(ctx, error, status);
    throw ctx.error;
  }
}

function wrap<State>(
  outer: Wrapping<State>,
  { app, layout }: { app: RouteComponent<State> | null; layout: Level<State>["layout"] },
): Wrapping<State> {
  const wrapped = { app: app ?? outer.app, layouts: outer.layouts };
  if (layout === null) return wrapped;
  return {
    app: layout.config.skipAppWrapper ? null : wrapped.app,
    layouts: [...(layout.config.skipInheritedLayouts ? [] : wrapped.layouts), layout.component],
  };
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== "*");
}
