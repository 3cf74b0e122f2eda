import assert from "node:assert/strict";
import { createRandom, type Random } from "../../../lib/demo/random.ts";
import type { Snapshot } from "../../../lib/job/inventory.ts";
import { capacity, type CapacityHours, type CapacityQuestion } from "../../../lib/query/capacity.ts";
import { after, event, node, snapshot } from "../store/inventory_snapshots.ts";

const END_S = 400;
const NAMES = ["a", "b", "c"];
const GIB = 1024 ** 3;

/** Looks at three nodes that come, go and change, with events and reservations that overlap. */
function anySnapshots(random: Random): readonly Snapshot[] {
  const count = 1 + random.below(5);
  return Array.from({ length: count }, (_, at) =>
    snapshot(50 + 60 * at, {
      nodes: NAMES.filter(() => random.below(4) > 0).map((name) =>
        node(name, {
          cpus: 1 + random.below(3),
          memory_bytes: random.below(4) === 0 ? null : GIB * (1 + random.below(3)),
          gpus: random.below(2) === 0 ? [] : [["a100", 1], ["v100", random.below(3)]],
          partitions: ["x", "y"].filter(() => random.below(2) > 0),
          future: random.below(10) === 0,
        })
      ),
      // Events may reach back beyond the first look, and name nodes that there never were.
      events: Array.from({ length: random.below(5) }, () => {
        const start = 1 + random.below(END_S);
        const end = random.below(4) === 0 ? null : start + random.below(100);
        const state = random.below(2) === 0 ? "DOWN" : "MAINT";
        return event([...NAMES, "ghost"][random.below(4)], start, end, { state });
      }),
    }));
}

/** The same, second by second, from the snapshots themselves. */
function counted(
  snapshots: readonly Snapshot[],
  { from_s, to_s, partition, node: name }: CapacityQuestion,
): { available: CapacityHours | null; out: CapacityHours | null } {
  const first_s = snapshots[0].at_s;
  if (to_s <= first_s || to_s <= from_s) return { available: null, out: null };
  const events = new Map(
    snapshots.flatMap(({ parts }) => parts.events ?? [])
      .map((one) => [`${one.node} ${one.start} ${one.state}`, one]),
  );
  const sums = { available: [0, 0, 0, 0], out: [0, 0, 0, 0] };
  for (let second = from_s; second < to_s; second++) {
    const seen = snapshots.findLast(({ at_s }) => at_s <= second);
    for (const one of seen?.parts.nodes ?? []) {
      if (one.future || name !== undefined && one.name !== name) continue;
      if (partition !== undefined && !one.partitions?.includes(partition)) continue;
      const out = [...events.values()].some((e) =>
        e.node === one.name && e.start <= second && second < (e.end ?? Infinity)
      );
      const sum = out ? sums.out : sums.available;
      sum[0]++;
      sum[1] += one.cpus;
      sum[2] += one.gpus.reduce((total, [, count]) => total + count, 0);
      sum[3] += (one.memory_bytes ?? 0) / GIB;
    }
  }
  const hours = ([nodes, cpus, gpus, gib]: number[]) => ({
    node_hours: nodes / 3600,
    cpu_hours: cpus / 3600,
    gpu_hours: gpus / 3600,
    memory_gib_hours: gib / 3600,
  });
  return { available: hours(sums.available), out: hours(sums.out) };
}

function assertClose(found: CapacityHours | null, expected: CapacityHours | null, words: string): void {
  assert.equal(found === null, expected === null, words);
  if (found === null || expected === null) return;
  for (const key of Object.keys(expected) as (keyof CapacityHours)[]) {
    assert.ok(Math.abs(found[key] - expected[key]) < 1e-9, `${words}: ${key} ${found[key]} ${expected[key]}`);
  }
}

