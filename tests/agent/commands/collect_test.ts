import assert from "node:assert/strict";
import type { ExitStatus } from "../../../agent/run.ts";
import { StateFolder } from "../../../agent/spool/folder.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { configOf } from "../fakes.ts";
import { compareAfterwards } from "../../../agent/commands/comparing.ts";
import type { Afterwards } from "../../../agent/commands/collect.ts";
import { gather } from "../../../agent/commands/gather.ts";
import { statusOf } from "../../../agent/commands/handle.ts";
import type { Source } from "../../../agent/commands/walk.ts";
import { FEW, gone, names, refusal, withStage } from "./stage.ts";

const HOUR_S = 3600;

Deno.test("collectCommand() sends what ended since the first day, and then how far it has seen", async () => {
  await withStage(async (stage, folder) => {
    for (const [id, hours] of [[1, 24 * 6], [2, 30], [3, 1]]) stage.job(id, hours);
    stage.job(4, 24 * 8);
    assert.equal(await stage.collect(), 0);
    assert.deepEqual(stage.ids, ["1", "2", "3"]);
    assert.deepEqual(stage.stored.at(-1)?.jobs, []);
    assert.equal(stage.stored.at(-1)?.collected_until, stage.now_s);
    assert.ok(stage.stored.slice(0, -1).every((batch) => batch.collected_until === undefined));
    assert.deepEqual(names(`${folder}/spool`), []);
    assert.equal(stage.world.logged.at(-1), "3 jobs collected; all is sent up to 2026-01-08T12:00:00Z");
  });
});

Deno.test("collectCommand() reads again only what is younger than the margin, where jobs may come late", async () => {
  await withStage(async (stage) => {
    stage.job(1, 10);
    stage.job(2, 3);
    stage.job(3, 4, -0.5);
    await stage.collect();
    stage.now_s += HOUR_S;
    stage.stored.length = 0;
    assert.equal(await stage.collect(), 0);
    assert.deepEqual(stage.ids.toSorted(), ["2", "3"]);
  });
});

Deno.test("collectCommand() goes on collecting while the server is gone, and sends it all when it is back", async () => {
  await withStage(async (stage, folder) => {
    stage.respond = gone;
    for (let id = 1; id <= 5; id++) stage.job(id, id);
    assert.equal(await stage.collect({ limits: FEW }), 75);
    assert.equal(stage.requests, 10, "ten tries in the whole run");
    const before = names(`${folder}/spool`).length;
    stage.now_s += HOUR_S;
    stage.job(6, 0.5);
    assert.equal(await stage.collect({ limits: FEW }), 75);
    assert.equal(names(`${folder}/spool`).length, before + 1, "what waits is not collected again");
    assert.match(stage.world.logged.at(-1) ?? "", /waiting in .* to be sent: 6 jobs/);
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW }), 0);
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3", "4", "5", "6"]);
    assert.deepEqual(names(`${folder}/spool`), []);
  });
});

Deno.test("collectCommand() does not knock before the moment that the server has named", async () => {
  await withStage(async (stage) => {
    stage.job(1, 1);
    stage.respond = () => new Response(null, { status: 503, headers: { "Retry-After": "7200" } });
    assert.equal(await stage.collect(), 75);
    assert.equal(stage.requests, 1);
    stage.respond = () => undefined;
    stage.now_s += HOUR_S;
    assert.equal(await stage.collect(), 75);
    assert.equal(stage.requests, 1);
    stage.now_s += HOUR_S + 1;
    assert.equal(await stage.collect(), 0);
    assert.deepEqual([...new Set(stage.ids)], ["1"]);
  });
});

Deno.test("collectCommand() keeps everything and ends with 2 when the server refuses the agent", async () => {
  for (const status of [401, 403, 404, 405]) {
    await withStage(async (stage, folder) => {
      for (let id = 1; id <= 5; id++) stage.job(id, id);
      stage.respond = () => refusal(status, "this key is for beta");
      assert.equal(await stage.collect({ limits: FEW }), 2);
      assert.equal(stage.requests, 1);
      assert.ok(names(`${folder}/spool`).length >= 3);
      assert.deepEqual(names(`${folder}/set-aside`), []);
      assert.ok(stage.world.logged.some((line) => line.includes("this key is for beta")));
      stage.respond = () => undefined;
      assert.equal(await stage.collect(), 0);
      assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3", "4", "5"]);
    });
  }
});

