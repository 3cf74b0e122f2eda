import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { Buckets } from "../../../lib/engine/buckets.ts";
import { utc } from "../../helpers.ts";

/** The bucket that a look at each of them finds. */
function linear(edges: readonly number[], time_s: number): number {
  for (let bucket = 0; bucket < edges.length - 1; bucket++) {
    if (time_s >= edges[bucket] && time_s < edges[bucket + 1]) return bucket;
  }
  throw new RangeError(`${time_s} lies outside`);
}

function agree(edges: readonly number[], times: readonly number[]): void {
  const buckets = new Buckets(edges);
  assert.equal(buckets.count, edges.length - 1);
  for (const time_s of times) {
    assert.equal(buckets.at(time_s), linear(edges, time_s), `${time_s} in ${edges}`);
  }
}

Deno.test("Buckets.at() finds the bucket that a linear search finds, whatever the widths", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = createRandom(seed);
    const edges = [1_600_000_000 + random.below(1e6)];
    const widest = random.pick([2, 100, 5000, 86_400, 40_000_000]);
    const count = 1 + random.below(50);
    for (let i = 0; i < count; i++) edges.push(edges[i] + 1 + random.below(widest));
    const end_s = edges[count];
    const inside = Array.from({ length: 100 }, () => edges[0] + random.below(end_s - edges[0]));
    const borders = edges.flatMap((edge) => [edge - 1, edge, edge + 1])
      .filter((time_s) => time_s >= edges[0] && time_s < end_s);
    agree(edges, [...inside, ...borders]);
  }
});

Deno.test("Buckets.at() keeps days of 23 and 25 hours, and half-hour changes of the clock", () => {
  const berlin_march = ["2024-03-30T23:00", "2024-03-31T22:00", "2024-04-01T22:00"].map(utc);
  const berlin_october = ["2024-10-25T22:00", "2024-10-26T22:00", "2024-10-27T23:00"].map(utc);
  const lord_howe = ["2024-04-05T13:00", "2024-04-06T13:00", "2024-04-07T13:30"].map(utc);
  for (const edges of [berlin_march, berlin_october, lord_howe]) {
    agree(edges, Array.from({ length: (edges[2] - edges[0]) / 60 }, (_, minute) => edges[0] + minute * 60));
  }
});

Deno.test("Buckets.at() passes over a day that a zone skipped", () => {
  const edges = [100_000, 200_000, 200_000, 300_000];
  const buckets = new Buckets(edges);
  assert.deepEqual([199_999, 200_000].map((time_s) => buckets.at(time_s)), [0, 2]);
});

Deno.test("Buckets.at() stays exact over a hundred years of days and of one bucket", () => {
  const days = Array.from({ length: 36_525 }, (_, day) => day * 86_400);
  agree(days, [0, 86_399, 86_400, 3_000_000_123, 36_523 * 86_400 + 86_399]);
  agree([0, 2 ** 32], [0, 2 ** 32 - 1]);
});
