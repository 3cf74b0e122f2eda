import assert from "node:assert/strict";
import { gatherEvents } from "../../../agent/inventory/gather_events.ts";
import { newNotes } from "../../../agent/inventory/notes.ts";
import { sendInventory } from "../../../agent/inventory/send.ts";
import { parseConfig } from "../../../agent/config.ts";
import type { Run } from "../../../agent/run.ts";
import type { WireInventory } from "../../../lib/job/inventory.ts";
import { type Answer, fakeWorld } from "../fakes.ts";
import { recordedStart, recordingOf } from "./fixtures.ts";

const NOW_S = 1795422500;
const DAY_S = 86_400;

/** A run at a moment, and what it posted. */
function stage(instead: Readonly<Record<string, Answer>> = {}) {
  const { start, calls } = recordedStart("22.05", instead);
  const posted: (readonly [string, WireInventory])[] = [];
  const run: Run = {
    world: fakeWorld({ now: () => NOW_S, start }),
    config: parseConfig('{"api_url": "http://localhost:1", "api_key": "k"}', "config.json"),
    options: {} as Run["options"],
    cluster: "alpha",
  };
  const post = (path: string, body: unknown): Promise<unknown> => {
    posted.push([path, body as WireInventory]);
    return Promise.resolve({ rejected: [], rejected_count: 0 });
  };
  return { run, post, posted, calls };
}

Deno.test("sendInventory() sends all that is known the first time, with events of the collection window", async () => {
  const { run, post, posted, calls } = stage();
  const sent = await sendInventory(run, { last_s: null, digest: null, pseudonyms: null, post });
  assert.deepEqual([sent.sent, sent.sent_s, sent.notices], [true, NOW_S, []]);
  const [[path, body]] = posted;
  assert.equal(path, "/api/data/inventory");
  assert.deepEqual([body.hostname, body.at, body.events_from], ["alpha", NOW_S, NOW_S - 7 * DAY_S]);
  assert.equal(body.nodes?.length, 6);
  const events = calls.find((command) => recordingOf(command) === "events");
  assert.ok(
    events?.args.includes(`Start=${new Date((NOW_S - 7 * DAY_S) * 1000).toISOString().slice(0, 19)}`),
  );
});

Deno.test("sendInventory() sends nothing within a day as long as the hardware is the same, and at once when it changes", async () => {
  const first = stage();
  const { digest } = await sendInventory(first.run, {
    last_s: null,
    digest: null,
    pseudonyms: null,
    post: first.post,
  });
  const last_s = NOW_S - 600;
  const same = stage();
  const again = await sendInventory(same.run, { last_s, digest, pseudonyms: null, post: same.post });
  assert.deepEqual([again.sent, again.sent_s, again.digest], [false, last_s, digest]);
  assert.ok(same.calls.every(({ program }) => program === "scontrol"), "the database is not asked");

  const changed = stage({ nodes: { stdout: "NodeName=node1 CPUTot=128 State=IDLE\n" } });
  assert.equal(
    (await sendInventory(changed.run, { last_s, digest, pseudonyms: null, post: changed.post })).sent,
    true,
  );
  const busier = stage({
    nodes: { stdout: (await nodesOf()).replace("State=ALLOCATED", "State=IDLE") },
  });
  assert.equal(
    (await sendInventory(busier.run, { last_s, digest, pseudonyms: null, post: busier.post })).sent,
    false,
  );

  const due = stage();
  assert.equal(
    (await sendInventory(due.run, { last_s: NOW_S - DAY_S, digest, pseudonyms: null, post: due.post })).sent,
    true,
  );
  assert.equal(due.posted[0][1].events_from, NOW_S - 3 * DAY_S, "two days more than since the last one");
});

async function nodesOf(): Promise<string> {
  return await Deno.readTextFile(new URL("../../fixtures/inventory/22.05/nodes.out", import.meta.url));
}

Deno.test("sendInventory() sends nothing if Slurm tells nothing, and says why", async () => {
  const refused: Answer = { code: 1, stderr: "Connection refused" };
  const names = ["nodes", "sinfo", "partitions", "events", "reservations", "reservations_now", "accounts"];
  const { run, post, posted } = stage(Object.fromEntries(names.map((name) => [name, refused])));
  const sent = await sendInventory(run, { last_s: null, digest: null, pseudonyms: null, post });
  assert.deepEqual([sent.sent, sent.sent_s, posted.length], [false, null, 0]);
  assert.equal(sent.notices.length, 4, "one for each part");
});

Deno.test("sendInventory() throws what the posting throws, and says what the server could not use", async () => {
  const { run } = stage();
  const options = { last_s: null, digest: null, pseudonyms: null };
  await assert.rejects(
    () => sendInventory(run, { ...options, post: () => Promise.reject(new Error("unreachable")) }),
    /unreachable/,
  );
  const post = () =>
    Promise.resolve({ rejected: [{ part: "nodes", index: 3, reason: "cpus: odd" }], rejected_count: 2 });
  const { notices } = await sendInventory(run, { ...options, post });
  assert.deepEqual(notices, [
    "The server could not use 2 entries of the inventory, the first: nodes 3: cpus: odd",
  ]);
});

Deno.test("gatherEvents() keeps those that last and the newest where there are too many, and knows from when they are complete", async () => {
  const { run } = stage({
    events: { stdout: "a|10|Unknown|DOWN|\nb|20|30|DOWN|\nc|40|90|DOWN|\nd|50|60|DOWN|\n" },
    reservations: { stdout: "" },
  });
  const found = await gatherEvents(run, { since_s: 5, notes: newNotes(), most: 3 });
  assert.deepEqual(found.events?.map(({ node }) => node), ["a", "d", "c"]);
  assert.equal(found.events_from_s, 30);
});
