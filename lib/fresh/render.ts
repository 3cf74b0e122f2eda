import {
  type ComponentChildren,
  type ComponentClass,
  type ComponentType,
  Fragment,
  h,
  isValidElement,
  type VNode,
} from "preact";
import { renderToString } from "preact-render-to-string";
import { setBuildId } from "./build_id.ts";
import { type Context, INTERNAL } from "./context.ts";
import { rememberNonce } from "./csp.ts";
import { HttpError } from "./http_error.ts";
import { findIslands, type FoundIsland } from "./islands.ts";
import { plainProps, serializeProps } from "./props.ts";
import type { BrowserModule, Snapshot } from "./snapshot.ts";
import type {
  HandlerFn,
  LayoutConfig,
  Method,
  PageProps,
  PageResponse,
  Route,
  RouteComponent,
} from "./types.ts";

/** Runs a route: its handler, then, unless that answered, its component with the handler's data. */
export async function renderRoute<State>(
  ctx: Context<State>,
  route: Route<State>,
  status = 200,
): Promise<Response> {
  const config = route.config ?? {};
  const internal = ctx[INTERNAL];
  internal.wrapping = skip(internal.wrapping, config);
  const handler = handlerFor(route, ctx.req.method as Method);
  const result: Response | PageResponse<unknown> = handler === undefined ? { data: {} } : await handler(ctx);
  if (result instanceof Response) return result;
  if (route.component === undefined) {
    throw new TypeError(
      `The handler of ${ctx.route} returned page data, but the route has no default export`,
    );
  }
  ctx.data = result.data;
  const content = await elementOf(ctx, route.component, { data: result.data, child: null });
  if (content instanceof Response) return content;
  return await ctx.render(content, { status: result.status ?? status, headers: result.headers });
}

function handlerFor<State>(route: Route<State>, method: Method): HandlerFn<unknown, State> | undefined {
  const { handler, component } = route;
  if (handler === undefined || typeof handler === "function") return handler;
  const chosen = handler[method] ?? (method === "HEAD" ? handler.GET : undefined);
  const pageAnswers = component !== undefined && (method === "GET" || method === "HEAD");
  if (chosen === undefined && !pageAnswers) throw new HttpError(405);
  return chosen;
}

function skip<State>(
  wrapping: { app: RouteComponent<State> | null; layouts: readonly RouteComponent<State>[] },
  config: LayoutConfig,
) {
  return {
    app: config.skipAppWrapper ? null : wrapping.app,
    layouts: config.skipInheritedLayouts ? [] : wrapping.layouts,
  };
}

/** How `renderResponse` answers. */
export interface RenderOptions {
  readonly init: ResponseInit;
  readonly config: LayoutConfig;
}

/** Wraps `content` in its layouts and app, renders it in one synchronous pass and adds the script its islands need. */
export async function renderResponse<State>(
  ctx: Context<State>,
  content: VNode | null,
  { init, config }: RenderOptions,
): Promise<Response> {
  if (content !== null && !isValidElement(content)) {
    throw new TypeError(`ctx.render() takes an element or null, not ${typeof content}`);
  }
  const { app, layouts } = skip(ctx[INTERNAL].wrapping, config);
  let tree: VNode | null = content;
  for (const component of [...layouts.toReversed(), ...(app === null ? [] : [app])]) {
    const child = tree;
    const wrapped = await elementOf(ctx, component, { data: undefined, child });
    if (wrapped instanceof Response) return wrapped;
    tree = wrapped;
  }
  const { html, nonce, preloads } = renderDocument(tree, ctx[INTERNAL].snapshot);
  const headers = new Headers(init.headers);
  headers.set("content-type", "text/html; charset=utf-8");
  if (preloads.length > 0) {
    headers.append("link", preloads.map((url) => `<${encodeURI(url)}>; rel="modulepreload"`).join(", "));
  }
  const response = new Response(html, { ...init, headers });
  rememberNonce(response, nonce);
  return response;
}

