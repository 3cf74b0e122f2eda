import type { WireEntry } from "../../lib/job/inventory.ts";
import { expandNodeList } from "../../lib/slurm/node_list.ts";
import { isServing } from "../../lib/slurm/node_state.ts";
import { itemsOf, joined, readEach, type Readings, recordsOf, valueOf, wholeNumber } from "./record.ts";

export type WireEvent = WireEntry<"events">;

/** Columns asked of `sacctmgr show event`, free text last. */
export const EVENT_FORMAT = "NodeName,Start,End,State,Reason";
/** Columns asked of `sacctmgr show reservation`, free text last. */
export const RESERVATION_FORMAT = "Start,End,Flags,NodeNames,Name";

/** State of a node while a reservation for maintenance keeps it. */
const MAINTENANCE = "MAINT";

/**
 * Reads the output of `sacctmgr -nP show event` with {@link EVENT_FORMAT}. Events of the cluster itself, which name no
 * node, are left out, and so are those of nodes that still serve jobs: slurmctld notes it as an event, too, when power
 * saving puts a node to sleep. `End` is `Unknown` while an event lasts.
 */
export function parseEvents(stdout: string): Readings<WireEvent> {
  const records = joined(stdout.split("\n"), /^[^|]*\|\d+\|(?:\d+|Unknown|None)\|/)
    .filter((record) => !record.startsWith("|"));
  const { read, unread } = readEach(records, (record) => {
    const [node, start, end, state, ...reason] = record.split("|");
    const start_s = wholeNumber(start);
    if (start_s === null || start_s === 0 || state === undefined) return null;
    return {
      node,
      start: start_s,
      end: ended(end, start_s),
      // An event without a state is one all the same: slurmctld writes them for nodes that are out.
      state: state === "" ? "DOWN" : state,
      reason: reason.join("|").trim() || null,
    };
  });
  return { read: read.filter(({ state }) => !isServing(state)), unread };
}

/** Reads the reservations for maintenance in the output of `sacctmgr -nP show reservation` as events of their nodes. */
export function parseReservations(stdout: string, now_s: number): Readings<WireEvent> {
  const records = joined(stdout.split("\n"), /^\d+\|(?:\d+|Unknown|None)\|[^|]*\|[^|]*\|/);
  return flat(readEach(records, (record) => {
    const [start, end, flags, nodes, ...name] = record.split("|");
    if (name.length === 0) return null;
    return reservation({ start, end, flags, nodes, name: name.join("|") }, (end_s) =>
      // One that lasts may yet be ended or made longer.
      end_s !== null && end_s <= now_s ? end_s : null, now_s);
  }));
}

/**
 * Reads the reservations for maintenance in the output of `scontrol show reservation --oneliner`, which knows the present
 * ones only: that they lasted is known up to now, no further.
 */
export function parsePresentReservations(stdout: string, now_s: number): Readings<WireEvent> {
  const records = recordsOf(stdout).filter((line) => line.startsWith("ReservationName="));
  return flat(readEach(records, (line) =>
    reservation({
      start: valueOf(line, "StartTime"),
      end: valueOf(line, "EndTime"),
      flags: valueOf(line, "Flags"),
      nodes: valueOf(line, "Nodes"),
      name: valueOf(line, "ReservationName") ?? "",
    }, (end_s) =>
      Math.min(now_s, end_s ?? now_s), now_s)));
}

interface Reservation {
  readonly start: string | null;
  readonly end: string | null;
  readonly flags: string | null;
  readonly nodes: string | null;
  readonly name: string;
}

/** The events of a reservation; none if it is for anything else, or has not begun. Null if it cannot be read. */
function reservation(
  { start, end, flags, nodes, name }: Reservation,
  endOf: (end_s: number | null) => number | null,
  now_s: number,
): readonly WireEvent[] | null {
  const start_s = wholeNumber(start);
  if (start_s === null || start_s === 0) return null;
  if (start_s > now_s || !itemsOf(flags).some((flag) => flag.toUpperCase() === MAINTENANCE)) return [];
  const end_s = wholeNumber(end);
  try {
    return expandNodeList(nodes ?? "").map((node) => ({
      node,
      start: start_s,
      end: endOf(end_s),
      state: MAINTENANCE,
      reason: name === "" ? null : `Reservation ${name}`,
    }));
  } catch {
    return null;
  }
}

function flat({ read, unread }: Readings<readonly WireEvent[]>): Readings<WireEvent> {
  return { read: read.flat(), unread };
}

/** Null while it lasts; an end before the start, which clocks can make, is the start. */
function ended(text: string, start_s: number): number | null {
  const end_s = wholeNumber(text);
  return end_s === null || end_s === 0 ? null : Math.max(start_s, end_s);
}
