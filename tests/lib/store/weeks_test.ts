import assert from "node:assert/strict";
import { weekLabel, weekOf, weekStart } from "../../../lib/store/weeks.ts";
import { utc } from "../../helpers.ts";

Deno.test("weekLabel() names ISO weeks by their Thursday, also at New Year and in years of 53 weeks", () => {
  const days = {
    "1970-01-01": "1970W01",
    "2018-12-31": "2019W01",
    "2019-12-29": "2019W52",
    "2019-12-30": "2020W01",
    "2020-12-31": "2020W53",
    "2021-01-03": "2020W53",
    "2021-01-04": "2021W01",
    "2024-10-31": "2024W44",
    "2026-12-31": "2026W53",
    "2106-02-07": "2106W05",
  };
  for (const [day, label] of Object.entries(days)) assert.equal(weekLabel(weekOf(utc(day))), label, day);
});

Deno.test("weekOf() changes on Monday at midnight in UTC and nowhere else", () => {
  const monday = utc("2024-10-28");
  assert.equal(weekOf(monday - 1) + 1, weekOf(monday));
  assert.equal(weekOf(monday + 7 * 86_400 - 1), weekOf(monday));
  assert.equal(weekStart(weekOf(monday + 12_345)), monday);
  let before = weekLabel(weekOf(0));
  for (let week = 1; week < 7000; week++) {
    const label = weekLabel(week);
    assert.ok(label > before, `${label} comes after ${before}`);
    before = label;
  }
});
