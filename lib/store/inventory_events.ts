import { eventKey, type InventoryEntry, weightier } from "../job/inventory.ts";
import { merging, sorting } from "./in_order.ts";
import type { Inventory, NodeEvent } from "./inventory.ts";

/** Most events that are kept, and most of them with their reason: the newest. */
const MAX_EVENTS = 200_000;
const MAX_REASONS = 20_000;
/** Events between two breaks. */
const STRIDE = 5000;

type Events = Pick<Inventory, "events" | "events_from_s" | "events_until_s">;

/** Events as they were told at a moment, epoch seconds. */
export interface ToldEvents {
  readonly at_s: number;
  readonly events: readonly InventoryEntry<"events">[];
  /** From when on they are complete, epoch seconds; null if they are not known to be. */
  readonly from_s: number | null;
  /** When events were told last before, epoch seconds; null if never. */
  readonly told_s: number | null;
}

/**
 * What is known of events with more of them told. The same event is the one of the same node and start; what was told
 * last is true, and an end is not lost to something older. An event that lasted and is not told any more, though all are
 * told, ended when it was told last; one that was to end later ends when it is not told any more.
 */
export function* toldEvents(
  known: Events,
  { at_s, events, from_s, told_s }: ToldEvents,
): Generator<void, Events, void> {
  const newer = told_s === null || at_s >= told_s;
  const told = new Map<string, InventoryEntry<"events">>();
  for (const [at, event] of events.entries()) {
    if (at % STRIDE === 0) yield;
    const key = eventKey(event);
    const same = told.get(key);
    told.set(key, same === undefined ? event : weightier(same, event));
  }
  const until_s = known.events_until_s ?? told_s;
  const starts = new Set(events.map(({ start }) => start));
  const all_told = newer && from_s !== null && from_s <= at_s && until_s !== null;
  const kept: NodeEvent[] = [];
  for (const [at, event] of known.events.entries()) {
    if (at % STRIDE === 0) yield;
    // Of years of events hardly any is among those told: a number is compared sooner than a text is made.
    const again = starts.has(event.start_s) ? told.get(keyOf(event)) : undefined;
    if (again === undefined) {
      const cut_s = !all_told ? null : event.end_s === null ? until_s : event.end_s > at_s ? at_s : null;
      kept.push(cut_s === null ? event : { ...event, end_s: Math.max(event.start_s, cut_s) });
    } else if (!newer) {
      kept.push(event.end_s === null && again.end !== null ? { ...event, end_s: again.end } : event);
      told.delete(keyOf(event));
    }
  }
  // Of what comes late and is not in what was told since, nobody knows that it lasted any longer.
  const over = !newer && (known.events_until_s ?? 0) >= at_s;
  const fresh = [...told.values()].map(({ node, start, end, state, reason }): NodeEvent => ({
    node,
    start_s: start,
    end_s: over && end === null ? Math.max(start, at_s) : end,
    state,
    reason,
  }));
  const all = yield* merging(kept, yield* sorting(fresh, byStart), byStart);
  return bounded({ events: all, ...complete(known, { at_s, from_s }) });
}

function byStart(a: NodeEvent, b: NodeEvent): number {
  return a.start_s - b.start_s || compared(a.node, b.node) || compared(a.state, b.state);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function keyOf({ node, start_s, state }: NodeEvent): string {
  return eventKey({ node, start: start_s, state });
}

/** From when and up to when the events are complete; a gap between two times is not bridged, the later one counts. */
function complete(
  { events_from_s, events_until_s }: Events,
  { at_s, from_s }: Pick<ToldEvents, "at_s" | "from_s">,
): Pick<Events, "events_from_s" | "events_until_s"> {
  if (from_s === null || from_s > at_s) return { events_from_s, events_until_s };
  if (events_from_s === null || events_until_s === null || from_s > events_until_s) {
    return { events_from_s: from_s, events_until_s: at_s };
  }
  if (at_s < events_from_s) return { events_from_s, events_until_s };
  return {
    events_from_s: Math.min(events_from_s, from_s),
    events_until_s: Math.max(events_until_s, at_s),
  };
}

/**
 * Forgets the oldest events where there are too many, first those that have ended, and the reasons of all but the newest.
 * Without one that lasts nobody can tell any more which nodes were out.
 */
function bounded({ events, events_from_s, events_until_s }: Events): Events {
  const kept = events.length - MAX_REASONS <= 0
    ? events
    : events.map((event, at) =>
      at < events.length - MAX_REASONS && event.reason !== null ? { ...event, reason: null } : event
    );
  const surplus = kept.length - MAX_EVENTS;
  if (surplus <= 0) return { events: kept, events_from_s, events_until_s };
  const oldest = kept.filter(({ end_s }) => end_s !== null).slice(0, surplus);
  const dropped = new Set(oldest);
  const last_s = oldest.reduce((latest_s, { end_s }) => Math.max(latest_s, end_s ?? 0), 0);
  if (oldest.length < surplus) {
    const events = kept.filter(({ end_s }) => end_s === null).slice(-MAX_EVENTS);
    return { events, events_from_s: null, events_until_s: null };
  }
  return {
    events: kept.filter((event) => !dropped.has(event)),
    events_from_s: events_from_s === null ? null : Math.max(events_from_s, last_s),
    events_until_s,
  };
}
