/** The command line over the data folder, as people call it. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Warehouse } from "../../lib/engine/warehouse.ts";
import { createRandom } from "../../lib/demo/random.ts";
import { jobRecord, withFolder } from "../helpers.ts";
import { batchOf, filesIn, NOW_S } from "../lib/engine/stage.ts";
import { startServer } from "./server_process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TASKS: Readonly<Record<string, string>> = JSON.parse(Deno.readTextFileSync(`${ROOT}/deno.json`)).tasks;
const KILLS = 8;

/** The command with the permissions of its task. */
function command(folder: string, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...TASKS.store.split(" ").slice(1), ...args].flatMap((word) =>
      word === "run" ? ["run", "--no-check", "--no-prompt"] : [word]
    ),
    cwd: ROOT,
    env: { DATA_PATH: folder, NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  });
}

async function run(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await command(folder, ...args).output();
  return { code, out: new TextDecoder().decode(stdout), said: new TextDecoder().decode(stderr) };
}

async function fill(root: string, batches: number): Promise<void> {
  let now_ms = NOW_S * 1000;
  const warehouse = await Warehouse.open({
    root,
    now_ms: () => now_ms++,
    notice: () => {},
    zone: () => "UTC",
  });
  for (let batch = 0; batch < batches; batch++) {
    await warehouse.cluster("alpha").ingest(batchOf(Array.from({ length: 50 }, (_, i) => {
      const Submit = NOW_S - (batch + i) * 86_400;
      return jobRecord({ JobID: String(batch * 50 + i), Submit, Start: Submit, End: Submit + 60 });
    })));
  }
  warehouse.close();
}

Deno.test("store says how it is called, and works beside a server where that is safe", async () => {
  await withFolder(async (folder) => {
    const nothing = await run(folder);
    assert.equal(nothing.code, 2);
    assert.match(nothing.said, /^No command is given\n\nUsage: deno task store COMMAND/);
    await fill(folder, 3);
    const server = await startServer({ DATA_PATH: folder, API_KEYS: "store-test-key" });
    try {
      const checked = await run(folder, "check");
      assert.deepEqual([checked.code, checked.said], [0, ""], checked.out);
      const refused = await run(folder, "compact");
      assert.deepEqual([refused.code, refused.out], [1, ""]);
      assert.match(refused.said, /is in use by the server: stop it/);
    } finally {
      await server.end("SIGTERM");
    }
    const exported = await run(folder, "export", "--format", "csv");
    assert.equal(exported.out.trim().split("\n").length, 151);
  });
});

Deno.test("store compact, killed at random moments, loses no job and doubles none", async () => {
  await withFolder(async (folder) => {
    await fill(folder, 40);
    const random = createRandom(7);
    let killed = 0;
    for (let round = 0; round < KILLS; round++) {
      const process = command(folder, "compact").spawn();
      const ended = process.output();
      // Its start takes a while; what is of interest comes after it.
      const changed = setInterval(() => {
        if (filesIn(`${folder}/alpha/weekly-data`).some((name) => name.endsWith(".tmp"))) {
          clearInterval(changed);
          setTimeout(() => {
            try {
              process.kill("SIGKILL");
            } catch {
              // It was faster.
            }
          }, random.below(40) * 30);
        }
      }, 5);
      if ((await ended).signal === "SIGKILL") killed++;
      clearInterval(changed);
      const { out } = await run(folder, "export", "--format", "jsonl");
      // Beside an unfinished compaction a job may lie in two files; it is one job nevertheless.
      const ids = out.trim().split("\n").map((line) => JSON.parse(line).JobID);
      assert.equal(ids.length, 2000, `round ${round}`);
      assert.equal(new Set(ids).size, 2000);
    }
    assert.equal((await run(folder, "compact")).code, 0);
    assert.ok(killed > 0, "it was killed at least once");
    assert.deepEqual(filesIn(`${folder}/alpha`), ["report.json", "weekly-data"]);
    const checked = await run(folder, "check");
    assert.equal(checked.code, 0, checked.out);
  });
});
