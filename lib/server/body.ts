import { Problem } from "./problem.ts";

/** Compressed bytes are decompressed in slices of this size: what comes out of one is at most a thousandfold. */
const SLICE_BYTES = 16 * 1024;

/** A body as it was sent. */
export interface RawBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: boolean;
}

/**
 * Reads a request's body as it comes, still compressed if it is gzip.
 *
 * @param options `taken` is told of each chunk, and may throw to end the reading
 * @throws {Problem} 413 if it is larger, 415 for another encoding, 400 if it breaks off
 */
export async function receiveBody(
  request: Request,
  { max_bytes, taken }: { readonly max_bytes: number; readonly taken?: (bytes: number) => void },
): Promise<RawBody> {
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "gzip") {
    throw new Problem(415, `Content-Encoding is ${JSON.stringify(encoding)} but must be gzip or absent`);
  }
  const declared_bytes = Number(request.headers.get("content-length"));
  if (encoding === "identity" && declared_bytes > max_bytes) throw tooLarge(max_bytes);
  const expected_bytes = declared_bytes > 0 && declared_bytes <= max_bytes ? declared_bytes : 0;
  const bytes = request.body === null
    ? new Uint8Array()
    : await collected(request.body, { max_bytes, expected_bytes, taken });
  return { bytes, gzip: encoding === "gzip" };
}

/**
 * The bytes of a body, decompressed. It stops as soon as more than `max_bytes` have come out, so that a small body
 * cannot swell beyond that.
 *
 * @throws {Problem} 413 if they are more, 400 if they are no gzip
 */
export async function decoded({ bytes, gzip }: RawBody, max_bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!gzip) return bytes;
  let at = 0;
  const slices = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, at += SLICE_BYTES));
      else controller.close();
    },
  });
  // The last four bytes of gzip tell the length, as long as it is one piece; a hint, no more.
  const told_bytes = bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(
    bytes.length - 4,
    true,
  );
  const expected_bytes = told_bytes <= Math.min(max_bytes, bytes.length * 1100) ? told_bytes : 0;
  const stream = slices.pipeThrough(new DecompressionStream("gzip"));
  return await collected(stream, { max_bytes, expected_bytes });
}

function tooLarge(max_bytes: number): Problem {
  return new Problem(413, `The body is larger than ${max_bytes} bytes: send fewer jobs at a time`);
}

/** All bytes of a stream; into one buffer from the start, where their number is known. */
async function collected(
  stream: ReadableStream<Uint8Array>,
  { max_bytes, expected_bytes, taken }: {
    readonly max_bytes: number;
    readonly expected_bytes: number;
    readonly taken?: (bytes: number) => void;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.max(expected_bytes, 1024));
  let length = 0;
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of stream) {
      if (length + chunk.length > max_bytes) throw tooLarge(max_bytes);
      taken?.(chunk.length);
      if (length + chunk.length > bytes.length) {
        const grown = new Uint8Array(Math.min(max_bytes, 2 * (length + chunk.length)));
        grown.set(bytes.subarray(0, length));
        bytes = grown;
      }
      bytes.set(chunk, length);
      length += chunk.length;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(400, `The body could not be read: ${error instanceof Error ? error.message : error}`);
  }
  return bytes.subarray(0, length);
}

/**
 * Checks that a body is declared as JSON.
 *
 * @throws {Problem} 415 if it is not
 */
export function assertJson(request: Request): void {
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (type === "application/json") return;
  throw new Problem(
    415,
    `Content-Type is ${type === "" ? "missing" : JSON.stringify(type)} but must be application/json`,
  );
}

/**
 * Reads a JSON body.
 *
 * @throws {Problem} 415 if it is not declared as JSON, 400 if it is none, and as {@link receiveBody}
 */
export async function readJson(request: Request, max_bytes: number): Promise<unknown> {
  assertJson(request);
  const bytes = await decoded(await receiveBody(request, { max_bytes }), max_bytes);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem(400, `The body is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}
