import assert from "node:assert/strict";
import "../../components/stills.tsx";
import { renderToString } from "preact-render-to-string";
import { Figure } from "../../components/Figure.tsx";
import { StillChart } from "../../components/StillChart.tsx";
import { sampleSpec } from "./sample_spec.ts";

const HOSTILE = `<script>alert("1")</script> 'q' & 🦊`;

function count(html: string, pattern: RegExp): number {
  return html.match(pattern)?.length ?? 0;
}

/** Texts of all cells of the rows of a table's part. */
function cells(html: string, part: "tbody" | "tfoot"): readonly (readonly string[])[] {
  const inner = new RegExp(`<${part}>(.*?)</${part}>`, "s").exec(html)?.[1] ?? "";
  return [...inner.matchAll(/<tr.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell.replace(/<[^>]*>/g, ""))
  );
}

Deno.test("Figure() has a name, a question, a finding and a table", () => {
  const html = renderToString(<Figure spec={sampleSpec({ phys: [1, 2], chem: [3, 4] })} />);
  assert.match(html, /<figure id="by-account"[^>]* aria-labelledby="by-account-title"/);
  assert.match(html, /aria-describedby="by-account-question by-account-finding"/);
  for (const id of ["title", "question", "finding"]) {
    assert.equal(count(html, new RegExp(`id="by-account-${id}"`, "g")), 1);
  }
  assert.match(html, /<canvas[^>]* role="img" aria-label="CPU-hours by account. phys used most."/);
  assert.match(html, /<caption *>/);
  assert.match(html, /<output[^>]* aria-live="polite"/);
  assert.match(html, /aria-valuetext="2 Mar 2026: 6 CPU-hours"/);
});

Deno.test("Figure() has the values of the chart in its table, with sums", () => {
  const html = renderToString(<Figure spec={sampleSpec({ phys: [1000.4, null], chem: [0, 12.34] })} />);
  assert.deepEqual(cells(html, "tbody"), [["1 Mar 2026", "1,000", "0", "1,000"], [
    "2 Mar 2026",
    "—",
    "12.3",
    "12.3",
  ]]);
  assert.deepEqual(cells(html, "tfoot"), [["Whole range", "1,000", "12.3", "1,013"]]);
});

Deno.test("Figure() sums nothing up when series do not add up", () => {
  const spec = sampleSpec({ p50: [60], p95: [3600] }, {
    stacked: false,
    kind: "lines",
    format: "duration",
    unit: "s",
  });
  const html = renderToString(<Figure spec={spec} />).replaceAll("\u00a0", " ");
  assert.deepEqual(cells(html, "tbody"), [["1 Mar 2026", "1 min", "1 h"]]);
  assert.match(html, /aria-valuetext="1 Mar 2026: p50 1 min, p95 1 h"/);
});

Deno.test("Figure() shows hostile names literally, wherever they stand", () => {
  const spec = sampleSpec({ [HOSTILE]: [1, 2] }, { title: HOSTILE, subtitle: HOSTILE, finding: HOSTILE });
  const html = renderToString(<Figure spec={spec} />);
  assert.equal(count(html, /<script/g), 0);
  assert.ok(html.includes("&lt;script>alert("));
  assert.ok(html.includes("🦊"));
  for (const [, href] of html.matchAll(/href="([^"]*)"/g)) {
    const accounts = new URL(href.replaceAll("&amp;", "&"), "http://a").searchParams.getAll("account");
    assert.ok(accounts.length === 0 || accounts[0] === HOSTILE, href);
  }
  assert.equal(count(html, /\son[a-z]+=/gi), 0);
});

Deno.test("Figure() needs no style attribute and never says NaN", () => {
  const values = [null, 0, 1e-9, 5e12, null];
  for (const kind of ["bars", "lines"] as const) {
    for (const stacked of [true, false]) {
      const html = renderToString(
        <Figure spec={sampleSpec({ a: values, b: values, other: values }, { kind, stacked })} />,
      );
      assert.doesNotMatch(html, /\sstyle=|NaN|Infinity|undefined|null/);
    }
  }
});

