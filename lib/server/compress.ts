import { Buffer } from "node:buffer";
import { promisify } from "node:util";
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from "node:zlib";

const COMPRESSIBLE = /^(text\/(css|javascript)|image\/svg\+xml)\b/;

const ENCODERS = {
  br: (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }),
} as const;

type Encoding = keyof typeof ENCODERS;

const brotliAside = promisify(brotliCompress);
const gzipAside = promisify(gzip);
/** Pages differ each time: quick, beside the event loop, and still a third smaller than what the runtime makes. */
const PAGE_ENCODERS = {
  br: (bytes: Uint8Array) => brotliAside(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Uint8Array) => gzipAside(bytes, { level: 6 }),
} as const;

/**
 * Sends scripts, styles and icons compressed as well as can be, each compressed once, and pages compressed well. What
 * else the runtime compresses while it sends it is left to it: it is quick, but what it makes is a third larger.
 */
export function compressed<Info>(
  handler: (request: Request, info?: Info) => Promise<Response>,
): (request: Request, info?: Info) => Promise<Response> {
  // Only files of the build carry an ETag and one of these types, so their number bounds this.
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  return async (request, info) => {
    const response = await handler(request, info);
    const etag = response.headers.get("etag");
    const encoding = bestEncoding(request.headers.get("accept-encoding") ?? "");
    const type = response.headers.get("content-type") ?? "";
    if (response.status !== 200 || request.method !== "GET") return response;
    if (encoding !== null && type.startsWith("text/html")) {
      const page = await PAGE_ENCODERS[encoding](await response.bytes());
      return answer(response, new Uint8Array(page), encoding);
    }
    if (etag === null || encoding === null || !COMPRESSIBLE.test(type)) return response;
    const key = `${encoding} ${etag}`;
    let body = kept.get(key);
    if (body === undefined) {
      body = new Uint8Array(Buffer.from(ENCODERS[encoding](await response.bytes())));
      kept.set(key, body);
    } else await response.body?.cancel();
    return answer(response, body, encoding);
  };
}

function answer(response: Response, body: Uint8Array<ArrayBuffer>, encoding: Encoding): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("content-encoding", encoding);
  headers.append("vary", "Accept-Encoding");
  return new Response(body, { headers });
}

/** The better of the encodings that a client takes. */
function bestEncoding(accepted: string): Encoding | null {
  const names = accepted.split(",").filter((item) => !/;\s*q=0(\.0*)?\s*$/.test(item))
    .map((item) => item.split(";")[0].trim().toLowerCase());
  return names.includes("br") ? "br" : names.includes("gzip") ? "gzip" : null;
}
