import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { addDays, dayCount, dayOf, neighbour } from "../../../lib/pages/days.ts";

Deno.test("neighbour() moves whole months by months", () => {
  const february = { from: "2026-02-01", to: "2026-02-28" };
  deepStrictEqual(neighbour(february, -1), { from: "2026-01-01", to: "2026-01-31" });
  deepStrictEqual(neighbour(february, 1), { from: "2026-03-01", to: "2026-03-31" });
  deepStrictEqual(neighbour({ from: "2026-01-01", to: "2026-03-31" }, -1), {
    from: "2025-10-01",
    to: "2025-12-31",
  });
  deepStrictEqual(neighbour({ from: "2024-01-01", to: "2024-12-31" }, 1), {
    from: "2025-01-01",
    to: "2025-12-31",
  });
});

Deno.test("neighbour() moves other ranges by their length in days, and back again", () => {
  const range = { from: "2026-10-25", to: "2026-11-23" };
  deepStrictEqual(neighbour(range, -1), { from: "2026-09-25", to: "2026-10-24" });
  deepStrictEqual(neighbour(neighbour(range, -1), 1), range);
  deepStrictEqual(neighbour({ from: "2024-02-29", to: "2024-02-29" }, 1), {
    from: "2024-03-01",
    to: "2024-03-01",
  });
});

Deno.test("dayOf() is the day of the zone, not of this machine", () => {
  const time_s = Date.UTC(2026, 2, 29, 23, 30) / 1000;
  strictEqual(dayOf(time_s, "UTC"), "2026-03-29");
  strictEqual(dayOf(time_s, "Europe/Berlin"), "2026-03-30");
  strictEqual(dayOf(time_s, "America/New_York"), "2026-03-29");
});

Deno.test("dayCount() and addDays() agree across leap days and clock changes", () => {
  for (const days of [0, 1, 28, 365, 1461]) {
    strictEqual(dayCount("2024-02-15", addDays("2024-02-15", days)), days + 1);
  }
});