Deno.test("collectCommand() sets a batch aside that the server refuses, goes on, and tries it again in each run", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 6; id++) stage.job(id, 27 - id);
    stage.respond = ({ jobs }) =>
      jobs.some(({ JobID }) => JobID === "4") ? refusal(422, "odd job") : undefined;
    assert.equal(await stage.collect({ limits: FEW }), 1);
    assert.deepEqual(stage.ids, ["1", "2", "5", "6"]);
    const until = stage.stored.at(-1)?.collected_until ?? 0;
    assert.ok(until <= stage.now_s - 24 * HOUR_S, "not beyond what is set aside");
    const [name] = names(`${folder}/set-aside`);
    assert.match((await Deno.readTextFile(`${folder}/set-aside/${name}`)).split("\n")[0], /422.*odd job/);
    stage.now_s += HOUR_S;
    const before = stage.requests;
    assert.equal(await stage.collect({ limits: FEW }), 1);
    assert.equal(stage.requests, before + 2, "one try, and how far it has seen");
    assert.match(
      stage.world.logged.at(-1) ?? "",
      /refused by the server and kept in .*set-aside: 1 batch; the rest is sent/,
    );
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW }), 0);
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3", "4", "5", "6"]);
    assert.equal(stage.stored.at(-1)?.collected_until, stage.now_s);
    assert.deepEqual(names(`${folder}/set-aside`), []);
  });
});

Deno.test("collectCommand() stops sending when the server refuses one batch after the other", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 40; id++) stage.job(id, 20);
    stage.respond = () => refusal(400);
    assert.equal(await stage.collect({ limits: FEW }), 2);
    assert.equal(stage.requests, 10);
    assert.equal(names(`${folder}/set-aside`).length, 10);
    assert.ok(names(`${folder}/spool`).length >= 10);
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW }), 0);
    assert.equal(new Set(stage.ids).size, 40);
  });
});

Deno.test("collectCommand() stops collecting when the spool is full, says so, and goes on when the server is back", async () => {
  await withStage(async (stage) => {
    for (let id = 1; id <= 40; id++) stage.job(id, id);
    const config = { spool_limit_bytes: 2500 };
    stage.respond = gone;
    assert.equal(await stage.collect({ limits: FEW, config }), 75);
    assert.ok(stage.world.logged.some((line) => /^warning: The spool in .* is full/.test(line)));
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW, config }), 0);
    assert.deepEqual(new Set(stage.ids).size, 40);
  });
});

Deno.test("collectCommand() goes on sending when the disk is full, and ends with 1", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 9; id++) stage.job(id, 20);
    stage.respond = gone;
    assert.equal(await stage.collect({ limits: FEW }), 75);
    stage.respond = () => undefined;
    stage.now_s += HOUR_S;
    stage.job(10, 0.5);
    const full = {
      ...MACHINE,
      create: () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" })),
    };
    assert.equal(await stage.collect({ world: { disk: full } }), 1);
    assert.equal(new Set(stage.ids).size, 9);
    assert.deepEqual(names(`${folder}/spool`), []);
    assert.ok(stage.world.logged.some((line) => /Cannot write to .*: no space left on device/.test(line)));
    assert.equal(await stage.collect(), 0);
    assert.equal(new Set(stage.ids).size, 10);
  });
});

Deno.test("collectCommand() asks again for the time that sacct could not answer for, and sends the rest", async () => {
  await withStage(async (stage) => {
    stage.job(1, 150);
    stage.job(2, 30);
    stage.job(3, 1);
    const { now_s } = stage;
    stage.accounting.fails = ({ from }) => from > now_s - 120 * HOUR_S && from < now_s - 96 * HOUR_S;
    assert.equal(await stage.collect(), 1);
    assert.ok(stage.world.logged.some((line) => /Not collected: .*Connection refused/.test(line)));
    assert.ok((stage.stored.at(-1)?.collected_until ?? 0) < now_s - 96 * HOUR_S);
    assert.deepEqual(stage.ids, ["1", "2", "3"]);
    stage.accounting.fails = () => false;
    assert.equal(await stage.collect(), 0);
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3"]);
    assert.equal(stage.stored.at(-1)?.collected_until, stage.now_s);
  });
});

