import { App, csp, HttpError, type Middleware, staticFiles } from "fresh";
import type { State } from "../../state.ts";
import { allowOrigins } from "./cors.ts";
import { FolderLostError } from "../store/lock.ts";
import { Problem, problemResponse, problemStatus } from "./problem.ts";
import type { Services } from "./services.ts";

/** The app over the routes, with what every request needs. A build must be applied to it before it serves. */
export function createApp(services: Services): App<State> {
  return new App<State>()
    .use(csp<State>({ useNonce: true }))
    .use(withState(services))
    .use(allowOrigins(services.config.cors_origins))
    .use(reportErrors(services))
    .use(staticFiles())
    .fsRoutes();
}

function withState(services: Services): Middleware<State> {
  return (ctx) => {
    Object.assign(
      ctx.state,
      {
        services,
        data: services.warehouse.views,
        now_s: Math.floor(services.now_ms() / 1000),
        request_id: crypto.randomUUID().slice(0, 8),
      } satisfies State,
    );
    return ctx.next();
  };
}

/** Logs what nobody foresaw, once, and lets the API say what was wrong as a problem in JSON. */
function reportErrors({ log }: Services): Middleware<State> {
  return async (ctx) => {
    const { request_id } = ctx.state;
    try {
      return await ctx.next();
    } catch (error) {
      const foreseen = error instanceof Problem || error instanceof HttpError && error.status < 500;
      if (!foreseen) {
        log("error", `${ctx.req.method} ${ctx.url.pathname} failed, request ${request_id}`, {
          error: error instanceof Error ? error.stack ?? error.message : String(error),
        });
      }
      if (ctx.url.pathname.startsWith("/api/")) {
        return problemResponse(problemOf(error, request_id), request_id);
      }
      // A server that is too busy for an answer is too busy for a page that says so.
      if (error instanceof Problem && error.status === 503) return busy(error);
      if (error instanceof Problem) throw new HttpError(problemToHttp(error), error.message);
      throw error;
    }
  };
}

function busy({ message, retry_after_s }: Problem): Response {
  const headers = new Headers({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
  if (retry_after_s !== null) headers.set("retry-after", String(retry_after_s));
  return new Response(message, { status: 503, headers });
}

function problemToHttp({ status }: Problem): 400 | 404 {
  return status === 404 ? 404 : 400;
}

function problemOf(error: unknown, request_id: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof FolderLostError) return new Problem(503, error.message);
  if (isDiskFull(error)) {
    return new Problem(507, "The data folder has no space left: nothing of this request was stored");
  }
  if (error instanceof HttpError && error.status < 500) {
    return new Problem(problemStatus(error.status), error.message || "There is nothing at this address");
  }
  return new Problem(500, `The server failed; its log has the reason under ${request_id}`);
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

const POLICY: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/**
 * Sets the security headers of every answer, those of errors too, which the app's own middlewares do not see.
 * The nonce of a page's policy is kept; what would lead a browser on a plain http network to https is not.
 */
export function secured<Info>(
  handler: (request: Request, info?: Info) => Response | Promise<Response>,
): (request: Request, info?: Info) => Promise<Response> {
  return async (request, info) => {
    const response = await handler(request, info);
    const nonce = /'nonce-([\w+/=-]+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1];
    const headers = new Headers(response.headers);
    headers.set(
      "content-security-policy",
      [
        "default-src 'self'",
        `script-src 'self'${nonce === undefined ? "" : ` 'nonce-${nonce}'`}`,
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ].join("; "),
    );
    for (const [name, value] of Object.entries(POLICY)) headers.set(name, value);
    // A page is asked for anew each time, yet the browser may keep it for Back and Forward.
    if (!headers.has("cache-control")) headers.set("cache-control", "private, no-cache");
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  };
}
