import type { InventoryPart, Snapshot } from "../job/inventory.ts";
import type { Inventory } from "./inventory.ts";
import { toldEvents } from "./inventory_events.ts";
import { lookedAtNodes } from "./inventory_periods.ts";

/** Most entries of a list that are kept. */
const MAX_LISTED = 200_000;

/** The inventory with a snapshot taken up, without a break. */
export function takeUpSnapshot(known: Inventory, snapshot: Snapshot): Inventory {
  const work = takingUp(known, snapshot);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * The inventory with a snapshot taken up; taken up again it changes nothing but the count of changes. Others may have
 * their turn between two pieces of it.
 */
export function* takingUp(known: Inventory, snapshot: Snapshot): Generator<void, Inventory, void> {
  const { at_s, agent, events_from_s, parts, partial } = snapshot;
  const { told_s } = known;
  const isNews = (part: InventoryPart) => at_s >= (told_s[part] ?? 0);
  const { nodes, partitions, events, accounts, users } = parts;
  const newest_s = Math.max(0, ...Object.values(told_s).map((time_s) => time_s ?? 0));
  return {
    ...known,
    changes: known.changes + 1,
    agent: agent !== null && at_s >= newest_s ? agent : known.agent,
    told_s: Object.fromEntries(
      Object.entries(told_s).map(([part, time_s]) => [
        part,
        parts[part as InventoryPart] === undefined ? time_s : Math.max(time_s ?? at_s, at_s),
      ]),
    ) as unknown as Inventory["told_s"],
    ...nodes && (yield* lookedAtNodes(known, { at_s, nodes, complete: !partial.has("nodes") })),
    ...events && (yield* toldEvents(known, {
      at_s,
      events,
      from_s: partial.has("events") ? null : events_from_s,
      told_s: told_s.events,
    })),
    ...nodes && isNews("nodes") && {
      states: listed(known.states, nodes.map(({ name, state, reason }) => ({ node: name, state, reason })), {
        by: ({ node }) => node,
        partial: partial.has("nodes"),
      }),
    },
    ...partitions && isNews("partitions") && {
      partitions: listed(known.partitions, partitions, {
        by: ({ name }) => name,
        partial: partial.has("partitions"),
      }),
    },
    ...accounts && isNews("accounts") && {
      accounts: listed(known.accounts, accounts, {
        by: ({ account }) => account,
        partial: partial.has("accounts"),
      }),
    },
    ...users && isNews("users") && {
      users: listed(known.users, users, { by: ({ user }) => user, partial: partial.has("users") }),
    },
  };
}

/**
 * A list in place of the one before; where entries are missing, beside those that it does not name, of which the oldest
 * are left out where there are too many.
 */
function listed<T>(
  before: readonly T[],
  now: readonly T[],
  { by, partial }: { readonly by: (entry: T) => string; readonly partial: boolean },
): T[] {
  if (!partial) return [...now];
  const named = new Set(now.map(by));
  return [...before.filter((entry) => !named.has(by(entry))), ...now].slice(-MAX_LISTED);
}
