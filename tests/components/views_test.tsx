import assert from "node:assert/strict";
import "../../components/stills.tsx";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { HelpView } from "../../components/HelpView.tsx";
import { Layout } from "../../components/Layout.tsx";
import { StatusView } from "../../components/StatusView.tsx";
import { anyPage } from "./any_page.tsx";
import { Tools } from "../../islands/Tools.tsx";
import { navigation } from "../../lib/pages/frame.ts";
import { helpPage } from "../../lib/pages/help.ts";
import { PAGES, VIEWS } from "../../lib/pages/links.ts";
import { pageModel } from "../../lib/pages/page_model.ts";
import { statusPage } from "../../lib/pages/status.ts";
import { DEFAULT_FILTERS, formatFilters, parseFilters } from "../../lib/view/filters.ts";
import { MEASURES } from "../../lib/view/measures.ts";
import { HOSTILE, NOW_S, twoClusters } from "../lib/pages/small_data.ts";

const DATA = twoClusters();
const QUERIES = [
  "",
  `account=${encodeURIComponent(HOSTILE)}&period=90d`,
  "user=user1&by=state&measure=wait-p50",
  "q=relax",
];

/** Every page with every query, by its name. */
async function* pages(): AsyncGenerator<{ readonly name: string; readonly page: VNode }> {
  for (const query of QUERIES) {
    for (const view of VIEWS) {
      const model = await pageModel(DATA, view, { params: new URLSearchParams(query), now_s: NOW_S });
      yield { name: `${view}?${query}`, page: anyPage(model) };
    }
  }
  for (const view of VIEWS) {
    const model = await pageModel(new Map(), view, { params: new URLSearchParams(), now_s: NOW_S });
    yield { name: `${view} without clusters`, page: anyPage(model) };
  }
  yield { name: "status", page: <StatusView model={await statusPage(DATA, { now_s: NOW_S })} /> };
  yield {
    name: "status without clusters",
    page: <StatusView model={await statusPage(new Map(), { now_s: NOW_S })} />,
  };
  yield { name: "help", page: <HelpView model={helpPage()} /> };
  yield {
    name: "layout",
    page: (
      <Layout nav={navigation("usage", DEFAULT_FILTERS)} tools={<Tools />} retention_months={null}>
        <h1>Title</h1>
      </Layout>
    ),
  };
}

async function rendered(name: string): Promise<string> {
  for await (const { name: found, page } of pages()) {
    if (found === name) return renderToString(page);
  }
  throw new RangeError(`No page ${name}`);
}

/** A tag, with any character in the values of its attributes. */
const TAG = /<\/?[a-z][^\s>"]*(?:\s+[^\s=>"]+(?:="[^"]*")?)*\s*\/?>/g;

