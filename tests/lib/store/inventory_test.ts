import assert from "node:assert/strict";
import {
  type Inventory,
  InventoryError,
  readInventory,
  setInventoryAside,
  writeInventory,
} from "../../../lib/store/inventory.ts";
import type { Snapshot } from "../../../lib/job/inventory.ts";
import { takeUpSnapshot } from "../../../lib/store/inventory_merge.ts";
import { createRandom } from "../../../lib/demo/random.ts";
import { shuffled, withFolder } from "../../helpers.ts";
import { after, event, eventsOf, node, outsOf, periodsOf, snapshot } from "./inventory_snapshots.ts";

Deno.test("takeUpSnapshot() closes and opens periods only where something changed", () => {
  const inventory = after(
    snapshot(100, { nodes: [node("a"), node("b"), node("c")] }),
    snapshot(200, { nodes: [node("a", { state: "DOWN" }), node("b", { cpus: 8 }), node("d")] }),
    snapshot(300, { nodes: [node("a"), node("b", { cpus: 8 }), node("c"), node("d")] }),
  );
  assert.deepEqual(periodsOf(inventory), [
    "a 100- 4",
    "b 100-200 4",
    "b 200- 8",
    "c 100-200 4",
    "c 300- 4",
    "d 200- 4",
  ]);
  assert.equal(inventory.nodes_from_s, 100);
});

Deno.test("takeUpSnapshot() comes to the same periods in whatever order snapshots arrive, each perhaps twice", () => {
  const random = createRandom(7);
  for (let round = 0; round < 200; round++) {
    const snapshots = Array.from({ length: 6 }, (_, at) =>
      snapshot(100 * (at + 1), {
        nodes: ["a", "b", "c"].filter(() => random.below(3) > 0).map((name) =>
          node(name, { cpus: 1 + random.below(2), future: random.below(8) === 0 })
        ),
      }));
    const expected = periodsOf(after(...snapshots));
    const mixed = shuffled([...snapshots, ...snapshots.slice(0, random.below(6))], random);
    assert.deepEqual(periodsOf(after(...mixed)), expected, `round ${round}`);
  }
});

Deno.test("takeUpSnapshot() comes to the same periods in whatever order partial and complete looks arrive", () => {
  const random = createRandom(21);
  for (let round = 0; round < 400; round++) {
    const snapshots = Array.from({ length: 6 }, (_, at) =>
      snapshot(100 * (at + 1), {
        nodes: ["a", "b", "c"].filter(() => random.below(3) > 0).map((name) =>
          node(name, { cpus: 1 + random.below(2), state: random.below(3) === 0 ? "DOWN" : "IDLE" })
        ),
      }, { partial: random.below(2) === 0 ? ["nodes"] : [] }));
    const told = (inventory: Inventory) => [...periodsOf(inventory), ...outsOf(inventory)];
    const expected = told(after(...snapshots));
    const mixed = shuffled([...snapshots, ...snapshots.slice(0, random.below(6))], random);
    assert.deepEqual(told(after(...mixed)), expected, `round ${round}`);
  }
});

Deno.test("takeUpSnapshot() lets a look that comes late hold up to the next one that names the node", () => {
  const complete = snapshot(100, { nodes: [node("a"), node("b")] });
  const partial = snapshot(300, { nodes: [node("a")] }, { partial: ["nodes"] });
  const late = snapshot(200, { nodes: [node("a", { cpus: 8 })] });
  assert.deepEqual(
    periodsOf(after(complete, partial, late)),
    ["a 100-200 4", "a 200-300 8", "a 300- 4", "b 100-200 4"],
    "b was gone, which the partial look does not deny",
  );
});

