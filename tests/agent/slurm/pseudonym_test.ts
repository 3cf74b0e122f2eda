import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { KEY_FILE, openPseudonyms, Pseudonyms } from "../../../agent/slurm/pseudonym.ts";
import { readWindow, type Sacct } from "../../../agent/slurm/sacct.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { withFolder } from "../../helpers.ts";
import { all, fakeStart } from "../fakes.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const PSEUDONYMS = new Pseudonyms(KEY);

function open(folder: string, { fingerprint = null as string | null, key = KEY } = {}) {
  return openPseudonyms({ folder, disk: MACHINE, random_bytes: () => key, fingerprint });
}

Deno.test("Pseudonyms are u- and 16 digits of HMAC-SHA-256, the same in every run, for groups g-", () => {
  const digits = createHmac("sha256", KEY).update("alice").digest("hex").slice(0, 16);
  assert.equal(PSEUDONYMS.user("alice"), `u-${digits}`);
  assert.equal(new Pseudonyms(KEY).user("alice"), `u-${digits}`);
  assert.equal(PSEUDONYMS.group("alice"), `g-${digits}`);
  assert.notEqual(PSEUDONYMS.user("bob"), PSEUDONYMS.user("alice"));
  assert.notEqual(new Pseudonyms(KEY.toReversed()).user("alice"), PSEUDONYMS.user("alice"));
  assert.throws(() => new Pseudonyms(KEY.subarray(1)), /31 bytes instead of 32/);
});

Deno.test("Pseudonyms.job() replaces user and group, loses uids and what is no column, and keeps the rest", () => {
  const job = {
    JobID: "1",
    User: "alice",
    Group: "alice",
    Account: "physics",
    State: "CANCELLED by 1001",
    CancelledBy: "1001",
    UID: "1001",
    WorkDir: "/home/alice",
    AllocCPUS: 4,
    MaxRSS: null,
  };
  assert.deepEqual(PSEUDONYMS.job(job), {
    JobID: "1",
    User: PSEUDONYMS.user("alice"),
    Group: PSEUDONYMS.group("alice"),
    Account: "physics",
    State: "CANCELLED",
    CancelledBy: null,
    AllocCPUS: 4,
    MaxRSS: null,
  });
  assert.deepEqual(PSEUDONYMS.job({ JobID: "1", User: null, State: null }), {
    JobID: "1",
    User: null,
    State: null,
  });
});

Deno.test("Pseudonyms.job() replaces the name of the user where a site repeats it", () => {
  const { Account, Reservation, JobName, WCKey } = PSEUDONYMS.job({
    User: "al.ice",
    Group: "staff",
    Account: "al.ice",
    Reservation: "al.ice_12",
    JobName: "run of AL.ICE for malxice, al.icent",
    WCKey: "*al.ice",
  });
  const pseudonym = PSEUDONYMS.user("al.ice");
  assert.equal(Account, pseudonym);
  assert.equal(Reservation, `${pseudonym}_12`);
  assert.equal(JobName, `run of ${pseudonym} for malxice, al.icent`);
  assert.equal(WCKey, `*${pseudonym}`);
});

Deno.test("Pseudonyms.job() leaves what users share as it is for all of them, whatever they and their groups are called", () => {
  const shared = {
    Account: "physics-theory",
    Partition: "physics",
    QOS: "physics",
    Reservation: "chemistry 1",
    WCKey: "chemistry",
  };
  for (const User of ["physics", "eve"]) {
    const job = PSEUDONYMS.job({ JobID: "1", User, Group: "chemistry", ...shared });
    assert.deepEqual(job, {
      JobID: "1",
      User: PSEUDONYMS.user(User),
      Group: PSEUDONYMS.group("chemistry"),
      ...shared,
    });
  }
  const { Account } = PSEUDONYMS.job({ User: "bob", Group: "physics", Account: "physics" });
  assert.equal(Account, "physics");
});

Deno.test("Pseudonyms.account() takes accounts for a user's own whatever the case, as Slurm keeps them in small letters", () => {
  const account = PSEUDONYMS.user("alice");
  assert.equal(PSEUDONYMS.job({ User: "Alice", Account: "alice" }).Account, account);
  assert.equal(PSEUDONYMS.account("alice", new Set(["alice"])), account);
  assert.equal(PSEUDONYMS.account("alice2", new Set(["alice"])), "alice2");
});

Deno.test("Pseudonyms.unread() keeps the job's id and the reason as far as it quotes nothing", () => {
  const cases = [
    ["123|alice|physics", "The row has 3 fields instead of 30", "123", "The row has 3 fields instead of 30"],
    ["alice|x", 'Not a job id: "alice"', "", "Not a job id"],
    ["Dear alice, welcome", "Not a row of sacct", "", "Not a row of sacct"],
    ["12 alice", "The output ends inside this row", "", "The output ends inside this row"],
    ["7.batch|alice", "A step without its job", "", "A step without its job"],
    ["7", "Cannot read 'alice'", "7", "Cannot read"],
  ];
  for (const [line, reason, kept_line, kept_reason] of cases) {
    assert.deepEqual(PSEUDONYMS.unread({ line, reason }), { line: kept_line, reason: kept_reason });
  }
});

