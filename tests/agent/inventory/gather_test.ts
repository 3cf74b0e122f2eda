/**
 * Recorded outputs of Slurm against the inventory that the agent makes of them. After a change that is meant, write the
 * expectations anew and read their diff: deno test -A tests/agent/inventory/gather_test.ts -- -u
 */
import assert from "node:assert/strict";
import { gatherInventory } from "../../../agent/inventory/gather.ts";
import { type Config, parseConfig } from "../../../agent/config.ts";
import type { Run } from "../../../agent/run.ts";
import { Pseudonyms } from "../../../agent/slurm/pseudonym.ts";
import type { World } from "../../../agent/world.ts";
import { readSnapshot } from "../../../lib/job/snapshot.ts";
import { type Answer, fakeStart, type FakeWorld, fakeWorld } from "../fakes.ts";
import { recordedStart, recordingOf } from "./fixtures.ts";

const FOLDER = new URL("../../fixtures/inventory/", import.meta.url);
/** Shortly after the recordings were made. */
const NOW_S = 1795422500;
const SINCE_S = Date.UTC(2026, 10, 20) / 1000;
const OPEN = { since_s: SINCE_S, pseudonyms: null };
const PSEUDONYMS = new Pseudonyms(new Uint8Array(32));
const DENIED: Answer = { code: 1, stderr: "slurm_load_node error: Access/permission denied" };

function configOf(settings: Readonly<Record<string, unknown>> = {}): Config {
  const text = JSON.stringify({ api_url: "http://localhost:1", api_key: "k", ...settings });
  return parseConfig(text, "config.json");
}

function runOf(parts: Partial<World>, settings: Readonly<Record<string, unknown>> = {}): Run & {
  readonly world: FakeWorld;
} {
  return {
    world: fakeWorld({ now: () => NOW_S, user: "ivana", ...parts }),
    config: configOf(settings),
    options: {} as Run["options"],
    cluster: "renamed",
  };
}

for (const folder of ["22.05", "22.05-denied"]) {
  Deno.test(`gatherInventory() makes the expected inventory of the recordings in ${folder}`, async () => {
    const found = await gatherInventory(runOf({ start: recordedStart(folder).start }), OPEN);
    const expectation = new URL(`${folder}.expected.json`, FOLDER);
    const json = JSON.parse(JSON.stringify(found));
    if (Deno.args.includes("-u")) {
      await Deno.writeTextFile(expectation, JSON.stringify(found, null, 2) + "\n");
    }
    assert.deepEqual(json, JSON.parse(await Deno.readTextFile(expectation)));
  });
}

Deno.test("gatherInventory() makes nothing that the server would reject", async () => {
  const { parts } = await gatherInventory(runOf({ start: recordedStart("22.05").start }), OPEN);
  const { rejected, snapshot } = await readSnapshot({ hostname: "alpha", at: NOW_S, ...parts });
  assert.deepEqual(rejected, []);
  assert.deepEqual(Object.keys(snapshot.parts).toSorted(), [
    "accounts",
    "events",
    "nodes",
    "partitions",
    "users",
  ]);
});

Deno.test("gatherInventory() asks sinfo where scontrol is refused, and says nothing of it", async () => {
  const { start } = recordedStart("22.05", { nodes: DENIED });
  const { parts, notices } = await gatherInventory(runOf({ start }), OPEN);
  const whole = await gatherInventory(runOf({ start: recordedStart("22.05").start }), OPEN);
  const hardware = ({ nodes }: typeof parts) =>
    nodes?.map(({ state: _, reason: __, ...rest }) => rest).toSorted((a, b) => a.name < b.name ? -1 : 1);
  assert.deepEqual(notices, []);
  assert.deepEqual(hardware(parts), hardware(whole.parts));
  assert.deepEqual(
    parts.nodes?.map(({ reason }) => reason).filter((reason) => reason !== null),
    whole.parts.nodes?.map(({ reason }) => reason).filter((reason) => reason !== null),
  );
});

