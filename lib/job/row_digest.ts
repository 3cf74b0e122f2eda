import { createHash } from "node:crypto";
import type { UnreadRow } from "./batch.ts";

const DIGITS = 12;

/** A short text that stands for a row that is no job, the same each time it is read: 12 hexadecimal digits. */
export function rowDigest({ line, reason }: UnreadRow): string {
  return createHash("sha256").update(JSON.stringify([line, reason])).digest("hex").slice(0, DIGITS);
}