const FIELDS = [
  "JobIDRaw",
  "User",
  "Group",
  "Account",
  "State",
  "Submit",
  "Start",
  "End",
  "Reservation",
  "JobName",
];

/** Output of sacct with many users, whose names stand in all places where they may, and rows that are none. */
function output(names: readonly string[]): string {
  const rows = names.flatMap((name, i) => [
    [i + 1, name, name, name, `CANCELLED by ${1000 + i}`, 1, 2, 3, `${name}_7`, `${name}'s run`],
    [`${i + 1}.batch`, "", "", name, "COMPLETED", 1, 2, 3, "", "batch"],
    [name, name, name],
    [`x${name}`, name, name, name, "COMPLETED", 1, 2, 3, "", ""],
  ]);
  return names.map((name) => `Mail for ${name}!\n`).join("") +
    rows.map((row) => row.join(";;") + ";;\n").join("") + `Bye, ${names[0]}\n`;
}

Deno.test("readWindow() under pseudonyms lets no user's name out, in no field and no unread row", async () => {
  const names = Array.from({ length: 200 }, (_, i) => `z${(i * 7919 + 13).toString(36)}q${i}`);
  const fields = FIELDS.slice();
  const { start } = fakeStart(() => ({ stdout: output(names) }));
  const sacct: Sacct = { start, fields, delimiter: ";;", log: () => {} };
  const asked = { window: { start: 0, end: 9 }, question: "ended" } as const;
  const open = JSON.stringify(await all(readWindow(sacct, asked)));
  assert.ok(names.every((name) => open.includes(name)), "without pseudonyms they are there");
  const found = await all(readWindow({ ...sacct, pseudonyms: PSEUDONYMS }, asked));
  const body = JSON.stringify(found);
  assert.deepEqual(names.filter((name) => body.includes(name)), []);
  assert.ok(!/CANCELLED by|10\d\d/.test(body.replace(/[ug]-[0-9a-f]{16}/g, "")));
  const jobs = found.flatMap((one) => "job" in one ? [one.job] : []);
  assert.deepEqual(jobs.map(({ User }) => User), names.map((name) => PSEUDONYMS.user(name)));
  assert.ok(found.some((one) => "unread" in one));
});

Deno.test("openPseudonyms() makes a key for its owner alone, once, and reads it ever after", () =>
  withFolder(async (folder) => {
    const first = await open(folder);
    assert.equal(first.user("alice"), PSEUDONYMS.user("alice"));
    const { mode } = await Deno.stat(`${folder}/${KEY_FILE}`);
    assert.equal((mode ?? 0) & 0o777, 0o600);
    const { fingerprint } = first;
    assert.match(fingerprint, /^[0-9a-f]{16}$/);
    const again = await open(folder, { fingerprint, key: KEY.toReversed() });
    assert.equal(again.user("alice"), first.user("alice"));
    assert.equal(
      (await open(folder)).user("alice"),
      first.user("alice"),
      "the state may be lost, the key not",
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [KEY_FILE]);
  }));

Deno.test("openPseudonyms() keeps the key from others on a disk that knows of no permissions", () =>
  withFolder(async (folder) => {
    const disk = { ...MACHINE, create: (path: string) => MACHINE.create(path, { mode: 0o644 }) };
    await openPseudonyms({ folder, disk, random_bytes: () => KEY, fingerprint: null });
    assert.equal(((await Deno.stat(`${folder}/${KEY_FILE}`)).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("openPseudonyms() never makes a second key in the place of one that is lost, damaged or another", () =>
  withFolder(async (folder) => {
    const path = `${folder}/${KEY_FILE}`;
    const { fingerprint } = await open(folder);
    const good = await Deno.readTextFile(path);
    const damaged = [
      "",
      "{}",
      good.slice(0, -10),
      good.replace(/"key":"00/, '"key":"10'),
      good.replace('"digest"', '"dihest"'),
      good.replace('"key"', '"kex"'),
    ];
    for (const text of damaged) {
      await Deno.writeTextFile(path, text);
      for (const known of [fingerprint, null]) {
        await assert.rejects(open(folder, { fingerprint: known }), /pseudonym\.key, is damaged: put it back/);
      }
      assert.equal(await Deno.readTextFile(path), text);
    }
    await Deno.remove(path);
    await assert.rejects(open(folder, { fingerprint }), /pseudonym\.key, is not there any more: put it back/);
    await open(folder, { key: KEY.toReversed() });
    await assert.rejects(
      open(folder, { fingerprint }),
      /pseudonym\.key, is not the one that was used before/,
    );
    await Deno.remove(path);
    await Deno.mkdir(path);
    await assert.rejects(open(folder, { fingerprint }), /cannot be read/);
  }));

Deno.test("openPseudonyms() leaves no half a key behind when the disk fails", () =>
  withFolder(async (folder) => {
    const failing = { ...MACHINE, syncFolder: () => Promise.reject(new Error("disk")) };
    const full = { ...MACHINE, rename: () => Promise.reject(new Error("disk")) };
    const options = { folder, random_bytes: () => KEY, fingerprint: null };
    await assert.rejects(openPseudonyms({ ...options, disk: full }), /disk/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    await assert.rejects(openPseudonyms({ ...options, disk: failing }), /disk/);
    assert.equal((await open(folder)).user("alice"), PSEUDONYMS.user("alice"));
  }));
