import { comparePatterns, placeOf, type RouteFile, type RoutePlace } from "./route_files.ts";
import type { RouteTable } from "./route_table.ts";
import { METHODS, type Middleware, type Route, type RouteComponent, type RouteHandler } from "./types.ts";

interface PlacedFile extends RouteFile, RoutePlace {}

const UNSUPPORTED_EXPORTS = ["css"];
const UNSUPPORTED_CONFIG = ["routeOverride", "csp", "methods"];

/**
 * Adds what files below `routes/` export to a table: what holds for whole folders first, then the routes.
 * @throws {TypeError} when a file exports something that has no meaning or is not supported
 * @throws {SyntaxError} when a file's name means nothing
 */
export function addRouteFiles<State>(table: RouteTable<State>, files: readonly RouteFile[]): void {
  const placed = files.map((file): PlacedFile => ({ ...file, ...placeOf(file.path) }));
  const routes = placed.filter(({ kind }) => kind === "route")
    .sort((a, b) => comparePatterns(a.pattern, b.pattern));
  const paths = new Map<string, string>();
  for (const { path, pattern } of routes) {
    const other = paths.get(pattern);
    if (other !== undefined) {
      throw new TypeError(`routes/${other} and routes/${path} both answer ${pattern}: keep one`);
    }
    paths.set(pattern, path);
  }
  for (const file of placed) if (file.kind !== "route") addSpecial(table, file);
  for (const file of routes) table.addRoute(file.pattern, file.folder, routeOf<State>(file));
}

function addSpecial<State>(table: RouteTable<State>, file: PlacedFile): void {
  if (file.kind === "middleware") return table.use(file.folder, middlewaresOf<State>(file));
  const route = routeOf<State>(file);
  if (file.kind === "error") return table.setError(file.folder, route);
  if (file.kind === "not found") return table.setNotFound(route);
  const { component, config = {}, handler } = route;
  if (component === undefined || handler !== undefined) {
    throw new TypeError(`routes/${file.path} must export a component as default, and no handler`);
  }
  if (file.kind === "app") return table.setApp(component);
  table.setLayout(file.folder, { component, config });
}

function routeOf<State>({ path, exports }: RouteFile): Route<State> {
  refuseUnsupported(path, exports);
  const component = exports.default;
  const handler = exports.handler ?? exports.handlers;
  if (component !== undefined && typeof component !== "function") {
    throw new TypeError(`routes/${path} must export a component as default, not ${typeof component}`);
  }
  if (handler !== undefined && !isHandler(handler)) {
    throw new TypeError(
      `routes/${path} must export as handler a function or an object with functions for ${
        METHODS.join(", ")
      }`,
    );
  }
  if (component === undefined && handler === undefined) {
    throw new TypeError(`routes/${path} exports neither a default component nor a handler`);
  }
  return {
    component: component as RouteComponent<State> | undefined,
    handler: handler as RouteHandler<unknown, State> | undefined,
    config: exports.config ?? {},
  };
}

function middlewaresOf<State>({ path, exports }: RouteFile): Middleware<State>[] {
  const exported = exports.handler ?? exports.handlers ?? exports.default;
  const list: unknown[] = Array.isArray(exported) ? exported : [exported];
  if (list.every((one): one is Middleware<State> => typeof one === "function")) return list;
  throw new TypeError(`routes/${path} must export a middleware, or a list of them, as handler or default`);
}

function isHandler(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const known: readonly string[] = METHODS;
  return Object.entries(value).every(([method, one]) => known.includes(method) && typeof one === "function");
}

function refuseUnsupported(path: string, exports: Readonly<Record<string, unknown>>): void {
  const config = Object.keys(exports.config ?? {});
  const found = [
    ...UNSUPPORTED_EXPORTS.filter((name) => name in exports),
    ...UNSUPPORTED_CONFIG.filter((name) => config.includes(name)).map((name) => `config.${name}`),
  ];
  if (found.length > 0) {
    throw new TypeError(`routes/${path} exports ${found.join(", ")}, which is not supported`);
  }
}