Deno.test("gatherInventory() leaves out what is refused, each with one notice that says what to grant, and goes on", async () => {
  const parts = ["nodes", "partitions", "events", "accounts"];
  for (const part of parts) {
    const instead: Readonly<Record<string, Answer>> = part === "nodes"
      ? { nodes: DENIED, sinfo: DENIED }
      : part === "events"
      ? { events: DENIED, reservations: DENIED, reservations_now: DENIED }
      : { [part]: DENIED };
    const { start } = recordedStart("22.05", instead);
    const found = await gatherInventory(runOf({ start }), OPEN);
    assert.equal(found.notices.length, 1, part);
    assert.match(found.notices[0], /left out .*sacctmgr add user ivana account=root adminlevel=operator/);
    assert.equal(part in found.parts, false);
    assert.ok(Object.keys(found.parts).length >= 3, part);
  }
});

Deno.test("gatherInventory() knows present reservations where the past is refused, up to now and no further", async () => {
  const { start } = recordedStart("22.05", { reservations: DENIED });
  const { parts, notices, events_from_s } = await gatherInventory(runOf({ start }), OPEN);
  assert.equal(notices.length, 1);
  assert.match(notices[0], /Past reservations/);
  assert.equal(events_from_s, SINCE_S);
  const maintenance = parts.events?.filter(({ state }) => state === "MAINT");
  assert.deepEqual(maintenance?.map(({ node, end }) => [node, end]), [["node5", NOW_S], ["node6", NOW_S]]);
});

Deno.test("gatherInventory() with pseudonyms sends no users and no free text at all", async () => {
  const { start } = recordedStart("22.05");
  const run = runOf({ start }, { pseudonymise_users: "keyed-hash" });
  const { parts } = await gatherInventory(run, { since_s: SINCE_S, pseudonyms: PSEUDONYMS });
  assert.equal("users" in parts, false);
  const text = JSON.stringify(parts);
  for (const word of ["ivana", "ivor", "iris", "power", "disk", "maint1", "chemistry dept", "uni"]) {
    assert.ok(!new RegExp(`\\b${word}\\b`).test(text), word);
  }
  assert.ok(parts.accounts?.some(({ account }) => account === "chemistry"), "the tree itself is sent");
});

Deno.test("gatherInventory() with pseudonyms names accounts of users' own as their jobs do: totals join, no name leaves", async () => {
  const users = ["alice", "bob", "ivor"];
  const rows = [
    "Renamed||root|",
    "Renamed||physics|root",
    "Renamed||bobs|physics",
    ...users.flatMap((user) => [
      `Renamed||${user}|physics`,
      `Renamed|${user}|${user}|`,
      `Renamed|${user}|physics|`,
    ]),
    "Renamed||courses|alice",
  ];
  const { start } = fakeStart(({ args }) => {
    if (args.includes("association")) return { stdout: rows.join("\n") + "\n" };
    return { stdout: args.includes("account") ? "alice|u|Alice of physics\n" : "" };
  });
  const run = runOf({ start }, { pseudonymise_users: "keyed-hash" });
  const { parts } = await gatherInventory(run, { since_s: SINCE_S, pseudonyms: PSEUDONYMS });
  const jobs = users.flatMap((User) =>
    [User, User, "physics"].map((Account) => PSEUDONYMS.job({ JobID: "1", User, Group: "physics", Account }))
  );
  for (const body of [parts, jobs]) {
    assert.ok(!/\b(?:alice|bob|ivor)\b/i.test(JSON.stringify(body)), JSON.stringify(body));
  }
  const tree = new Map(parts.accounts?.map(({ account, parent }) => [account, parent]));
  assert.equal(tree.get("courses"), PSEUDONYMS.user("alice"), "the tree holds together");
  assert.ok(tree.has("bobs"), "an account that only begins like a user is none of their own");
  const totals = new Map<unknown, number>();
  for (const { Account } of jobs) totals.set(Account, (totals.get(Account) ?? 0) + 1);
  assert.deepEqual([...totals.values()].toSorted(), [2, 2, 2, 3]);
  for (const account of totals.keys()) assert.equal(tree.has(String(account)), true, String(account));
});

