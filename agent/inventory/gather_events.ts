import type { Run } from "../run.ts";
import { ask } from "./ask.ts";
import {
  EVENT_FORMAT,
  parseEvents,
  parsePresentReservations,
  parseReservations,
  RESERVATION_FORMAT,
  type WireEvent,
} from "./events.ts";
import { leftOut, type Notes, taken } from "./notes.ts";

/** Most events of one inventory. */
const MAX_EVENTS = 100_000;

/** Times for which nodes were out, and from when on, epoch seconds, these are complete; null where they are not. */
export interface GatheredEvents {
  readonly events: readonly WireEvent[] | undefined;
  readonly events_from_s: number | null;
}

/** Asks for all events and reservations for maintenance that had not ended at `since_s`, epoch seconds. */
export async function gatherEvents(
  { world }: Pick<Run, "world">,
  { since_s, notes, most = MAX_EVENTS }: {
    readonly since_s: number;
    readonly notes: Notes;
    readonly most?: number;
  },
): Promise<GatheredEvents> {
  const { start, user } = world;
  const period = `Start=${new Date(since_s * 1000).toISOString().slice(0, 19)}`;
  const said = await ask(start, "sacctmgr", ["-nP", "show", "event", period, `format=${EVENT_FORMAT}`]);
  const of_nodes = taken("events", said, { parse: parseEvents, user, notes });
  const of_reservations = await gatherReservations(world, { period, notes, told: "refused" in said });
  if (of_nodes === undefined && (of_reservations ?? []).length === 0) {
    return { events: undefined, events_from_s: null };
  }
  const events = [...of_nodes ?? [], ...of_reservations ?? []].sort(lastingFirst);
  const newest = events.slice(0, most);
  const complete_from_s = events.slice(most).reduce(
    (until_s, { end }) => Math.max(until_s, end ?? 0),
    since_s,
  );
  return { events: newest, events_from_s: of_nodes === undefined ? null : complete_from_s };
}

/** Those that last come first, as it would be taken for their end if they were missing; then the newest. */
function lastingFirst(a: WireEvent, b: WireEvent): number {
  return Number(a.end !== null) - Number(b.end !== null) || b.start - a.start;
}

async function gatherReservations(
  { start, user, now }: Run["world"],
  { period, notes, told }: { readonly period: string; readonly notes: Notes; readonly told: boolean },
): Promise<readonly WireEvent[] | undefined> {
  const format = `format=${RESERVATION_FORMAT}`;
  const past = await ask(start, "sacctmgr", ["-nP", "show", "reservation", period, format]);
  if ("stdout" in past) {
    return taken("events", past, { parse: (stdout) => parseReservations(stdout, now()), user, notes });
  }
  // If the events were refused as well, one notice is enough.
  if (!told) leftOut("Past reservations for maintenance", past.refused, { user, notes });
  const present = await ask(start, "scontrol", ["show", "reservation", "--oneliner"]);
  if ("refused" in present) return undefined;
  return taken("events", present, {
    parse: (stdout) => parsePresentReservations(stdout, now()),
    user,
    notes,
  });
}