Deno.test("Figure() says why it is empty instead of drawing nothing", () => {
  for (const spec of [sampleSpec({}), sampleSpec({ phys: [null, null] })]) {
    const html = renderToString(<Figure spec={spec} />);
    assert.match(html, /No jobs in this range/);
    assert.doesNotMatch(html, /<svg|<canvas|<table|-finding/);
  }
  const html = renderToString(
    <Figure
      spec={sampleSpec({})}
      notice={{ state: "filtered-out", filter: "account phys", href: "/usage" }}
    />,
  );
  assert.match(html, /account phys/);
});

Deno.test("Figure() says how many series are folded into the rest and links to all", () => {
  const html = renderToString(
    <Figure
      spec={sampleSpec({ phys: [1] }, { truncated: { shown: 7, of: 212, href: "/usage?all=1&by=account" } })}
    />,
  );
  assert.match(html, /7 largest of 212/);
  assert.match(html, /href="\/usage\?all=1&amp;by=account"/);
});

Deno.test("StillChart() has one bar for each known value, each within a link that names it", () => {
  const html = renderToString(<StillChart spec={sampleSpec({ a: [1, null, 3], b: [null, null, 0] })} />);
  assert.equal(count(html, /class="mark plain s\d/g), 3);
  assert.deepEqual([...html.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title), [
    "1 Mar 2026: 1 CPU-hours",
    "2 Mar 2026: —",
    "3 Mar 2026: 3 CPU-hours",
  ]);
  assert.match(html, /<a href="\/usage\?from=2026-03-1" tabindex="-1">/);
});

Deno.test("StillChart() lays bars on one another up to the axis", () => {
  const html = renderToString(<StillChart spec={sampleSpec({ a: [30], b: [20] })} />);
  const bars = [...html.matchAll(/class="mark[^>]* y="([\d.]+)%" height="([\d.]+)%"/g)].map((
    [, y, height],
  ) => [+y, +height]);
  assert.deepEqual(bars, [[40, 60], [0, 40]]);
});

Deno.test("StillChart() breaks a line where a value is unknown and dots what stands alone", () => {
  const spec = sampleSpec({ a: [1, 2, null, 4, null, 6, 7] }, { kind: "lines", stacked: false });
  const paths = [
    ...renderToString(<StillChart spec={spec} />).matchAll(/<path class="([^"]*)" d="([^"]*)"/g),
  ];
  assert.deepEqual(paths.map(([, name]) => name), ["line", "line dot", "line"]);
  assert.deepEqual(paths.map(([, , d]) => count(d, /[ML]/g)), [2, 2, 2]);
});

Deno.test("StillChart() dashes lines and stripes the plot where reports are missing", () => {
  const plain = sampleSpec({ a: [1, 2, 3] }, { kind: "lines", stacked: false });
  const buckets = plain.buckets.map((bucket, index) => ({ ...bucket, incomplete: index === 2 }));
  const html = renderToString(<Figure spec={{ ...plain, buckets }} />);
  assert.match(html, /class="line dashed" d="M1.5 [\d.]+L2.5 /);
  assert.match(html, /class="incomplete" fill="url\(#by-account-incomplete\)"/);
  assert.match(html, /<bdi class="legend-label">incomplete<\/bdi>/);
  assert.match(html, /3 Mar 2026 \(incomplete\)/);
  assert.doesNotMatch(renderToString(<Figure spec={plain} />), /class="incomplete"|dashed/);
});

Deno.test("StillChart() has the rest in stripes of its own figure", () => {
  const html = renderToString(<StillChart spec={sampleSpec({ a: [1], other: [2] }, { id: "second" })} />);
  assert.match(html, /class="mark" fill="url\(#second-other-rising\)"/);
  assert.match(html, /<pattern\s+id="second-other-rising"/);
});
