import assert from "node:assert/strict";
import { wholeDays } from "../../components/plot_brush.ts";
import { plotView } from "../../components/plot_view.ts";
import { sampleCurves } from "./sample_figures.ts";
import { sampleSpec } from "./sample_spec.ts";

Deno.test("wholeDays() reaches from the first day to the last, whichever way was drawn", () => {
  const { buckets } = sampleSpec({ a: [1, 2, 3, 4, 5] });
  const chosen = { first: 1, last: 3, from: "2026-03-02", to: "2026-03-04" };
  assert.deepEqual(wholeDays(buckets, [1, 3]), chosen);
  assert.deepEqual(wholeDays(buckets, [3, 1]), chosen);
});

Deno.test("wholeDays() takes the whole of a day of which some hours were drawn", () => {
  const hours = ["2026-03-01", "2026-03-02"].flatMap((day) =>
    Array.from({ length: 24 }, () => ({ from: day, to: day }))
  );
  assert.deepEqual(wholeDays(hours, [20, 30]), { first: 0, last: 47, from: "2026-03-01", to: "2026-03-02" });
});

Deno.test("plotView() finds the place nearest to a pointer, also where places lie unevenly", () => {
  for (const view of [plotView(sampleCurves()), plotView(sampleSpec({ a: [1, 2, 3] }))]) {
    for (let place = 0; place < view.count; place += 1) assert.equal(view.placeAt(view.x(place)), place);
    assert.equal(view.placeAt(-1), 0);
    assert.equal(view.placeAt(2), view.count - 1);
  }
});
