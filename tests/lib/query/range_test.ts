import assert from "node:assert/strict";
import { previousRange, rangeOf, zoneOf } from "../../../lib/query/range.ts";
import { DEFAULT_FILTERS, type Filters, PERIODS } from "../../../lib/view/filters.ts";
import { clusterOf, dataOf, jobRecord, utc } from "../../helpers.ts";

const NOW = utc("2026-03-15T12:00");
const job = jobRecord({ Submit: utc("2025-11-03T10:00"), Start: utc("2025-11-04"), End: utc("2026-02-02") });
const data = dataOf(
  clusterOf([job], { name: "alpha", tz: "Europe/Berlin" }),
  clusterOf([], { name: "beta", tz: "UTC" }),
);
const ALPHA = { cluster: ["alpha"] };

function filters(
  { cluster = [] as readonly string[], ...parts }: Partial<Filters> & { cluster?: readonly string[] },
) {
  return { ...DEFAULT_FILTERS, ...parts, only: { ...DEFAULT_FILTERS.only, cluster } };
}

function daysOf(parts: Parameters<typeof filters>[0], now_s = NOW): string {
  const { from, to } = rangeOf(data, filters(parts), now_s);
  return `${from} ${to}`;
}

function before(parts: Parameters<typeof filters>[0], now_s = NOW): string {
  const asked = filters(parts);
  const { from, to } = previousRange(rangeOf(data, asked, now_s), asked);
  return `${from} ${to}`;
}

Deno.test("zoneOf() is the zone asked for, else that of the clusters if they share one, else UTC", () => {
  assert.equal(zoneOf(data, filters({})), "UTC");
  assert.equal(zoneOf(data, filters(ALPHA)), "Europe/Berlin");
  assert.equal(
    zoneOf(data, { ...filters({}), not: { ...DEFAULT_FILTERS.not, cluster: ["beta"] } }),
    "Europe/Berlin",
  );
  assert.equal(zoneOf(data, filters({ ...ALPHA, tz: "Asia/Tokyo" })), "Asia/Tokyo");
  assert.equal(zoneOf(data, filters({ cluster: ["unknown"] })), "UTC");
  assert.equal(zoneOf(new Map(), filters({})), "UTC");
});

Deno.test("rangeOf() takes the days of every period up to today", () => {
  const expected = {
    "7d": "2026-03-09 2026-03-15",
    "30d": "2026-02-14 2026-03-15",
    "90d": "2025-12-16 2026-03-15",
    "12mo": "2025-03-16 2026-03-15",
    mtd: "2026-03-01 2026-03-15",
    qtd: "2026-01-01 2026-03-15",
    ytd: "2026-01-01 2026-03-15",
    all: "2025-11-03 2026-02-02",
  };
  for (const period of PERIODS) assert.equal(daysOf({ period }), expected[period], period);
  assert.equal(daysOf({ period: "12mo" }, utc("2024-02-29")), "2023-03-01 2024-02-29");
});

Deno.test("rangeOf() knows which day it is in the zone of the view", () => {
  const late = utc("2026-03-15T23:30");
  assert.equal(daysOf({ period: "mtd" }, late), "2026-03-01 2026-03-15");
  assert.equal(daysOf({ ...ALPHA, period: "mtd" }, late), "2026-03-01 2026-03-16");
  assert.equal(
    daysOf({ tz: "America/New_York", period: "7d" }, utc("2026-03-15T02:00")),
    "2026-03-08 2026-03-14",
  );
});

Deno.test("rangeOf() includes its last day whole, also when that has 23 or 25 hours", () => {
  const length = (from: string, to: string) => {
    const { start_s, end_s } = rangeOf(data, filters({ ...ALPHA, from, to }), NOW);
    return (end_s - start_s) / 3600;
  };
  assert.equal(length("2026-01-01", "2026-01-01"), 24);
  assert.equal(length("2026-03-29", "2026-03-29"), 23);
  assert.equal(length("2026-10-25", "2026-10-25"), 25);
  const { start_s } = rangeOf(data, filters({ ...ALPHA, from: "2026-03-29", to: "2026-03-29" }), NOW);
  assert.equal(start_s, utc("2026-03-28T23:00"));
});

Deno.test("rangeOf() fills in an end left open, with the first job or with today", () => {
  assert.equal(daysOf({ from: "2026-01-05" }), "2026-01-05 2026-03-15");
  assert.equal(daysOf({ to: "2026-01-05" }), "2025-11-03 2026-01-05");
  assert.equal(daysOf({ from: "2027-01-05" }), "2027-01-05 2027-01-05", "from beyond today is that day");
  assert.equal(daysOf({ to: "2020-01-05" }), "2020-01-05 2020-01-05");
  assert.equal(daysOf({ cluster: ["beta"], period: "all" }), "2026-03-15 2026-03-15", "no jobs: today");
});

Deno.test("previousRange() compares whole months with the whole months before them", () => {
  assert.equal(before({ from: "2026-02-01", to: "2026-02-28" }), "2026-01-01 2026-01-31");
  assert.equal(before({ from: "2026-03-01", to: "2026-03-31" }), "2026-02-01 2026-02-28");
  assert.equal(before({ from: "2024-02-01", to: "2024-02-29" }), "2024-01-01 2024-01-31");
  assert.equal(before({ from: "2026-01-01", to: "2026-03-31" }), "2025-10-01 2025-12-31");
  assert.equal(before({ from: "2025-01-01", to: "2025-12-31" }), "2024-01-01 2024-12-31");
});

Deno.test("previousRange() compares other days with as many just before them", () => {
  assert.equal(before({ from: "2026-02-02", to: "2026-02-28" }), "2026-01-06 2026-02-01");
  assert.equal(before({ from: "2026-03-29", to: "2026-03-29", ...ALPHA }), "2026-03-28 2026-03-28");
  assert.equal(before({ period: "7d" }), "2026-03-02 2026-03-08");
  assert.equal(before({ period: "30d" }), "2026-01-15 2026-02-13");
});

Deno.test("previousRange() compares month, quarter and year to date with the same days of the one before", () => {
  assert.equal(before({ period: "mtd" }), "2026-02-01 2026-02-15");
  assert.equal(before({ period: "qtd" }), "2025-10-01 2025-12-15");
  assert.equal(before({ period: "ytd" }), "2025-01-01 2025-03-15");
  assert.equal(before({ period: "12mo" }), "2024-03-16 2025-03-15");
  assert.equal(before({ period: "mtd" }, utc("2026-03-31T12:00")), "2026-02-01 2026-02-28");
});

Deno.test("previousRange() goes a year back when asked to", () => {
  assert.equal(before({ from: "2026-02-01", to: "2026-02-28", compare: "year" }), "2025-02-01 2025-02-28");
  assert.equal(before({ from: "2024-02-29", to: "2024-02-29", compare: "year" }), "2023-02-28 2023-02-28");
  assert.equal(before({ period: "mtd", compare: "year" }), "2025-03-01 2025-03-15");
});
