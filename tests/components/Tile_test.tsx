import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Tile } from "../../components/Tile.tsx";
import { formatChange } from "../../lib/view/format.ts";

Deno.test("Tile() says the change once, by arrow and word, and hides the arrow from screen readers", () => {
  const change = formatChange(112, 100, { format: "hours" });
  const html = renderToString(
    <Tile label="CPU-hours" value="1.24 M" change={change} against="than before" />,
  );
  assert.match(html, /<span class="change-arrow" aria-hidden="true">↑<\/span>/);
  assert.match(html.replaceAll("\u00a0", " "), />\s*12 % more</);
  assert.match(html, /than before/);
  assert.doesNotMatch(renderToString(<Tile label="Jobs" value="—" change={null} />), /change/);
});

Deno.test("Tile() that rose from zero is new and compared with nothing", () => {
  const change = formatChange(5, 0, { format: "count" });
  const html = renderToString(<Tile label="Jobs" value="5" change={change} against="than before" />);
  assert.match(html, /new/);
  assert.doesNotMatch(html, /than before|Infinity|100/);
});
