import assert from "node:assert/strict";
import "../../components/stills.tsx";
import { renderToString } from "preact-render-to-string";
import { Figure } from "../../components/Figure.tsx";
import type { FigureSpec } from "../../lib/view/chart_spec.ts";
import { sampleCurves, sampleHeat } from "./sample_figures.ts";
import { sampleSpec } from "./sample_spec.ts";

const drawn = (spec: FigureSpec) =>
  renderToString(<Figure spec={spec} />).replaceAll("\u00a0", " ").replaceAll(/<(\w+) {2}/g, "<$1 ");
const count = (html: string, pattern: RegExp) => html.match(pattern)?.length ?? 0;

/** Texts of all cells of a table, row by row. */
function cells(html: string): readonly (readonly string[])[] {
  return [...html.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell.replace(/<[^>]*>/g, ""))
  );
}

Deno.test("Figure() has curves with a line across at each mark, links and a table of equal numbers", () => {
  const html = drawn(sampleCurves());
  assert.equal(count(html, /<path class="line"/g), 2);
  assert.equal(count(html, /class="mark-line"/g), 2);
  assert.match(html, /<a class="legend-entry" href="\/wait\?partition=batch"/);
  assert.match(html, /aria-valuetext="Within 1 d: batch 100 %, gpu 100 %"/);
  const rows = cells(html);
  assert.deepEqual(rows[0], ["Wait", "batch", "gpu"]);
  assert.deepEqual(rows[1], ["Jobs within 1 min", "93 %", "50 %"]);
  assert.deepEqual(rows.find(([name]) => name.startsWith("Half")), [
    "Half of the jobs are within",
    "1 min",
    "1 min",
  ]);
  assert.deepEqual(rows.at(-1), ["Jobs", "1,200", "1,200"]);
});

