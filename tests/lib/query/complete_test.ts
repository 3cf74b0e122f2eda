import assert from "node:assert/strict";
import { series } from "../../../lib/query/series.ts";
import { comparedRange, holdsNoneComplete, rangeOf } from "../../../lib/query/range.ts";
import { stepsOf } from "../../../lib/query/steps.ts";
import { facets } from "../../../lib/query/facets.ts";
import { jobs } from "../../../lib/query/jobs.ts";
import { type Comparison, DEFAULT_FILTERS, type Filters, PERIODS, STEPS } from "../../../lib/view/filters.ts";
import { pageModel } from "../../../lib/pages/page_model.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";

const FIRST = utc("2025-01-01");
const job = jobRecord({ Submit: FIRST, Start: FIRST, End: utc("2026-03-15T10:00"), AllocCPUS: 1 });

function dataAt(fresh_until_s: number, tz = "UTC") {
  return dataOf(clusterOf([job], { name: "alpha", tz, fresh_until_s }));
}

const NOW_S = utc("2026-03-15T12:00");
const DATA = dataAt(utc("2026-03-15T09:40"));

function complete(parts: Partial<Filters>): Filters {
  return { ...DEFAULT_FILTERS, ...parts, complete: true };
}

function daysOf(parts: Partial<Filters>, data = DATA): string {
  const { from, to } = rangeOf(data, complete(parts), NOW_S);
  return `${from} ${to}`;
}

Deno.test("rangeOf() with complete leaves whole buckets of the step that are fully reported", () => {
  // 15 March 2026 is a Sunday, of which reports reach to 09:40.
  assert.equal(daysOf({ period: "30d", step: "day" }), "2026-02-14 2026-03-14");
  assert.equal(daysOf({ period: "30d", step: "week" }), "2026-02-16 2026-03-08");
  assert.equal(daysOf({ period: "12mo", step: "month" }), "2025-04-01 2026-02-28");
  assert.equal(daysOf({ period: "12mo", step: "quarter" }), "2025-04-01 2025-12-31");
  assert.equal(daysOf({ period: "all", step: "year" }), "2025-01-01 2025-12-31");
  assert.equal(daysOf({ period: "mtd", step: "total" }), "2026-03-01 2026-03-14");
  assert.equal(daysOf({ from: "2026-01-05", to: "2026-02-01", step: "week" }), "2026-01-05 2026-02-01");
  const hours = rangeOf(DATA, complete({ period: "7d", step: "hour" }), NOW_S);
  assert.deepEqual([hours.from, hours.to, hours.end_s], [
    "2026-03-09",
    "2026-03-15",
    utc("2026-03-15T09:00"),
  ]);
});

Deno.test("rangeOf() with complete keeps as much as the step by itself allows", () => {
  // Of 121 days the last is missing: the 120 left are cut by days, not by weeks as 121 are.
  assert.equal(daysOf({ from: "2025-11-15", to: "2026-03-15" }), "2025-11-15 2026-03-14");
  assert.equal(daysOf({ from: "2026-03-12", to: "2026-03-15" }), "2026-03-12 2026-03-14");
  assert.equal(daysOf({ from: "2026-03-15", to: "2026-03-15" }), "2026-03-15 2026-03-15");
});

Deno.test("rangeOf() with complete keeps all days where nothing of them is complete", () => {
  for (
    const parts of [
      { from: "2026-03-10", to: "2026-03-15", step: "month" },
      { from: "2026-03-16", to: "2026-03-20", step: "day" },
      { from: "2026-03-16", to: "2026-03-16", step: "hour" },
      { from: "2026-04-01", to: "2026-04-30" },
    ] as const
  ) {
    assert.equal(daysOf(parts), `${parts.from} ${parts.to}`);
    assert.ok(holdsNoneComplete(DATA, complete(parts), NOW_S), JSON.stringify(parts));
    assert.ok(!holdsNoneComplete(DATA, { ...DEFAULT_FILTERS, ...parts }, NOW_S), "nobody asked");
  }
  assert.ok(!holdsNoneComplete(DATA, complete({ period: "7d" }), NOW_S));
  assert.ok(holdsNoneComplete(new Map(), complete({}), NOW_S), "nothing is reported");
});

