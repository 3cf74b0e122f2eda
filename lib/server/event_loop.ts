import { setImmediate } from "node:timers";

/** Work may keep the event loop from everything else for about this long. */
const LONGEST_TURN_MS = 12;

/** As long as parts of a body arrive, work waits for this long at a time. */
const LONGEST_ARRIVAL_MS = 25;

let turn_began_ms = -Infinity;
let arrivals = 0;

/** Tells that a part of a body has arrived: more is likely to come at once. */
export function noteArrival(): void {
  arrivals++;
}

/**
 * Resolves when the event loop has had a turn: requests that came in were taken up, and all that could go on went on.
 * It takes about two milliseconds: only when nothing is left to do does the runtime look at its sockets at once
 * (with `setImmediate` in a loop it looks at them every 61st time; measured in Deno 2.9), and a timer leaves
 * it nothing to do. A large body, of which a turn brings only a part, gets more of them.
 */
export async function nextTurn(): Promise<void> {
  const until_ms = performance.now() + LONGEST_ARRIVAL_MS;
  let before: number;
  do {
    before = arrivals;
    await new Promise((resolve) => setTimeout(resolve, 0));
    turn_began_ms = performance.now();
  } while (arrivals !== before && turn_began_ms < until_ms);
}

/**
 * For long work to call between its pieces: nothing as long as the event loop had a turn lately, else a promise to
 * await, after which it had one. Cheap enough to be called every few microseconds.
 */
export function breathe(): Promise<void> | undefined {
  return performance.now() - turn_began_ms > LONGEST_TURN_MS ? nextTurn() : undefined;
}

/** As {@link breathe}, but in any case lets go on what waits for no socket. */
export function betweenPieces(): Promise<void> {
  return breathe() ?? new Promise((resolve) => setImmediate(() => resolve()));
}
