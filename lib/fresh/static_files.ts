import { ASSET_KEY } from "./build_id.ts";
import { INTERNAL } from "./context.ts";
import type { StaticFile } from "./snapshot.ts";
import type { Middleware } from "./types.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  avif: "image/avif",
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  ico: "image/vnd.microsoft.icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  md: "text/markdown; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  pdf: "application/pdf",
  png: "image/png",
  sh: "text/x-shellscript; charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xml: "application/xml",
};

/** Answers with the files of `static/` and the browser modules of the build; anything else goes on. */
export function staticFiles<State>(): Middleware<State> {
  return async function serveStaticFile(ctx) {
    const snapshot = ctx[INTERNAL].snapshot;
    const path = decodePath(ctx.url.pathname);
    const file = snapshot?.files.get(path);
    if (snapshot === null || file === undefined) return await ctx.next();
    if (ctx.req.method !== "GET" && ctx.req.method !== "HEAD") {
      return new Response("Method Not Allowed", { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const isLasting = snapshot.mode === "production";
    const asked_build = ctx.url.searchParams.get(ASSET_KEY);
    const immutable = file.immutable || (isLasting && asked_build === snapshot.build_id);
    const etag = `W/"${file.hash}"`;
    const headers = new Headers({
      "content-type": CONTENT_TYPES[path.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
      etag,
    });
    if (isLasting && isKnown(ctx.req.headers.get("if-none-match"), etag)) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(await contentOf(file), { headers });
  };
}

function contentOf(file: StaticFile): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
  return typeof file.content === "string" ? Deno.readFile(file.content) : file.content;
}

function isKnown(if_none_match: string | null, etag: string): boolean {
  const known = (if_none_match ?? "").split(",").map((one) => one.trim().replace(/^(?!W\/)/, "W/"));
  return known.includes(etag) || if_none_match?.trim() === "*";
}

/** A path that is not valid percent-encoding names no file. */
function decodePath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
