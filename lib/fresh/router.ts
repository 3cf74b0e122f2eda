import { HttpError } from "./http_error.ts";
import { type Method, METHODS } from "./types.ts";

interface Entry<Target> {
  readonly pattern: string;
  readonly targets: Map<Method, Target>;
}

interface DynamicEntry<Target> extends Entry<Target> {
  readonly matcher: URLPattern;
}

/** What the router knows of one request. */
export interface RouteMatch<Target> {
  /** Null when no pattern matches. */
  readonly pattern: string | null;
  readonly params: Record<string, string>;
  /** Undefined when the pattern has nothing for the method. */
  readonly target: Target | undefined;
  /** The methods the pattern answers. */
  readonly allowed: readonly Method[];
}

/** Finds the target of an address and method: fixed paths first, then patterns in the order they were added. */
export class Router<Target> {
  readonly #fixed = new Map<string, Entry<Target>>();
  readonly #dynamic = new Map<string, DynamicEntry<Target>>();

  /** Adds a target; the first one for a pattern and method stays. */
  add(pattern: string, methods: readonly Method[], target: Target): void {
    const { targets } = this.#entry(pattern);
    for (const method of methods) {
      if (!targets.has(method)) targets.set(method, target);
    }
  }

  /**
   * Looks an address up.
   * @throws {HttpError} 400 when a parameter is not decodable
   */
  match(method: Method, url: URL): RouteMatch<Target> {
    const fixed = this.#fixed.get(url.pathname);
    if (fixed !== undefined) return matchOf(fixed, { method, params: {} });
    for (const entry of this.#dynamic.values()) {
      const groups = entry.matcher.exec({ pathname: url.pathname })?.pathname.groups;
      if (groups !== undefined) return matchOf(entry, { method, params: decodeParams(groups) });
    }
    return { pattern: null, params: {}, target: undefined, allowed: [] };
  }

  #entry(pattern: string): Entry<Target> {
    if (!/[*:{}+?()]/.test(pattern)) {
      const entry = this.#fixed.get(pattern) ?? { pattern, targets: new Map<Method, Target>() };
      this.#fixed.set(pattern, entry);
      return entry;
    }
    const entry = this.#dynamic.get(pattern) ??
      { pattern, targets: new Map<Method, Target>(), matcher: new URLPattern({ pathname: pattern }) };
    this.#dynamic.set(pattern, entry);
    return entry;
  }
}

function matchOf<Target>(
  { pattern, targets }: Entry<Target>,
  { method, params }: { method: Method; params: Record<string, string> },
): RouteMatch<Target> {
  const target = targets.get(method) ?? (method === "HEAD" ? targets.get("GET") : undefined);
  const allowed = METHODS.filter((one) => targets.has(one) || (one === "HEAD" && targets.has("GET")));
  return { pattern, params, target, allowed };
}

function decodeParams(groups: Record<string, string | undefined>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value = ""] of Object.entries(groups)) {
    try {
      params[name] = decodeURI(value);
    } catch (cause) {
      throw new HttpError(400, `The address holds "${value}", which is not valid percent-encoding`, {
        cause,
      });
    }
  }
  return params;
}
