import assert from "node:assert/strict";
import { recordAt } from "../../../lib/job/table.ts";
import { BatchReader, type BatchSteps } from "../../../lib/server/batch_reader.ts";
import { BatchThread } from "../../../lib/server/batch_thread.ts";
import type { RawBody } from "../../../lib/server/body.ts";
import { Intake } from "../../../lib/server/intake.ts";
import { Problem } from "../../../lib/server/problem.ts";
import { openSegment } from "../../../lib/store/segment.ts";
import { wireJob } from "./test_server.ts";

const MAX_BYTES = 8 * 1024 * 1024;
const META = {
  cluster: "alpha",
  received_ms: 5,
  idempotency: null,
  counts: { accepted: 1, updated: 0, duplicates: 0 },
};

const NOTHING = { batches: 0, bytes: 0, limit_bytes: MAX_BYTES };

function batch(count: number, fields: Readonly<Record<string, unknown>> = {}): string {
  const jobs = Array.from(
    { length: count },
    (_, i) => wireJob({ JobID: `${i}_7`, JobName: `run ${i}`, ...fields }),
  );
  return JSON.stringify({
    hostname: "alpha",
    jobs: [...jobs, 7],
    agent: "a/1",
    unread: [{ line: "l", reason: "r" }],
  });
}

function post(body: BodyInit, headers: HeadersInit = {}): Request {
  return new Request("http://localhost/", { method: "POST", body, headers });
}

/** What the steps of a batch make of a body. */
async function results(steps: BatchSteps, body: RawBody) {
  const head = await steps.open({ ...body, max_bytes: MAX_BYTES, with_digest: true });
  const { table, ...rejected } = await steps.read("Europe/Berlin");
  const records = Array.from({ length: table.length }, (_, row) => recordAt(table, row));
  const bytes = await steps.encode(Uint32Array.of(2, 0), META);
  const { metadata, meta } = openSegment(new Uint8Array(bytes).buffer);
  return { head, rejected, records, rows: Number(metadata.num_rows), meta };
}

async function withIntake(
  use: (intake: Intake, logged: readonly string[]) => Promise<void>,
  options: { readonly thread?: BatchThread; readonly max_waiting?: number } = {},
): Promise<void> {
  const logged: string[] = [];
  const intake = new Intake({ max_bytes: MAX_BYTES, log: (_level, text) => logged.push(text), ...options });
  try {
    await use(intake, logged);
  } finally {
    intake.close();
  }
}

function statusOf(promise: Promise<unknown>): Promise<readonly [number, number | null]> {
  return promise.then(() => [200, null], (error) => {
    if (error instanceof Problem) return [error.status, error.retry_after_s];
    throw error;
  });
}

Deno.test("BatchThread takes the same steps as BatchReader, with the same results and the same problems", async () => {
  const thread = new BatchThread();
  try {
    for (const text of [batch(3), batch(2000), batch(10, { SLUID: "s01K8BBJN7VP5Q", NodeList: "n[1-3]" })]) {
      const bytes = new TextEncoder().encode(text);
      const here = await results(new BatchReader(), { bytes, gzip: false });
      assert.equal(here.rejected.rejected_count, 1);
      assert.equal(here.rows, 2);
      assert.deepEqual(await results(thread, { bytes, gzip: false }), here);
    }
    for (const text of ["{", '{"hostname":1}', '{"hostname":"a","jobs":[{]}']) {
      const body = { bytes: new TextEncoder().encode(text), gzip: false };
      const messages = [new BatchReader(), thread].map((steps) =>
        results(steps, { ...body, bytes: body.bytes.slice() }).then(() => "", (error) => {
          assert.ok(error instanceof Problem, String(error));
          return `${error.status} ${error.message}`;
        })
      );
      const [here, there] = await Promise.all(messages);
      assert.match(here, /^4(00|22) The body|hostname/);
      assert.equal(there, here);
    }
  } finally {
    thread.close();
  }
});

