import { createHash, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { CLUSTER_NAME } from "../job/batch.ts";

/** A text this long before equals signs at the end of an entry is a key in base64, not the name of a cluster. */
const SHORTEST_PADDED = 20;

/** A key that may send jobs: the digest of its text, and the one cluster it is for, or null for any. */
export interface ApiKey {
  readonly cluster: string | null;
  readonly sha256: Uint8Array;
}

/**
 * Reads an entry of `API_KEYS`: `key`, `cluster=key`, and with `sha256:` and 64 hexadecimal digits in place of
 * the key its digest, so that the key itself need not be written down on the server. Null if it is none of these.
 */
export function parseApiKey(entry: string): ApiKey | null {
  const equals = entry.indexOf("=");
  const cluster = entry.slice(0, Math.max(0, equals));
  const rest = entry.slice(equals + 1);
  const named = equals > 0 && CLUSTER_NAME.test(cluster);
  // A bare key in base64 may end in equals signs; after the name of a cluster a key was forgotten.
  const padding = /^=*$/.test(rest);
  if (named && padding && cluster.length < SHORTEST_PADDED) return null;
  const bound = named && !padding;
  const key = bound ? rest : entry;
  if (key.startsWith("sha256:")) {
    const digits = key.slice("sha256:".length);
    if (!/^[0-9a-f]{64}$/i.test(digits)) return null;
    return { cluster: bound ? cluster : null, sha256: Buffer.from(digits, "hex") };
  }
  return /^[\x21-\x7e]+$/.test(key) ? { cluster: bound ? cluster : null, sha256: digest(key) } : null;
}

/** The keys that a request's key is one of; none if it is unknown. Takes the same time for every wrong key. */
export function matchingKeys(keys: readonly ApiKey[], given: string): readonly ApiKey[] {
  const given_digest = digest(given);
  return keys.filter(({ sha256 }) => timingSafeEqual(sha256, given_digest));
}

/** Whether one of the keys may write a cluster. */
export function mayWrite(keys: readonly ApiKey[], cluster: string): boolean {
  return keys.some((key) => key.cluster === null || key.cluster === cluster);
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
