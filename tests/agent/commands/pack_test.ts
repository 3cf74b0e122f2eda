import assert from "node:assert/strict";
import { BATCH_LIMITS, type BatchLimits, Packer } from "../../../agent/commands/pack.ts";
import { rowDigest } from "../../../lib/job/row_digest.ts";
import { gunzipped } from "../../../agent/spool/batch_file.ts";

function packerOf(limits: BatchLimits = BATCH_LIMITS): Packer {
  return new Packer({
    cluster: "alpha",
    kind: "finished",
    read_s: 50,
    now: () => 60,
    uuid: () => "uuid",
    limits,
  });
}

Deno.test("Packer makes batches of five thousand jobs or eight million bytes, whichever is less", async () => {
  const packer = packerOf();
  for (let id = 0; id < 5000; id++) {
    assert.equal(packer.isFullFor({ JobID: String(id) }), false);
    packer.add({ JobID: String(id) });
  }
  assert.equal(packer.isFullFor({ JobID: "5000" }), true);
  const { batch, body } = await packer.take({ sequence: 1 });
  assert.equal(batch.jobs, 5000);
  assert.equal(JSON.parse(await gunzipped(body)).jobs.length, 5000);
  const large = { JobID: "é".repeat(2_000_000) };
  assert.equal(packer.isFullFor(large), false, "one job goes whatever it takes");
  packer.add(large);
  assert.equal(packer.isFullFor({ JobID: "1" }), false);
  assert.equal(packer.isFullFor(large), true, "8 million bytes, though 4 million characters");
});

Deno.test("Packer tells the first hundred unread rows of a run, each once, and counts all", async () => {
  const packer = packerOf();
  const add = (from: number, to: number) => {
    let added = 0;
    for (let row = from; row < to; row++) if (packer.addUnread({ line: `${row}`, reason: "no job" })) added++;
    return added;
  };
  assert.equal(add(0, 80), 80);
  assert.equal(add(0, 80), 0, "read again");
  const first = JSON.parse(await gunzipped((await packer.take({ sequence: 1 })).body));
  assert.deepEqual([first.unread.length, first.unread_count], [80, 80]);
  assert.equal(add(80, 280), 200);
  const second = await packer.take({ sequence: 2 });
  const body = JSON.parse(await gunzipped(second.body));
  assert.deepEqual([body.unread.length, body.unread_count, second.batch.unread], [20, 200, 200]);
  assert.deepEqual([first.unread_digests, new Set(body.unread_digests).size], [[], 180]);
  const again = packerOf();
  for (let row = 279; row > 0; row--) again.addUnread({ line: `${row}`, reason: "no job" });
  const other = JSON.parse(await gunzipped((await again.take({ sequence: 1 })).body));
  assert.ok(
    other.unread_digests.includes(rowDigest(first.unread[1])),
    "a row has the same one when it is told",
  );
  assert.equal(other.unread_digests.includes(rowDigest(other.unread[0])), false);
});

Deno.test("Packer tells the server of a bounded number of unread rows", async () => {
  const packer = packerOf();
  for (let row = 0; row < 7000; row++) {
    assert.equal(packer.addUnread({ line: `${row}`, reason: "no job" }), true);
  }
  const body = JSON.parse(await gunzipped((await packer.take({ sequence: 1 })).body));
  assert.deepEqual([body.unread.length, body.unread_digests.length, body.unread_count], [100, 4900, 5000]);
});

Deno.test("Packer covers a window with the batch of its last job, and says which one holds its first", async () => {
  const packer = packerOf();
  const [one, two, three, four] = [0, 1, 2, 3].map((day) => ({ start: day, end: day + 1 }));
  const take = async (sequence: number) => {
    const { batch: { covers, first, jobs } } = await packer.take({ sequence });
    return { covers, first, jobs };
  };
  packer.add({ JobID: "1" });
  packer.complete(one, { sequence: 5, whole: true });
  packer.add({ JobID: "2" });
  assert.deepEqual(await take(5), { covers: [one], first: 5, jobs: 2 });
  packer.add({ JobID: "3" });
  assert.deepEqual(await take(6), { covers: [], first: 6, jobs: 1 });
  packer.complete(two, { sequence: 7, whole: true });
  packer.complete(three, { sequence: 7, whole: true });
  assert.deepEqual(await take(7), { covers: [{ start: 1, end: 3 }], first: 5, jobs: 0 });
  assert.equal(packer.empty, true);
  packer.addUnread({ line: "x", reason: "y" });
  packer.complete(four, { sequence: 8, whole: true });
  assert.deepEqual(await take(8), { covers: [four], first: 8, jobs: 0 });
});

Deno.test("Packer counts what came before a window failed to each of the parts it is read in then", async () => {
  const packer = packerOf();
  const first = async (sequence: number) => (await packer.take({ sequence })).batch.first;
  packer.add({ JobID: "1" });
  assert.equal(await first(3), 3);
  packer.complete({ start: 0, end: 5 }, { sequence: 4, whole: false });
  packer.add({ JobID: "2" });
  assert.equal(await first(4), 3);
  packer.complete({ start: 5, end: 9 }, { sequence: 5, whole: true });
  assert.equal(await first(5), 3, "jobs of the second part may be in the same batch");
  packer.add({ JobID: "3" });
  packer.complete({ start: 9, end: 12 }, { sequence: 6, whole: true });
  assert.equal(await first(6), 6);
});