Deno.test("takeUpSnapshot() remembers a bounded number of looks and of the nodes that partial ones named", () => {
  const nodes = Array.from({ length: 60_000 }, (_, at) => node(`n${at}`));
  const looks = Array.from(
    { length: 5 },
    (_, at) => snapshot(100 * (at + 1), { nodes }, { partial: ["nodes"] }),
  );
  const inventory = after(snapshot(50, { nodes: [node("n0")] }), ...looks);
  assert.deepEqual(inventory.nodes_at_s, [300, 400, 500]);
  assert.deepEqual(inventory.nodes_named.map(([time_s]) => time_s), [300, 400, 500]);
  const late = takeUpSnapshot(inventory, snapshot(150, { nodes: [] }));
  assert.deepEqual(late.periods, inventory.periods, "its place cannot be told any more");
});

Deno.test("takeUpSnapshot() lets nothing older take the place of newer lists", () => {
  const parts = (name: string) => ({
    nodes: [node("a", { state: name })],
    partitions: [{ name, nodes: "a", cpus: 4, max_time_s: null, state: "UP" }],
    accounts: [{ account: name, parent: null, description: null, organization: null }],
    users: [{ user: name, accounts: [], full_name: null }],
  });
  const inventory = after(snapshot(200, parts("new")), snapshot(100, parts("old")));
  assert.deepEqual(
    [inventory.states[0].state, inventory.partitions[0].name, inventory.accounts[0].account],
    ["new", "new", "new"],
  );
  assert.equal(inventory.users[0].user, "new");
  assert.deepEqual(periodsOf(inventory), ["a 100- 4"], "yet the node is known from earlier on");
  assert.equal(inventory.told_s.nodes, 200);
});

Deno.test("takeUpSnapshot() ends what is not named, unless entries are missing; a part that is not sent changes nothing", () => {
  const both = snapshot(100, {
    nodes: [node("a"), node("b")],
    users: [{ user: "x", accounts: [], full_name: null }],
  });
  const some = { nodes: [node("a", { cpus: 6 })], users: [] };
  assert.deepEqual(periodsOf(after(both, snapshot(200, some))), ["a 100-200 4", "a 200- 6", "b 100-200 4"]);
  const partial = after(both, snapshot(200, some, { partial: ["nodes", "users"] }));
  assert.deepEqual(periodsOf(partial), ["a 100-200 4", "a 200- 6", "b 100- 4"]);
  assert.deepEqual(partial.states.map((state) => state.node), ["b", "a"]);
  assert.deepEqual(partial.users.map(({ user }) => user), ["x"]);
  const nothing = after(both, snapshot(200, { accounts: [] }));
  assert.deepEqual(periodsOf(nothing), ["a 100- 4", "b 100- 4"]);
  assert.equal(nothing.told_s.nodes, 100);
});

Deno.test("takeUpSnapshot() knows events by node and start, closes open ones, and loses no end to something older", () => {
  const open = snapshot(100, { events: [event("a", 50, null), event("b", 50, 60)] });
  const closed = snapshot(200, { events: [event("a", 50, 150)] });
  assert.deepEqual(eventsOf(after(open, closed)), ["a 50-150", "b 50-60"]);
  assert.deepEqual(eventsOf(after(closed, open)), ["a 50-150", "b 50-60"]);
  assert.deepEqual(eventsOf(after(open, closed, closed, open)), ["a 50-150", "b 50-60"]);
  const maintenance = event("a", 50, 70, { state: "MAINT" });
  assert.deepEqual(eventsOf(after(closed, snapshot(300, { events: [maintenance] }))), [
    "a 50-150",
    "a 50-70",
  ]);
});

Deno.test("takeUpSnapshot() ends an event that is not told any more though all are, when it was told last", () => {
  const open = snapshot(100, { events: [event("a", 50, null)] }, { events_from_s: 10 });
  const later = (options: Parameters<typeof snapshot>[2]) =>
    eventsOf(after(open, snapshot(200, { events: [event("b", 150, null)] }, options)));
  assert.deepEqual(later({ events_from_s: 80 }), ["a 50-100", "b 150-"]);
  assert.deepEqual(later({}), ["a 50-", "b 150-"], "not all are told");
  const late = snapshot(150, { events: [event("c", 120, null)] }, { events_from_s: 10 });
  const told = snapshot(200, { events: [] }, { events_from_s: 80 });
  assert.deepEqual(
    eventsOf(after(told, late)),
    ["c 120-150"],
    "it came late, and was over when all were told",
  );
  assert.deepEqual(
    later({ events_from_s: 80, partial: ["events"] }),
    ["a 50-", "b 150-"],
    "some are missing",
  );
});