Deno.test("collectCommand() sends a look at what runs now", async () => {
  await withStage(async (stage) => {
    stage.job(7, -3, -3);
    assert.equal(await stage.collect(), 0);
    const [job] = stage.stored.flatMap(({ jobs }) => jobs);
    assert.deepEqual([job.JobID, job.State, job.End], ["7", "RUNNING", null]);
  });
});

Deno.test("collectCommand() says that another run works with the folder, and ends with 75", async () => {
  await withStage(async (stage, folder) => {
    const config = configOf({ state_folder: folder });
    const other = await StateFolder.open({ world: stage.world, config, cluster: "alpha", pid: 4711 });
    assert.equal(await stage.collect(), 75);
    assert.match(stage.world.logged[0], /^warning: Another run works with .*: process 4711\./);
    assert.equal(stage.requests, 0);
    other.close();
  });
});

Deno.test("collectCommand() does what follows, unless the server is gone, and ends as the gravest of all", async () => {
  await withStage(async (stage) => {
    const done: number[] = [];
    const afterwards = ([1, 0] as const).map((status) => (): Promise<ExitStatus> => {
      done.push(status);
      return Promise.resolve(status);
    });
    assert.equal(await stage.collect({ afterwards }), 1);
    assert.deepEqual(done, [1, 0]);
    assert.equal((await stage.state())?.last_run?.status, 1);
    stage.respond = gone;
    assert.equal(await stage.collect({ afterwards }), 75);
    assert.equal(done.length, 2);
    assert.equal((await stage.state())?.last_run?.status, 75);
  });
});

Deno.test("collectCommand() gets past a job that the server fails at, and sets it aside alone", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 6; id++) stage.job(id, 27 - id);
    stage.respond = ({ jobs }) =>
      jobs.some(({ JobID }) => JobID === "1") ? new Response("boom", { status: 500 }) : undefined;
    assert.equal(await stage.collect({ limits: FEW }), 1);
    assert.deepEqual(stage.ids, ["2", "3", "4", "5", "6"]);
    const [name] = names(`${folder}/set-aside`);
    assert.match((await Deno.readTextFile(`${folder}/set-aside/${name}`)).split("\n")[0], /500.*boom/);
    stage.now_s += HOUR_S;
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW }), 0);
    assert.deepEqual(stage.ids.filter((id) => id === "1"), ["1"]);
    assert.deepEqual(names(`${folder}/set-aside`), []);
  });
});

Deno.test("collectCommand() takes fewer tries for further batches that the server fails at, and stops when it takes no jobs at all", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 40; id++) stage.job(id, 20);
    stage.respond = ({ jobs }) => jobs.length > 0 ? new Response(null, { status: 500 }) : undefined;
    assert.equal(await stage.collect({ limits: FEW }), 75);
    assert.equal(stage.requests, 10 + 1 + 2 * 3 + 2 * (3 * 3));
    assert.equal(names(`${folder}/set-aside`).length, 3);
    assert.ok(stage.world.logged.some((line) => line.includes("The server failed at 3 batches in a row")));
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW }), 0);
    assert.equal(new Set(stage.ids).size, 40);
    assert.deepEqual(names(`${folder}/set-aside`), []);
  });
});

Deno.test("collectCommand() sends nothing beyond a refused batch that cannot be set aside", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 4; id++) stage.job(id, 30 - id * 0.1);
    const disk = {
      ...MACHINE,
      create: (path: string) =>
        path.includes("set-aside/")
          ? Promise.reject(new Error("No space left on device"))
          : MACHINE.create(path),
    };
    stage.respond = ({ jobs }) => jobs.some(({ JobID }) => JobID === "1") ? refusal(400) : undefined;
    assert.equal(await stage.collect({ limits: FEW, world: { disk } }), 1);
    assert.deepEqual(stage.ids, []);
    assert.ok((stage.stored.at(-1)?.collected_until ?? 0) <= stage.now_s - 24 * HOUR_S);
    const [first] = names(`${folder}/spool`);
    await Deno.truncate(`${folder}/spool/${first}`, 300);
    stage.respond = () => undefined;
    assert.equal(await stage.collect({ limits: FEW }), 0);
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["1", "2", "3", "4"]);
  });
});

