import type { AnyComponent } from "preact";
import type { Context } from "./context.ts";

/** The methods a route may answer. */
export type Method = "HEAD" | "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS";

/** Every `Method`, in the order `Allow` lists them. */
export const METHODS: readonly Method[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** A step in front of a route: answers itself or returns what `ctx.next()` gives. */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

/** What a page, layout or app component is given. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<Context<State>, "config" | "url" | "req" | "params" | "info" | "state" | "error" | "Component">
  & { data: Data };

/** A page, layout or app component; an async one is awaited before the render pass and may return a `Response`. */
export type RouteComponent<State> = AnyComponent<PageProps<unknown, State>>;

/** What a layout may export as `config`. */
export interface LayoutConfig {
  /** Leave out the layouts of the folders above. */
  skipInheritedLayouts?: boolean;
  /** Leave out `_app`. */
  skipAppWrapper?: boolean;
}

/** What a route may export as `config`. */
export type RouteConfig = LayoutConfig;

/** The data, status and headers a handler hands to its page. */
export interface PageResponse<Data> {
  data: Data;
  headers?: HeadersInit;
  status?: number;
}

/** A handler: answers itself or returns `page(data)` for the component beside it. */
export interface HandlerFn<Data, State> {
  (ctx: Context<State>): Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
}

/** One handler per method. */
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };

/** What a route exports as `handler` or `handlers`. */
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

/** The data type of a route's handlers. */
export type RouteData<Handler extends RouteHandler<unknown, never>> = Handler extends
  RouteHandler<infer Data, never> ? Data : never;

/** A route's parts, as a file under `routes/` exports them. */
export interface Route<State> {
  component?: RouteComponent<State>;
  config?: RouteConfig;
  handler?: RouteHandler<unknown, State>;
}

/** The configuration of a running app. */
export interface ResolvedFreshConfig {
  /** The directory that holds `routes/`, `islands/` and `static/`. */
  root: string;
  /** Always empty: the app is served from the root of its host. */
  basePath: string;
  mode: "development" | "production";
}
