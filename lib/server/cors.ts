import type { Middleware } from "fresh";

const METHODS = "GET, HEAD, POST, OPTIONS";
const HEADERS = "Content-Type, X-API-Key, Idempotency-Key, Content-Encoding";

/** Lets pages of the given origins use the API; `*` stands for all. */
export function allowOrigins<State>(origins: readonly string[]): Middleware<State> {
  return async (ctx) => {
    const origin = ctx.req.headers.get("origin");
    if (!ctx.url.pathname.startsWith("/api/") || origins.length === 0) return ctx.next();
    const allowed = origin !== null && (origins.includes("*") || origins.includes(origin));
    const preflight = ctx.req.method === "OPTIONS" && ctx.req.headers.has("access-control-request-method");
    const response = preflight && allowed ? new Response(null, { status: 204 }) : await ctx.next();
    response.headers.append("vary", "Origin");
    if (allowed) {
      response.headers.set("access-control-allow-origin", origin);
      response.headers.set("access-control-allow-methods", METHODS);
      response.headers.set("access-control-allow-headers", HEADERS);
      response.headers.set("access-control-max-age", "600");
    }
    return response;
  };
}