Deno.test("Intake says 503 for a batch of which the thread died, tells the log, and reads the next one", async () => {
  const dying = new URL("./dying_worker.ts", import.meta.url);
  let module = dying;
  class Patient extends BatchThread {
    override get module(): URL {
      return module;
    }
  }
  await withIntake(async (intake, logged) => {
    const text = batch(2000);
    assert.deepEqual(await statusOf(intake.take(post(text), results)), [503, 10]);
    assert.match(logged.join(), /thread that reads batches ended: .*out of memory/);
    module = new BatchThread().module;
    const { records } = await intake.take(post(text), results);
    assert.equal(records.length, 2000);
    assert.deepEqual(intake.load, NOTHING);
  }, { thread: new Patient() });
});

Deno.test("Intake ends the thread when no batch has come for a while, and starts it again for the next", async () => {
  const thread = new BatchThread({ idle_ms: 20 });
  await withIntake(async (intake) => {
    const gate = Promise.withResolvers<void>();
    const slow = intake.take(post(batch(2000)), async (steps, body) => {
      await steps.open({ ...body, max_bytes: MAX_BYTES, with_digest: false });
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.ok(thread.running, "a batch is still on its way");
      gate.resolve();
      return (await steps.read("UTC")).table.length;
    });
    await gate.promise;
    assert.equal(await slow, 2000);
    while (thread.running) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await intake.take(post(batch(2000)), results)).records.length, 2000);
  }, { thread });
});

Deno.test("Intake that is closed says 503 for the batch that is read and for those that wait", async () => {
  const thread = new BatchThread();
  await withIntake(async (intake) => {
    const taken = [1, 2].map(() => statusOf(intake.take(post(batch(5000)), results)));
    while (!thread.running || intake.load.batches < 2) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    intake.close();
    assert.deepEqual(await Promise.all(taken), [[503, 10], [503, 10]]);
  }, { thread });
});

Deno.test("Intake reads large batches one at a time in their order; a small one does not wait", async () => {
  await withIntake(async (intake) => {
    const events: string[] = [];
    const large = (name: string) =>
      intake.take(post(batch(2000)), async (steps, body) => {
        events.push(`${name} begins`);
        await results(steps, body);
        events.push(`${name} ends`);
      });
    const gate = Promise.withResolvers<void>();
    const held = intake.take(post(batch(2000)), async () => {
      events.push("held");
      await gate.promise;
    });
    const first = large("first");
    const second = large("second");
    await intake.take(post(batch(3)), results);
    events.push("small");
    gate.resolve();
    await Promise.all([held, first, second]);
    assert.deepEqual(events, ["held", "small", "first begins", "first ends", "second begins", "second ends"]);
  });
});

Deno.test("Intake refuses batches beyond the number and the bytes that may wait, and takes them later", async () => {
  await withIntake(async (intake) => {
    const gate = Promise.withResolvers<void>();
    const wait = () => gate.promise;
    const text = `"${"x".repeat(MAX_BYTES * 0.6)}"`;
    const held = intake.take(post(" ".repeat(100_000)), wait);
    const waiting = intake.take(post(text), wait);
    // Until it was received.
    while (intake.load.bytes < text.length) await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(await statusOf(intake.take(post(text), wait)), [503, 5], "too many bytes");
    const more = intake.take(post(" ".repeat(100_000)), wait);
    assert.deepEqual(await statusOf(intake.take(post("1"), wait)), [503, 5], "too many batches");
    gate.resolve();
    await Promise.all([held, waiting, more]);
    assert.deepEqual(intake.load, NOTHING);
    assert.deepEqual(await statusOf(intake.take(post(text), wait)), [200, null]);
  }, { max_waiting: 3 });
});

Deno.test("Intake goes on after a batch that was refused, and after bodies that break off or are no gzip", async () => {
  await withIntake(async (intake) => {
    const refuse = () => Promise.reject(new Problem(422, "no"));
    assert.deepEqual(await statusOf(intake.take(post(batch(2000)), refuse)), [422, null]);
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(100_000));
        controller.error(new Error("gone"));
      },
    });
    assert.deepEqual(await statusOf(intake.take(post(broken), results)), [400, null]);
    const no_gzip = post(new Uint8Array(100_000), { "content-encoding": "gzip" });
    assert.deepEqual(await statusOf(intake.take(no_gzip, results)), [400, null]);
    assert.equal((await intake.take(post(batch(2000)), results)).records.length, 2000);
    assert.deepEqual(intake.load, NOTHING);
  });
});
