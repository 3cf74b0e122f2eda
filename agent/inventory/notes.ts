import type { InventoryPart } from "../../lib/job/inventory.ts";
import { remedy, type Said } from "./ask.ts";
import type { Readings } from "./record.ts";

/** What is found out besides the lists while they are gathered. */
export interface Notes {
  /** Lists from which entries are missing. */
  readonly partial: InventoryPart[];
  /** What the operator should know, one sentence each. */
  readonly notices: string[];
}

export function newNotes(): Notes {
  return { partial: [], notices: [] };
}

/** A list read from what a command said; undefined, with a notice, if it said nothing that can be used. */
export function taken<T>(
  part: InventoryPart,
  said: Said,
  { parse, user, notes, least = 0 }: {
    readonly parse: (stdout: string) => Readings<T>;
    readonly user: string | null;
    readonly notes: Notes;
    /** Fewer are no answer. */
    readonly least?: number;
  },
): readonly T[] | undefined {
  if ("refused" in said) {
    leftOut(part[0].toUpperCase() + part.slice(1), said.refused, { user, notes });
    return undefined;
  }
  const { read, unread } = parse(said.stdout);
  if (unread.length > 0) {
    notes.notices.push(unreadWords(part, unread));
    notes.partial.push(part);
  }
  if (read.length >= least && (read.length > 0 || unread.length === 0)) return read;
  if (unread.length === 0) notes.notices.push(`Slurm lists no ${part}: they are left out of the inventory`);
  return undefined;
}

/** Notes that something is missing, why, and what to do about it. */
export function leftOut(
  what: string,
  refused: string,
  { user, notes }: { readonly user: string | null; readonly notes: Notes },
): Record<string, never> {
  notes.notices.push(`${what} are left out of the inventory: ${refused}${remedy(refused, user)}`);
  return {};
}

/** Notes in words that lines could not be read. */
export function unreadWords(part: string, unread: readonly string[]): string {
  return `${unread.length} ${
    unread.length === 1 ? "line" : "lines"
  } about ${part} cannot be read, the first: ${JSON.stringify(unread[0])}`;
}
