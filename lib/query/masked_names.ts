import type { ClusterData } from "./data.ts";

/** A run of letters and digits, or what stands between two of them. */
const PART = /[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu;
const WORD = /[\p{L}\p{N}]+/gu;
/** Parts of a full name shorter than this are words of any language. */
const SHORTEST_PART = 3;

/**
 * Takes the names of a cluster's users out of free texts, which whoever drains a node writes as they like: login names
 * and each part of full names, wherever no letter and no digit stands on either side.
 */
export function nameMask(
  { inventory, dataset }: Pick<ClusterData, "inventory" | "dataset">,
): (text: string | null) => string | null {
  const names = new Set<string>();
  let most_parts = 1;
  const add = (name: string) => {
    const parts = partsOf(name.toLowerCase());
    while (parts.length > 0 && !isWord(parts[0])) parts.shift();
    while (parts.length > 0 && !isWord(parts[parts.length - 1])) parts.pop();
    // Root is nobody, and the name of each cluster's first account.
    if (parts.length === 0 || parts.join("") === "root") return;
    names.add(parts.join(""));
    most_parts = Math.max(most_parts, parts.length);
  };
  const known = dataset.dictionaries.User;
  for (let code = 1; code < known.size; code++) add(known.text(code) ?? "");
  for (const { user, full_name } of inventory?.users ?? []) {
    add(user);
    for (const part of full_name?.match(WORD) ?? []) if (part.length >= SHORTEST_PART) add(part);
  }
  // Many nodes have the same reason.
  const found = new Map<string, string>();
  return (text) => {
    if (text === null) return null;
    const before = found.get(text);
    if (before !== undefined) return before;
    const masked = masking(text, names, most_parts);
    found.set(text, masked);
    return masked;
  };
}

function masking(text: string, names: ReadonlySet<string>, most_parts: number): string {
  const parts = partsOf(text);
  let masked = "";
  for (let at = 0; at < parts.length;) {
    const length = isWord(parts[at]) ? lengthOfName(parts, at, { names, most_parts }) : 0;
    masked += length > 0 ? "…" : parts[at];
    at += Math.max(1, length);
  }
  return masked;
}

/** Of how many parts the longest name is that begins at one of them; 0 if none does. */
function lengthOfName(
  parts: readonly string[],
  at: number,
  { names, most_parts }: { readonly names: ReadonlySet<string>; readonly most_parts: number },
): number {
  let text = "";
  let longest = 0;
  for (let length = 1; length <= most_parts && at + length <= parts.length; length++) {
    text += parts[at + length - 1].toLowerCase();
    if (names.has(text)) longest = length;
  }
  return longest;
}

function partsOf(text: string): string[] {
  return text.match(PART) ?? [];
}

function isWord(part: string): boolean {
  return /^[\p{L}\p{N}]/u.test(part);
}
