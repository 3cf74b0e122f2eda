/** Small files of JSON that carry a digest of themselves, so that a flipped bit is noticed. */
import { createHash } from "node:crypto";

/** An object as the text of a file. */
export function seal(content: object): string {
  return JSON.stringify({ ...content, digest: digestOf(content) });
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
