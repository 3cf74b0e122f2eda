/** Small files of JSON that carry a digest of themselves, so that a flipped bit is noticed. */
import { createHash } from "node:crypto";

/** An object as the text of a file. */
export function seal(content: object): string {
  return JSON.stringify({ ...content, digest: digestOf(content) });
}

/**
 * The bytes of an object as {@link seal} makes them, from the text of the object in pieces, the closing brace left out.
 *
 * @param breathe called between two pieces
 */
export async function sealPieces(
  pieces: readonly string[],
  breathe: () => Promise<void> | undefined,
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const piece of pieces) {
    await breathe();
    const bytes = encoder.encode(piece);
    hash.update(bytes);
    parts.push(bytes);
  }
  const digest = hash.update("}").digest("hex");
  return await new Blob([...parts, `,"digest":"${digest}"}`]).bytes();
}

/**
 * What was sealed. A text without a digest passes, as files had none once: whoever reads it must refuse names that
 * it does not know, since one of them may be that of the digest with a flipped bit.
 *
 * @throws {SyntaxError} if it is not JSON, or not what was written
 */
export function unseal(text: string): unknown {
  const content: unknown = JSON.parse(text);
  if (typeof content !== "object" || content === null || !("digest" in content)) return content;
  const { digest, ...rest } = content;
  if (digest === digestOf(rest)) return rest;
  throw new SyntaxError("it is damaged: its content is not what was written");
}

function digestOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
