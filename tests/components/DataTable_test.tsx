import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { DataTable } from "../../components/DataTable.tsx";

const HOSTILE = `"><script>alert(1)</script>`;

Deno.test("DataTable() has caption, scopes, a named region and sorted columns", () => {
  const html = renderToString(
    <DataTable
      caption="Jobs & more"
      columns={[
        { key: "job", label: "Job", sort_href: "?sort=job" },
        { key: "hours", label: "Hours", numeric: true, sort_href: "?sort=hours", sorted: "descending" },
      ]}
      rows={[{ key: "1", cells: [HOSTILE, "12"], href: "/jobs/1", selected: true }]}
      footer={["All", "12"]}
    />,
  );
  assert.match(html, /role="region" aria-label="Jobs &amp; more" tabindex="0"/);
  assert.match(html, /<caption *>Jobs &amp; more<\/caption>/);
  assert.equal(html.match(/scope="col"/g)?.length, 2);
  assert.equal(html.match(/scope="row"/g)?.length, 2);
  assert.match(html, /class="num" aria-sort="descending"/);
  assert.match(html, /<a href="\/jobs\/1">/);
  assert.doesNotMatch(html, /<script/);
});
