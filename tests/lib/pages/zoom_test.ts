import assert from "node:assert/strict";
import { DEFAULT_FILTERS } from "../../../lib/view/filters.ts";
import { enclosing, zoomOf } from "../../../lib/pages/zoom.ts";

Deno.test("enclosing() goes from a day to its week, month, quarter and year", () => {
  const steps = [];
  let range: { from: string; to: string } | null = { from: "2026-11-18", to: "2026-11-18" };
  while (range !== null) {
    range = enclosing(range, false);
    if (range !== null) steps.push(`${range.from} ${range.to}`);
  }
  assert.deepEqual(steps, [
    "2026-11-16 2026-11-22",
    "2026-11-01 2026-11-30",
    "2026-10-01 2026-12-31",
    "2026-01-01 2026-12-31",
  ]);
});

Deno.test("enclosing() never leaves a part of the range out", () => {
  assert.deepEqual(enclosing({ from: "2026-10-25", to: "2026-11-23" }, false), {
    from: "2026-10-01",
    to: "2026-12-31",
  });
  // A week over the turn of the year lies in no month, quarter or year.
  assert.equal(enclosing({ from: "2025-12-29", to: "2026-01-04" }, false), null);
  assert.deepEqual(enclosing({ from: "2026-01-01", to: "2026-01-01" }, false), {
    from: "2025-12-29",
    to: "2026-01-04",
  });
});

Deno.test("enclosing() ends with the range where that reaches the present", () => {
  assert.deepEqual(enclosing({ from: "2026-11-17", to: "2026-11-23" }, true), {
    from: "2026-11-01",
    to: "2026-11-23",
  });
  assert.equal(enclosing({ from: "2026-01-01", to: "2026-11-23" }, true), null);
});

Deno.test("zoomOf() has places for the days and keeps the filters", () => {
  const filters = { ...DEFAULT_FILTERS, only: { ...DEFAULT_FILTERS.only, account: ["phys & co"] } };
  const { href, out_href } = zoomOf("usage", filters, {
    range: { from: "2026-01-01", to: "2026-12-31" },
    open: false,
  });
  assert.equal(href, "/usage?account=phys+%26+co&from={from}&to={to}");
  assert.equal(out_href, "/usage?account=phys+%26+co&period=all");
});

Deno.test("zoomOf() leads nowhere out of everything", () => {
  const range = { from: "2020-01-01", to: "2026-12-31" };
  assert.equal(zoomOf("usage", { ...DEFAULT_FILTERS, period: "all" }, { range, open: true }).out_href, null);
});

Deno.test("enclosing() never goes on after today", () => {
  const today = "2026-11-23";
  assert.deepEqual(enclosing({ from: "2026-11-02", to: "2026-11-08", today }, false), {
    from: "2026-11-01",
    to: today,
  });
  assert.deepEqual(enclosing({ from: "2026-10-01", to: "2026-10-31", today }, false), {
    from: "2026-10-01",
    to: today,
  });
  assert.deepEqual(enclosing({ from: "2026-02-01", to: "2026-02-28", today }, false), {
    from: "2026-01-01",
    to: "2026-03-31",
  });
  // Days that were asked for although they are to come stay.
  assert.deepEqual(enclosing({ from: "2026-11-20", to: "2026-11-27", today }, false), {
    from: "2026-11-01",
    to: "2026-11-30",
  });
});
