import assert from "node:assert/strict";
import { createRandom } from "../../../lib/demo/random.ts";
import { rangeOf } from "../../../lib/query/range.ts";
import { stepsOf, TooManyBucketsError } from "../../../lib/query/steps.ts";
import { DEFAULT_FILTERS, type Step } from "../../../lib/view/filters.ts";

function steps(days: string, step: Step, tz = "UTC") {
  const [from, to = from] = days.split(" ");
  return stepsOf(rangeOf(new Map(), { ...DEFAULT_FILTERS, from, to, tz }, 0), step);
}

function hoursOf({ buckets: { edges } }: ReturnType<typeof steps>): number[] {
  return [...edges.slice(1)].map((edge, bucket) => (edge - edges[bucket]) / 3600);
}

Deno.test("stepsOf() labels weeks with their Monday, over New Year and in ISO week 53 as well", () => {
  assert.deepEqual(steps("2020-12-20 2021-01-12", "week").starts, [
    "2020-12-14T00:00:00Z",
    "2020-12-21T00:00:00Z",
    // Week 53 of 2020, which ends in 2021.
    "2020-12-28T00:00:00Z",
    "2021-01-04T00:00:00Z",
    "2021-01-11T00:00:00Z",
  ]);
  // 1 January 2023 is a Sunday: it belongs to the last week of 2022.
  assert.deepEqual(steps("2023-01-01 2023-01-02", "week").starts, [
    "2022-12-26T00:00:00Z",
    "2023-01-02T00:00:00Z",
  ]);
  assert.deepEqual(steps("2024-12-30", "week").starts, ["2024-12-30T00:00:00Z"]);
  for (let year = 1990; year < 2040; year++) {
    for (const start of steps(`${year}-12-20 ${year + 1}-01-15`, "week").starts) {
      assert.equal(new Date(start).getUTCDay(), 1, start);
    }
  }
});

Deno.test("stepsOf() cuts the first and last bucket to the range but labels them by the calendar", () => {
  const { starts, buckets } = steps("2026-01-15 2026-02-10", "month");
  assert.deepEqual(starts, ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]);
  assert.equal(buckets.start_s, Date.UTC(2026, 0, 15) / 1000);
  assert.equal(buckets.end_s, Date.UTC(2026, 1, 11) / 1000);
  assert.deepEqual(steps("2026-05-05 2026-07-01", "quarter").starts, [
    "2026-04-01T00:00:00Z",
    "2026-07-01T00:00:00Z",
  ]);
  assert.deepEqual(steps("2025-12-31 2026-01-01", "year").starts, [
    "2025-01-01T00:00:00Z",
    "2026-01-01T00:00:00Z",
  ]);
  assert.deepEqual(steps("2026-01-15 2026-02-10", "total").starts, ["2026-01-15T00:00:00Z"]);
});

Deno.test("stepsOf() has days of 23 and 25 hours where the clock changes", () => {
  const berlin = steps("2026-03-28 2026-03-30", "day", "Europe/Berlin");
  assert.deepEqual(hoursOf(berlin), [24, 23, 24]);
  assert.deepEqual(berlin.starts, [
    "2026-03-28T00:00:00+01:00",
    "2026-03-29T00:00:00+01:00",
    "2026-03-30T00:00:00+02:00",
  ]);
  assert.deepEqual(hoursOf(steps("2026-10-24 2026-10-26", "day", "Europe/Berlin")), [24, 25, 24]);
  assert.deepEqual(hoursOf(steps("2026-04-04 2026-04-06", "day", "Australia/Lord_Howe")), [24, 24.5, 24]);
  // Here the clock springs over midnight: the day begins at one.
  const beirut = steps("2026-03-28 2026-03-30", "day", "Asia/Beirut");
  assert.deepEqual(hoursOf(beirut), [24, 23, 24]);
  assert.equal(beirut.starts[1], "2026-03-29T01:00:00+03:00");
});

Deno.test("stepsOf() has 23 and 25 hours on those days", () => {
  assert.equal(steps("2026-03-29", "hour", "Europe/Berlin").starts.length, 23);
  const autumn = steps("2026-10-25", "hour", "Europe/Berlin").starts;
  assert.equal(autumn.length, 25);
  assert.deepEqual(autumn.slice(2, 4), ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
  assert.equal(steps("2026-01-01", "hour", "Pacific/Chatham").starts[1], "2026-01-01T01:00:00+13:45");
});

Deno.test("stepsOf() passes over a day that its zone skipped", () => {
  // Samoa went over the date line at the end of 29 December 2011.
  const { starts, buckets } = steps("2011-12-29 2011-12-31", "day", "Pacific/Apia");
  assert.deepEqual(starts, ["2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"]);
  assert.equal(buckets.count, 2);
});

Deno.test("stepsOf() chooses at most 120 buckets by itself, hours for up to three days", () => {
  assert.deepEqual(["2026-01-01", "2026-01-01 2026-01-03"].map((days) => steps(days, "auto").step), [
    "hour",
    "hour",
  ]);
  assert.equal(steps("2026-01-01 2026-01-04", "auto").step, "day");
  const random = createRandom(4);
  const chosen = new Set<Step>();
  for (let i = 0; i < 300; i++) {
    const from = Temporal.PlainDate.from("1971-01-01").add({ days: random.below(30_000) });
    const to = from.add({ days: Math.floor(20_000 * random.next() ** 4) });
    const { step, buckets } = steps(
      `${from} ${to}`,
      "auto",
      random.pick(["UTC", "Europe/Berlin", "Pacific/Chatham"]),
    );
    assert.ok(buckets.count <= 120, `${from} to ${to}: ${buckets.count} buckets by ${step}`);
    chosen.add(step);
  }
  assert.deepEqual([...chosen].sort(), ["day", "hour", "month", "quarter", "week", "year"]);
});

Deno.test("stepsOf() refuses hours over more than ten years, in words", () => {
  assert.throws(() => steps("1990-01-01 2025-12-31", "hour"), (error) => {
    assert.ok(error instanceof TooManyBucketsError);
    assert.equal(
      error.message,
      "step=hour over 1990-01-01 to 2025-12-31 gives too many buckets: use step=day",
    );
    return true;
  });
});
