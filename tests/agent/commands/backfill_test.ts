import assert from "node:assert/strict";
import { UsageError } from "../../../agent/config.ts";
import { withFolder } from "../../helpers.ts";
import { Stage } from "./stage.ts";

const DAY_S = 86_400;

Deno.test("backfillCommand() collects a range of the past once, the newest day first, and tells how it goes on", async () => {
  await withFolder(async (folder) => {
    const stage = new Stage(folder);
    for (let day = 1; day <= 40; day++) stage.job(day, 24 * day);
    const status = await stage.backfill(["--start-date", "2025-12-09", "--end-date", "2025-12-18"]);
    assert.equal(status, 0);
    assert.deepEqual(stage.ids.map(Number), [21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    const progress = stage.world.logged.filter((line) => line.includes("%"));
    assert.equal(progress.length, 10);
    assert.match(progress[4], /50 %.*5 jobs/);
    stage.stored.length = 0;
    assert.equal(await stage.backfill(["--start-date", "2025-12-07", "--end-date", "2025-12-19"]), 0);
    assert.deepEqual(stage.ids.map(Number), [20, 31, 32], "what is there already is skipped");
    stage.stored.length = 0;
    assert.equal(await stage.backfill(["--start-date", "2025-12-07", "--end-date", "2025-12-19"]), 0);
    assert.deepEqual(stage.ids, []);
    assert.match(stage.world.logged[0], /^Nothing is left to be collected from 2025-12-07/);
  });
});

Deno.test("backfillCommand() goes on where it was after the server was gone", async () => {
  await withFolder(async (folder) => {
    const stage = new Stage(folder);
    for (let day = 1; day <= 40; day++) stage.job(day, 24 * day);
    stage.respond = () => new TypeError("connection refused");
    const args = ["--start-date", "2025-12-09", "--end-date", "2025-12-18"];
    assert.equal(await stage.backfill(args), 75);
    stage.respond = () => undefined;
    assert.equal(await stage.backfill(args), 0);
    assert.equal(stage.ids.length, 10, "each once, from the spool");
    const state = await stage.state();
    assert.deepEqual(state?.settled, [{
      start: Date.UTC(2025, 11, 9) / 1000,
      end: Date.UTC(2025, 11, 19) / 1000,
    }]);
    assert.equal(state?.origin_s, stage.now_s - 7 * DAY_S, "the origin of the collecting is as it was");
  });
});

Deno.test("backfillCommand() goes on where it was when it ends in the middle, though no batch was full", async () => {
  await withFolder(async (folder) => {
    const stage = new Stage(folder);
    for (let day = 1; day <= 40; day++) stage.job(day, 24 * day);
    const args = ["--start-date", "2025-12-09", "--end-date", "2025-12-18"];
    let { now_s } = stage;
    let windows = 0;
    const log = (_level: string, event: string) => {
      if (!event.includes("%")) return;
      // Each window takes its time.
      now_s += 4;
      if (++windows === 8) throw new TypeError("the end of the process");
    };
    await assert.rejects(
      stage.backfill(args, { world: { log, now: () => now_s } }),
      /the end of the process/,
    );
    const before = stage.ids.length;
    assert.ok(before > 0 && before < 8, `${before}`);
    assert.equal(await stage.backfill(args), 0);
    assert.equal(stage.ids.length, 10, "each once");
  });
});

Deno.test("backfillCommand() wants a first day, and one that is past", async () => {
  await withFolder(async (folder) => {
    const stage = new Stage(folder);
    await assert.rejects(async () => await stage.backfill(["--start-date", "2027-01-01"]), UsageError);
  });
});