Deno.test("rangeOf() with complete holds only whole, reported buckets, in every zone, at every moment", () => {
  for (const tz of ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Chatham", "America/New_York"]) {
    for (const fresh of ["2026-03-15T09:40", "2026-03-08T00:00", "2026-03-29T01:30", "2025-10-26T01:59:59"]) {
      const fresh_s = utc(fresh);
      const data = dataAt(fresh_s, tz);
      const now_s = fresh_s + 3 * 3600;
      for (const step of STEPS) {
        for (const period of PERIODS) {
          const asked = complete({ period, step });
          if (step === "hour" && period === "all" || holdsNoneComplete(data, asked, now_s)) continue;
          const what = `${tz} ${fresh} ${step} ${period}`;
          const whole = rangeOf(data, { ...asked, complete: false }, now_s);
          const range = rangeOf(data, asked, now_s);
          assert.ok(range.start_s >= whole.start_s && range.end_s <= whole.end_s, what);
          assert.ok(range.start_s < range.end_s && range.end_s <= fresh_s, what);
          const { starts, buckets, step: cut } = stepsOf(range, step);
          assert.equal(Date.parse(starts[0]) / 1000, range.start_s, `${what}: the first is whole`);
          // One second more and another bucket begins.
          const longer = { ...range, end_s: range.end_s + 1, to: "2026-12-31" };
          if (cut !== "total") {
            assert.equal(stepsOf(longer, cut).buckets.count, buckets.count + 1, `${what}: the last is whole`);
          }
          if (step === "day") assert.ok(fresh_s - range.end_s < 25 * 3600, `${what}: no day is left out`);
        }
      }
    }
  }
});

Deno.test("comparedRange() of complete periods is of complete periods", () => {
  const before = (parts: Partial<Filters>) => {
    const asked = complete(parts);
    const compared = comparedRange(DATA, asked, rangeOf(DATA, asked, NOW_S));
    return compared === null ? null : [compared.range.from, compared.range.to, compared.cut];
  };
  assert.deepEqual(before({ period: "ytd", step: "month" }), ["2025-01-01", "2025-02-28", false]);
  assert.deepEqual(before({ from: "2025-11-20", to: "2026-03-15", step: "month" }), [
    "2025-09-01",
    "2025-11-30",
    false,
  ]);
  assert.deepEqual(before({ period: "30d", step: "week" }), ["2026-01-26", "2026-02-15", false]);
  const year: Comparison = "year";
  assert.deepEqual(before({ period: "qtd", step: "month", compare: year }), [
    "2025-01-01",
    "2025-02-28",
    false,
  ]);
  const asked = complete({ period: "7d", step: "hour" });
  const compared = comparedRange(DATA, asked, rangeOf(DATA, asked, NOW_S));
  assert.deepEqual([compared?.cut, compared?.range.end_s], [true, utc("2026-03-08T09:00")]);
});

Deno.test("with complete, series, jobs and facets speak of the same days, and nothing of them is incomplete", async () => {
  const asked = complete({ period: "12mo", step: "month", measure: "cpu-hours" });
  const { buckets, incomplete_from, total } = await series(DATA, asked, { now_s: NOW_S });
  assert.deepEqual([buckets.length, buckets[0], incomplete_from], [11, "2025-04-01T00:00:00Z", null]);
  assert.equal(total, 334 * 24);
  const late = jobRecord({ JobID: "2", Submit: utc("2026-03-02") });
  const two = dataOf(clusterOf([job, late], { fresh_until_s: utc("2026-03-15T09:40") }));
  const count = async (filters: Filters) =>
    (await jobs(two, filters, { now_s: NOW_S, limit: 0, offset: 0 })).total;
  assert.deepEqual([await count(asked), await count({ ...asked, complete: false })], [1, 2]);
  const { cluster } = await facets(two, asked, { now_s: NOW_S });
  assert.deepEqual(cluster.map((facet) => facet.jobs), [1]);
});

Deno.test("pageModel() says where no period is complete, and shows all days", async () => {
  const ask = async (query: string) => {
    const params = new URLSearchParams(query);
    const model = await pageModel(DATA, "usage", { params, now_s: NOW_S });
    return [model.notices.flatMap((notice) => notice.state === "note" ? [notice.text] : []), model.href];
  };
  assert.deepEqual(await ask("period=mtd&step=month&complete=1"), [[
    'The filter "complete" was left out: it asks for complete periods, but these days hold no whole month that is fully reported.',
  ], "/usage?period=mtd&step=month"]);
  assert.deepEqual(await ask("period=ytd&step=month&complete=1"), [
    [],
    "/usage?period=ytd&step=month&complete=1",
  ]);
});
