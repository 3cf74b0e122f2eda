import type { WireEntry } from "../job/inventory.ts";
import type { Span } from "./calendar.ts";
import type { Node } from "./hardware.ts";
import { noise } from "./random.ts";
import type { Run } from "./run.ts";

const HOUR_S = 3_600;
/** A node is looked after when nothing has run on it for so long: nobody notices. */
const LONG_S = 5 * HOUR_S;
/** One of so many long breaks is an outage. */
const OUTAGES = 0.06;
/** Nobody leaves a node out for longer. */
const LONGEST_S = 60 * HOUR_S;
/** After a failure a node is out for as long as it takes to be looked at, if no job came before. */
const REPAIR_S = 7 * HOUR_S;
const NOTICED_S = 120;
const OUT: readonly (readonly [state: string, reason: string])[] = [
  ["DRAIN", "memory errors"],
  ["DRAIN", "firmware update"],
  ["DOWN", "Not responding"],
  ["DRAIN", "disk health check failed"],
  ["DOWN", "Kill task failed"],
];
/** How many nodes are out at the end, of those that nothing runs on. */
const OUT_NOW = 2;

type Event = WireEntry<"events">;

/** When nothing ran on the nodes of a cluster; what is out of service is told from it, so that no job ever ran there. */
export class Idle {
  readonly #busy: Span[][];
  readonly #failed: Set<number>[];

  constructor(readonly nodes: readonly Node[]) {
    this.#busy = nodes.map(() => []);
    this.#failed = nodes.map(() => new Set());
  }

  add({ nodes, start_s, end_s, state }: Run): void {
    if (start_s === null) return;
    for (const node of nodes) {
      this.#busy[node].push({ from_s: start_s, to_s: end_s ?? Infinity });
      if (state === "NODE_FAIL" && end_s !== null) this.#failed[node].add(end_s);
    }
  }

  /** Whether something runs on a node at the end. */
  isBusy(node: number): boolean {
    return this.#busy[node].some(({ to_s }) => to_s === Infinity);
  }

  /** When each node was down, drained or in maintenance; those that last have no end. */
  events(period: Span, outage: Span): readonly (Event & { readonly place: number })[] {
    const events: (Event & { readonly place: number })[] = [];
    let out_now = 0;
    this.nodes.forEach((node, place) => {
      const name = nodeName(node);
      const gaps = this.#gaps(place, period);
      const maintained = gaps.some((gap) => gap.from_s <= outage.from_s && gap.to_s >= outage.to_s);
      if (maintained) {
        events.push({
          place,
          node: name,
          start: outage.from_s,
          end: outage.to_s,
          state: "MAINT",
          reason: "planned maintenance",
        });
      }
      for (const gap of gaps) {
        if (gap.from_s < outage.to_s && gap.to_s > outage.from_s) continue;
        const event = this.#eventOf(place, gap, { period, may_last: out_now < OUT_NOW });
        if (event === null) continue;
        if (event.end === null) out_now++;
        events.push({ place, node: name, ...event });
      }
    });
    return events;
  }

  #eventOf(
    place: number,
    gap: Span,
    { period, may_last }: { readonly period: Span; readonly may_last: boolean },
  ): Pick<Event, "start" | "end" | "state" | "reason"> | null {
    const length_s = gap.to_s - gap.from_s;
    if (this.#failed[place].has(gap.from_s) && length_s > 2 * NOTICED_S) {
      const end = Math.min(gap.to_s, gap.from_s + REPAIR_S);
      return { start: gap.from_s + NOTICED_S, end, state: "DOWN", reason: "Not responding" };
    }
    const odds = noise(gap.from_s, place);
    const lasts = gap.to_s === period.to_s;
    const [state, reason] = OUT[Math.floor(odds * 1e4) % OUT.length];
    if (lasts && may_last && length_s > HOUR_S && odds < 0.2) {
      return { start: gap.from_s + NOTICED_S, end: null, state, reason };
    }
    if (lasts || length_s < LONG_S || odds > OUTAGES) return null;
    const start = gap.from_s + Math.floor(length_s * 0.1);
    return { start, end: Math.min(gap.to_s, start + LONGEST_S), state, reason };
  }

  /** Breaks between the jobs of a node, in order. */
  #gaps(place: number, period: Span): readonly Span[] {
    const gaps: Span[] = [];
    let from_s = period.from_s;
    for (const busy of this.#busy[place].sort((a, b) => a.from_s - b.from_s)) {
      if (busy.from_s > from_s) gaps.push({ from_s, to_s: busy.from_s });
      from_s = Math.max(from_s, busy.to_s);
    }
    if (from_s < period.to_s) gaps.push({ from_s, to_s: period.to_s });
    return gaps;
  }
}

/** A node's name: `cn007`. */
export function nodeName({ group, number }: Node): string {
  return group.prefix + String(number).padStart(group.width, "0");
}