Deno.test("takeUpSnapshot() cuts an event that was to end later where it is not told any more", () => {
  const planned = snapshot(100, { events: [event("a", 50, 900), event("b", 500, 600)] }, {
    events_from_s: 10,
  });
  const told = (options: Parameters<typeof snapshot>[2]) =>
    eventsOf(after(planned, snapshot(200, { events: [] }, options)));
  assert.deepEqual(told({ events_from_s: 80 }), ["a 50-200", "b 500-500"]);
  assert.deepEqual(told({}), ["a 50-900", "b 500-600"], "not all are told");
});

Deno.test("takeUpSnapshot() closes nothing on the word of a look whose events begin after it", () => {
  const open = snapshot(100, { events: [event("a", 50, null)] }, { events_from_s: 10 });
  assert.deepEqual(eventsOf(after(open, snapshot(200, { events: [] }, { events_from_s: 300 }))), ["a 50-"]);
});

Deno.test("takeUpSnapshot() takes the same one of two events of a node and start, whichever is told first", () => {
  const down = event("a", 50, null, { state: "DOWN" });
  const drain = event("a", 50, 70, { state: "DRAIN" });
  const later = event("a", 50, 90, { state: "DRAIN" });
  const found = (...events: readonly ReturnType<typeof event>[]) =>
    after(snapshot(100, { events })).events.map(({ state, end_s }) => `${state} ${end_s}`);
  assert.deepEqual(found(down, drain, later), ["DOWN null"]);
  assert.deepEqual(found(later, drain, down), ["DOWN null"]);
  assert.deepEqual(found(later, drain), ["DRAIN 90"]);
});

Deno.test("takeUpSnapshot() knows events to be complete for a time without gaps only", () => {
  const told = (at_s: number, events_from_s: number) => snapshot(at_s, { events: [] }, { events_from_s });
  const span = (...snapshots: readonly Snapshot[]) => {
    const { events_from_s, events_until_s } = after(...snapshots);
    return [events_from_s, events_until_s];
  };
  assert.deepEqual(span(told(100, 50), told(200, 90)), [50, 200]);
  assert.deepEqual(span(told(100, 50), told(300, 200)), [200, 300], "a gap");
  assert.deepEqual(span(told(300, 200), told(100, 50)), [200, 300], "one that came late, with a gap");
  assert.deepEqual(span(told(300, 200), told(250, 50)), [50, 300], "one that came late and reaches further");
  assert.deepEqual(span(snapshot(100, { events: [] })), [null, null]);
});

Deno.test("takeUpSnapshot() forgets the oldest events of very many, and says from when on they are complete", () => {
  const events = Array.from({ length: 150_000 }, (_, at) => event("a", at + 1, at + 2, { reason: "x" }));
  const more = Array.from({ length: 60_000 }, (_, at) => event("b", at + 200_000, at + 200_001));
  const inventory = after(
    snapshot(300_000, { events: [event("c", 1, null), ...events] }, { events_from_s: 1 }),
    snapshot(300_001, { events: [event("c", 1, null), ...more] }, { events_from_s: 1 }),
  );
  assert.equal(inventory.events.length, 200_000);
  assert.ok(
    inventory.events.some(({ node: name, end_s }) => name === "c" && end_s === null),
    "one that lasts",
  );
  assert.equal(inventory.events_from_s, 10_002);
  assert.equal(
    inventory.events.filter(({ reason }) => reason !== null).length,
    0,
    "reasons of the newest only",
  );
});

