import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  addsUp,
  GROUPING_LABELS,
  GROUPINGS,
  type Measure,
  measureOf,
  MEASURES,
} from "../../../lib/view/measures.ts";

const TABLE: readonly Measure[] = MEASURES;

Deno.test("MEASURES names, labels and defines each measure once", () => {
  for (const field of ["name", "label", "definition"] as const) {
    const texts = TABLE.map((measure) => measure[field]);
    assert.equal(new Set(texts).size, texts.length, field);
    assert.ok(texts.every((text) => text !== "" && text.trim() === text && !text.endsWith(".")), field);
  }
});

Deno.test("MEASURES has units that go with the formats", () => {
  const units: Readonly<Record<Measure["format"], RegExp>> = {
    count: /^(jobs|users|accounts|groups|CPUs)$/,
    hours: /hours$/,
    duration: /^s$/,
    ratio: /^(CPUs|jobs|)$/,
    share: /^$/,
  };
  for (const { name, unit, format } of TABLE) assert.match(unit, units[format], name);
});

Deno.test("MEASURES lets hours and counts of moments add up, and nothing else", () => {
  for (const { name, format, booked_by, additive } of TABLE) {
    const adds = format === "hours" || format === "count" && booked_by !== "overlap";
    assert.equal(additive, adds, name);
  }
});

Deno.test("addsUp() is true of hours by every grouping, of counts not by node and GPU type", () => {
  for (const by of GROUPINGS) {
    assert.ok(addsUp(measureOf("mem-hours"), by));
    assert.ok(addsUp(measureOf("cpu-hours-failed"), by));
    assert.equal(addsUp(measureOf("jobs-failed"), by), by !== "node" && by !== "gpu_type");
    assert.ok(!addsUp(measureOf("cpu-efficiency"), by));
  }
});

Deno.test("GROUPING_LABELS tells all groupings apart", () => {
  assert.equal(new Set(GROUPINGS.map((by) => GROUPING_LABELS[by])).size, GROUPINGS.length);
});

Deno.test("the README names every measure and every grouping in the order of the tables", async () => {
  const readme = await Deno.readTextFile(fileURLToPath(new URL("../../../README.md", import.meta.url)));
  const row = (key: string) =>
    new RegExp(`^\\| \`${key}\` +\\| \`([^\`]+)\` +\\|$`, "m").exec(readme)?.[1].split(" ");
  assert.deepEqual(row("measure"), MEASURES.map(({ name }) => name));
  assert.deepEqual(row("by"), GROUPINGS);
});
