import assert from "node:assert/strict";
import { standingOf } from "../../../agent/commands/standing.ts";
import { statusCommand, statusLines } from "../../../agent/commands/status.ts";
import { type KeptBatch, readFacts, type StatusFacts } from "../../../agent/commands/status_facts.ts";
import { parseConfig } from "../../../agent/config.ts";
import { parseOptions } from "../../../agent/options.ts";
import { withFolder } from "../../helpers.ts";
import { fakeWorld } from "../fakes.ts";

const DAY = 86_400;
const T = Date.UTC(2026, 0, 1) / 1000;
const NOW = T + 7.5 * DAY;
const CONFIG = { state_folder: "/state", spool_limit_bytes: 2 ** 31 };
const NOTHING: StatusFacts = {
  destination: null,
  origin_s: null,
  covered: [],
  verified_s: null,
  inventory_s: null,
  answered_s: null,
  knock_after_s: null,
  last_run: null,
  waiting: [],
  set_aside: [],
  damaged: [],
};

function days(from: number, to: number) {
  return { start: T + from * DAY, end: T + to * DAY };
}

function batch(more: Partial<KeptBatch> = {}): KeptBatch {
  const file = "000000000007.batch";
  return { file, kind: "finished", jobs: 10, bytes: 2048, created_s: T, covers: [], reason: null, ...more };
}

function textOf(facts: StatusFacts, shown = 5): string {
  return statusLines(facts, { standing: standingOf(facts), config: CONFIG, now: NOW, shown }).join("\n");
}

Deno.test("standingOf() tells what is complete, missing, held and filled in", () => {
  const facts: StatusFacts = {
    ...NOTHING,
    origin_s: T,
    covered: [days(-100, -90), days(0, 2), days(3, 4)],
    waiting: [batch({ covers: [days(4, 5)] })],
    set_aside: [batch({ covers: [days(6, 7)], jobs: 1 })],
  };
  const { complete_until_s, gaps, held, filled_in, waiting, set_aside } = standingOf(facts);
  assert.equal(complete_until_s, T + 2 * DAY);
  assert.deepEqual(gaps, [days(2, 3), days(5, 6)]);
  assert.deepEqual(held, [days(4, 5), days(6, 7)]);
  assert.deepEqual(filled_in, [days(-100, -90)]);
  assert.deepEqual([waiting.batches, waiting.jobs, waiting.bytes, set_aside.jobs], [1, 10, 2048, 1]);
});

Deno.test("standingOf() knows no gap before the first run, nor where nothing was sent yet", () => {
  assert.deepEqual(standingOf(NOTHING).gaps, []);
  assert.equal(standingOf(NOTHING).complete_until_s, null);
  const begun = standingOf({ ...NOTHING, origin_s: T });
  assert.deepEqual([begun.complete_until_s, begun.gaps], [null, []]);
});

Deno.test("statusLines() tells all in order", () => {
  const text = textOf({
    ...NOTHING,
    destination: { api_url: "https://x.org", cluster: "alpha" },
    origin_s: T,
    covered: [days(0, 7)],
    inventory_s: NOW - 60,
    answered_s: NOW - 12 * 3600,
    knock_after_s: NOW + 60,
    last_run: { began_s: NOW - 13 * 3600, ended_s: NOW - 12 * 3600, status: 75 },
    waiting: [batch()],
    set_aside: [batch({ reason: "422: hostname is odd" })],
    damaged: ["/state/spool/1.batch: it is torn: bytes are missing"],
  });
  for (
    const line of [
      /^cluster +alpha$/m,
      /^complete up to +2026-01-08T00:00:00Z \(12 h ago\)$/m,
      /^gaps +none$/m,
      /^waiting +1 batch, 10 jobs, 0\.0 MiB of 2048 MiB$/m,
      /^last run +2026-01-08T00:00:00Z \(12 h ago\): the server could not be reached \(status 75\)$/m,
      /^last answer +2026-01-08T00:00:00Z \(12 h ago\)$/m,
      /^not before +2026-01-08T12:01:00Z$/m,
      /^last verify +never$/m,
      /^last inventory +2026-01-08T11:59:00Z \(60 s ago\)$/m,
      /^ {2}\/state\/set-aside\/000000000007\.batch \(10 jobs\): 422: hostname is odd$/m,
      /^Damaged; .*\n {2}\/state\/spool\/1\.batch: it is torn/m,
    ]
  ) assert.match(text, line);
});

