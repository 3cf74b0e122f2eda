import assert from "node:assert/strict";
import { UsageError } from "../../../agent/config.ts";
import { type FolderOptions, StateFolder } from "../../../agent/spool/folder.ts";
import { AnotherRunError } from "../../../agent/spool/lock.ts";
import type { NewBatch } from "../../../agent/spool/spool.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { withFolder } from "../../helpers.ts";
import { configOf, fakeWorld } from "../fakes.ts";

function optionsOf(state_folder: string): FolderOptions {
  return { world: fakeWorld(), config: configOf({ state_folder }), cluster: "alpha" };
}

Deno.test("StateFolder.open() lets one run in at a time, and the second names the process of the first", async () => {
  await withFolder(async (folder) => {
    const first = await StateFolder.open({ ...optionsOf(folder), pid: 4711 });
    await assert.rejects(StateFolder.open(optionsOf(folder)), (error) => {
      assert.ok(error instanceof AnotherRunError);
      assert.match(error.message, /^Another run works with .*: process 4711$/);
      return true;
    });
    first.close();
    (await StateFolder.open(optionsOf(folder))).close();
  });
});

Deno.test("StateFolder.open() finds the folder free again after the holder was killed", async () => {
  await withFolder(async (folder) => {
    const module = new URL("../../../agent/spool/lock.ts", import.meta.url).href;
    const script = `import { lockRun } from ${JSON.stringify(module)};
      await lockRun(${
      JSON.stringify(folder)
    }, { pid: Deno.pid }); console.log("held"); setInterval(() => {}, 1000);`;
    const holder = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", script],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = holder.stdout.getReader();
    assert.match(new TextDecoder().decode((await reader.read()).value), /held/);
    await assert.rejects(StateFolder.open(optionsOf(folder)), new RegExp(`process ${holder.pid}$`));
    holder.kill("SIGKILL");
    await holder.status;
    await reader.cancel();
    (await StateFolder.open(optionsOf(folder))).close();
  });
});

Deno.test("StateFolder.open() makes the folder, and says what to do where it cannot", async () => {
  await withFolder(async (folder) => {
    (await StateFolder.open(optionsOf(`${folder}/state`))).close();
    assert.deepEqual([...Deno.readDirSync(`${folder}/state`)].map(({ name }) => name).toSorted(), [
      "lock",
      "set-aside",
      "spool",
      "state.json.previous",
    ]);
    const problemOf = async (path: string, parts: Partial<FolderOptions> = {}) => {
      const error = await StateFolder.open({ ...optionsOf(path), ...parts }).catch((reason: unknown) =>
        reason
      );
      assert.ok(error instanceof Error, String(error));
      return error instanceof UsageError ? error.problems.join("\n") : `no usage: ${error.message}`;
    };
    assert.match(
      await problemOf(`${folder}/no/such`),
      /^state_folder .*\/no\/such does not exist: make it and give it/,
    );
    await Deno.writeTextFile(`${folder}/file`, "");
    assert.match(await problemOf(`${folder}/file`), /^no usage: state_folder .*\/file cannot be used: /);
    const denied = { ...MACHINE, makeFolder: () => Promise.reject(new Deno.errors.PermissionDenied("no")) };
    const world = fakeWorld({ disk: denied });
    assert.match(
      await problemOf(`${folder}/denied`, { world }),
      /cannot be written: run the agent as the owner/,
    );
  });
});

Deno.test("StateFolder gives what root makes to the owner of the folder", async () => {
  await withFolder(async (folder) => {
    const { uid } = await Deno.stat(folder);
    if (uid !== 0) return;
    await Deno.chown(folder, 12_345, 12_346);
    const opened = await StateFolder.open(optionsOf(folder));
    await opened.save({ verified_s: 1 });
    opened.close();
    for (const name of ["lock", "state.json", "state.json.previous", "spool", "set-aside"]) {
      const { uid, gid } = await Deno.stat(`${folder}/${name}`);
      assert.deepEqual([name, uid, gid], [name, 12_345, 12_346]);
    }
  });
});

/** A batch of one job that completes no window. */
function batchOf(parts: Pick<NewBatch, "read_s" | "reason">): NewBatch {
  return { key: "key", kind: "finished", jobs: 1, unread: 0, covers: [], first: 1, created_s: 31, ...parts };
}

/** When all that ended up to 20 s was read later than the margin. */
const LATE_S = 20 + configOf().late_margin_s;

Deno.test("StateFolder.open() gives time up that waits for a file set aside which somebody has removed", async () => {
  await withFolder(async (folder) => {
    const name = "000000000001.0-1.batch";
    const time = { start: 10, end: 20 };
    const first = await StateFolder.open(optionsOf(folder));
    const batch = batchOf({ read_s: LATE_S, reason: "no" });
    await first.spool.setPartAside(name, { batch, body: new Uint8Array(9), sequence: 1 });
    await first.save({ owed: [{ files: [name], covers: [time], read_s: LATE_S }] });
    assert.deepEqual(first.missing(time), []);
    await first.save({ owed: [{ files: [name], covers: [time], read_s: LATE_S - 5 }] });
    assert.deepEqual(
      first.missing(time),
      [{ start: 15, end: 20 }],
      "records of the margin may have come late",
    );
    first.close();
    await Deno.remove(`${folder}/set-aside/${name}`);
    const second = await StateFolder.open(optionsOf(folder));
    assert.deepEqual(second.missing(time), [time]);
    second.close();
  });
});

Deno.test("StateFolder keeps what it writes from other users", async () => {
  await withFolder(async (parent) => {
    const folder = `${parent}/state`;
    const opened = await StateFolder.open(optionsOf(folder));
    const batch = batchOf({ read_s: 30, reason: null });
    await opened.spool.write(batch, new Uint8Array(9));
    await opened.save({ verified_s: 1 });
    opened.close();
    const modes: Record<string, string> = {};
    const look = (path: string) => {
      const { mode, isDirectory } = Deno.statSync(path);
      modes[path.slice(parent.length + 1)] = ((mode ?? 0) & 0o777).toString(8);
      if (isDirectory) { for (const { name } of Deno.readDirSync(path)) look(`${path}/${name}`); }
    };
    look(folder);
    assert.deepEqual(modes, {
      "state": "700",
      "state/lock": "600",
      "state/set-aside": "700",
      "state/spool": "700",
      "state/spool/000000000001.batch": "600",
      "state/state.json": "600",
      "state/state.json.previous": "600",
    });
  });
});

Deno.test("StateFolder.open() makes nothing while the clock is not set", async () => {
  await withFolder(async (parent) => {
    const folder = `${parent}/state`;
    const world = fakeWorld({ now: () => 3600 });
    await assert.rejects(
      StateFolder.open({ ...optionsOf(folder), world }),
      /^ClockError: The clock of this host is before 2010: set it/,
    );
    assert.deepEqual([...Deno.readDirSync(parent)], []);
  });
});