/** Text between tags, with the entities that are written there read back. */
function texts(html: string): string {
  return html.replace(TAG, "\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

Deno.test("every page rendered twice gives the same HTML", async () => {
  const [first, second] = [await Array.fromAsync(pages()), await Array.fromAsync(pages())];
  first.forEach(({ name, page }, index) => {
    assert.equal(renderToString(page), renderToString(second[index].page), name);
  });
});

Deno.test("no page has inline styles, inline scripts or handlers that the content policy would stop", async () => {
  for await (const { name, page } of pages()) {
    const html = renderToString(page);
    const tags = html.match(TAG) ?? [];
    assert.ok(!html.replace(TAG, "").includes("<"), name);
    for (const tag of tags) {
      const bare = tag.replace(/"[^"]*"/g, '""');
      assert.ok(!/\s(style|on[a-z]+)=|^<(script|style|iframe)\b|javascript:/.test(bare), `${name}: ${tag}`);
    }
  }
});

Deno.test("hostile names are shown as they are and never become markup", async () => {
  for (const name of ["overview?", "usage?", "jobs?"]) {
    const html = await rendered(name);
    assert.ok(!html.includes("<script>alert"), name);
    assert.ok(texts(html).includes(HOSTILE), name);
  }
});

const PLACES = new RegExp(
  `^(${
    PAGES.map(({ path }) => path).join("|")
  }|/clusters/[^/]*|/jobs/[^/]+/[^/]+|/api/export/[a-z-]+\\.(csv|parquet|jsonl))$`,
);

Deno.test("every link of a page leads to a filtered view in canonical form, a page, an export or a place on it", async () => {
  for await (const { name, page } of pages()) {
    for (const [, raw] of renderToString(page).matchAll(/<a\b[^>]*?\shref="([^"]*)"/g)) {
      const url = new URL(raw.replaceAll("&amp;", "&").replaceAll("&quot;", '"'), "http://host/");
      assert.equal(url.host, "host", `${name}: ${raw}`);
      assert.match(
        url.pathname,
        PLACES,
        `${name}: ${raw}`,
      );
      const { filters, problems } = parseFilters(url.searchParams);
      assert.deepEqual(problems, [], `${name}: ${raw}`);
      // What a file alone is asked for.
      if (url.pathname.startsWith("/api/export/")) {
        for (const name of ["of", "also", "part"]) url.searchParams.delete(name);
      }
      // Which of the records of a job.
      if (url.pathname.startsWith("/jobs/")) url.searchParams.delete("submit");
      assert.equal(url.searchParams.toString(), formatFilters(filters), `${name}: ${raw}`);
    }
  }
});

Deno.test("ids are unique on each page, and what is referred to is there", async () => {
  for await (const { name, page } of pages()) {
    const html = renderToString(page);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, `${name}: ${ids.filter((id, at) => ids.indexOf(id) !== at)}`);
    for (const [, list] of html.matchAll(/\saria-(?:labelledby|describedby)="([^"]*)"/g)) {
      for (const id of list.split(" ")) assert.ok(ids.includes(id), `${name}: ${id}`);
    }
  }
});

Deno.test("every page has one h1 and every control a name", async () => {
  for await (const { name, page } of pages()) {
    const html = renderToString(page);
    assert.equal(html.match(/<h1\b/g)?.length, 1, name);
    for (const [button] of html.matchAll(/<button\b.*?<\/button>/gs)) {
      assert.ok(/aria-label="[^"]+"/.test(button) || texts(button).trim() !== "", `${name}: ${button}`);
    }
    for (const input of html.match(TAG)?.filter((tag) => tag.startsWith("<input")) ?? []) {
      if (/type="(hidden|checkbox|date|search)"/.test(input)) continue;
      assert.match(input, /aria-label="/, `${name}: ${input}`);
    }
  }
});

Deno.test("the filter form sends what it shows: applying it changes nothing but the spelling", async () => {
  for (const query of QUERIES) {
    for (const view of VIEWS) {
      const model = await pageModel(DATA, view, { params: new URLSearchParams(query), now_s: NOW_S });
      const form = /<form class="filters".*?<\/form>/s.exec(renderToString(anyPage(model)))?.[0] ?? "";
      const sent = new URLSearchParams();
      for (const input of form.match(TAG)?.filter((tag) => tag.startsWith("<input")) ?? []) {
        const attribute = (name: string) =>
          new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1].replaceAll("&quot;", '"').replaceAll(
            "&lt;",
            "<",
          )
            .replaceAll("&gt;", ">").replaceAll("&amp;", "&") ?? "";
        if (attribute("type") === "checkbox" && !/\schecked/.test(input)) continue;
        if (attribute("name") !== "") sent.append(attribute("name"), attribute("value"));
      }
      const canonical = new URL(model.href, "http://host").search.slice(1);
      assert.equal(formatFilters(parseFilters(sent).filters), canonical, `${view}?${query}`);
    }
  }
});

Deno.test("HelpView() defines every measure at the place that numbers link to", async () => {
  const html = await rendered("help");
  for (const { name, definition } of MEASURES) {
    assert.ok(html.includes(`id="${name}"`), name);
    assert.ok(texts(html).includes(definition), name);
  }
});

Deno.test("the overview without clusters tells how to add one", async () => {
  const html = await rendered("overview without clusters");
  assert.match(html, /API_KEYS=alpha=THE-KEY/);
  assert.match(html, /install\.sh/);
  assert.match(html, /config\.json/);
});