Deno.test("statusLines() shows the first spans and batches, all of them with --verbose", () => {
  const covered = Array.from({ length: 9 }, (_, i) => days(2 * i, 2 * i + 1));
  const facts = { ...NOTHING, origin_s: T, covered, set_aside: Array.from({ length: 8 }, () => batch()) };
  assert.match(textOf(facts), /^gaps .*; and 3 more$/m);
  assert.match(textOf(facts), /^ {2}and 3 more \(see --verbose\)$/m);
  assert.ok(!/\d more/.test(textOf(facts, Infinity)));
});

/** Writes a batch as the spool does: a header, then the body. */
async function write(path: string, header: object, body = "body"): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(header) + "\n" + body);
}

Deno.test("statusCommand() reads state and spool, and ends with 1 when something was refused or is torn", async () => {
  await withFolder(async (folder) => {
    const ask = async (...args: readonly string[]) => {
      const world = fakeWorld({ now: () => NOW });
      const config = {
        ...parseConfig('{"api_url":"https://x.org","api_key":"k"}', "c"),
        state_folder: folder,
      };
      const status = await statusCommand({ options: parseOptions(["status", ...args]), world, config });
      return { status, text: world.printed.join("\n") };
    };
    const empty = await ask();
    assert.equal(empty.status, 0);
    assert.match(empty.text, /the server has nothing yet/);

    const state = {
      origin_s: T,
      covered: [days(0, 3)],
      destination: { api_url: "https://x.org", cluster: "a" },
    };
    await Deno.writeTextFile(`${folder}/state.json`, JSON.stringify(state));
    await Deno.mkdir(`${folder}/spool`);
    const header = { kind: "finished", jobs: 3, covers: [days(3, 4)], created_s: T, body_bytes: 4 };
    await write(`${folder}/spool/000000000002.batch`, header);
    await Deno.writeTextFile(`${folder}/spool/000000000003.batch.tmp`, "half");
    const fine = await ask();
    assert.equal(fine.status, 0, fine.text);
    assert.match(fine.text, /^waiting +1 batch, 3 jobs/m);

    await write(`${folder}/spool/000000000003.batch`, header, "bod");
    const torn = await ask();
    assert.equal(torn.status, 1);
    assert.match(torn.text, /000000000003\.batch: it is torn/);
    await Deno.remove(`${folder}/spool/000000000003.batch`);

    await Deno.mkdir(`${folder}/set-aside`);
    await write(`${folder}/set-aside/000000000001.batch`, { ...header, reason: "422: no" });
    const refused = await ask("--json");
    assert.equal(refused.status, 1);
    const { complete_until_s, waiting, batches } = JSON.parse(refused.text);
    assert.deepEqual([complete_until_s, waiting.jobs], [T + 3 * DAY, 3]);
    assert.equal(batches.set_aside[0].reason, "422: no");
  });
});

Deno.test("readFacts() tells what is damaged and goes on", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/state.json`, '{"origin_s": "x"}');
    await Deno.mkdir(`${folder}/spool`);
    await Deno.writeTextFile(`${folder}/spool/1.batch`, "");
    await Deno.writeTextFile(`${folder}/spool/2.batch`, "no JSON\n");
    await Deno.writeTextFile(`${folder}/spool/3.batch`, '{"jobs": "many"}\n');
    const { damaged, waiting, origin_s } = await readFacts(folder);
    assert.deepEqual([waiting, origin_s], [[], null]);
    assert.equal(damaged.length, 4);
    assert.match(damaged[0], /state\.json: it has another form$/);
    assert.match(damaged[1], /1\.batch: it ends inside its header$/);
    assert.match(damaged[3], /3\.batch: its header has another form$/);
    await Deno.writeTextFile(`${folder}/state.json`, "{");
    assert.match((await readFacts(folder)).damaged[0], /state\.json: /);
  });
});

Deno.test("readFacts() takes no time of another cluster's batches for its own", async () => {
  await withFolder(async (folder) => {
    const destination = { api_url: "https://x.org", cluster: "a" };
    await Deno.writeTextFile(`${folder}/state.json`, JSON.stringify({ origin_s: T, destination }));
    await Deno.mkdir(`${folder}/set-aside`);
    for (const [at, cluster] of ["a", "b"].entries()) {
      const header = { cluster, jobs: 3, covers: [days(at, at + 1)], created_s: T, body_bytes: 4 };
      await write(`${folder}/set-aside/00000000000${at}.batch`, header);
    }
    const { set_aside, damaged } = await readFacts(folder);
    assert.deepEqual([set_aside.map(({ covers }) => covers), damaged], [[[days(0, 1)], []], []]);
  });
});