Deno.test("collectCommand() ends with 1 when the server rejects jobs that have waited since an earlier run", async () => {
  await withStage(async (stage) => {
    stage.job(1, 30);
    stage.job(2, 31);
    stage.respond = gone;
    assert.equal(await stage.collect(), 75);
    stage.now_s += 24 * HOUR_S;
    stage.respond = ({ jobs }) => {
      if (jobs.length === 0) return undefined;
      const rejected = jobs.map((_, index) => ({ index, job_id: "x", reason: "bad" }));
      const counts = { jobs_processed: 0, accepted: 0, updated: 0, duplicates: 0, rejected };
      return Response.json({ success: true, message: "", hostname: "alpha", ...counts });
    };
    assert.equal(await stage.collect(), 1);
    assert.match(stage.world.logged.at(-1) ?? "", /2 jobs rejected by the server/);
  });
});

Deno.test("gather() counts and tells rows of the look at what runs that could not be read", async () => {
  await withStage(async (stage) => {
    const row = { line: "1|x", reason: "The row has 2 fields" };
    const source: Source = {
      settles: true,
      cache: null,
      async *walk() {},
      async *active() {
        yield await Promise.resolve({ kind: "unread", row } as const);
      },
    };
    const afterwards: Afterwards[] = [
      async (_run, handle) => statusOf(await gather([], { handle, active: true, source })),
    ];
    assert.equal(await stage.collect({ afterwards }), 1);
    assert.deepEqual(stage.stored.flatMap(({ unread = [] }) => unread), [row]);
  });
});

Deno.test("collectCommand() tries all that is set aside in turn, some in each run", async () => {
  await withStage(async (stage, folder) => {
    for (let id = 1; id <= 25; id++) stage.job(id, 100 - id);
    const limits = { jobs: 1, bytes: 1e6 };
    stage.respond = ({ jobs }) => jobs.length > 0 ? refusal(400) : undefined;
    for (let run = 0; run < 4; run++) await stage.collect({ limits });
    assert.equal(names(`${folder}/set-aside`).length, 25);
    stage.respond = ({ jobs }) => jobs.some(({ JobID }) => Number(JobID) <= 20) ? refusal(400) : undefined;
    for (let run = 0; run < 2; run++) await stage.collect({ limits });
    assert.deepEqual([...new Set(stage.ids)].toSorted(), ["21", "22", "23", "24", "25"]);
  });
});

Deno.test("compareAfterwards() does not collect again what is set aside already", async () => {
  await withStage(async (stage, folder) => {
    stage.job(1, 50);
    stage.job(2, 50);
    stage.respond = ({ jobs }) => jobs.some(({ JobID }) => JobID === "1") ? refusal(400) : undefined;
    await stage.collect({ limits: { jobs: 1, bytes: 1e6 } });
    const before = names(`${folder}/set-aside`);
    assert.equal(before.length, 1);
    const days = { hostname: "alpha", tz: "UTC", kept_from: null, days: [] };
    const empty = () => Promise.resolve(Response.json(days));
    const compared: Afterwards = (run, handle) => {
      const connection = { ...handle.connection, world: { ...run.world, fetch: empty } };
      return compareAfterwards(run, { ...handle, connection });
    };
    for (let week = 0; week < 2; week++) {
      stage.now_s += 7 * 24 * HOUR_S;
      await stage.collect({ afterwards: [compared] });
      assert.deepEqual(names(`${folder}/set-aside`), before);
      assert.ok(stage.world.logged.some((line) => line.startsWith("Sending again what ended on")));
    }
  });
});

Deno.test("collectCommand() counts as collected only what was kept when there is no room", async () => {
  await withStage(async (stage) => {
    for (let id = 1; id <= 4; id++) stage.job(id, id);
    const disk = { ...MACHINE, create: () => Promise.reject(new Error("no space left on device")) };
    await stage.collect();
    stage.now_s += HOUR_S;
    assert.equal(await stage.collect({ limits: FEW, world: { disk } }), 1);
    assert.match(
      stage.world.logged.find((line) => line.includes("jobs collected")) ?? "",
      /^0 jobs collected; [1-4] more could not be kept/,
    );
  });
});
