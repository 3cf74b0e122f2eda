/** What earlier runs have left behind, and a configuration, a Slurm or a clock that is another now. */
import assert from "node:assert/strict";
import { running } from "../fakes.ts";
import { FEW, gone, names, refusal, withStage } from "./stage.ts";

const HOUR_S = 3600;

Deno.test("collectCommand() sends a new server all of a window that the old one got in part", async () => {
  await withStage(async (stage) => {
    for (let id = 1; id <= 5; id++) stage.job(id, 30 - id / 10);
    let taken = 0;
    stage.respond = () => taken++ === 0 ? undefined : gone();
    assert.equal(await stage.collect({ limits: FEW }), 75);
    assert.deepEqual(stage.ids, ["1", "2"]);
    stage.stored.length = 0;
    stage.respond = () => undefined;
    const config = { api_url: "https://new.example" };
    for (let run = 0; run < 2; run++) await stage.collect({ limits: FEW, config });
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3", "4", "5"]);
    assert.equal(stage.stored.at(-1)?.collected_until, stage.now_s);
  });
});

Deno.test("collectCommand() settles nothing while slurmdbd hides jobs, and so gets them as soon as it shows them", async () => {
  await withStage(async (stage) => {
    stage.job(1, 100);
    const own = stage.accounting.jobs.slice();
    for (let id = 2; id <= 5; id++) stage.job(id, 20 * id);
    const all = stage.accounting.jobs.splice(0);
    stage.accounting.jobs.push(...own);
    let setting = "jobs";
    const start: typeof stage.accounting.start = (command) =>
      command.program === "sacctmgr"
        ? running({ stdout: `SlurmDBD configuration:\nPrivateData = ${setting}\nSlurmUser = slurm(1)\n` })
        : stage.accounting.start(command);
    const world = { start, user: "agent" };
    assert.equal(await stage.collect({ world }), 1);
    assert.deepEqual(stage.ids, ["1"]);
    assert.ok(stage.world.logged.some((line) => /^warning: slurmdbd is set to PrivateData=jobs/.test(line)));
    const { covered, settled } = await stage.state() ?? {};
    assert.equal(covered?.at(-1)?.end, stage.now_s);
    assert.deepEqual(settled, []);
    stage.accounting.jobs.splice(0, 1, ...all);
    setting = "none";
    stage.now_s += 24 * HOUR_S;
    assert.equal(await stage.collect({ world }), 0);
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3", "4", "5"]);
    assert.notDeepEqual((await stage.state())?.settled, []);
  });
});

Deno.test("collectCommand() reads records that come late into time which waits for a batch set aside", async () => {
  await withStage(async (stage) => {
    stage.job(1, 5);
    stage.job(2, 4, -2);
    stage.respond = ({ jobs }) => jobs.some(({ JobID }) => JobID === "1") ? refusal(400) : undefined;
    const limits = { jobs: 1, bytes: 1e6 };
    assert.equal(await stage.collect({ limits }), 1);
    const ends = () => stage.stored.flatMap(({ jobs }) => jobs).filter(({ JobID }) => JobID === "2");
    for (const hours of [3, 24]) {
      stage.now_s += hours * HOUR_S;
      assert.equal(await stage.collect({ limits }), 1);
    }
    assert.equal(typeof ends().at(-1)?.End, "number");
  });
});

Deno.test("collectCommand() is not blocked by what waits of another cluster", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 40; id++) stage.job(id, id);
    stage.respond = gone;
    await stage.collect({ limits: FEW });
    const waited = names(`${folder}/spool`);
    const spool_limit_bytes = waited.reduce(
      (sum, name) => sum + Deno.statSync(`${folder}/spool/${name}`).size,
      0,
    );
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ cluster: "beta", config: { spool_limit_bytes } }), 0);
    assert.ok(
      stage.world.logged.some((line) => /collected for cluster alpha, this agent now sends beta/.test(line)),
    );
    assert.deepEqual(new Set(stage.stored.map(({ hostname }) => hostname)), new Set(["beta"]));
    assert.equal(new Set(stage.ids).size, 40);
    assert.deepEqual(names(`${folder}/set-aside`), waited);
    assert.deepEqual(names(`${folder}/spool`), []);
  });
});

Deno.test("collectCommand() sends no name that waited when users are to be pseudonyms", async () => {
  await withStage(async (stage) => {
    stage.job(1, 30);
    stage.respond = gone;
    await stage.collect();
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ config: { pseudonymise_users: "keyed-hash" } }), 0);
    const users = stage.stored.flatMap(({ jobs }) => jobs.map(({ User }) => String(User)));
    assert.ok(users.length > 0);
    for (const user of users) assert.match(user, /^u-[0-9a-f]{16}$/);
  });
});

Deno.test("collectCommand() changes nothing by a clock that is not set, or behind what it knows", async () => {
  await withStage(async (stage) => {
    stage.job(1, 1);
    assert.equal(await stage.collect(), 0);
    const before = await stage.state();
    const { now_s } = stage;
    for (const wrong_s of [3600, now_s - 3650 * 24 * HOUR_S]) {
      stage.now_s = wrong_s;
      await assert.rejects(stage.collect(), /^ClockError: The clock of this host/);
      assert.deepEqual(await stage.state(), before);
    }
  });
});

Deno.test("collectCommand() takes nothing for an answer of the server that is none", async () => {
  await withStage(async (stage) => {
    stage.respond = gone;
    assert.equal(await stage.collect(), 75);
    assert.equal((await stage.state())?.answered_s, null);
    stage.respond = () => undefined;
    assert.equal(await stage.collect(), 0);
    assert.equal((await stage.state())?.answered_s, stage.now_s);
  });
});
