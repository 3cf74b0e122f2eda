import type { Middleware } from "./types.ts";

const nonces = new WeakMap<Response, string>();

/** Keeps the nonce of a rendered page beside its response, so that it is in no header and no log. */
export function rememberNonce(response: Response, nonce: string): void {
  nonces.set(response, nonce);
}

/** Options of `csp()`. */
export interface CSPOptions {
  /** Scripts and styles need the nonce of their page; there is no policy without. */
  useNonce: true;
  /** Further directives. */
  csp?: string[];
}

/**
 * Sets a content security policy with the nonce of the page that the rest of the chain rendered.
 * Like Fresh's it has browsers upgrade to https: an app on plain http takes the nonce from it and writes its own policy.
 */
export function csp<State>({ csp = [] }: CSPOptions): Middleware<State> {
  return async (ctx) => {
    const response = await ctx.next();
    const nonce = nonces.get(response);
    const self = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
    const directives = [
      "default-src 'self'",
      `script-src ${self}`,
      `style-src ${self}`,
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "upgrade-insecure-requests",
      ...csp,
    ];
    response.headers.set("content-security-policy", directives.join("; "));
    return response;
  };
}
