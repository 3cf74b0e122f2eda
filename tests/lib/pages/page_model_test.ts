import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { PAGES, type ViewName, VIEWS } from "../../../lib/pages/links.ts";
import { pageModel, type ViewModel } from "../../../lib/pages/page_model.ts";
import { formatFilters, parseFilters } from "../../../lib/view/filters.ts";
import { chartOf, clusterOf, dataOf, HOSTILE, NOW_S, twoClusters } from "./small_data.ts";

const QUERIES = [
  "",
  "account=phys&account=chem&period=90d",
  `account=${encodeURIComponent(HOSTILE)}`,
  "not.user=user1&by=user&measure=wait-p50&sort=name",
  "period=all&by=node&measure=jobs-ended",
  "from=2026-11-01&to=2026-11-01&by=state&compare=year",
  "tz=Pacific%2FChatham&period=7d&by=gpu_type",
  "q=relax&sort=-wait&page=2",
];

async function models(query: string): Promise<readonly ViewModel[]> {
  const data = twoClusters();
  return await Promise.all(
    VIEWS.map((view) => pageModel(data, view, { params: new URLSearchParams(query), now_s: NOW_S })),
  );
}

/** Every address in a model, wherever it stands. */
function* hrefs(value: unknown, key = ""): Generator<string> {
  if (
    typeof value === "string" && /(^|_)(href|first|last|previous|next)$/.test(key) && value.startsWith("/")
  ) {
    yield value;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, part] of Object.entries(value)) yield* hrefs(part, name);
}

Deno.test("pageModel() is plain JSON: what the server rendered from is what the endpoint sends", async () => {
  for (const query of QUERIES) {
    for (const model of await models(query)) {
      deepStrictEqual(JSON.parse(JSON.stringify(model)), model, `${model.page}?${query}`);
    }
  }
});

Deno.test("pageModel() gives the same model for the same question", async () => {
  for (const query of QUERIES) deepStrictEqual(await models(query), await models(query));
});

Deno.test("pageModel() has only links that parseFilters() reads back, in canonical form", async () => {
  let seen = 0;
  for (const query of QUERIES) {
    for (const model of await models(query)) {
      for (const href of hrefs(model)) {
        const url = new URL(
          href.replace("{from}", "2026-01-01").replace("{to}", "2026-01-31"),
          "http://host",
        );
        const { filters, problems } = parseFilters(url.searchParams);
        deepStrictEqual(problems, [], href);
        // What a file alone is asked for.
        if (url.pathname.startsWith("/api/export/")) {
          for (const name of ["of", "also", "part"]) url.searchParams.delete(name);
        }
        // Which of the records of a job.
        if (url.pathname.startsWith("/jobs/")) url.searchParams.delete("submit");
        strictEqual(url.searchParams.toString(), formatFilters(filters), href);
        seen += 1;
      }
    }
  }
  ok(seen > 1000, `only ${seen} links`);
});

