import assert from "node:assert/strict";
import { gunzipped, gzip } from "../../../agent/spool/batch_file.ts";
import type { Window } from "../../../agent/slurm/windows.ts";
import { type NewBatch, Spool, SpoolError, type SpoolOptions } from "../../../agent/spool/spool.ts";
import { MACHINE } from "../../../lib/disk/file_system.ts";
import { withFolder } from "../../helpers.ts";

const BODY = await gzip(new TextEncoder().encode('{"hostname":"alpha","jobs":[]}'));
const DAY: Window = { start: 0, end: 86_400 };

function newBatch(parts: Partial<NewBatch> = {}): NewBatch {
  return {
    key: "key",
    kind: "finished",
    jobs: 1,
    unread: 0,
    covers: [],
    first: 1,
    read_s: 5,
    created_s: 6,
    reason: null,
    ...parts,
  };
}

async function withSpool(
  use: (parts: {
    readonly folder: string;
    readonly open: (options?: Partial<SpoolOptions>) => Promise<Spool>;
    readonly logged: string[];
  }) => Promise<void>,
) {
  await withFolder(async (folder) => {
    const logged: string[] = [];
    const log = (_level: string, event: string) => void logged.push(event);
    const privacy = { pseudonyms: false, job_names: false };
    const defaults = { disk: MACHINE, log, cluster: "alpha", privacy, limit_bytes: 1e9, acknowledged: [] };
    await use({ folder, logged, open: (options = {}) => Spool.open(folder, { ...defaults, ...options }) });
  });
}

/** Three batches of one day, which the last of them covers. */
async function day(spool: Spool): Promise<void> {
  await spool.write(newBatch(), BODY);
  await spool.write(newBatch(), BODY);
  await spool.write(newBatch({ covers: [DAY] }), BODY);
}

function path(folder: string, sequence: number): string {
  return `${folder}/spool/${String(sequence).padStart(12, "0")}.batch`;
}

/** Batches of a look at what runs, with these keys. */
async function* looks(...keys: readonly string[]) {
  for (const key of keys) {
    yield await Promise.resolve({ batch: newBatch({ kind: "active", key }), body: BODY });
  }
}

Deno.test("Spool keeps batches in order, with what is said of them, for the next run", async () => {
  await withSpool(async ({ folder, open }) => {
    const spool = await open();
    for (let i = 0; i < 12; i++) await spool.write(newBatch({ key: `key-${i}`, first: i + 1 }), BODY);
    const again = await open();
    assert.deepEqual(
      again.waiting.map(({ header }) => header.key),
      Array.from({ length: 12 }, (_, i) => `key-${i}`),
    );
    assert.deepEqual(again.waiting, spool.waiting);
    assert.equal(again.jobs, 12);
    assert.equal(again.next, 13);
    assert.equal(
      await gunzipped(await again.body(again.waiting[3]) ?? new Uint8Array()),
      '{"hostname":"alpha","jobs":[]}',
    );
    const sizes = Array.from({ length: 12 }, (_, i) => Deno.statSync(path(folder, i + 1)).size);
    assert.equal(again.bytes, sizes.reduce((sum, size) => sum + size));
  });
});

Deno.test("Spool drops a batch wherever a bit has flipped, and its time with it, but not that of other days", async () => {
  await withSpool(async ({ folder, open, logged }) => {
    const first = await open();
    await day(first);
    const other = { start: 86_400, end: 2 * 86_400 };
    await first.write(newBatch({ covers: [other], first: 4 }), BODY);
    const bytes = await Deno.readFile(path(folder, 2));
    for (let at = 0; at < bytes.length; at += 5) {
      for (const damage of ["flip", "cut", "none"]) {
        const damaged = damage === "cut" ? bytes.slice(0, at) : bytes.slice();
        if (damage === "flip") damaged[at] ^= 1 << (at % 8);
        await Deno.writeFile(path(folder, 2), damaged);
        const spool = await open();
        for (const batch of spool.waiting) await spool.body(batch);
        const held = damage === "none" ? [DAY, other] : [other];
        assert.deepEqual(spool.held, held, `${damage} at ${at}`);
        assert.equal(spool.waiting.length, damage === "none" ? 4 : 3);
      }
    }
    assert.match(logged[0], /000000000002.batch is damaged: it is dropped, and its time collected again/);
  });
});