/** The element of a page, layout or app component; async components are awaited here, before the render pass. */
async function elementOf<State>(
  ctx: Context<State>,
  component: RouteComponent<State>,
  { data, child }: { data: unknown; child: ComponentChildren },
): Promise<VNode | Response | null> {
  const { config, url, req, params, info, state, error } = ctx;
  const props: PageProps<unknown, State> = {
    ...{ config, url, req, params, info, state, error, data },
    Component: () => h(Fragment, null, child),
  };
  if (!isAsync(component)) return h(synchronous(component), props) as VNode;
  const result = await component(props);
  if (result === null || result instanceof Response || isValidElement(result)) {
    return result as VNode | Response | null;
  }
  throw new TypeError(
    `The component ${component.name} of ${ctx.route} gave neither an element nor a Response`,
  );
}

/** A component that complains where the renderer would write nothing. */
function synchronous<State>(component: RouteComponent<State>): ComponentType<PageProps<unknown, State>> {
  if (isClass(component)) return component;
  return function Checked(props) {
    const result = component(props);
    if (!(result instanceof Response || result instanceof Promise)) return result;
    throw new TypeError(`${component.name} must be an async function to return a promise or a Response`);
  };
}

function isClass<State>(
  component: RouteComponent<State>,
): component is ComponentClass<PageProps<unknown, State>> {
  return component.prototype !== undefined && "render" in component.prototype;
}

type AsyncComponent<State> = (props: PageProps<unknown, State>) => Promise<unknown>;

function isAsync<State>(
  component: RouteComponent<State>,
): component is RouteComponent<State> & AsyncComponent<State> {
  return component.constructor.name === "AsyncFunction";
}

function renderDocument(tree: VNode | null, snapshot: Snapshot | null) {
  const nonce = crypto.randomUUID().replaceAll("-", "");
  if (snapshot !== null) setBuildId(snapshot.build_id);
  const { result, found } = findIslands(
    snapshot?.islands ?? new Map(),
    () => renderToString(tree ?? h(Fragment, null)),
  );
  const markup = /^\s*<html[\s>]/i.test(result)
    ? result
    : `<html><head><meta charset="utf-8"></head><body>${result}</body></html>`;
  if (snapshot === null) return { html: `<!DOCTYPE html>${markup}`, nonce, preloads: [] };
  const scripts = (found.length === 0 ? "" : islandScripts(found, { snapshot, nonce })) +
    (snapshot.reload_url === null ? "" : moduleScript(snapshot.reload_url, nonce));
  const preloads = [...startersOf(found, snapshot), ...lazyOf(markup, snapshot)].flatMap((one) =>
    one.preloads
  );
  return {
    html: `<!DOCTYPE html>${insertScripts(markup, scripts)}`,
    nonce,
    preloads: [...new Set(preloads)],
  };
}

/** The modules that start the islands of a page. */
function startersOf(
  found: readonly FoundIsland[],
  { modules: { boot, islands } }: Snapshot,
): readonly BrowserModule[] {
  if (found.length === 0) return [];
  const needed = new Set(found.flatMap(({ island }) => islands[island.module] ?? []));
  return needed.size === 0 ? [boot] : [...needed];
}

/** The modules that elements say they will import, as `data-imports="chart"`. */
function lazyOf(markup: string, { modules: { lazy } }: Snapshot): readonly BrowserModule[] {
  const names = new Set(markup.matchAll(/<[^<>]* data-imports="(\w+)"/g).map(([, name]) => name));
  return [...names].flatMap((name) => lazy[name] ?? []);
}

function insertScripts(markup: string, scripts: string): string {
  const end = markup.lastIndexOf("</body>");
  return end === -1 ? markup + scripts : markup.slice(0, end) + scripts + markup.slice(end);
}

function moduleScript(url: string, nonce: string): string {
  return `<script type="module" src="${url}" nonce="${nonce}"></script>`;
}

/** A data block, which no content security policy stops, and the scripts that bring its islands to life. */
function islandScripts(
  found: readonly FoundIsland[],
  { snapshot, nonce }: { snapshot: Snapshot; nonce: string },
): string {
  const islands = JSON.stringify(found.map(({ island }) => [island.module, island.export_name]));
  const plain = plainProps(found);
  const props = plain === null ? `"props":${serializeProps(found)}` : `"plain":${plain}`;
  const payload = `{"islands":${islands},${props}}`
    .replaceAll("<", "\\u003C").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  return `<script type="application/json" id="fresh-islands">${payload}</script>` +
    startersOf(found, snapshot).map(({ url }) => moduleScript(url, nonce)).join("");
}