Deno.test("Figure() has a shaded table: no shade but the lightest for zero, the darkest for the most", () => {
  const html = drawn(sampleHeat());
  const shades = [...html.matchAll(/<td class="([^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual(shades, ["h0", "h1", "h9 heat-marked", "hnone", "h1", "h4"]);
  assert.match(html, /<caption class="visually-hidden"/);
  assert.equal(count(html, /<th scope="col"/g), 4);
  assert.equal(count(html, /<th scope="row"/g), 2);
  assert.match(html, /<a href="\/jobs\?a=2">1,000<\/a>/);
  assert.match(html, /<span>0 jobs<\/span>.*<span>1,000 jobs<\/span>/s);
  assert.match(html, /not known/);
  assert.match(
    html,
    /<span class="visually-hidden">01:00<\/span>/,
    "a column without a short text has its name",
  );
});

Deno.test("Figure() says that values go beyond the end of a table's scale", () => {
  const html = drawn(sampleHeat({ full: 400 }));
  assert.match(html, /400 jobs or more/);
  assert.equal(count(html, /<td class="h9/g), 2);
  assert.doesNotMatch(drawn(sampleHeat({ full: 1000 })), /or more/);
});

Deno.test("Figure() tells calmly of a figure that could not be made", () => {
  const html = drawn({
    kind: "failed",
    id: "by-account",
    title: "CPU-hours by account",
    retry_href: "/usage?by=account",
    request_id: "0b1c2d3e",
  });
  assert.match(html, /<figure id="by-account"[^>]* aria-labelledby="by-account-title"/);
  assert.match(html, /could not be made/);
  assert.match(html, /<a href="\/usage\?by=account">Try again<\/a>/);
  assert.match(html, /0b1c2d3e/);
  assert.doesNotMatch(html, /<canvas|<table/);
});

Deno.test("Figure() is empty in words, whatever its kind", () => {
  const empty: readonly FigureSpec[] = [
    sampleCurves({ series: [] }),
    sampleHeat({ rows: [] }),
    sampleSpec({}),
  ];
  for (const spec of empty) assert.match(drawn(spec), /No jobs in this range/);
});

Deno.test("Figure() has what is compared, the limit and the band in picture, legend, cursor and table", () => {
  const compared = { label: "25 Sep – 24 Oct 2026", values: [4, 2, null], total: 6 };
  const limit = { label: "Capacity", values: [10, 10, 10] };
  const band = { label: "Middle half", low: [0.5, 1, null], high: [3, 4, null] };
  const spec = sampleSpec({ a: [1, 2, 3] }, { kind: "lines", stacked: false, compared, limit, band });
  const html = drawn(spec);
  for (const name of ["line compared", "line limit", "band", "limit-label"]) {
    assert.ok(html.includes(`class="${name}"`), name);
  }
  for (const { label } of [compared, limit, band]) {
    assert.ok(html.includes(`<bdi class="legend-label">${label}</bdi>`), label);
  }
  assert.deepEqual(cells(html)[0], [
    "Time",
    "a",
    "Middle half, from",
    "Middle half, to",
    compared.label,
    "Capacity",
  ]);
  assert.deepEqual(cells(html)[1], ["1 Mar 2026", "1", "0.5", "3", "4", "10"]);
  assert.match(
    html,
    /25 Sep – 24 Oct 2026<\/span> <span class="reading-value">6 \(now 0 %|6 \(now unchanged\)/,
  );
  assert.match(
    html,
    /aria-valuetext="3 Mar 2026: 3 CPU-hours, Middle half — – —, 25 Sep – 24 Oct 2026 —, Capacity 10"/,
  );
});

Deno.test("Figure() compares no bucket that is not over yet", () => {
  const compared = { label: "before", values: [4, 4] };
  const spec = sampleSpec({ a: [1, 2] }, { compared });
  const buckets = spec.buckets.map((bucket, index) => ({ ...bucket, incomplete: index === 1 }));
  assert.match(drawn({ ...spec, buckets: spec.buckets }), /before 4 \(now −50 %\)/);
  assert.match(drawn({ ...spec, buckets }), /before 4"/);
});

Deno.test("Figure() of classes speaks of no time, and labels every class that has room", () => {
  const plain = sampleSpec({ jobs: [5, 0, 7] }, {
    axis: "class",
    x_title: "Wait",
    unit: "jobs",
    format: "count",
  });
  const buckets = plain.buckets.map((bucket, index) => ({ ...bucket, tick: `c${index}`, href: "" }));
  const html = drawn({ ...plain, buckets });
  assert.equal(cells(html)[0][0], "Wait");
  assert.deepEqual(cells(html).at(-1), ["All", "12"]);
  assert.equal(count(html, /<text[^>]*>c\d<\/text>/g), 3);
  assert.doesNotMatch(html, /Whole range|>Time</);
});

Deno.test("Figure() stacks nothing on a logarithmic scale, and keeps the true number of what lies on the axis", () => {
  const html = drawn(sampleSpec({ a: [0, 1000], b: [10, 100] }, { scale: "log" }));
  const heights = [...html.matchAll(/class="mark[^>]* height="([\d.]+)%"/g)].map(([, height]) =>
    Number(height)
  );
  assert.deepEqual([heights[0], heights[1]], [0, 100]);
  assert.deepEqual(cells(html)[1], ["1 Mar 2026", "0", "10"]);
});

Deno.test("Figure() links a stack's bars to their series and leads out of a range", () => {
  const zoom = { href: "/usage?from={from}&to={to}", out_href: "/usage?period=all" };
  const html = drawn(sampleSpec({ phys: [1], other: [2] }, { zoom }));
  assert.match(html, /<a href="\/usage\?account=phys" tabindex="-1" aria-label="phys"><rect/);
  assert.match(html, /<g class="through"><rect/);
  assert.match(html, /<a class="zoom-out" href="\/usage\?period=all">/);
});

Deno.test("no kind of figure needs a style attribute", () => {
  for (const spec of [sampleCurves(), sampleHeat(), sampleHeat({ numbers: true })]) {
    assert.doesNotMatch(drawn(spec), /\sstyle=|NaN|Infinity|undefined/);
  }
});