Deno.test("capacity() equals a count second by second, of all nodes, a partition, a node", () => {
  const random = createRandom(11);
  let known = 0;
  for (let round = 0; round < 400; round++) {
    const snapshots = anySnapshots(random);
    const inventory = after(...snapshots);
    const from_s = random.below(END_S);
    const question: CapacityQuestion = {
      from_s,
      to_s: from_s + random.below(200),
      ...random.below(3) === 0 && { partition: "x" },
      ...random.below(3) === 0 && { node: NAMES[random.below(3)] },
    };
    const words = `round ${round}: ${JSON.stringify(question)}`;
    const found = capacity(inventory, question);
    const expected = counted(snapshots, question);
    assertClose(found.available, expected.available, words);
    assertClose(found.out, expected.out, words);
    assert.equal(found.known_from_s, 50, words);
    if (found.available !== null) known++;
  }
  assert.ok(known > 200, "most ranges are known");
});

Deno.test("capacity() of a range is the sum of its parts", () => {
  const inventory = after(...anySnapshots(createRandom(3)));
  const whole = capacity(inventory, { from_s: 60, to_s: 360 }).available;
  const parts = [60, 110, 111, 250].map((from_s, at, all) =>
    capacity(inventory, { from_s, to_s: all[at + 1] ?? 360 }).available
  );
  const sum = (key: keyof CapacityHours) => parts.reduce((total, part) => total + (part?.[key] ?? NaN), 0);
  for (const key of ["node_hours", "cpu_hours", "gpu_hours", "memory_gib_hours"] as const) {
    assert.ok(Math.abs(sum(key) - (whole?.[key] ?? NaN)) < 1e-9, key);
  }
});

Deno.test("capacity() is not known without an inventory, nor before the first, whatever events reach further back", () => {
  assert.deepEqual(capacity(null, { from_s: 0, to_s: 100 }), {
    available: null,
    out: null,
    known_from_s: null,
    known_until_s: null,
    events_from_s: null,
    events_until_s: null,
  });
  const events_only = after(snapshot(100, { events: [event("a", 10, 20)] }));
  assert.equal(capacity(events_only, { from_s: 0, to_s: 100 }).available, null);
  const inventory = after(
    snapshot(7200, { nodes: [node("a")], events: [event("a", 10, 20)] }, { events_from_s: 5 }),
  );
  const before = capacity(inventory, { from_s: 0, to_s: 7200 });
  assert.deepEqual([before.available, before.out, before.known_from_s], [null, null, 7200]);
  assert.deepEqual([before.events_from_s, before.events_until_s], [5, 7200]);
  const across = capacity(inventory, { from_s: 0, to_s: 10_800 });
  assert.equal(across.available?.cpu_hours, 4, "the hour that is known");
});

Deno.test("capacity() takes a node for out that was seen so, from that look to the next, where events are not known", () => {
  const hours = (from_s: number, to_s: number, options: Parameters<typeof snapshot>[2]) => {
    const { available, out } = capacity(
      after(
        snapshot(3600, { nodes: [node("a", { state: "DOWN*" }), node("b")], events: [] }, options),
        snapshot(7200, { nodes: [node("a"), node("b", { state: "IDLE+DRAIN" })] }),
      ),
      { from_s, to_s },
    );
    return [available?.node_hours, out?.node_hours];
  };
  assert.deepEqual(hours(3600, 7200, {}), [1, 1]);
  assert.deepEqual(hours(3600, 10_800, {}), [2, 2]);
  assert.deepEqual(hours(5400, 7200, { events_from_s: 1 }), [0.5, 0.5], "known up to the first look only");
  const told = after(
    snapshot(3600, { nodes: [node("a", { state: "DOWN" })], events: [] }),
    snapshot(7200, { nodes: [node("a")], events: [event("a", 3000, 5400)] }, { events_from_s: 1 }),
  );
  assert.equal(capacity(told, { from_s: 3600, to_s: 7200 }).out?.node_hours, 0.5, "events are more exact");
});

Deno.test("capacity() does not take a node for out whose event is one of power saving", () => {
  const states = ["POWERED_DOWN", "IDLE", "IDLE+POWERING_DOWN", "DOWN", "UNKNOWN"];
  const inventory = after(snapshot(3600, {
    nodes: states.map((state) => node(state)),
    events: states.map((state) => event(state, 3600, null, { state })),
  }));
  assert.equal(capacity(inventory, { from_s: 3600, to_s: 7200 }).out?.node_hours, 2);
});
