import type { AnyComponent } from "preact";
import type {
  HandlerByMethod,
  HandlerFn,
  Middleware,
  PageProps,
  PageResponse,
  RouteHandler,
} from "./types.ts";

/** Functions that return what they are given and let TypeScript infer the rest. */
export interface Define<State> {
  /** A route's handlers: one function, or an object with one per method. */
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(
    handlers: Handlers,
  ): typeof handlers;
  /** A page; `define.page<typeof handler>` takes the data type from the route's handlers. */
  page<
    Handler extends RouteHandler<unknown, State> = never,
    Data = Handler extends HandlerFn<infer FnData, State> ? FnData
      : Handler extends HandlerByMethod<infer MethodData, State> ? MethodData
      : never,
  >(render: AnyComponent<PageProps<Data, State>>): typeof render;
  /** A layout. */
  layout(render: AnyComponent<PageProps<unknown, State>>): typeof render;
  /** One middleware or a list of them. */
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): typeof middleware;
}

/** The define functions for one state type. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (render) => render,
    layout: (render) => render,
    middleware: (middleware) => middleware,
  };
}

/** What a handler returns to have its page rendered with `data`; status and headers are the response's. */
export function page<Data>(
  data: Data,
  options?: { headers?: HeadersInit; status?: number },
): PageResponse<Data>;
export function page(): PageResponse<undefined>;
export function page(
  data?: unknown,
  options: { headers?: HeadersInit; status?: number } = {},
): PageResponse<unknown> {
  return { data, headers: options.headers, status: options.status };
}
