import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { BarList } from "../../components/BarList.tsx";

const HOSTILE = `"><script>alert(1)</script>`;

function row(index: number) {
  return {
    key: `k${index}`,
    label: `account ${index}`,
    value: 100 - index,
    share: 0.1,
    href: `/usage?a=${index}&b`,
  };
}

Deno.test("BarList() shows ten rows, each a link, and says how many there are", () => {
  const rows = Array.from({ length: 30 }, (_, index) => row(index));
  const html = renderToString(
    <BarList
      id="accounts"
      title="Accounts"
      unit="jobs"
      format="count"
      rows={rows}
      more={{ of: 1212, href: "/usage" }}
    />,
  );
  assert.equal(html.match(/<li *>/g)?.length, 10);
  assert.match(html, /href="\/usage\?a=0&amp;b"/);
  assert.match(html, /All 1,212 accounts/);
  assert.match(html, /width="100%"/);
  assert.doesNotMatch(html, /style=/);
});

Deno.test("BarList() marks the chosen row and shows unknown values as such", () => {
  const rows = [{ ...row(0), selected: true, label: HOSTILE }, { ...row(1), value: null, share: null }];
  const html = renderToString(<BarList id="a" title="A" unit="" format="count" rows={rows} />);
  assert.equal(html.match(/aria-current="true"/g)?.length, 1);
  assert.match(html, /width="0%"/);
  assert.match(html, /—/);
  assert.doesNotMatch(html, /<script|NaN/);
});

Deno.test("BarList() without rows says so", () => {
  assert.match(
    renderToString(<BarList id="a" title="A" unit="" format="count" rows={[]} />),
    /Nothing in this range/,
  );
});
