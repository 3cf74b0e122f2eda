import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Sparkline } from "../../components/Sparkline.tsx";

Deno.test("Sparkline() has one bar for each known value and its text beside it", () => {
  const html = renderToString(<Sparkline values={[0, null, 3]} text="3 jobs a day" />);
  assert.equal(html.match(/<rect/g)?.length, 2);
  assert.match(html, /3 jobs a day/);
  assert.doesNotMatch(renderToString(<Sparkline values={[null, 0]} text="none" />), /NaN/);
  assert.doesNotMatch(renderToString(<Sparkline values={[]} text="none" />), /NaN|<rect/);
});