Deno.test("takeUpSnapshot() keeps a bounded number of events that last, of nodes and of accounts", () => {
  const names = (from: number) => Array.from({ length: 150_000 }, (_, at) => `n${from + at}`);
  const told = (at_s: number, from: number) =>
    snapshot(at_s, {
      events: names(from).map((name, at) => event(name, 1000 + from + at, null)),
      users: names(from).map((user) => ({ user, accounts: [], full_name: null })),
    }, { partial: ["users"] });
  const inventory = after(told(1_000_000, 0), told(1_000_001, 150_000));
  assert.deepEqual([inventory.events.length, inventory.users.length], [200_000, 200_000]);
  assert.equal(inventory.events.at(-1)?.node, "n299999");
  assert.equal(inventory.users.at(-1)?.user, "n299999");
  assert.equal(inventory.events_from_s, null);
});

Deno.test("takeUpSnapshot() keeps a bounded number of nodes, though they all last", () => {
  let inventory = after();
  for (let at = 1; at <= 4; at++) {
    const nodes = Array.from({ length: 150_000 }, (_, of) => node(`${at}-${of}`, { state: "DOWN" }));
    inventory = takeUpSnapshot(inventory, snapshot(at, { nodes }, { partial: ["nodes"] }));
  }
  const { periods, outs, states } = inventory;
  assert.deepEqual([periods.length, outs.length, states.length], [500_000, 200_000, 200_000]);
  assert.ok(periods.some(({ node: name }) => name === "4-0"));
});

Deno.test("an inventory of 5,000 nodes that does not change does not grow over years", async () => {
  await withFolder(async (root) => {
    const nodes = Array.from(
      { length: 5000 },
      (_, at) => node(`node${String(at).padStart(4, "0")}`, { cpus: at % 3 === 0 ? 64 : 128 }),
    );
    let inventory = after(snapshot(1_600_000_000, { nodes }));
    const sizeOf = async () => {
      await writeInventory(root, "alpha", { inventory });
      return (await Deno.stat(`${root}/alpha/inventory.json`)).size;
    };
    const sizes: number[] = [];
    for (let day = 1; day <= 800; day++) {
      // Each day's snapshot is made anew, as a body that was read is.
      const seen = day % 100 === 0 ? nodes.map((one) => ({ ...one, partitions: ["all"] })) : nodes;
      inventory = takeUpSnapshot(inventory, snapshot(1_600_000_000 + day * 86_400, { nodes: seen }));
      if (day % 400 === 0) sizes.push(await sizeOf());
    }
    assert.ok(sizes[1] - sizes[0] < 10, `${sizes}`);
    assert.ok(sizes[1] < 1_000_000, `${sizes}`);
  });
});

Deno.test("readInventory() gives back what was written, null where there is none, and refuses a damaged one", async () => {
  await withFolder(async (root) => {
    const path = `${root}/alpha/inventory.json`;
    assert.equal(await readInventory(root, "alpha"), null);
    const inventory = after(
      snapshot(100, {
        nodes: [node("<b>é", { gpus: [["a100", 4]] }), node("b", { state: "DOWN" })],
        events: [event("b", 5, null, { reason: "x\ny|" })],
        users: [{ user: "ada", accounts: ["x"], full_name: "Ada King" }],
      }),
      snapshot(200, { nodes: [node("b", { cpus: 9 })] }),
      snapshot(300, { nodes: [node("c", { state: "DRAIN" })] }, { partial: ["nodes"] }),
    );
    await writeInventory(root, "alpha", { inventory });
    assert.deepEqual(await readInventory(root, "alpha"), inventory);
    const written = await Deno.readTextFile(path);
    for (
      const text of [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2}',
        written.replace('"b",2,200', '"b",2,201'),
        written.slice(0, -20),
      ]
    ) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(() => readInventory(root, "alpha"), InventoryError, text.slice(0, 20));
    }
    await setInventoryAside(root, "alpha");
    assert.equal(await readInventory(root, "alpha"), null);
    assert.equal(await Deno.readTextFile(`${root}/alpha/set-aside/inventory.json`), written.slice(0, -20));
  });
});