Deno.test("Spool forgets the time of a batch when an earlier one of that time is missing, unless it was stored", async () => {
  await withSpool(async ({ folder, open }) => {
    await day(await open());
    for (const lost of [1, 2]) {
      const content = await Deno.readFile(path(folder, lost));
      await Deno.remove(path(folder, lost));
      assert.deepEqual((await open()).held, [], `${lost} is lost`);
      const acknowledged = [{ start: 1, end: 3 }];
      assert.deepEqual((await open({ acknowledged })).held, [DAY], `${lost} is stored`);
      const later = await open({ acknowledged: [{ start: lost === 1 ? 2 : 1, end: lost === 1 ? 3 : 2 }] });
      for (const batch of later.waiting) later.acknowledge(batch);
      assert.deepEqual(later.held, [], "however much else is stored");
      await Deno.writeFile(path(folder, lost), content);
    }
  });
});

Deno.test("Spool uses no number twice, whatever was sent or set aside", async () => {
  await withSpool(async ({ open }) => {
    const spool = await open();
    await day(spool);
    await spool.setAside(spool.waiting[2], "no");
    for (const batch of spool.waiting) {
      spool.acknowledge(batch);
      await spool.remove(batch);
    }
    assert.equal(spool.next, 4);
    assert.equal((await open()).next, 4);
    assert.equal((await open({ acknowledged: [{ start: 1, end: 8 }] })).next, 8);
  });
});

Deno.test("Spool holds the time of what is set aside, with the reason, and counts its bytes", async () => {
  await withSpool(async ({ open }) => {
    const spool = await open();
    await day(spool);
    const bytes = spool.bytes;
    await spool.setAside(spool.waiting[2], "422: because");
    for (const look of [spool, await open()]) {
      assert.equal(look.waiting.length, 2);
      assert.deepEqual(look.aside.map(({ header }) => [header.reason, header.jobs]), [["422: because", 1]]);
      assert.deepEqual(look.held, []);
      assert.deepEqual(look.held_aside, [{ covers: [DAY], read_s: 5 }]);
      assert.ok(look.bytes > bytes);
    }
  });
});

Deno.test("Spool takes no more than its limit, but always one batch, and says what to do", async () => {
  await withSpool(async ({ open }) => {
    const spool = await open({ limit_bytes: 1000 });
    await spool.write(newBatch(), BODY);
    await assert.rejects(async () => {
      for (let i = 0; i < 10; i++) await spool.write(newBatch(), BODY);
    }, (error) => {
      assert.ok(error instanceof SpoolError);
      assert.match(error.message, /is full: .* MiB wait to be sent\. .*nothing is lost\. spool_limit_mb/);
      return true;
    });
    assert.ok(spool.bytes <= 1000);
    const tiny = await open({ limit_bytes: 1 });
    for (const batch of tiny.waiting) await tiny.remove(batch);
    await tiny.write(newBatch(), BODY);
    assert.equal(tiny.waiting.length, 1);
  });
});

