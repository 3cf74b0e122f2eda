import { Problem } from "./problem.ts";

/**
 * Reads a request's body whole, decompressed if it is gzip. It stops as soon as more than `max_bytes` have come
 * out, so that a small body cannot swell beyond that.
 *
 * @throws {Problem} 413 if it is larger, 415 for another encoding, 400 if it breaks off or is no gzip
 */
export async function readBody(request: Request, max_bytes: number): Promise<Uint8Array> {
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new Problem(415, `Content-Encoding is ${JSON.stringify(encoding)} but must be gzip or absent`);
  }
  const too_large = () =>
    new Problem(413, `The body is larger than ${max_bytes} bytes: send fewer jobs at a time`);
  if (encoding === "identity" && Number(request.headers.get("content-length")) > max_bytes) throw too_large();
  if (request.body === null) return new Uint8Array();
  const stream = encoding === "gzip"
    ? request.body.pipeThrough(new DecompressionStream("gzip") as TransformStream<Uint8Array, Uint8Array>)
    : request.body;
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > max_bytes) throw too_large();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, `The body could not be read: ${error instanceof Error ? error.message : error}`);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

/**
 * Reads a JSON body.
 *
 * @throws {Problem} 415 if it is not declared as JSON, 400 if it is none, and as {@link readBody}
 */
export async function readJson(
  request: Request,
  max_bytes: number,
): Promise<{ value: unknown; bytes: Uint8Array }> {
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (type !== "application/json") {
    throw new Problem(
      415,
      `Content-Type is ${type === "" ? "missing" : JSON.stringify(type)} but must be application/json`,
    );
  }
  const bytes = await readBody(request, max_bytes);
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)), bytes };
  } catch (error) {
    throw new Problem(400, `The body is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}
