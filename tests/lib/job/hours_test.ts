import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import type { JobRecord } from "../../../lib/job/columns.ts";
import { totals } from "../../../lib/query/totals.ts";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, readJob, utc } from "../../helpers.ts";

const START = utc("2024-03-31T12:00");
const HOUR = 3600;
const RAN = {
  Submit: START - 60,
  Start: START,
  End: START + 2 * HOUR,
  AllocCPUS: 4,
  AllocGPUS: 2,
  NodeList: "n1",
};

/** The hours that every total and series books for a job. */
async function booked(record: JobRecord): Promise<readonly [cpu: number, gpu: number]> {
  const found = await totals(dataOf(clusterOf([record])), { ...DEFAULT_FILTERS, period: "all" }, {
    now_s: START + 99 * HOUR,
    measures: ["cpu-hours", "gpu-hours"],
  });
  return [found["cpu-hours"] ?? NaN, found["gpu-hours"] ?? NaN];
}

function hoursOf({ CPUHours, GPUHours }: JobRecord): readonly [cpu: number | null, gpu: number | null] {
  return [CPUHours, GPUHours];
}

Deno.test("jobReader() gives a run that is over the hours that every total has for it", async () => {
  const cases:
    readonly (readonly [what: string, wire: Readonly<Record<string, unknown>>, cpu_hours: number])[] = [
      ["plain", {}, 8],
      ["suspended", { ElapsedRaw: HOUR }, 4],
      ["longer than its span", { ElapsedRaw: 9 * HOUR }, 8],
      ["never resumed", { ElapsedRaw: 0 }, 0],
      ["End before Start", { End: START - HOUR, ElapsedRaw: HOUR }, 0],
      ["End at Start", { End: START, ElapsedRaw: 5 }, 0],
      ["resized", { Submit: START + HOUR, ElapsedRaw: 2 * HOUR }, 4],
      ["resized, no run time", { Submit: START + HOUR }, 4],
      ["hours sent beside a count", { CPUHours: 77, GPUHours: 77 }, 8],
    ];
  for (const [what, wire, cpu_hours] of cases) {
    const record = readJob({ ...RAN, ...wire });
    assert.deepEqual(hoursOf(record), [cpu_hours, cpu_hours / 2], what);
    assert.deepEqual(hoursOf(record), await booked(record), what);
  }
});

Deno.test("jobReader() gives any run that is over the hours that every total has for it", async () => {
  let hours = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = createRandom(seed);
    const maybe = (value: number) => random.below(3) === 0 ? null : value;
    const span_s = random.pick([0, 1, 7, HOUR, 100_000]);
    const record = readJob({
      Submit: maybe(START + random.pick([-9999, 0, 3, span_s >> 1, span_s, span_s + 1])),
      Start: START,
      End: START + random.pick([-5, span_s, span_s]),
      ElapsedRaw: maybe(random.below(2 * span_s + 1)),
      AllocCPUS: maybe(random.pick([0, 1, 3, 128])),
      AllocGPUS: maybe(random.pick([0, 1, 8])),
      CPUHours: maybe(random.below(1000) / 7),
      GPUHours: maybe(random.below(1000) / 7),
      NodeList: "n1",
    });
    const total = await booked(record);
    hoursOf(record).forEach((value, i) => {
      const close = Math.abs((value ?? 0) - total[i]) <= 1e-9 * Math.max(1, total[i]);
      assert.ok(close, `seed ${seed}: ${value}, not ${total[i]}: ${JSON.stringify(record)}`);
      hours += total[i];
    });
  }
  assert.ok(hours > 10_000, `only ${hours} hours`);
});

Deno.test("jobReader() keeps the hours that were sent where the counts are unknown", async () => {
  const sent = { CPUHours: 5.5, GPUHours: 1.25 };
  const uncounted = { ...RAN, AllocCPUS: null, AllocGPUS: null };
  for (const wire of [sent, { ...sent, ElapsedRaw: HOUR }, { ...sent, ElapsedRaw: 9 * HOUR }]) {
    const record = readJob({ ...uncounted, ...wire });
    assert.deepEqual(hoursOf(record), [5.5, 1.25]);
    assert.deepEqual(await booked(record), [5.5, 1.25]);
  }
  assert.deepEqual(hoursOf(readJob(uncounted)), [null, null], "nothing is known of them");
  assert.deepEqual(hoursOf(readJob({ ...RAN, ...sent, AllocCPUS: null })), [5.5, 4]);
});

Deno.test("jobReader() gives a running job the hours so far, as sent or by its run time", () => {
  const running = { ...RAN, End: null, State: "RUNNING" };
  assert.deepEqual(hoursOf(readJob({ ...running, ElapsedRaw: HOUR })), [4, 2]);
  assert.deepEqual(hoursOf(readJob(running)), [null, null], "nobody says for how long it has run");
  assert.deepEqual(hoursOf(readJob({ ...running, ElapsedRaw: HOUR, CPUHours: 3.5, GPUHours: 1.5 })), [
    3.5,
    1.5,
  ]);
  assert.deepEqual(hoursOf(readJob({ ...running, AllocCPUS: null, AllocGPUS: null, ElapsedRaw: 9 })), [
    null,
    null,
  ]);
  const waiting = { ...running, Start: null, NodeList: "None assigned", ElapsedRaw: 0 };
  assert.deepEqual(hoursOf(readJob(waiting)), [null, null]);
});