Deno.test("pageModel() never shows NaN, undefined or Infinity", async () => {
  for (const query of [...QUERIES, "from=2020-01-01&to=2020-01-31"]) {
    for (const model of await models(query)) {
      ok(!/NaN|undefined|Infinity|\[object/.test(JSON.stringify(model)), `${model.page}?${query}`);
    }
  }
});

Deno.test("pageModel() shows a page with a notice for each value that cannot be used", async () => {
  const [overview] = await models("period=forever&tz=Mars&account=phys");
  ok(overview.page === "overview" && overview.tiles.length > 0);
  const texts = overview.notices.flatMap((notice) => notice.state === "note" ? [notice] : []);
  deepStrictEqual(texts.map((notice) => notice.href), ["/?account=phys", "/?account=phys"]);
  match(texts[0].text, /"period" was left out: it is "forever" but must be one of 7d/);
});

Deno.test("pageModel() names a cluster that does not exist and links to the view without it", async () => {
  const [overview] = await models("cluster=alpha&cluster=gamma");
  const note = overview.notices.find((notice) => notice.state === "note");
  strictEqual(note?.text, 'There is no cluster named "gamma". Clusters here: alpha, beta.');
  strictEqual(note?.href, "/?cluster=alpha");
});

Deno.test("pageModel() says which cluster's reports are late, and only of clusters shown", async () => {
  const late = async (query: string) =>
    (await models(query))[0].notices.flatMap((notice) =>
      notice.state === "stale" ? [notice.cluster, notice.age] : []
    );
  deepStrictEqual(await late(""), ["beta", "3 days"]);
  deepStrictEqual(await late("cluster=alpha"), []);
});

Deno.test("pageModel() leads from days without data to the nearest days with some", async () => {
  const day_s = 86_400;
  const data = dataOf(clusterOf("alpha", [{ submit: NOW_S - 20 * day_s }, { submit: NOW_S - 10 * day_s }]));
  const ask = async (query: string) =>
    (await pageModel(data, "overview", { params: new URLSearchParams(query), now_s: NOW_S })).notices;
  deepStrictEqual(await ask("from=2020-01-01&to=2020-01-31"), [{
    state: "no-data",
    cluster: "alpha",
    days: "3 – 13 Nov 2026",
    href: "/?from=2026-11-03&to=2026-12-03",
  }]);
  const [after] = await ask("period=7d");
  strictEqual(after.state === "no-data" && after.href, "/?from=2026-11-07&to=2026-11-13");
});

Deno.test("pageModel() names the filter that leaves nothing", async () => {
  for (const model of await models("cluster=alpha&account=nobody")) {
    deepStrictEqual(
      model.notices.filter((notice) => notice.state === "filtered-out"),
      [{
        state: "filtered-out",
        filter: "account nobody",
        href: model.href.replace(/[?&]account=nobody/, ""),
      }],
      model.page,
    );
  }
  const [jobs] = (await models("q=nothing-is-called-so")).filter(({ page }) => page === "jobs");
  const notice = jobs.notices.find((entry) => entry.state === "filtered-out");
  strictEqual(notice?.filter, 'the search "nothing-is-called-so"');
});

Deno.test("pageModel() tells of an order or a split that a page does not have", async () => {
  const texts = async (page: ViewName, query: string) =>
    (await models(query))[VIEWS.indexOf(page)].notices.flatMap((notice) =>
      notice.state === "note" ? [notice.text, notice.href] : []
    );
  for (const [page, path] of [["usage", "/usage"], ["jobs", "/jobs"]] as const) {
    deepStrictEqual(await texts(page, "sort=-nonsense"), [
      'The filter "sort" was left out: it is "-nonsense", no column of this table.',
      path,
    ]);
    deepStrictEqual(await texts(page, page === "usage" ? "sort=-change" : "sort=-wait"), []);
  }
  deepStrictEqual(await texts("usage", "by=none&user=user1"), []);
  deepStrictEqual(await texts("overview", "by=none&sort=nonsense"), []);
});

Deno.test("pageModel() titles a page by what is chosen, unless that is long", async () => {
  const titles = async (query: string) =>
    (await models(query)).filter(({ page }) => page !== "cluster").map((model) => model.title);
  const labels = PAGES.map(({ label }) => label).slice(0, -2);
  deepStrictEqual(await titles(""), labels);
  deepStrictEqual(await titles("cluster=alpha"), labels.map((label) => `${label} of cluster alpha`));
  strictEqual((await titles("not.user=user1"))[0], "Overview without user user1");
  strictEqual((await titles(`user=${"u".repeat(80)}`))[0], "Overview");
});

Deno.test("pageModel() leaves a series out by its legend entry while none is chosen, then out of the choice", async () => {
  const toggles = async (query: string) => {
    const [, usage] = await models(query);
    ok(usage.page === "usage");
    return chartOf(usage.figure).series.find(({ key }) => key === "phys")?.toggle_href;
  };
  strictEqual(await toggles(""), "/usage?not.account=phys");
  strictEqual(await toggles("not.account=chem"), "/usage?not.account=chem&not.account=phys");
  strictEqual(await toggles("account=chem&account=phys"), "/usage?account=chem");
});

Deno.test("pageModel() widens a step that no chart could show, and says so", async () => {
  const [, usage] = await models("from=2010-01-01&to=2026-11-23&step=hour");
  ok(usage.page === "usage");
  ok(chartOf(usage.figure).buckets.length <= 120);
  const note = usage.notices.find((notice) => notice.state === "note");
  match(note?.text ?? "", /"step" was left out: it gives 148\d{3} bars/);
});

Deno.test("pageModel() works without any cluster", async () => {
  for (const view of VIEWS) {
    const model = await pageModel(new Map(), view, { params: new URLSearchParams(), now_s: NOW_S });
    deepStrictEqual(model.freshness, []);
    ok(model.page !== "overview" || model.setup);
  }
});
