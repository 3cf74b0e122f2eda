import assert from "node:assert/strict";
import { type ChartState, datasetsOf } from "../../components/chart_datasets.ts";
import { type ChartTheme, faded } from "../../components/chart_theme.ts";
import { sampleSpec } from "./sample_spec.ts";

const THEME: ChartTheme = {
  series: {
    1: "rgb(1, 1, 1)",
    2: "rgb(2, 2, 2)",
    3: "rgb(3, 3, 3)",
    4: "rgb(4, 4, 4)",
    5: "rgb(5, 5, 5)",
    6: "rgb(6, 6, 6)",
    7: "rgb(7, 7, 7)",
    other: "rgb(9, 9, 9)",
  },
  ground: "rgb(255, 255, 255)",
  text: "rgb(0, 0, 0)",
  muted: "rgb(90, 90, 90)",
  line: "rgb(200, 200, 200)",
  veil: "rgb(180, 180, 180)",
  font: "sans-serif",
};

function stateOf(values: Readonly<Record<string, readonly (number | null)[]>>): ChartState {
  return { spec: sampleSpec(values), theme: THEME, hovered: null, focused: null };
}

Deno.test("datasetsOf() has the values as fractions of the axis, in arrays of its own", () => {
  const frozen = Object.freeze([1, null]);
  const [dataset] = datasetsOf(stateOf({ phys: frozen }), []);
  assert.deepEqual(dataset.data, [1, null]);
  assert.ok(Object.isExtensible(dataset.data));
});

Deno.test("datasetsOf() uses the dataset on show again for the series of the same key", () => {
  const shown = datasetsOf(stateOf({ phys: [1], chem: [2] }), []);
  const next = datasetsOf(stateOf({ chem: [5], bio: [6] }), shown);
  assert.equal(next[0], shown[1]);
  assert.deepEqual(next.map(({ key, data }) => [key, data]), [["chem", [1 / 3]], ["bio", [6 / 15]]]);
});

Deno.test("datasetsOf() dims all series but the focused one", () => {
  const [phys, chem] = datasetsOf({ ...stateOf({ phys: [1], chem: [2] }), focused: "chem" }, []);
  assert.deepEqual(
    [phys, chem].map((dataset) => "backgroundColor" in dataset && dataset.backgroundColor),
    ["rgba(1, 1, 1, 0.18)", "rgb(2, 2, 2)"],
  );
});

Deno.test("faded() leaves a colour it cannot read as it is", () => {
  assert.equal(faded("rgb(1, 2, 3)"), "rgba(1, 2, 3, 0.18)");
  assert.equal(faded("oklch(0.5 0.1 20)"), "oklch(0.5 0.1 20)");
});