Deno.test("Spool says that the disk is full, and leaves nothing half-written", async () => {
  await withSpool(async ({ folder, open }) => {
    const full = { ...MACHINE, freeBytes: () => Promise.resolve(1000) };
    await assert.rejects(
      (await open({ disk: full })).write(newBatch(), BODY),
      /Cannot write to .*: make room on its disk/,
    );
    const broken = {
      ...MACHINE,
      rename: () => Promise.reject(Object.assign(new Error("no space left on device"), { code: "ENOSPC" })),
    };
    const spool = await open({ disk: broken });
    await assert.rejects(spool.write(newBatch(), BODY), /Cannot write to .*: no space left on device/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/spool`)], []);
    assert.equal(spool.waiting.length, 0);
    await Deno.writeTextFile(`${path(folder, 7)}.tmp`, "half");
    await open();
    assert.deepEqual([...Deno.readDirSync(`${folder}/spool`)], []);
  });
});

Deno.test("Spool keeps only the newest look at what runs, and sends it after what has ended", async () => {
  await withSpool(async ({ open }) => {
    const spool = await open();
    await spool.writeActive(looks("a", "b", "c"));
    await spool.write(newBatch(), BODY);
    const broken = async function* () {
      yield* looks("x");
      throw new Error("sacct was killed");
    };
    await assert.rejects(spool.writeActive(broken()), /killed/);
    assert.deepEqual(spool.waiting.map(({ header }) => header.key), ["key", "a", "b", "c"]);
    await spool.writeActive(looks("d"));
    for (const now of [spool, await open()]) {
      assert.deepEqual(now.waiting.map(({ header }) => header.key), ["key", "d"]);
      assert.equal(now.next, 2);
    }
  });
});

Deno.test("Spool sets aside what waits of another cluster, whatever the disk does, and sends it when it is that one's again", async () => {
  await withSpool(async ({ folder, open, logged }) => {
    const first = await open();
    await day(first);
    await first.writeActive(looks("now"));
    const full = { ...MACHINE, create: () => Promise.reject(new Error("no space left on device")) };
    assert.deepEqual((await open({ cluster: "beta", disk: full })).waiting, []);
    assert.match(logged[0], /Cannot write to .*no space left/);
    logged.length = 0;
    for (let run = 0; run < 2; run++) {
      const other = await open({ cluster: "beta" });
      assert.deepEqual([other.waiting, other.aside, other.held, other.held_aside], [[], [], [], []]);
      assert.equal(other.next, 4);
      assert.equal(other.bytes, 0, "the limit is for what this cluster sends");
    }
    assert.equal(logged.length, 1, "said once");
    assert.match(
      logged[0],
      /3 batches that waited were collected for cluster alpha, this agent now sends beta/,
    );
    assert.deepEqual([...Deno.readDirSync(`${folder}/spool`)], []);
    const { aside, held_aside } = await open();
    assert.equal(aside.length, 3);
    assert.match(aside[0].header.reason ?? "", /^collected for cluster alpha, this agent now sends beta: /);
    assert.deepEqual(held_aside.flatMap(({ covers }) => covers), [DAY]);
  });
});

Deno.test("Spool drops what holds names that are not to be sent any more, also what is set aside, but nothing else", async () => {
  const open_names = { pseudonyms: false, job_names: true };
  for (
    const [privacy, kept] of [
      [{ pseudonyms: true, job_names: true }, 0],
      [{ pseudonyms: false, job_names: false }, 0],
      [open_names, 2],
    ] as const
  ) {
    await withSpool(async ({ open, logged }) => {
      const spool = await open({ privacy: open_names });
      await day(spool);
      await spool.setAside(spool.waiting[0], "no");
      for (let run = 0; run < 2; run++) {
        const { waiting, aside, held } = await open({ privacy });
        assert.deepEqual([waiting.length, aside.length, held], [kept, kept / 2, kept === 0 ? [] : [DAY]]);
      }
      assert.equal(logged.length, kept === 0 ? 1 : 0);
    });
  }
  await withSpool(async ({ open }) => {
    const spool = await open({ privacy: { pseudonyms: true, job_names: false } });
    await day(spool);
    await spool.setAside(spool.waiting[2], "no");
    assert.equal((await open()).waiting.length, 2, "names are allowed again");
    const again = await open({ privacy: { pseudonyms: true, job_names: true } });
    assert.deepEqual([again.waiting.length, again.aside.length], [2, 1]);
  });
});
