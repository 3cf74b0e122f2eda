import assert from "node:assert/strict";
import { EventQueue } from "../../../lib/demo/event_queue.ts";
import { createRandom } from "../../../lib/demo/random.ts";

Deno.test("EventQueue gives events by time, those of one time as they were added", () => {
  const random = createRandom(1);
  const queue = new EventQueue<{ readonly at_s: number; readonly turn: number }>();
  const events = Array.from({ length: 500 }, (_, turn) => ({ at_s: random.below(60), turn }));
  for (const event of events) queue.add(event.at_s, event);
  const taken = events.map(() => {
    const next_s = queue.next_s;
    const event = queue.take();
    assert.equal(event.at_s, next_s);
    return event;
  });
  assert.deepEqual(taken, events.toSorted((a, b) => a.at_s - b.at_s || a.turn - b.turn));
});

Deno.test("EventQueue has no next event when it is empty", () => {
  const queue = new EventQueue<string>();
  assert.equal(queue.next_s, Infinity);
  assert.throws(() => queue.take(), RangeError);
});