Deno.test("gatherInventory() gives full names only if it may, those of the host's passwd file", async () => {
  const { start } = recordedStart("22.05");
  const read = () =>
    Promise.resolve("ivana:x:1:1:Ivana Ivić,room 7,,:/home:/bin/sh\niris:x:2:2:& Doe:/:/\nivor:x:3:3::/:/\n");
  const names = async (settings: Readonly<Record<string, unknown>>, reader: World["read"] = read) => {
    const { parts, notices } = await gatherInventory(runOf({ start, read: reader }, settings), OPEN);
    return {
      names: Object.fromEntries(parts.users?.map((u) => [u.user, u.full_name ?? null]) ?? []),
      notices,
    };
  };
  const none = { root: null, iris: null, ivana: null, ivor: null, ivan: null };
  assert.deepEqual((await names({})).names, none);
  assert.deepEqual((await names({ send_full_names: true })).names, {
    ...none,
    ivana: "Ivana Ivić",
    iris: "Iris Doe",
  });
  const unreadable = await names(
    { send_full_names: true },
    () => Promise.reject(new Deno.errors.PermissionDenied("not permitted")),
  );
  assert.deepEqual(unreadable.names, none);
  assert.match(unreadable.notices[0], /Full names are left out .*not permitted/);
});

Deno.test("gatherInventory() takes a list of nobody but oneself for what PrivateData leaves of it", async () => {
  const own = { stdout: "invclu||root|\ninvclu|ivana|root|\n" };
  const { start } = recordedStart("22.05", {
    associations: own,
    configuration: { stdout: "PrivateData            = jobs,users\n" },
  });
  const { parts, notices } = await gatherInventory(runOf({ start }), OPEN);
  assert.equal("users" in parts, false);
  assert.match(notices[0], /^Users are left out/);
  const hidden = await gatherInventory(runOf({ start }, { pseudonymise_users: "keyed-hash" }), {
    since_s: SINCE_S,
    pseudonyms: PSEUDONYMS,
  });
  assert.equal("accounts" in hidden.parts, false, "nobody knows which of them are named after users");
  assert.match(hidden.notices[0], /^Accounts are left out .* PrivateData/);
  const open = recordedStart("22.05", {
    associations: own,
    configuration: { stdout: "PrivateData = none\n" },
  });
  assert.deepEqual((await gatherInventory(runOf({ start: open.start }), OPEN)).notices, []);
});

Deno.test("gatherInventory() takes silence about nodes for no answer, and garbage for lines that are missing", async () => {
  const silent = recordedStart("22.05", { nodes: { stdout: "" } });
  const nothing = await gatherInventory(runOf({ start: silent.start }), OPEN);
  assert.equal("nodes" in nothing.parts, false);
  assert.match(nothing.notices[0], /no nodes/);
  const garbled = recordedStart("22.05", {
    nodes: { stdout: "NodeName=a CPUTot=4 State=IDLE\nNodeName=b CPUTot=many State=IDLE\n\u0000\n" },
  });
  const some = await gatherInventory(runOf({ start: garbled.start }), OPEN);
  assert.deepEqual(some.parts.nodes?.map(({ name }) => name), ["a"]);
  assert.deepEqual(some.partial, ["nodes"]);
  assert.match(some.notices[0], /2 lines about nodes cannot be read, the first: "NodeName=b/);
});

Deno.test("gatherInventory() goes on where a command cannot be started at all", async () => {
  const { start } = recordedStart("22.05");
  const found = await gatherInventory(
    runOf({
      start: (command) => {
        if (command.program === "sacctmgr") throw new Error("Cannot start sacctmgr");
        return start(command);
      },
    }),
    OPEN,
  );
  assert.deepEqual(Object.keys(found.parts).toSorted(), ["events", "nodes", "partitions"]);
  assert.equal(found.events_from_s, null, "what of the past is missing is not complete");
  assert.ok(found.notices.every((notice) => /Cannot start sacctmgr/.test(notice)));
});

Deno.test("gatherInventory() asks for events since the time given, in UTC, and for hidden partitions as well", async () => {
  const { start, calls } = recordedStart("22.05");
  await gatherInventory(runOf({ start }), OPEN);
  const asked = Object.fromEntries(calls.map((command) => [recordingOf(command), command.args.join(" ")]));
  assert.match(asked.events, /Start=2026-11-20T00:00:00 /);
  assert.match(asked.reservations, /Start=2026-11-20T00:00:00 /);
  assert.match(asked.partitions, /^--all /);
  assert.match(asked.nodes, /^--all /);
});
